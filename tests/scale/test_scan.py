"""``gaihe scan`` on Ray: what is killed on its way loses and repeats nothing."""

import csv
import gzip
import json
import os
import signal
import subprocess
import sys

import pyarrow.parquet as pq
import pytest
from gaihe.data.files.parquet import write_parquet
from gaihe.data.generator.corpus import CorpusSettings
from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.errors import CommandError, OutputError
from gaihe.serving.recognition.detection import detection_record
from gaihe.serving.recognition.recognizer import Recognizer

from benchmarks.scan import Scan, counts, parts

pytest.importorskip("ray")
pytestmark = pytest.mark.slow


def run(*words):
    command = [sys.executable, "-m", "gaihe.serving", "scan", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def records(recognizer, texts):
    return [[detection_record(entity) for entity in found] for found in recognizer.detect_batch(texts)]


def test_a_scan_that_is_killed_twice_gives_every_post_once(tmp_path):
    posts, output = tmp_path / "posts.parquet", tmp_path / "out"
    write_parquet(posts, 2_000, CorpusSettings(Split.TEST, seed=3), 1)
    scan = Scan(posts, output, 2, 100)
    assert scan.until(2)
    os.kill(next(iter(counts(output).values()))["process"], signal.SIGKILL)
    assert scan.until(len(parts(output)) + 4)
    scan.kill()
    before = {part: part.stat().st_mtime_ns for part in parts(output)}
    assert 5 < len(before) < 20

    refused = run(posts, output, "--piece-rows", 100, "--give", "verdict")
    assert refused.returncode == 2
    assert 'give was "spans", now it is "verdict"' in refused.stderr

    done = run(posts, output, "--piece-rows", 100, "--workers", 2)
    assert done.returncode == 0, done.stderr
    assert "of 2000 posts are done already" in done.stderr
    assert {part: part.stat().st_mtime_ns for part in before} == before
    wanted = pq.read_table(posts).to_pylist()
    rows = pq.read_table(output / "parts").to_pylist()
    assert [(row["id"], row["position"]) for row in rows] == [
        (post["id"], number) for number, post in enumerate(wanted, start=1)
    ]
    assert [row["entities"] for row in rows] == records(Recognizer.load(), [post["text"] for post in wanted])
    assert {path.stat().st_mode & 0o777 for path in output.rglob("*.*")} == {0o600}
    assert not any(post["text"] in done.stderr for post in wanted)


def test_a_worker_that_is_killed_leaves_nothing_in_a_scan_that_ends(tmp_path):
    posts, output = tmp_path / "posts.parquet", tmp_path / "out"
    write_parquet(posts, 1_000, CorpusSettings(Split.TEST, seed=4), 1)
    scan = Scan(posts, output, 2, 100)
    assert scan.until(2)
    os.kill(next(iter(counts(output).values()))["process"], signal.SIGKILL)
    scan.end()
    assert [path.name for path in (output / "parts").iterdir() if path.suffix != ".parquet"] == []
    assert pq.read_table(output / "parts")["id"].to_pylist() == pq.read_table(posts)["id"].to_pylist()


def test_files_of_all_formats_in_one_scan(tmp_path):
    folder, output = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    texts = ["张丽，电话一三八00138000", "今天下雨", "加V信 zhangli_88"]
    lines = "".join(json.dumps({"id": f"j{n}", "text": text, "n": n}) + "\n" for n, text in enumerate(texts))
    (folder / "a.jsonl").write_text(lines + "{broken\n", encoding="utf-8")
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    with (folder / "c.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["id", "text", "n"], *(["c", text + "\n第二行", "7"] for text in texts)])
    done = run(folder, output, "--workers", 1, "--format", "jsonl", "--keep-columns", "n", "--piece-rows", 2)
    assert done.returncode == 1, done.stderr
    assert "1 of 10 rows have an error" in done.stderr
    found = [json.loads(line) for part in sorted((output / "parts").iterdir()) for line in part.open(encoding="utf-8")]
    wanted = records(Recognizer.load(), [*texts, *texts, *(text + "\n第二行" for text in texts)])
    assert [row["entities"] for row in found if row["error"] is None] == wanted
    assert [row["n"] for row in found] == [0, 1, 2, None, 0, 1, 2, "7", "7", "7"]
    assert [row["position"] for row in found] == [1, 2, 3, 4, 1, 2, 3, 2, 4, 6]
    summary = json.loads((output / "summary.json").read_text(encoding="utf-8"))
    assert (summary["posts"], summary["errors"], summary["spans"]["PHONE"]) == (10, 1, 3)


def test_an_output_that_cannot_be_used_is_found_before_any_work(tmp_path, monkeypatch):
    from gaihe.scale import cluster
    from gaihe.scale.command import scan
    from gaihe.scale.folder import Folder
    from gaihe.scale.places import place_of

    monkeypatch.setattr(cluster, "cluster", lambda *_: pytest.fail("the cluster is started"))
    posts, output = tmp_path / "a.jsonl", tmp_path / "out"
    posts.write_text('{"text": "x"}\n', encoding="utf-8")
    with Folder(place_of(str(output)), "parquet").held(), pytest.raises(CommandError, match="another scan works in"):
        scan([str(posts), str(output)])
    with pytest.raises((OutputError, CommandError), match=r"a.jsonl/out"):
        scan([str(posts), f"{posts}/out"])
