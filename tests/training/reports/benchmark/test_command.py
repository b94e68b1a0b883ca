import json
import subprocess
import sys

import pytest
from gaihe.serving import Post, Recognizer, read_posts, write_posts
from gaihe.serving.commands.cli import main
from gaihe.serving.core.posts import post_from_record
from gaihe.serving.core.schema import Entity, EntityType, Intent, Stance
from gaihe.training.evaluate.systems import open_system
from gaihe.training.reports.benchmark.benchmark import file_name, run_benchmark
from gaihe.training.reports.benchmark.decisions import to_stop
from gaihe.training.reports.benchmark.models import ModelSystem, open_models
from gaihe.training.reports.benchmark.page import render_html
from gaihe.training.reports.benchmark.sets import open_sets
from gaihe.training.reports.benchmark.summary import summary
from seqeval.metrics import f1_score, precision_score, recall_score
from seqeval.scheme import IOBES

from tests.training.reports.benchmark.conftest import LONG


@pytest.fixture(scope="module")
def report(report_folder):
    return json.loads((report_folder / "report.json").read_text(encoding="utf-8"))


def result_of(report, set_name, system):
    (result,) = [r for r in report["results"] if (r["set"], r["system"]) == (set_name, system)]
    return result


def labels(text, entities):
    row = ["O"] * len(text)
    for e in entities:
        if e.end - e.start == 1:
            row[e.start] = f"S-{e.type}"
        else:
            row[e.start : e.end] = [f"I-{e.type}"] * (e.end - e.start)
            row[e.start], row[e.end - 1] = f"B-{e.type}", f"E-{e.type}"
    return row


def test_a_command_longer_than_a_file_name_has_a_file_of_its_own(tmp_path):
    write_posts([Post("1", "好")], tmp_path / "posts.jsonl")
    (posts,) = open_sets([tmp_path / "posts.jsonl"], [])
    words = "--model=../甲/乙 " * 40
    names = [file_name(posts, open_system(f"command:./other {words}{last}")) for last in ("a", "b")]
    for name in names:
        (tmp_path / name).touch()
        assert name.startswith("posts.._other_--model_.._甲_乙_")
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("system", ["gaihe", "digits <b>"])
def test_the_numbers_follow_from_the_raw_predictions(report, report_folder, system):
    result = result_of(report, "甲 posts", system)
    types = result["types_compared"]
    posts = {post.id: post for post in read_posts(report_folder / LONG / "甲 posts.jsonl")}
    gold_rows, found_rows = [], []
    right = wrong = missed = personal = leaked = alarms = clean = 0
    lines = (report_folder / result["predictions"]).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == list(posts)
    for line in lines:
        record = json.loads(line)
        post = posts[record["id"]]
        everything = post_from_record({"id": post.id, "text": post.text, "entities": record["entities"]}).entities
        gold = [e for e in post.entities if e.type in types]
        found = [e for e in everything if e.type in types]
        gold_rows.append(labels(post.text, gold))
        found_rows.append(labels(post.text, found))
        same = {(e.start, e.end, e.type) for e in gold} & {(e.start, e.end, e.type) for e in found}
        right, wrong, missed = right + len(same), wrong + len(found) - len(same), missed + len(gold) - len(same)
        hidden = {i for e in everything for i in range(e.start, e.end)}
        own = {i for e in gold for i in range(e.start, e.end)}
        personal, leaked = personal + len(own), leaked + len(own - hidden)
        if not post.entities:
            clean, alarms = clean + 1, alarms + len(found)
    overall = result["overall"]
    for name, score, ours in (
        ("precision", precision_score, right / (right + wrong)),
        ("recall", recall_score, right / (right + missed)),
        ("f1", f1_score, 2 * right / (2 * right + wrong + missed)),
    ):
        expected = score(gold_rows, found_rows, mode="strict", scheme=IOBES, average="micro")
        assert overall[name]["value"] == pytest.approx(ours) == pytest.approx(expected)
        assert overall[name]["low"] <= ours <= overall[name]["high"]
        key = "f1-score" if name == "f1" else name
        assert result["seqeval"]["micro avg"][key] == pytest.approx(expected)
    assert overall["leaked"]["value"] == pytest.approx(leaked / personal)
    assert overall["alarms_per_1000"]["value"] == pytest.approx(1000 * alarms / clean)
    assert result["outcomes"]["total"]["exact"] == right


def test_parts_add_up(report, report_folder):
    result = result_of(report, "甲 posts", "gaihe")
    overall = result["overall"]
    assert sum(row["gold"] for row in result["types"].values()) == overall["gold"]
    assert sum(row["posts"] for row in result["groups"]["length"]) == result["posts"]
    assert sum(row["gold"] for row in result["groups"]["length"]) == overall["gold"]
    assert result["curve"][-1]["recall"] == pytest.approx(overall["recall"]["value"])
    assert sum(row["spans"] for row in result["calibration"]["bins"]) == overall["found"]
    errors = (report_folder / "errors" / "甲_posts.gaihe.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(errors) == sum(result["errors"]["totals"].values())
    costs = [error["cost"] for error in result["errors"]["shown"]]
    assert costs == sorted(costs, reverse=True)
    (everything, *_) = result["undisguised"]
    assert everything["label"] == "all kinds"
    disguised, undisguised = everything["disguised"]["value"], everything["undisguised"]["value"]
    assert everything["difference"]["value"] == pytest.approx(disguised - undisguised)
    assert min(disguised, undisguised) > 0.8
    assert everything["undisguised"]["high"] >= disguised


def test_two_systems_are_compared_on_the_types_that_both_give(report):
    (pair,) = report["pairs"]
    assert (pair["left"], pair["right"]) == ("gaihe", "digits <b>")
    assert pair["types"] == ["PHONE", "ID_CARD"]
    f1 = pair["figures"]["f1"]
    assert f1["difference"]["value"] == pytest.approx(f1["left"]["value"] - f1["right"]["value"])
    assert 0 < f1["p"] <= 1


def test_a_system_is_left_out_where_it_shares_no_type(report):
    clean = next(record for record in report["sets"] if record["name"] == "clean")
    assert clean["systems"] == ["gaihe"]


def test_model_and_machine_are_named(report):
    model = report["systems"][0]["model"]
    assert model["bytes"] > 1e6
    assert len(model["sha256"]) == 64
    assert "balanced" in model["operating_points"]
    assert {"numpy", "onnxruntime"} <= report["environment"]["packages"].keys()
    first = report["speed"][0]
    assert 0 < first["latency_ms"]["p50"] <= first["latency_ms"]["p99"]


def test_the_markdown_holds_the_same_figures(report, report_folder):
    text = (report_folder / "report.md").read_text(encoding="utf-8")
    f1 = result_of(report, "甲 posts", "gaihe")["overall"]["f1"]
    assert f"{f1['value']:.3f} [{f1['low']:.3f} to {f1['high']:.3f}]" in text
    assert "| groups of spans |" in text


@pytest.mark.slow
def test_the_gold_posts_are_the_default(tmp_path, capsys):
    words = ["benchmark", "--output", str(tmp_path), "--resamples", "2", "--speed-posts", "0", "--errors", "0"]
    assert main(words) == 0
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [record["name"] for record in report["sets"]] == ["gold_validation", "gold_test"]
    assert sum(record["posts"] for record in report["sets"]) >= 500
    assert "gold_test" in capsys.readouterr().out


def test_the_files_of_an_earlier_run_go_and_others_stay(tmp_path):
    for name in ("first", "second"):
        write_posts([Post("1", "手机号13800138000")], tmp_path / f"{name}.jsonl")
    output = tmp_path / "out"
    words = ["benchmark", "--output", str(output), "--resamples", "2", "--speed-posts", "0", "--posts"]
    assert main([*words, str(tmp_path / "first.jsonl")]) == 0
    (output / "predictions" / "mine.jsonl").touch()
    assert main([*words, str(tmp_path / "second.jsonl")]) == 0
    assert {path.name for path in (output / "predictions").iterdir()} == {"second.gaihe.jsonl", "mine.jsonl"}
    assert {path.name for path in (output / "errors").iterdir()} == {"second.gaihe.jsonl"}


def test_results_that_would_go_into_one_file_are_refused(tmp_path, capsys):
    words = ["benchmark", "--output", str(tmp_path / "out"), "--speed-posts", "0"]
    for number, name in enumerate(("my posts", "my_posts")):
        write_posts([Post(str(number), "手机号13800138000")], tmp_path / f"{name}.jsonl")
        words += ["--posts", str(tmp_path / f"{name}.jsonl")]
    assert main(words) == 2
    assert "my_posts.gaihe.jsonl" in capsys.readouterr().err


class OfNames(ModelSystem):
    """A model that knows names alone."""

    types = frozenset({EntityType.NAME})


def test_all_operating_points_count_the_types_that_the_model_knows(tmp_path):
    (model,) = open_models([], [], 1)
    text = "就是她，张丽，电话13800138000"
    phone, name = text.index("1"), text.index("张")
    gold = (Entity(name, name + 2, EntityType.NAME, "张丽"), Entity(phone, len(text), EntityType.PHONE, text[phone:]))
    write_posts([Post("1", text, gold)], tmp_path / "a.jsonl")
    of_names = OfNames(model.name, model.path, model.recognizer)
    report = run_benchmark([of_names], open_sets([str(tmp_path / "a.jsonl")]), tmp_path / "out", 2, 1, 0)
    (result,) = report["results"]
    points = result["operating_points"]
    assert len(points) > 1
    assert {row["gold"] for row in points} == {1}
    assert {row["recall"] for row in points} == {1}


def test_what_is_not_defined_is_null_at_every_operating_point(tmp_path):
    (model,) = open_models([], [], 1)
    write_posts([Post("1", "天气不错")], tmp_path / "a.jsonl")
    report = run_benchmark([model], open_sets([str(tmp_path / "a.jsonl")]), tmp_path / "out", 2, 1, 0)
    (result,) = report["results"]
    assert len(result["operating_points"]) > 1
    assert {row[name] for row in result["operating_points"] for name in ("precision", "recall", "f1")} == {None}
    assert '<td data-title="precision">–</td>' in render_html(report)


def test_posts_that_leave_open_whether_to_stop_them_count_for_labels_alone(tmp_path):
    (model,) = open_models([], [], 1)
    marks = {"intent": Intent.THIRD_PARTY, "stance": Stance.INCITING}
    posts = [Post(str(n), "张丽是骗子，都去骂她", types=() if n else None, **marks) for n in range(3)]
    for count, kept in ((3, posts), (2, posts[1:])):
        write_posts(kept, tmp_path / "a.jsonl")
        report = run_benchmark([model], open_sets([str(tmp_path / "a.jsonl")]), tmp_path / "out", 2, 1, 0)
        (found,) = report["verdicts"]
        assert (found["posts"], found["left_out"], found["to_stop"]) == (count - 2, 2, 0)
        assert found["labels"]["gaihe"]["intent"]["posts"] == count
        assert sum(row["posts"] for row in found["groups"].get("intent", [])) == count - 2
        assert "2 left out" in summary(report) and "2 left out" in render_html(report)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--resamples", "0"], "--resamples must be at least 1"),
        (["--system", "nothing"], "nothing"),
        (["--model", "absent.onnx"], "absent.onnx"),
        (["--operating-point", "wild"], "balanced"),
    ],
)
def test_bad_usage_is_named_with_exit_code_2(words, reason, tmp_path, capsys):
    assert main(["benchmark", "--output", str(tmp_path), *words]) == 2
    assert reason in capsys.readouterr().err


def test_a_report_needs_no_training_stack():
    lines = "import sys; from gaihe.training.reports.benchmark import benchmark, command, page; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    assert not {"torch", "transformers", "datasets", "hydra"} & set(done.stdout.split())


def test_verdicts_are_counted_where_intent_and_stance_are_known(report, report_folder):
    (found,) = report["verdicts"]
    assert (found["set"], found["system"], found["linking"]) == ("甲 posts", "gaihe", None)
    posts = [post for post in read_posts(report_folder / LONG / "甲 posts.jsonl") if post.intent and post.stance]
    verdicts = Recognizer.load().judge_batch([post.text for post in posts], threads=1)
    blocked = [post for post, verdict in zip(posts, verdicts, strict=True) if verdict.suggestion == "block"]
    right = sum(map(to_stop, blocked))
    assert found["posts"] == len(posts) and found["to_stop"] == sum(map(to_stop, posts))
    own = found["systems"]["gaihe"]
    assert own["block_precision"]["value"] == pytest.approx(right / len(blocked))
    assert own["block_recall"]["value"] == pytest.approx(right / found["to_stop"])
    assert set(found["systems"]) == set(found["labels"]) == {"gaihe", "any span", "key words"}
    assert sum(row["posts"] for row in found["groups"]["intent"]) == len(posts)
    wrong = {post.id for post in blocked if not to_stop(post)}
    assert {mistake["post"] for mistake in found["mistakes"] if mistake["kind"] == "blocked"} == wrong


def test_the_page_and_the_summary_show_verdicts(report, report_folder):
    for name in ("report.html", "report.md"):
        assert "block precision" in (report_folder / name).read_text(encoding="utf-8")
    assert "verdicts of gaihe on 甲 posts" in summary(report)
