from itertools import islice

import pandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets.distributed import split_dataset_by_node
from gaihe.data.files.parquet import SCHEMA, read_any, read_parquet, write_parquet
from gaihe.data.files.stream import SHARD, SHARDS, posts_dataset
from gaihe.data.generator.corpus import CorpusSettings, posts, write_corpus
from gaihe.data.lexicon.tables import Split
from gaihe.serving.commands.cli import main
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import post_from_record, post_to_record, read_posts
from torch.utils.data import DataLoader

SETTINGS = CorpusSettings(Split.TRAIN, seed=9)


@pytest.fixture
def few_shards(monkeypatch):
    monkeypatch.setattr("gaihe.data.files.stream.SHARDS", 24)


def ids(dataset, count):
    return [row["id"] for row in islice(dataset, count)]


def numbers(identities):
    return [int(identity.rpartition("-")[2]) for identity in identities]


@pytest.mark.slow
def test_parquet_holds_the_same_posts_as_json_lines(tmp_path):
    write_corpus(tmp_path / "posts.jsonl", 600, SETTINGS)
    write_parquet(tmp_path / "posts.parquet", 600, SETTINGS, workers=2)
    expected = list(read_posts(tmp_path / "posts.jsonl"))
    assert list(read_parquet(tmp_path / "posts.parquet")) == expected
    assert list(read_any(tmp_path / "posts.parquet")) == list(read_any(tmp_path / "posts.jsonl")) == expected
    assert not list(tmp_path.glob(".*"))


def test_parquet_keeps_intent_and_stance(tmp_path):
    record = {"id": "1", "text": "好", "entities": [], "intent": "third_party", "stance": "hostile"}
    pq.write_table(pa.Table.from_pylist([record], schema=SCHEMA), tmp_path / "posts.parquet")
    assert [post_to_record(post) for post in read_parquet(tmp_path / "posts.parquet")] == [record]


def test_parquet_is_written_in_row_groups(tmp_path, monkeypatch):
    monkeypatch.setattr("gaihe.data.files.parquet.ROW_GROUP", 1000)
    write_parquet(tmp_path / "posts.parquet", 2600, SETTINGS)
    with pq.ParquetFile(tmp_path / "posts.parquet") as file:
        assert [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)] == [1000, 1000, 600]
        assert file.schema_arrow.equals(SCHEMA)


def test_the_command_chooses_the_format(tmp_path, capsys):
    named = ["generate", "--count", "30", "--output", str(tmp_path / "a.parquet")]
    asked = ["generate", "--count", "30", "--format", "parquet", "--output", str(tmp_path / "b")]
    assert main(named) == main(asked) == 0
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b").read_bytes()
    assert main(["generate", "--count", "1", "--format", "parquet"]) == 2
    assert "posts.parquet" in capsys.readouterr().err
    assert main(["generate", "--count", "1", "--output", str(tmp_path / "no" / "a.parquet")]) == 2


def test_a_broken_parquet_file_is_named(tmp_path):
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 nothing here PAR1")
    with pytest.raises(PostError, match=r"broken\.parquet"):
        list(read_parquet(broken))


@pytest.mark.parametrize("command", ["benchmark", "pretrain"])
def test_parquet_that_is_taken_for_json_lines_is_called_so(command, tmp_path, capsys):
    write_parquet(tmp_path / "posts.parquet", 20, SETTINGS)
    words = {
        "benchmark": ["--posts", f"{tmp_path}/posts.parquet", "--output", f"{tmp_path}/report"],
        "pretrain": [f"corpus=[{tmp_path}/posts.parquet]", f"output={tmp_path}/run", "workers=1"],
    }
    assert main([command, *words[command]]) == 2
    told = capsys.readouterr().err
    assert f"{tmp_path}/posts.parquet, line 1: not UTF-8: this is Parquet" in told
    assert "pandas.read_parquet(FILE).to_json(OTHER, orient='records', lines=True)" in told


def test_json_lines_that_pandas_makes_of_parquet_hold_the_same_posts(tmp_path):
    write_parquet(tmp_path / "posts.parquet", 50, SETTINGS)
    pandas.read_parquet(tmp_path / "posts.parquet").to_json(tmp_path / "posts.jsonl", orient="records", lines=True)
    assert list(read_posts(tmp_path / "posts.jsonl", annotated=True)) == list(read_parquet(tmp_path / "posts.parquet"))


def test_rows_that_are_not_utf8_are_named_without_their_bytes(tmp_path):
    texts = pa.array([b"a"] * 1000 + [b"\xff\xfesecret"], pa.binary()).view(pa.string())
    none = pa.array([[]] * 1001, SCHEMA.field("entities").type)
    table = pa.table({"id": [str(row) for row in range(1001)], "text": texts, "entities": none})
    pq.write_table(table, tmp_path / "bad.parquet")
    with pytest.raises(PostError, match=r"bad\.parquet: rows from 1001 on are not UTF-8$"):
        list(read_parquet(tmp_path / "bad.parquet"))


def test_the_stream_gives_the_posts_of_the_corpus():
    rows = list(islice(posts_dataset(SETTINGS), 200))
    assert [post_from_record(row) for row in rows] == list(posts(SETTINGS, 0, 200))


def test_every_post_comes_once_over_nodes_and_workers(monkeypatch):
    monkeypatch.setattr("gaihe.data.files.stream.SHARD", 20)
    monkeypatch.setattr("gaihe.data.files.stream.SHARDS", 12)
    whole = posts_dataset(SETTINGS)
    seen = []
    for rank in range(2):
        loader = DataLoader(split_dataset_by_node(whole, rank=rank, world_size=2), batch_size=None, num_workers=2)
        seen += [row["id"] for row in loader]
    assert sorted(numbers(seen)) == list(range(240))


def test_the_stream_is_long_and_can_be_shared_evenly():
    assert posts_dataset(SETTINGS).num_shards == SHARDS
    assert SHARDS * SHARD > 10**9
    assert all(SHARDS % processes == 0 for processes in range(1, 13))


def test_nodes_begin_in_shards_of_their_own(few_shards):
    first, second = (split_dataset_by_node(posts_dataset(SETTINGS), rank=rank, world_size=2) for rank in range(2))
    assert not set(ids(first, 50)) & set(ids(second, 50))
    assert all(number // SHARD != 0 for number in numbers(ids(second, 50)))


def test_a_stream_goes_on_where_it_stopped(few_shards):
    stream = posts_dataset(SETTINGS)
    rows = iter(stream)
    before = [next(rows)["id"] for _ in range(30)]
    state = stream.state_dict()
    resumed = posts_dataset(SETTINGS)
    resumed.load_state_dict(state)
    assert numbers(before + ids(resumed, 30)) == list(range(60))
