"""A piece becomes a file of results; what is begun is told from what is finished."""

import json
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from gaihe.data.files.parquet import SCHEMA
from gaihe.scale.folder import Folder, Plan, manifest_of
from gaihe.scale.pieces import Piece
from gaihe.scale.places import Place, names_in, place_of, read, written
from gaihe.scale.places import made as made_folder
from gaihe.scale.results import Counts, Results
from gaihe.scale.work import Unread, Worker
from gaihe.serving.core.atomic_files import aside_name
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.posts import post_to_record, write_posts
from gaihe.serving.recognition.detection import detection_record
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.redaction.policy import load_redaction_policy
from gaihe.serving.redaction.redactor import Redactor
from gaihe.serving.verdict.policy import load_policy


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


@pytest.fixture
def posts_file(made, tmp_path):
    pq.write_table(pa.Table.from_pylist([post_to_record(post) for post in made], schema=SCHEMA), tmp_path / "a.parquet")
    return tmp_path / "a.parquet"


def results(job):
    folder = f"{job.output.path}/parts"
    if job.form == "parquet":
        return pq.read_table(folder).to_pylist()
    parts = sorted(place_of(folder) / name for name in names_in(place_of(folder)))
    return [json.loads(line) for part in parts for line in read(part).splitlines()]


def run(job, pieces):
    Folder(job.output, job.form).ready()
    worker, counts = Worker(job), Counts()
    for piece in pieces:
        counts.add(worker.do(piece).counts)
    return counts


def test_spans_are_those_of_the_recogniser(job, posts_file, made, recognizer, tmp_path):
    made_job, pieces = job(posts_file, kept=("scene",))
    counts = run(made_job, pieces)
    wanted = recognizer.detect_batch([post.text for post in made])
    rows = results(made_job)
    assert [row["entities"] for row in rows] == [[detection_record(one) for one in found] for found in wanted]
    assert [(row["id"], row["position"], row["scene"]) for row in rows] == [
        (post.id, number, post.scene) for number, post in enumerate(made, start=1)
    ]
    assert {row["source"] for row in rows} == {str(posts_file)}
    assert (counts.posts, counts.errors, counts.spans.total()) == (120, 0, sum(map(len, wanted)))
    parts = list((tmp_path / "out" / "parts").iterdir())
    assert len(parts) == 3
    assert {part.stat().st_mode & 0o777 for part in parts} == {0o600}


def test_redacted_posts_are_each_a_case_of_its_own(job, posts_file, made, recognizer):
    key = b"0123456789abcdef"
    made_job, pieces = job(posts_file, give="redacted", form="jsonl", policy=load_redaction_policy("llm"), key=key)
    run(made_job, pieces[:1])
    wanted = [Redactor(recognizer, "llm", key=key).redact(post.text).text for post in made[:50]]
    assert [row["redacted"] for row in results(made_job)] == wanted


def test_verdicts_have_all_fields(job, posts_file, made, recognizer):
    made_job, pieces = job(posts_file, give="verdict", policy=load_policy("strict"))
    counts = run(made_job, pieces)
    wanted = recognizer.judge_batch([post.text for post in made], "strict", today=made_job.time.date())
    assert counts.verdicts == {
        str(level): sum(verdict.level == level for verdict in wanted) for level in {one.level for one in wanted}
    }
    for row, verdict in zip(results(made_job), wanted, strict=True):
        record = verdict.to_record()
        for law in row["verdict"]["laws"]:
            if law["tiers"] is None:
                del law["tiers"]
        assert row["verdict"] == record


def test_a_row_that_fails_is_named_and_the_rest_goes_on(job, tmp_path, monkeypatch):
    lines = ['{"text": "张丽，电话13800138000", "n": [1]}', "{", '{"text": "BOOM"}', '{"text": null, "n": "x"}']
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    made_job, pieces = job(tmp_path / "a.jsonl", kept=("n",))
    attempt = Recognizer._detect_equal

    def broken(self, texts):
        if "BOOM" in texts:
            raise RuntimeError("BOOM is quoted")
        return attempt(self, texts)

    monkeypatch.setattr(Recognizer, "_detect_equal", broken)
    counts = run(made_job, pieces)
    rows = results(made_job)
    assert [row["error"] for row in rows] == [
        None,
        "not JSON: Expecting property name enclosed in double quotes (column 1)",
        "could not be processed: RuntimeError",
        None,
    ]
    assert [row["n"] for row in rows] == ["[1]", None, None, "x"]
    assert [row["entities"] is None for row in rows] == [False, True, True, True]
    assert (counts.posts, counts.errors) == (4, 2)


def test_a_piece_that_cannot_be_read_leaves_no_file(job, posts_file, tmp_path):
    made_job, pieces = job(posts_file)
    Folder(made_job.output, made_job.form).ready()
    worker = Worker(made_job)
    content = posts_file.read_bytes()
    posts_file.write_bytes(content[:100] + b"\0" * 3000 + content[3100:])
    done = worker.do(pieces[0])
    assert isinstance(done, Unread) and "a.parquet" in done.reason
    assert list((tmp_path / "out" / "parts").iterdir()) == []


def test_a_piece_that_fails_is_named_without_what_was_said(job, posts_file, tmp_path, monkeypatch):
    made_job, pieces = job(posts_file)
    Folder(made_job.output, made_job.form).ready()
    worker = Worker(made_job)

    def broken(self, texts):
        raise RuntimeError("a post is quoted")

    monkeypatch.setattr(Results, "of", broken)
    done = worker.do(pieces[1])
    assert done == Unread(1, f"{posts_file}: rows from 51 on could not be processed: RuntimeError")
    assert list((tmp_path / "out" / "parts").iterdir()) == []


@pytest.mark.parametrize("addition", ['{"text": "x"}\n', "\n"])
def test_a_file_that_changes_gives_no_results(job, tmp_path, addition):
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": "x"}\n' * 3, encoding="utf-8")
    made_job, pieces = job(file)
    Folder(made_job.output, made_job.form).ready()
    file.write_text(addition + file.read_text(encoding="utf-8"), encoding="utf-8")
    done = Worker(made_job).do(pieces[0])
    assert done.reason == f"{file} has changed since the scan began: scan it into another folder"
    assert list((tmp_path / "out" / "parts").iterdir()) == []


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_results_have_null_for_what_json_does_not_know(job, tmp_path, form):
    (tmp_path / "a.jsonl").write_text('{"text": "x", "n": [NaN, {"a": Infinity}, 1.5]}\n', encoding="utf-8")
    made_job, pieces = job(tmp_path / "a.jsonl", form=form, kept=("n",))
    run(made_job, pieces)
    (row,) = results(made_job)
    assert row["n"] == ([None, {"a": None}, 1.5] if form == "jsonl" else '[null, {"a": null}, 1.5]')


def test_a_piece_that_ends_its_workers_is_given_up(job, posts_file, tmp_path):
    made_job, (piece, *_) = job(posts_file)
    folder = Folder(made_job.output, made_job.form)
    folder.ready()
    assert [folder.begin_piece(piece.number) for _ in range(3)] == [0, 1, 2]
    done = Worker(made_job).do(piece)
    assert done.reason == f"{posts_file}: what begins with row or line 1 ended 3 workers"
    folder.ready()
    assert Worker(made_job).do(piece).counts.posts == 50
    assert [path.name for path in (tmp_path / "out" / "counts").iterdir()] == ["000000.json"]


def plan_of(count):
    pieces = tuple(Piece(number, 0, 1 + 10 * number, 10) for number in range(count))
    return Plan(pieces, pa.schema({"n": pa.list_(pa.int8())}), datetime(2026, 1, 2, tzinfo=UTC))


def test_a_folder_goes_on_with_the_same_scan_alone(planned, made, tmp_path):
    write_posts(made, tmp_path / "a.jsonl")
    sources, _, _ = planned(tmp_path / "a.jsonl")
    folder, plan = Folder(place_of(str(tmp_path / "out")), "parquet"), plan_of(3)
    manifest = manifest_of(sources, {"give": "spans", "model": "f00", "policy": None})
    assert folder.open(manifest) is None
    folder.ready()
    folder.begin(manifest, plan)
    (tmp_path / "out" / aside_name()).touch()
    assert folder.open(manifest) == plan
    with pytest.raises(CommandError, match='holds the scan of something else: give was "spans", now it is "verdict"'):
        folder.open(manifest | {"give": "verdict"})
    write_posts(made[1:], tmp_path / "a.jsonl")
    changed, _, _ = planned(tmp_path / "a.jsonl")
    with pytest.raises(CommandError, match="a.jsonl has changed"):
        folder.open(manifest_of(changed, {"give": "spans", "model": "f00", "policy": None}))
    (tmp_path / "b.jsonl").write_text('{"text": "x"}\n', encoding="utf-8")
    other, _, _ = planned(tmp_path / "b.jsonl")
    with pytest.raises(CommandError, match=r"a.jsonl is gone; .*b.jsonl is new"):
        folder.open(manifest | {"sources": [source.record() for source in other]})
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    with pytest.raises(CommandError, match="holds no scan, but 'mine'"):
        Folder(place_of(str(tmp_path / "full")), "parquet").open(manifest)


def test_a_folder_is_held_by_one_scan(tmp_path):
    folder = Folder(place_of(str(tmp_path / "out")), "jsonl")
    with folder.held():
        assert folder.open({"sources": []}) is None
        with pytest.raises(CommandError, match=r"^another scan works in .*/out: wait for its end"), folder.held():
            pass
    with folder.held():
        assert {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()} == {"scan.lock": 0o600}


def test_a_scan_that_was_cut_off_while_it_began_is_no_other_one(tmp_path):
    folder = Folder(place_of(str(tmp_path / "out")), "jsonl")
    folder.ready()
    for name in ("", "parts", "counts"):
        (tmp_path / "out" / name / aside_name()).touch()
    assert folder.open({"sources": []}) is None
    folder.ready()
    assert [path.name for path in (tmp_path / "out").rglob(".*")] == []


@pytest.mark.parametrize(("name", "content", "message"), [
    ("parts/000000.jsonl", b"", "holds parts/ but no manifest.json"),
    ("counts/000000.json", b"", "holds counts/ but no manifest.json"),
    ("manifest.json", b'{"sour', "manifest.json is damaged, or not of a scan"),
    ("manifest.json", b"[]", "manifest.json is damaged, or not of a scan"),
    ("manifest.json", b'{"name": "an app", "icons": []}', "manifest.json is damaged, or not of a scan"),
    ("manifest.json", b'{"sources": [], "time": "now", "kept": "00", "pieces": []}', "is damaged, or not of a scan"),
])  # fmt: skip
def test_folders_with_something_else_are_refused_in_words(tmp_path, name, content, message):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match=message):
        Folder(place_of(str(tmp_path)), "jsonl").open({"sources": []})


def test_a_file_is_no_folder_of_a_scan(tmp_path):
    (tmp_path / "out").touch()
    with pytest.raises(CommandError, match=r"/out cannot be read as a folder: Not a directory"):
        Folder(place_of(str(tmp_path / "out")), "jsonl").open({"sources": []})


def test_a_finished_piece_without_its_counts_is_named(tmp_path):
    folder = Folder(place_of(str(tmp_path)), "jsonl")
    folder.ready()
    for content in (None, b"{}"):
        if content is not None:
            (tmp_path / "counts" / "000003.json").write_bytes(content)
        with pytest.raises(CommandError, match=r"000003.json is missing or damaged: remove parts/000003.jsonl"):
            folder.noted([3])


def test_what_was_cut_off_is_removed_and_what_is_finished_is_known(tmp_path):
    folder, plan = Folder(place_of(str(tmp_path / "out")), "jsonl"), plan_of(3)
    folder.ready()
    parts = tmp_path / "out" / "parts"
    (parts / "000001.jsonl").touch()
    (parts / aside_name()).touch()
    folder.ready()
    assert [path.name for path in parts.iterdir()] == ["000001.jsonl"]
    assert folder.finished(plan.pieces) == {1}


def test_results_go_to_other_file_systems(tmp_path):
    from pyarrow import fs

    store = Place(fs.SubTreeFileSystem(str(tmp_path), fs.LocalFileSystem()), "out/parts")
    made_folder(store)
    with written(store / "a.jsonl") as stream:
        stream.write(b"whole")
    with pytest.raises(RuntimeError), written(store / "b.jsonl") as stream:
        stream.write(b"half")
        raise RuntimeError
    assert names_in(store) == {"a.jsonl"}
    assert read(store / "a.jsonl") == b"whole"
    assert read(store / "b.jsonl") is None
