import copy as copies
import hashlib
import json
import re
import shutil
import subprocess
import sys
from importlib import resources
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest
import yaml
from gaihe.serving.commands.cli import main
from gaihe.serving.model.model_file import open_session
from gaihe.training.reports.model_card.lineage import Lineage
from gaihe.training.reports.model_card.page import render
from gaihe.training.reports.model_card.record import card_record
from gaihe.training.reports.model_card.run_records import open_run, point_records
from gaihe.training.runs.records import sha256
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

from tests.serving.model_files import write_model
from tests.training.reports.model_card.conftest import edit

pytestmark = pytest.mark.slow
TEMPLATE = (resources.files("gaihe.training.reports.model_card") / "templates" / "model_card.md").read_text(
    encoding="utf-8"
)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:e[-+]\d+)?")
FIGURES = ("sets", "evaluation", "points", "calibration_error", "parity", "speed")


def leaves(record):
    """Every value and every key of a record."""
    if isinstance(record, dict):
        for key, value in record.items():
            yield key
            yield from leaves(value)
    elif isinstance(record, (list, tuple)):
        for value in record:
            yield from leaves(value)
    else:
        yield record


def numbers(text):
    return {found.rstrip(",") for found in NUMBER.findall(text)}


def explained(record):
    """Every way in which the card may write a number of a record."""
    shown = numbers(re.sub(r"{[{%#].*?[}%#]}", "", TEMPLATE)) | {"0.97", "0.98"}
    for value in leaves(record):
        if isinstance(value, str):
            shown |= numbers(value)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            forms = [f"{value:.{digits}f}" for digits in range(5)] + [f"{100 * value:.1f}", f"{value:.1e}"]
            forms += [str(value), f"{value:,}"]
            shown |= {form.lstrip("-") for form in forms}
    return shown


def saved(*folders):
    """What the files of runs and reports hold."""
    for folder in folders:
        for path in folder.iterdir():
            if path.suffix == ".json":
                yield json.loads(path.read_text(encoding="utf-8"))
            elif path.name == "config.yaml":
                yield yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def record(made):
    return card_record([made.student], [made.report], base=made.base)


@pytest.fixture(scope="module")
def card(made):
    output = made.folder / "CARD.md"
    words = ["model-card", "--run", str(made.student), "--report", str(made.report), "--output", str(output)]
    assert main([*words, "--base", str(made.base)]) == 0
    return output.read_text(encoding="utf-8")


def test_the_card_names_the_model_and_all_that_it_saw(made, card):
    model = made.student / "model.onnx"
    assert f"`{hashlib.sha256(model.read_bytes()).hexdigest()}`" in card
    assert f"{model.stat().st_size:,} bytes" in card
    weights = load_file(made.student / "weights" / "model.safetensors")
    assert f"| parameters | {sum(array.size for array in weights.values()):,} |" in card
    assert "| student | teacher | teacher | 24 | 8 | 1 |" in card
    assert "| teacher | bert | – | 24 | 8 | 1 |" in card
    silver = hashlib.sha256((made.folder / "si|ver `1`.jsonl").read_bytes()).hexdigest()
    assert rf"| teacher | si\|ver '1'.jsonl | 7 | 7 | NAME, PHONE | `{silver}` |" in card
    plain = hashlib.sha256((made.folder / "plain.jsonl").read_bytes()).hexdigest()
    assert f"| student | plain.jsonl | 5 | `{plain}` |" in card
    names = hashlib.sha256((made.folder / "names.jsonl").read_bytes()).hexdigest()
    assert f"| student | names.jsonl | 3 | 0 | NAME | `{names}` |" in card
    assert "Drawn at random; 2,000 characters." in card
    assert str(made.folder) not in card


def test_results_stand_with_their_intervals(made, card):
    report = json.loads(made.report.read_text(encoding="utf-8"))
    (result,) = [row for row in report["results"] if row["system"] == "student/model"]
    leaked = result["overall"]["leaked"]
    assert f"{100 * leaked['value']:.1f}% [{100 * leaked['low']:.1f}% to {100 * leaked['high']:.1f}%]" in card
    for heading in ("by type", "by disguise", "own evaluation", "Operating points", "Calibration", "Export", "Speed"):
        assert re.search(rf"^##+ .*{heading}$", card, re.MULTILINE), heading
    assert "| mine | student-21/model |" in card, "a model that is not a run of the card is another system"


def test_every_table_has_rows_of_one_width(card):
    rows = [len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0 for line in card.splitlines()]
    assert max(rows) > 5
    assert all(left == right for left, right in pairwise(rows) if left and right)
    assert not re.search(r"^\|.*\n\n+\|(?!.*\n\|-)", card, re.MULTILINE), "no row stands apart from its table"


def test_every_number_of_the_record_is_in_the_files(made, record):
    files = list(saved(made.student, made.teacher, made.folder / "report"))
    known = {value for value in leaves(files) if isinstance(value, (int, float))}
    model = record["model"]
    known |= {model["bytes"], model["parameters"], model["characters"], *model["shape"].values()}
    known |= {model["window"], model["overlap"]}
    unknown = [v for v in leaves(record) if isinstance(v, (int, float)) and v not in known]
    assert not unknown


def test_every_number_of_the_card_is_in_the_record(record, card):
    assert numbers(card) <= explained(record)


def drawn(data, value):
    if isinstance(value, dict):
        if value.keys() == {"value", "low", "high"} and data.random() < 0.1:
            return dict.fromkeys(value)
        return {key: drawn(data, item) for key, item in value.items()}
    if isinstance(value, list):
        return [drawn(data, item) for item in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return data.randrange(10**7)
    return data.choice((0.0, 1.0, -data.random(), data.random(), 1000 * data.random()))


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_whatever_the_figures_the_card_shows_these_and_no_others(record, seed):
    data = Random(seed)
    changed = copies.copy(record)
    changed |= {key: drawn(data, record[key]) for key in FIGURES}
    assert numbers(render(changed)) <= explained(changed)


def test_a_set_without_spans_has_no_operating_points_and_no_calibration(record):
    changed = copies.deepcopy(record)
    (mine,) = changed["sets"]
    mine["operating_points"] *= 2
    changed["sets"].append(mine | {"name": "quiet", "spans": 0})
    tables = render(changed).split("## Operating points")[1]
    for name, count in (("mine", 3), ("quiet", 0)):
        assert len(re.findall(rf"^\| {name} \|", tables, re.MULTILINE)) == count


def test_several_runs_give_mean_and_deviation(made, copy, capsys):
    edit(copy.report, lambda report: report["results"][1]["overall"]["leaked"].update(value=0.25))
    runs = ["--run", str(made.student), "--run", str(made.sister)]
    assert main(["model-card", *runs, "--report", str(copy.report), "--base", str(made.base), "--output", "-"]) == 0
    card = capsys.readouterr().out
    report = json.loads(copy.report.read_text(encoding="utf-8"))
    leaked = [row["overall"]["leaked"]["value"] for row in report["results"]]
    assert f"{np.mean(leaked):.3f} ± {np.std(leaked, ddof=1):.3f}" in card
    assert "2 runs (seeds 20, 21)" in card
    assert "| mine | student-21/model |" not in card


def test_runs_of_two_recipes_have_no_mean(made, capsys):
    assert main(["model-card", "--run", str(made.student), "--run", str(made.teacher), "--output", "-"]) == 2
    assert "distill.posts" in capsys.readouterr().err


def test_the_same_run_twice_is_refused(made, capsys):
    assert main(["model-card", "--run", str(made.student), "--run", str(made.student), "--output", "-"]) == 2
    assert "the same model" in capsys.readouterr().err


def test_what_is_not_on_record_is_left_out(made, copy, capsys):
    for name in ("sources.json", "report.json", "environment.json"):
        (copy.student / name).unlink()
    edit(copy.student / "export.json", lambda export: [export.pop(key) for key in list(export)])
    assert main(["model-card", "--run", str(copy.student), "--base", str(made.base), "--output", "-"]) == 0
    card = capsys.readouterr().out
    assert "| student | plain.jsonl | not on record | |" in card
    for absent in ("## Results", "## Speed", "## Export", "## Calibration", "int8", "Trained on"):
        assert absent not in card
    assert "## Intended use" in card and "## Misuse" in card and "## Limits" in card


def test_calibration_and_operating_points_come_from_the_export(made, copy, capsys):
    figures = {"precision": 0.871, "recall": 0.862, "f1": 0.853, "leaked": 0.041}
    intervals = {name: [value - 0.01, value + 0.01] for name, value in figures.items()}
    _, metadata = open_session(copy.student / "model.onnx")
    threshold = metadata.operating_points["balanced"]
    points = {"balanced": {"threshold": threshold, **figures, "intervals": intervals, "kept": False}}
    figures = {"operating_points": points, "calibration_error": {"raw": 0.0814, "scaled": 0.0237}}
    edit(copy.student / "export.json", lambda export: export.update(figures))
    assert main(["model-card", "--run", str(copy.student), "--base", str(made.base), "--output", "-"]) == 0
    card = capsys.readouterr().out
    assert (
        "0.871 (0.861 to 0.881) | 0.862 (0.852 to 0.872) | 0.853 (0.843 to 0.863) | 4.1% (3.1% to 5.1%) | no |" in card
    )
    assert "raw scores | 0.081 |" in card and "(as shipped) | 0.024 |" in card


def test_figures_of_another_threshold_are_not_shown(copy):
    shown = {"precision": 0.871, "recall": 0.862, "f1": 0.853, "leaked": 0.041}
    point = {"threshold": 0.123, **shown, "intervals": {name: [0.0, 1.0] for name in shown}, "kept": True}
    edit(copy.student / "export.json", lambda export: export.update(operating_points={"balanced": point}))
    (row,) = point_records(open_run(copy.student))
    assert row["point"] == "balanced" and row["threshold"] != 0.123
    assert row["figures"] is None


def test_another_place_of_the_base_is_not_that_of_averaged_weights_or_a_teacher(made, copy, tmp_path):
    """A student of a root checkpoint that was taught by another and averaged with a third."""
    config = yaml.safe_load((copy.student / "config.yaml").read_text(encoding="utf-8"))
    config["model"] |= {"base": "bases/first", "average": ["averaged/one"], "adapted": ["old/bert", "new/bert"]}
    config["distill"]["teacher"] = "teachers/large"
    (copy.student / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    recorded = {"base": sha256(made.base / "model.safetensors"), "averaged": ["a" * 64], "teacher": "b" * 64}
    (copy.student / "sources.json").write_text(json.dumps(recorded), encoding="utf-8")
    lineage = Lineage(made.base)
    lineage.add(copy.student)
    (stage,) = lineage.stages
    assert stage["begins"] == "bert, averaged/one, new/bert less old/bert"
    assert stage["teacher"] == "teachers/large"
    assert lineage.roots["teachers/large"]["sha256"] == "b" * 64
    assert lineage.roots["averaged/one"]["lineage"] is None


def test_a_teacher_that_is_the_base_is_found_where_that_lies_now(made, copy):
    config = yaml.safe_load((copy.student / "config.yaml").read_text(encoding="utf-8"))
    config["model"]["base"] = config["distill"]["teacher"] = "models/default"
    (copy.student / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (copy.student / "sources.json").unlink()
    lineage = Lineage(made.base)
    lineage.add(copy.student)
    assert list(lineage.roots) == ["bert"] and lineage.stages[0]["teacher"] == "bert"


def test_notes_are_repeated_as_they_are(made, tmp_path, capsys):
    notes = "- 3 posts of `weibo` overlap; *see* <b>|x|</b> {{ 7 }}"
    (tmp_path / "notes.md").write_text(f"{notes}\n", encoding="utf-8")
    words = ["model-card", "--run", str(made.student), "--base", str(made.base), "--output", "-"]
    assert main([*words, "--notes", str(tmp_path / "notes.md")]) == 0
    assert f"## Notes\n\n{notes}\n" in capsys.readouterr().out
    assert main([*words, "--notes", str(tmp_path / "absent.md")]) == 2
    assert "absent.md" in capsys.readouterr().err


def test_a_report_on_another_model_is_refused(made, capsys):
    words = ["model-card", "--run", str(made.teacher), "--report", str(made.report), "--output", "-"]
    assert main(words) == 2
    error = capsys.readouterr().err
    assert str(made.report) in error and "gaihe benchmark --model" in error


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("config.yaml", None, "finished run"),
        ("config.yaml", "seed: 7\n", "another configuration"),
        ("model.onnx", None, "not finished"),
        ("model.onnx", "text", "another kind of file"),
        ("metrics.json", None, "not finished"),
        ("metrics.json", "{", "not JSON"),
        ("export.json", None, "gaihe train writes it"),
        ("export.json", "[]", "expected a JSON object"),
        ("report.json", '{"gold test": {"posts": 3}}', "'overall'"),
    ],
)
def test_missing_and_damaged_facts_are_named(made, copy, name, content, reason, capsys):
    path = copy.student / name
    path.unlink() if content is None else path.write_text(content, encoding="utf-8")
    assert main(["model-card", "--run", str(copy.student), "--base", str(made.base), "--output", "-"]) == 2
    error = capsys.readouterr().err
    assert reason in error and name in error


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda report: report.pop("results"), "not a report.json of gaihe benchmark"),
        (lambda report: report.pop("settings"), "'settings'"),
        (lambda report: report["sets"][0].pop("spans"), "'spans'"),
    ],
)
def test_a_damaged_report_is_named(made, copy, change, reason, capsys):
    edit(copy.report, change)
    words = ["model-card", "--run", str(made.student), "--report", str(copy.report), "--output", "-"]
    assert main(words) == 2
    error = capsys.readouterr().err
    assert reason in error and "report.json" in error


def test_reports_that_contradict_each_other_are_refused(made, copy, capsys):
    words = ["model-card", "--run", str(made.student), "--report", str(made.report), "--report", str(copy.report)]
    words += ["--base", str(made.base), "--output", "-"]
    assert main(words) == 0
    edit(copy.report, lambda report: report["results"][0]["overall"].update(gold=99))
    assert main(words) == 2
    assert "other figures" in capsys.readouterr().err
    edit(copy.report, lambda report: report["sets"][0].update(posts=99))
    assert main(words) == 2
    assert "other posts" in capsys.readouterr().err


def test_the_lineage_must_be_that_of_the_weights(made, tmp_path, capsys):
    (tmp_path / "LINEAGE.md").write_text("other weights", encoding="utf-8")
    assert main(["model-card", "--run", str(made.student), "--base", str(tmp_path), "--output", "-"]) == 2
    assert "is not what the run began from" in capsys.readouterr().err


def test_an_adapted_checkpoint_tells_what_it_was_adapted_on(made, copy, tmp_path, capsys):
    adapted = tmp_path / "adapted"
    (adapted / "base").mkdir(parents=True)
    config = {"corpus": ["/far/away/weibo.jsonl"], "exclude": ["eval.jsonl"], "base": "models/first", "seed": 3}
    (adapted / "config.yaml").write_text(yaml.safe_dump(config | {"epochs": 1.5}), encoding="utf-8")
    before, after = ({"perplexity": p, "tag_accuracy": a} for p, a in ((15.25, 0.88), (12.5, 0.91)))
    figures = {"before": before, "after": after, "tokens": 123456, "log": []}
    (adapted / "figures.json").write_text(json.dumps(figures), encoding="utf-8")
    text = (copy.student / "config.yaml").read_text(encoding="utf-8")
    moved = text.replace(f"base: {made.teacher / 'weights'}", f"base: {adapted / 'base'}")
    assert moved != text
    (copy.student / "config.yaml").write_text(moved, encoding="utf-8")
    (copy.student / "sources.json").unlink()
    relabel(copy.student / "model.onnx", moved)
    assert main(["model-card", "--run", str(copy.student), "--output", "-"]) == 0
    card = capsys.readouterr().out
    assert "unlabelled posts (weibo.jsonl), 123,456 tokens" in card
    assert "eval.jsonl were left out" in card
    assert "perplexity 15.25 → 12.50, tag accuracy 0.880 → 0.910" in card
    assert "### The checkpoint models/first\n\nWhat this checkpoint saw is not on record here" in card


def relabel(path: Path, config: str) -> None:
    """Write another configuration into a model's metadata."""
    _, metadata = open_session(path)
    facts = {**metadata.facts, "config": config}
    write_model(path, {"gaihe.facts": json.dumps(facts)}, path)


def test_no_training_stack_is_needed():
    code = (
        "import sys, gaihe.training.reports.model_card.record, gaihe.training.reports.model_card.page\n"
        "assert not {'torch', 'transformers', 'hydra'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_average_tells_of_all_the_runs_that_it_is_made_of(made, tmp_path, capsys):
    average = tmp_path / "average"
    words = ["train", "experiment=tiny", "trainer.epochs=0", f"model.base={made.student / 'weights'}"]
    words += [f"model.average=[{made.sister / 'weights'}]", f"data.folder={made.folder / 'data'}"]
    words += ["data.validation=8", "data.test=8", "export.calibrate=false", f"output={average}"]
    assert main(words) == 0
    capsys.readouterr()
    assert main(["model-card", "--run", str(average), "--output", "-"]) == 0
    card = capsys.readouterr().out
    assert "| average | student, student-21 | – | 0 |" in card
    assert "| student | teacher | teacher | 24 |" in card and "| student-21 | teacher | teacher | 24 |" in card


def test_the_encoders_whose_difference_a_run_was_given_are_named(made, tmp_path, capsys):
    after = tmp_path / "after"
    shutil.copytree(made.base, after)
    (after / "LINEAGE.md").write_text("# after\n\nAdapted for an hour.\n", encoding="utf-8")
    words = ["train", "experiment=tiny", "trainer.epochs=0", f"model.base={made.student / 'weights'}"]
    words += [f"model.adapted=[{made.base},{after}]", f"data.folder={made.folder / 'data'}"]
    words += ["data.validation=8", "data.test=8", "export.calibrate=false", f"output={tmp_path / 'given'}"]
    assert main(words) == 0
    capsys.readouterr()
    assert main(["model-card", "--run", str(tmp_path / "given"), "--output", "-"]) == 0
    card = capsys.readouterr().out
    assert "| given | student, after less bert | – | 0 |" in card
    assert "Adapted for an hour." in card and "Drawn at random" in card
