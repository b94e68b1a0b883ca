import io
import json
import re
import sys
from pathlib import Path

import pytest
from gaihe.serving.commands.cli import main
from gaihe.serving.core.posts import read_posts, write_posts
from gaihe.serving.core.schema import Entity, EntityType, Post

POST = Post("p", "张丽，QQ 12345", (Entity(0, 2, EntityType.NAME, "张丽"), Entity(6, 11, EntityType.QQ, "12345")))


@pytest.fixture
def posts_file(tmp_path):
    write_posts([POST], tmp_path / "posts.jsonl")
    return str(tmp_path / "posts.jsonl")


def convert(source, target, given, output, *options):
    return main(["convert", "--from", source, "--to", target, "--input", given, "--output", str(output), *options])


def test_to_brat_and_back_under_other_names(tmp_path, posts_file):
    assert convert("jsonl", "brat", posts_file, tmp_path / "b", "--label", "NAME=人名") == 0
    assert "人名 0 2\t张丽" in (tmp_path / "b" / "p.ann").read_text(encoding="utf-8")
    options = ["--map", "人名=NAME", "--map", "QQ=", "--types", "NAME"]
    assert convert("brat", "jsonl", str(tmp_path / "b"), tmp_path / "back.jsonl", *options) == 0
    (back,) = read_posts(tmp_path / "back.jsonl")
    assert back == Post("p", POST.text, POST.entities[:1], types=(EntityType.NAME,))


def test_standard_input_and_output(posts_file, monkeypatch, capsys):
    lines = Path(posts_file).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    assert convert("jsonl", "conll-bioes", "-", "-") == 0
    written = capsys.readouterr().out
    assert "张\tB-NAME\n丽\tE-NAME\n" in written
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(written.encode())))
    assert convert("conll", "label-studio", "-", "-") == 0
    tasks = capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(tasks.encode())))
    assert convert("label-studio", "jsonl", "-", "-") == 0
    assert capsys.readouterr().out.encode() == lines


def test_found_entities_get_their_texts_back_for_correction(tmp_path, posts_file):
    assert main(["detect", "--input", posts_file, "--output", str(tmp_path / "found.jsonl")]) == 0
    given = str(tmp_path / "found.jsonl")
    output = tmp_path / "tasks.json"
    assert convert("jsonl", "label-studio-predictions", given, output, "--texts", posts_file) == 0
    (task,) = json.loads(output.read_text(encoding="utf-8"))
    assert task["data"]["text"] == POST.text
    assert {tuple(r["value"]["labels"]) for r in task["predictions"][0]["result"]} == {("NAME",), ("QQ",)}


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ([], "found.jsonl, line 1: .*texts.jsonl has no line for it"),
        ([POST, POST], "texts.jsonl, line 2: .*found.jsonl has no line for it"),
        ([Post("q", "x")], "the id is 'p', but 'q' in .*texts.jsonl, line 1"),
    ],
)
def test_texts_of_other_posts_are_refused(tmp_path, capsys, texts, reason):
    (tmp_path / "found.jsonl").write_text('{"id": "p", "entities": []}\n')
    write_posts(texts, tmp_path / "texts.jsonl")
    options = ["--texts", str(tmp_path / "texts.jsonl")]
    assert convert("jsonl", "doccano", str(tmp_path / "found.jsonl"), tmp_path / "out", *options) == 2
    assert re.search(reason, capsys.readouterr().err)
    assert not (tmp_path / "out").exists()


def test_lines_without_texts_are_told_where_texts_come_from(tmp_path, capsys):
    found = tmp_path / "found.jsonl"
    found.write_text('{"id": "p", "entities": []}\n')
    assert convert("jsonl", "brat", str(found), tmp_path / "b") == 2
    assert "found.jsonl, line 1: missing 'text'; --texts names the file of the posts" in capsys.readouterr().err
    found.write_text('{"id": "p"}\n')
    assert convert("jsonl", "brat", str(found), tmp_path / "b") == 2
    assert "--texts" not in capsys.readouterr().err
    found.write_text('{"id": "p", "entities": []}\n')
    bare = tmp_path / "bare.jsonl"
    bare.write_text('{"id": "p", "content": "你好"}\n')
    assert convert("jsonl", "brat", str(found), tmp_path / "b", "--texts", str(bare)) == 2
    assert capsys.readouterr().err.endswith("bare.jsonl, line 1: missing 'text'\n")


def test_lines_of_the_project_may_count_utf_16_units(tmp_path):
    post = Post("p", "😀😀张丽", (Entity(2, 4, EntityType.NAME, "张丽"),))
    write_posts([post], tmp_path / "posts.jsonl")
    wide, back = tmp_path / "wide.jsonl", tmp_path / "back.jsonl"
    assert convert("jsonl", "jsonl", str(tmp_path / "posts.jsonl"), wide, "--output-offsets", "utf-16") == 0
    assert json.loads(wide.read_text(encoding="utf-8"))["entities"][0]["start"] == 4
    assert convert("jsonl", "jsonl", str(wide), back, "--input-offsets", "utf-16") == 0
    assert list(read_posts(back)) == [post]


def test_what_was_left_out_is_said(tmp_path, capsys):
    (tmp_path / "tasks.json").write_text('[{"data": {"text": "x"}, "annotations": []}]')
    assert convert("label-studio", "jsonl", str(tmp_path / "tasks.json"), tmp_path / "out") == 0
    assert "left out: 1 tasks without annotations" in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == ""


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--map", "PER"], "expected LABEL=TYPE, or LABEL= to drop a label, not 'PER'"),
        (["--map", "PER=CAT"], "unknown entity type 'CAT'; known: NAME, PHONE"),
        (["--map", "PER=NAME", "--map", "PER="], "the label 'PER' is given twice"),
        (["--label", "NAME=a b"], "the label without white space"),
        (["--label", "NAME=QQ"], "the label 'QQ' would stand for more than one type"),
        (["--types", "NAME,CAT"], "unknown entity type 'CAT'"),
        (
            ["--types", "NAME"],
            "posts.jsonl, line 1: QQ [6, 11) is annotated, but the annotation is said to cover NAME only",
        ),
    ],
)
def test_bad_options_end_with_2_and_what_would_be_right(tmp_path, capsys, posts_file, options, reason):
    assert convert("jsonl", "doccano", posts_file, tmp_path / "out", *options) == 2
    assert reason in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("side", ["input", "output"])
def test_an_unknown_unit_of_offsets_is_refused_with_those_there_are(tmp_path, capsys, posts_file, side):
    with pytest.raises(SystemExit):
        convert("jsonl", "jsonl", posts_file, tmp_path / "out", f"--{side}-offsets", "utf-8")
    told = capsys.readouterr().err.splitlines()[-1]
    assert "'utf-8'" in told and "code-point" in told and "utf-16" in told and "OffsetUnit" not in told


def test_options_that_do_not_fit_the_formats_are_refused(capsys, posts_file, tmp_path):
    assert convert("jsonl", "brat", posts_file, "-") == 2
    assert "cannot be standard input or output" in capsys.readouterr().err
    assert convert("doccano", "jsonl", posts_file, tmp_path / "out", "--texts", posts_file) == 2
    assert "--texts goes with --from jsonl" in capsys.readouterr().err
    assert convert("jsonl", "doccano", posts_file, tmp_path / "out", "--separator", " ") == 2
    assert "--separator goes with --from conll" in capsys.readouterr().err
    assert convert("jsonl", "conll", posts_file, tmp_path / "out", "--output-offsets", "utf-16") == 2
    assert "--output-offsets does not go with conll" in capsys.readouterr().err
    assert convert("jsonl", "conll", str(tmp_path / "absent.jsonl"), tmp_path / "out") == 2
    assert "cannot read" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        convert("jsonl", "xml", posts_file, tmp_path / "out")
    assert "invalid choice: 'xml'" in capsys.readouterr().err
