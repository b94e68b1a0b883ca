"""Posts judged by models that did not learn from them, trained for real on few posts."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from gaihe.serving import write_posts
from gaihe.serving.commands.cli import main
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.overrides import quoted
from gaihe.serving.core.schema import Entity, EntityType, Post
from gaihe.training.audit.folds import _config, dealt
from hydra.core.override_parser.types import Quote, QuotedString
from hypothesis import example, given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[3]
NAMES = ("张丽", "王建国", "李秀英", "陈思远", "赵敏", "孙浩然", "周雨桐", "吴志强")


def exposing(number, name):
    text = f"就是她，{name}，电话1380013800{number}"
    end = 4 + len(name)
    return Post(
        str(number),
        text,
        (Entity(4, end, EntityType.NAME, name), Entity(end + 3, end + 14, EntityType.PHONE, text[end + 3 :])),
    )


@given(st.text("a'\\/标[]{},= "))
@example("标注 [1]/it's\\")
def test_a_path_is_quoted_as_hydra_quotes(path):
    assert quoted(Path(path)) == QuotedString(str(Path(path)), Quote.single).with_quotes()


POSTS = [exposing(number, name) for number, name in enumerate(NAMES)]


@given(st.lists(st.text(max_size=3), min_size=1, max_size=30), st.integers(2, 6), st.randoms())
def test_folds_hold_every_post_once_and_the_posts_of_a_text_together(texts, folds, drawn):
    posts = [Post(str(number), text) for number, text in enumerate(texts)]
    if len(set(texts)) < folds:
        with pytest.raises(CommandError, match="number of different texts"):
            dealt(posts, folds)
        return
    parts = dealt(posts, folds)
    assert Counter(post.id for part in parts for post in part) == Counter(post.id for post in posts)
    held = [{post.text for post in part} for part in parts]
    assert sum(map(len, held)) == len(set(texts))
    assert max(map(len, held)) - min(map(len, held)) <= 1
    drawn.shuffle(posts)
    assert [{post.text for post in part} for part in dealt(posts, folds)] == held


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--folds", "1"], "between 2 and 8"),
        (["--folds", "9"], "between 2 and 8"),
        (["--folds", "2", "--model", "x.onnx"], "give --model or --folds"),
        (["--folds", "2", "--decisions", "d.jsonl"], "goes with --posts and --output alone"),
        (["--folds", "2", "output=x"], "each fold has its own output"),
        (["--folds", "2", "trainer.epoch=1"], "trainer.epochs"),
        (["trainer.epochs=1"], "go with --folds"),
        (["--runs", "x"], "go with --folds"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_trained(words, reason, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_posts(POSTS, "mine.jsonl")
    assert main(["audit", "--posts", "mine.jsonl", "--output", "d.jsonl", *words]) == 2
    assert reason in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.jsonl"]


@pytest.mark.parametrize("name", ["plain", "it's mine", "two words, [a]=b", 'a"b', "back\\slash\\"])
def test_the_folder_of_the_runs_may_have_any_name(tmp_path, name):
    folder = tmp_path / name
    config = _config(folder, [])
    assert (config.output, config.data.sources) == (str(folder / "run"), [str(folder / "posts.jsonl")])


@pytest.mark.slow
def test_a_post_is_judged_by_a_model_that_did_not_learn_from_it(tmp_path, capsys):
    wrong = replace(POSTS[0], entities=POSTS[0].entities[1:])
    write_posts([wrong, *POSTS[1:]], tmp_path / "mine.jsonl")
    small = ["data=tiny", "data.train=30", "data.validation=5", "data.test=5", "trainer=tiny", "distill=none"]
    small += [
        "post_labels=none",
        "export.quantize=false",
        "export.calibrate=false",
        "trainer.learning_rate=1e-5",
        f"model.base={ROOT / 'models' / 'default'}",
    ]
    words = ["audit", "--posts", str(tmp_path / "mine.jsonl"), "--output", str(tmp_path / "doubted.jsonl"), "--folds"]
    settings = ["--runs", str(tmp_path / "runs"), *small, f"data.folder={tmp_path / 'data'}"]
    assert main([*words, "2", *settings]) == 0
    assert "fold 2 of 2 learns from 4 posts and judges 4" in capsys.readouterr().err
    first, *others = map(json.loads, (tmp_path / "doubted.jsonl").read_text().splitlines())
    assert (first["id"], first["annotated"], first["score"] < 0.5) == ("0", [], True)
    assert len(others) == 15 and all(place["annotated"] for place in others)

    runs = sorted((tmp_path / "runs").glob("fold-*"))
    learned = [{json.loads(line)["id"] for line in (run / "posts.jsonl").read_text().splitlines()} for run in runs]
    assert [len(ids) for ids in learned] == [4, 4] and not learned[0] & learned[1]
    made = [(run / "run" / "model.onnx").stat().st_mtime_ns for run in runs]
    (runs[1] / "run" / "model.onnx").unlink()
    before = (tmp_path / "doubted.jsonl").read_bytes()
    assert main([*words, "2", *settings]) == 0
    assert (runs[0] / "run" / "model.onnx").stat().st_mtime_ns == made[0]
    assert (tmp_path / "doubted.jsonl").read_bytes() == before

    assert main([*words, "3", *settings]) == 2
    assert "give --runs ANOTHER/FOLDER" in capsys.readouterr().err
