"""A folder of generated posts, as ``datasets`` reads it."""

import shutil

import pytest
from datasets import Features, load_dataset
from gaihe.data.files.parquet import SCHEMA, post_files, read_any
from gaihe.data.generator.corpus import CorpusSettings, posts
from gaihe.data.lexicon.tables import Split
from gaihe.serving.commands.cli import main
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import post_from_record
from huggingface_hub import DatasetCard


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "posts"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gaihe.data.files.folder.SHARD", 1000)
        assert main(["generate", "--count", "2000", "--seed", "5", "--workers", "1", "--output", f"{path}/"]) == 0
    return path


def test_load_dataset_gives_the_posts_of_each_split(folder, tmp_path):
    found = load_dataset(str(folder), cache_dir=str(tmp_path))
    assert {split: len(rows) for split, rows in found.items()} == {"train": 1600, "validation": 200, "test": 200}
    for split, rows in found.items():
        assert list(map(post_from_record, rows)) == list(posts(CorpusSettings(Split(split), seed=5), 0, len(rows)))


def test_posts_lie_in_shards(folder):
    assert sorted(path.name for path in (folder / "data").iterdir()) == [
        "test-00000-of-00001.parquet",
        "train-00000-of-00002.parquet",
        "train-00001-of-00002.parquet",
        "validation-00000-of-00001.parquet",
    ]


def test_the_card_says_what_the_files_hold(folder):
    card = DatasetCard.load(folder / "README.md")
    info = card.data.to_dict()["dataset_info"]
    assert Features._from_yaml_list(info["features"]) == Features.from_arrow_schema(SCHEMA)
    assert [(split["name"], split["num_examples"]) for split in info["splits"]] == [
        ("train", 1600), ("validation", 200), ("test", 200),
    ]  # fmt: skip
    assert card.data.size_categories == ["1K<n<10K"] and card.data.license == "apache-2.0"
    phones = sum(e.type == "PHONE" for post in posts(CorpusSettings(Split.TEST, seed=5), 0, 200) for e in post.entities)
    (row,) = (line for line in card.text.splitlines() if line.startswith("| `PHONE`"))
    assert row.split("|")[4].strip() == str(phones)
    assert "gaihe generate --count 2000 --seed 5" in card.text


def test_the_folder_is_read_as_its_posts_to_train_on(folder):
    expected = list(posts(CorpusSettings(Split.TRAIN, seed=5), 0, 1600))
    assert list(read_any(folder)) == list(read_any(folder / "data")) == expected


def test_a_folder_of_other_shards_is_read_in_the_order_of_their_names(folder, tmp_path):
    for name, split in (("b", "test"), ("a", "validation")):
        shutil.copyfile(folder / "data" / f"{split}-00000-of-00001.parquet", tmp_path / f"{name}.parquet")
    assert post_files(tmp_path) == [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    assert [post.id.partition("-")[0] for post in read_any(tmp_path)] == ["validation"] * 200 + ["test"] * 200


def test_a_folder_of_several_splits_is_refused_where_posts_evaluate(folder):
    for path in (folder, folder / "data"):
        with pytest.raises(PostError, match=r"several splits \(test, train, validation\).*data/validation-\*\.parquet"):
            read_any(path, evaluation=True)


def test_a_folder_of_one_split_evaluates(folder, tmp_path):
    name = "validation-00000-of-00001.parquet"
    shutil.copyfile(folder / "data" / name, tmp_path / name)
    assert len(list(read_any(tmp_path, evaluation=True))) == 200


def test_a_folder_without_posts_is_named(tmp_path):
    with pytest.raises(PostError, match=f"{tmp_path} holds no Parquet files"):
        list(read_any(tmp_path))


def test_a_folder_that_holds_something_stays(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("x")
    assert main(["generate", "--count", "10", "--output", f"{tmp_path}/"]) == 2
    assert "is not an empty folder" in capsys.readouterr().err
    assert main(["generate", "--count", "10", "--split", "test", "--output", f"{tmp_path}/a/"]) == 2
    assert "leave --split out" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
