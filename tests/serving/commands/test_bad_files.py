"""Files that are no posts: every reader names the file, the line and the reason, and shows no value."""

import json
import os
import re
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from gaihe.serving.commands.cli import main
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import LONGEST_LINE, decode_json, read_lines, read_posts
from gaihe.serving.exchange.json_array import read_array
from hypothesis import given
from hypothesis import strategies as st

SECRET = "13800138000"
DEEP = "[" * 100_000
WIDE = "9" * 5000
BAD = {
    "nesting": (f'{{"id": "2", "text": {DEEP}'.encode(), "it is nested too deeply"),
    "nesting in a field": (f'{{"id": "2", "text": "x", "more": {DEEP + "]" * 100_000}}}'.encode(), "nested too deeply"),
    "digits": (f'{{"id": "2", "text": "x", "more": {WIDE}}}'.encode(), "a number has too many digits"),
    "digits in an offset": (
        f'{{"id": "2", "text": "x", "entities": [{{"start": {WIDE}, "end": 1, "type": "NAME"}}]}}'.encode(),
        "a number has too many digits",
    ),
    "not UTF-8": (b'{"id": "2", "text": "\xff\xfe"}', "not UTF-8"),
    "surrogate bytes": (b'{"id": "2", "text": "\xed\xa0\x80"}', "not UTF-8"),
    "NUL": (b'{"id": "2", "text": "\0"}', "not JSON"),
    "NULs only": (b"\0\0\0\0", "not JSON"),
    "UTF-16": ('{"id": "2", "text": "x"}'.encode("utf-16"), "not UTF-8"),
    "a number for a text": (f'{{"id": "2", "text": {SECRET}}}'.encode(), "'text' must be str, not int"),
    "a list for an id": (f'{{"id": ["{SECRET}"], "text": "x"}}'.encode(), "'id' must be str, not list"),
    "a string for a span": (
        f'{{"id": "2", "text": "x", "entities": ["{SECRET}"]}}'.encode(),
        "an entity must be an object, not str",
    ),
    "a value for a type": (
        f'{{"id": "2", "text": "x", "entities": [{{"start": 0, "end": 1, "type": "{SECRET}"}}]}}'.encode(),
        "unknown entity type",
    ),
    "another text": (
        f'{{"id": "2", "text": "x", "entities": [{{"start": 0, "end": 1, "type": "NAME", "text": "{SECRET}"}}]}}'.encode(),
        "text is not what [0, 1) holds",
    ),
    "a number for a noise": (f'{{"id": "2", "text": "x", "entities": [], "noise": [{SECRET}]}}'.encode(), "noise kind"),
    "cut off": (f'{{"id": "2", "text": "{SECRET}'.encode(), "not JSON"),
}
ANNOTATION = ("a string for a span", "a value for a type", "another text", "a number for a noise")
"""Faults of fields that commands pass over which write none of them."""
GOOD = b'{"id": "1", "text": "x", "entities": []}\n'


@pytest.mark.parametrize("fault", BAD)
@pytest.mark.parametrize(
    "command",
    [
        ["detect"],
        ["redact"],
        ["convert", "--from", "jsonl", "--to", "conll"],
        ["standoff", "take"],
    ],
    ids=" ".join,
)
def test_a_bad_line_ends_with_2_its_place_and_no_value(tmp_path, capsys, command, fault):
    source = tmp_path / "in.jsonl"
    line, reason = BAD[fault]
    source.write_bytes(GOOD + line + b"\n")
    if command in (["detect"], ["redact"]) and fault in ANNOTATION:
        assert main([*command, "--input", str(source), "--output", str(tmp_path / "out")]) == 0
        assert SECRET not in capsys.readouterr().err
        return
    if command == ["convert", "--from", "jsonl", "--to", "conll"] and reason == "unknown entity type":
        reason = "unknown label, which looks like a value"
    assert main([*command, "--input", str(source), "--output", str(tmp_path / "out")]) == 2
    message = capsys.readouterr().err
    assert message.startswith(f"gaihe: {source}, line 2: ") and reason in message
    assert message.count("\n") == 1
    assert SECRET not in message
    assert [file.name for file in tmp_path.iterdir()] == ["in.jsonl"]


@pytest.mark.parametrize("form", ["doccano", "label-studio", "conll"])
@pytest.mark.parametrize("kind", ["nesting", "digits", "not UTF-8"])
def test_other_tools_files_are_held_to_the_same(tmp_path, capsys, form, kind):
    line, reason = BAD[kind]
    content = {"doccano": line, "label-studio": b"[" + line + b"]", "conll": b"# meta = " + line + b"\nx\tO\n"}[form]
    (tmp_path / "f").write_bytes(content)
    words = ["--from", form, "--to", "jsonl", "--input", str(tmp_path / "f"), "--output", str(tmp_path / "out")]
    assert main(["convert", *words]) == 2
    message = capsys.readouterr().err
    assert message.startswith(f"gaihe: {tmp_path / 'f'}") and reason in message and message.count("\n") == 1


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("doccano", f'{{"text": "x", "label": ["{SECRET}"]}}'),
        ("doccano", f'{{"text": "x", "label": [], "meta": "{SECRET}"}}'),
        ("doccano", f'{{"text": "x", "label": [], "meta": {{"values": ["{SECRET}"]}}}}'),
        ("conll", SECRET),
        (
            "label-studio",
            f'[{{"data": {{"text": "x"}}, "annotations": [{{"result": [{{"type": "labels", "value": "{SECRET}"}}]}}]}}]',
        ),
    ],
)
def test_no_value_of_another_tools_file_is_shown(tmp_path, capsys, form, content):
    (tmp_path / "f").write_text(content)
    assert main(["convert", "--from", form, "--to", "jsonl", "--input", str(tmp_path / "f"), "--output", "-"]) == 2
    message = capsys.readouterr().err
    assert SECRET not in message and "Traceback" not in message


@pytest.mark.parametrize(
    "command",
    [
        ["detect", "--input"],
        ["convert", "--from", "jsonl", "--to", "jsonl", "--output", "-", "--input"],
        ["convert", "--from", "label-studio", "--to", "jsonl", "--output", "-", "--input"],
        ["convert", "--from", "conll", "--to", "jsonl", "--output", "-", "--input"],
        ["standoff", "join", "--input", os.devnull, "--output", "-", "--annotation"],
        ["benchmark", "--output", "unused", "--posts"],
    ],
    ids=lambda words: " ".join(words[:3]),
)
@pytest.mark.parametrize(("path", "reason"), [("absent", "No such file"), (".", "Is a directory")])
def test_a_missing_file_and_a_folder_are_errors_in_words(tmp_path, monkeypatch, capsys, command, path, reason):
    monkeypatch.chdir(tmp_path)
    assert main([*command, path]) == 2
    assert f"cannot read {path}: " in (message := capsys.readouterr().err) and reason in message


@pytest.mark.parametrize(("path", "reason"), [
    ("absent", "cannot read absent: No such file"),
    (".", ". holds no Parquet files"),
])  # fmt: skip
def test_posts_of_a_card_are_a_file_or_a_folder_of_parquet(tmp_path, monkeypatch, capsys, path, reason):
    monkeypatch.chdir(tmp_path)
    assert main(["card", "--count", "50", "--output", "unused", "--real", path]) == 2
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(("path", "reason"), [("absent", "No such file"), ("file", "Not a directory")])
def test_a_missing_brat_folder_and_a_file_in_its_place_are_errors_in_words(tmp_path, capsys, path, reason):
    (tmp_path / "file").write_text("x")
    words = ["--from", "brat", "--to", "jsonl", "--input", str(tmp_path / path), "--output", "-"]
    assert main(["convert", *words]) == 2
    assert f"cannot read {tmp_path / path}: {reason}" in capsys.readouterr().err


def test_a_byte_order_mark_is_no_part_of_a_line(tmp_path):
    (tmp_path / "in.jsonl").write_bytes(b"\xef\xbb\xbf" + GOOD)
    assert [post.id for post in read_posts(tmp_path / "in.jsonl")] == ["1"]


def test_escaped_surrogates_and_nul_are_text(tmp_path):
    (tmp_path / "in.jsonl").write_bytes(b'{"id": "1", "text": "\\ud800\\u0000"}\n')
    assert [post.text for post in read_posts(tmp_path / "in.jsonl")] == ["\ud800\0"]


@given(st.binary(max_size=60))
def test_any_bytes_are_json_or_an_error_in_words(content):
    try:
        assert json.loads(content.decode("utf-8-sig")) == decode_json(content, "here")
    except (ValueError, RecursionError):
        with pytest.raises(PostError, match="^here: not "):
            decode_json(content, "here")


@pytest.mark.parametrize("read", [read_lines, lambda path: read_array(path, "task")])
def test_a_line_without_end_is_refused(tmp_path, monkeypatch, read):
    for module in ("core.posts", "exchange.json_array"):
        monkeypatch.setattr(f"gaihe.serving.{module}.LONGEST_LINE", 1000)
    (tmp_path / "long").write_text('[{"text": "' + "x" * 70_000)
    with pytest.raises(PostError, match="(line|task) 1: .*longer than 1000"):
        list(read(tmp_path / "long"))
    assert LONGEST_LINE >= 10_000_000


@pytest.mark.parametrize("command", ["redact", "detect", "judge"])
@pytest.mark.parametrize(
    ("name", "words"), [("a.txt", []), ("a.csv", ["--column", "text"]), ("wide.txt", ["--format", "text"])]
)
def test_texts_of_another_encoding_stay_and_end_with_1(tmp_path, capsys, command, name, words):
    lines = f"text\n张丽{SECRET}\n张丽\n"
    content = lines.encode("utf-16" if name.startswith("wide") else "gb18030")
    (tmp_path / name).write_bytes(content)
    out = tmp_path / "out"
    words = [command, "--input", str(tmp_path / name), *words, "--output", str(out)]
    assert main(words) == 1
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith(f"{tmp_path / name}, line ") and "bytes that are not UTF-8 are not read" in first
    assert re.fullmatch(r"gaihe: \d of \d lines hold bytes that are not UTF-8", last)
    written = out.read_bytes()
    assert main([*words, "--bad-lines", "pass"]) == 0
    assert re.search(r"^\d of \d lines hold bytes that are not UTF-8$", capsys.readouterr().err, re.MULTILINE)
    assert out.read_bytes() == written


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_cells_of_another_encoding_stay_and_the_others_are_redacted(tmp_path, capsys, kind):
    cells = [f"张丽的电话是{SECRET}".encode(), f"张丽的电话是{SECRET}".encode() + b"\xff", None, b"\xfe"]
    texts = pa.array(cells, pa.large_binary() if kind == pa.large_string() else pa.binary()).view(kind)
    pq.write_table(pa.table({"id": texts, "text": texts}), tmp_path / "a.parquet")
    words = ["redact", "--column", "text", "--input", str(tmp_path / "a.parquet"), "--output", str(tmp_path / "out")]
    assert main(words) == 1
    assert "a.parquet, row 2: bytes that are not UTF-8 are not read" in capsys.readouterr().err
    redacted = "[姓名]的电话是[电话]".encode()
    table = pq.read_table(tmp_path / "out")
    assert table["text"].cast(pa.binary()).to_pylist() == [redacted, redacted + b"\xff", None, b"\xfe"]
    assert table["id"].cast(pa.binary()).to_pylist() == cells


@pytest.mark.parametrize("record", ['{"id": "1", "text": "x"}', '{"id": "1", "text": "x", "entities": null}'])
def test_posts_that_nobody_annotated_are_not_clean_posts(tmp_path, capsys, record):
    (tmp_path / "in.jsonl").write_text(record + "\n")
    given = str(tmp_path / "in.jsonl")
    for words in (
        ["benchmark", "--posts", given, "--output", str(tmp_path / "report")],
        ["convert", "--from", "jsonl", "--to", "conll", "--input", given, "--output", "-"],
    ):
        assert main(words) == 2
        assert f"{given}, line 1: the post has no 'entities'" in capsys.readouterr().err
    assert main(["detect", "--input", given]) == 0


@pytest.mark.parametrize(
    "locale",
    [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
)
def test_a_terminal_without_chinese_gets_the_same_lines_and_escaped_words(tmp_path, locale):
    text = "张丽，手机号13800138000"
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "一", "text": text}, ensure_ascii=False) + "\n")
    command = [sys.executable, "-m", "gaihe.serving"]
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    lines, words = (
        subprocess.run([*command, *more], env=plain | locale, capture_output=True, check=True, cwd=tmp_path).stdout
        for more in (["redact", "--input", "in.jsonl"], ["detect", text])
    )
    assert json.loads(lines.decode("utf-8"))["text"] == "[姓名]，手机号[电话]"
    assert b"NAME" in words and b"PHONE" in words and b"13800138000" in words


def test_columns_fields_and_files_are_named_in_utf8_whatever_the_locale(tmp_path):
    (tmp_path / "a.csv").write_text("id,内容\n1,手机号13800138000\n", encoding="utf-8")
    (tmp_path / "a.jsonl").write_text('{"内容": "手机号13800138000"}\n', encoding="utf-8")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    plain |= {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = [
        subprocess.run(
            [sys.executable, "-m", "gaihe.serving", "redact", *map(str.encode, words)],
            env=plain, capture_output=True, check=False, cwd=tmp_path,
        )
        for words in (
            ["--input", "a.csv", "--column", "内容"],
            ["--input", "a.jsonl", "--field", "内容"],
            ["--input", "甲.jsonl"],
        )
    ]  # fmt: skip
    assert done[0].stdout.decode() == "id,内容\n1,手机号[电话]\n"
    assert json.loads(done[1].stdout) == {"内容": "手机号[电话]"}
    assert b"cannot read \\u7532.jsonl" in done[2].stderr


def test_a_file_name_that_cannot_be_printed_is_escaped(tmp_path):
    command = [sys.executable, "-m", "gaihe.serving", "detect", "--input", b"\xff\xe5\xbc\xa0.jsonl"]
    done = subprocess.run(command, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=False)
    assert done.returncode == 2 and b"Traceback" not in done.stderr and b"cannot read \\xff\\u5f20.jsonl" in done.stderr
