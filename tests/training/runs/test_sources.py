import hashlib
import json
import shutil

import pytest
from gaihe.data.files.markup import validation_posts, written_posts
from gaihe.data.files.parquet import write_parquet
from gaihe.data.generator.corpus import CorpusSettings
from gaihe.serving import Entity, Post, write_posts
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.schema import EntityType
from gaihe.training.config import ConfigError, load_config
from gaihe.training.runs.sources import record_sources, source_record, validation_file, written_file

NAME, PHONE = EntityType.NAME, EntityType.PHONE


@pytest.fixture
def silver(tmp_path):
    posts = [
        Post("a", "张丽来了", (Entity(0, 2, NAME, "张丽"),), types=(NAME,)),
        Post("b", "没有人", types=(NAME, PHONE)),
        Post("c", "什么都标了"),
    ]
    write_posts(posts, tmp_path / "silver.jsonl")
    return tmp_path / "silver.jsonl"


def config_of(tmp_path, silver):
    base = tmp_path / "bert"
    base.mkdir(exist_ok=True)
    (base / "model.safetensors").write_bytes(b"weights")
    return load_config([f"data.sources=[{silver}]", f"model.base={base}"])


def test_a_source_says_how_many_posts_are_annotated_for_each_type(silver):
    record = source_record(silver)
    assert (record["name"], record["posts"], record["spans"]) == ("silver.jsonl", 3, 1)
    assert record["types"]["NAME"] == 3
    assert record["types"]["PHONE"] == 2
    assert record["types"]["SCHOOL"] == 1
    assert record["sha256"] == hashlib.sha256(silver.read_bytes()).hexdigest()


def test_a_folder_of_shards_is_one_source(tmp_path):
    (tmp_path / "shards").mkdir()
    write_parquet(tmp_path / "shards" / "a.parquet", 20, CorpusSettings(seed=1))
    before = source_record(tmp_path / "shards")
    assert (before["name"], before["posts"]) == ("shards", 20)
    shutil.copyfile(tmp_path / "shards" / "a.parquet", tmp_path / "shards" / "b.parquet")
    after = source_record(tmp_path / "shards")
    assert after["posts"] == 40 and after["sha256"] != before["sha256"]


def test_the_record_holds_the_sources_and_the_checkpoint(tmp_path, silver):
    record_sources(config_of(tmp_path, silver), tmp_path)
    record = json.loads((tmp_path / "sources.json").read_text(encoding="utf-8"))
    assert record["annotated"] == [source_record(silver)]
    assert record["distilled"] == []
    assert record["base"] == hashlib.sha256(b"weights").hexdigest()


def test_a_run_does_not_go_on_with_other_sources(tmp_path, silver):
    config = config_of(tmp_path, silver)
    record_sources(config, tmp_path)
    record_sources(config, tmp_path)
    before = (tmp_path / "sources.json").read_bytes()
    write_posts([Post("d", "别的")], silver)
    with pytest.raises(ConfigError, match=r"data\.sources changed since the run"):
        record_sources(config, tmp_path)
    assert (tmp_path / "sources.json").read_bytes() == before


def test_a_run_does_not_go_on_with_another_teacher(tmp_path):
    teacher, run = tmp_path / "teacher", tmp_path / "run"
    for folder in (teacher, run):
        folder.mkdir()
    (teacher / "model.safetensors").write_bytes(b"teacher")
    config = load_config(["data.written=0", "model.base=hfl/rbt3", f"distill.teacher={teacher}"])
    record_sources(config, run)
    record = json.loads((run / "sources.json").read_text(encoding="utf-8"))
    assert record["teacher"] == hashlib.sha256(b"teacher").hexdigest()
    (teacher / "model.safetensors").write_bytes(b"another")
    with pytest.raises(ConfigError, match=r"model\.safetensors of distill\.teacher changed since the run"):
        record_sources(config, run)
    del record["teacher"]
    (run / "sources.json").write_text(json.dumps(record), encoding="utf-8")
    record_sources(config, run)


def test_a_checkpoint_of_the_hub_has_no_hash_here(tmp_path):
    record_sources(load_config(["model.base=hfl/rbt3"]), tmp_path)
    assert json.loads((tmp_path / "sources.json").read_text(encoding="utf-8"))["base"] is None


def test_a_bad_source_is_named(tmp_path, silver):
    silver.write_text("{}\n", encoding="utf-8")
    with pytest.raises(PostError, match=r"silver\.jsonl, line 1"):
        record_sources(config_of(tmp_path, silver), tmp_path)


def test_the_written_posts_of_a_run_stay_as_they_were_when_it_began(tmp_path, silver, monkeypatch):
    config = config_of(tmp_path, silver)
    first = written_file(config, tmp_path)
    monkeypatch.setattr("gaihe.training.runs.sources.written_posts", lambda: [Post("later", "新写的")])
    assert written_file(config, tmp_path) == first
    assert len(first.read_text(encoding="utf-8").splitlines()) == len(written_posts())


def test_the_validation_posts_of_a_run_are_on_record_and_stay_as_they_were(tmp_path, silver, monkeypatch):
    config = config_of(tmp_path, silver)
    record_sources(config, tmp_path)
    recorded = json.loads((tmp_path / "sources.json").read_text(encoding="utf-8"))["written_validation"]
    assert recorded["posts"] == len(validation_posts())
    monkeypatch.setattr("gaihe.training.runs.sources.validation_posts", lambda: [Post("later", "新写的")])
    record_sources(config, tmp_path)
    assert len(validation_file(config, tmp_path).read_text(encoding="utf-8").splitlines()) == len(validation_posts())
    validation_file(config, tmp_path).unlink()
    with pytest.raises(ConfigError, match="the written validation posts changed"):
        record_sources(config, tmp_path)


def test_a_run_may_leave_the_written_posts_out(tmp_path):
    config = load_config(["experiment=tiny"])
    assert written_file(config, tmp_path) is None
    record_sources(config, tmp_path)
    assert json.loads((tmp_path / "sources.json").read_text(encoding="utf-8"))["written"] is None
