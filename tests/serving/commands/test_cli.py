import itertools
import json
import shlex
import subprocess
import sys
import time

import pytest
from gaihe.serving.commands.cli import main
from gaihe.serving.recognition.reading import Reading


def write(path, *lines):
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return str(path)


def test_a_text_is_shown_with_its_spans(capsys):
    assert main(["detect", "手机号13800138000"]) == 0
    assert "[3, 14)  PHONE 电话  13800138000" in capsys.readouterr().out


def test_a_text_without_data_says_so(capsys):
    assert main(["detect", "今天天气真好"]) == 0
    assert capsys.readouterr().out == "no personal data found\n"


def test_a_file_gives_one_line_a_post_in_order(tmp_path):
    posts = [{"id": f"p{i}", "text": text} for i, text in enumerate(["手机号13800138000", "", "今天天气真好"] * 700)]
    source = write(tmp_path / "in.jsonl", *(json.dumps(post) for post in posts))
    target = tmp_path / "out.jsonl"
    assert main(["detect", "--input", source, "--output", str(target), "--threads", "2"]) == 0
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == [post["id"] for post in posts]
    assert rows[0]["entities"][0]["value"] == "13800138000"
    assert set(rows[0]["entities"][0]) == {"start", "end", "type", "text", "score", "value", "valid", "evasion"}
    assert rows[1]["entities"] == rows[2]["entities"] == []


@pytest.mark.parametrize("broken", [False, True])
def test_the_file_of_a_stream_appears_when_the_stream_has_ended_well(tmp_path, broken):
    aside, target = tmp_path / "bad.txt", tmp_path / "out.jsonl"
    files = ["--bad-lines", str(aside), "--output", str(target)]
    words = [sys.executable, "-m", "gaihe.serving", "detect", "--stream", *files]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        process.stdin.write('{"id": "1", "text": "手机号13800138000"}\n{broken\n'.encode())
        process.stdin.flush()
        end = time.monotonic() + 60
        while not (aside.is_file() and aside.stat().st_size) and time.monotonic() < end:
            time.sleep(0.05)
        assert aside.read_bytes() == b"{broken\n" and not target.exists()
        if broken:
            process.terminate()
        process.stdin.close()
    assert sorted(tmp_path.iterdir()) == ([aside] if broken else [aside, target])
    assert broken or target.read_text(encoding="utf-8").count("\n") == 1


def test_standard_input_and_output_serve_as_files():
    line = '{"id": "一", "text": "手机号13800138000"}\n'
    command = [sys.executable, "-m", "gaihe.serving", "detect", "--input", "-", "--output", "-"]
    done = subprocess.run(command, input=line.encode(), capture_output=True, check=True)
    assert json.loads(done.stdout)["entities"][0]["type"] == "PHONE"
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "2", "text"', "not JSON"),
        ('{"id": "2"}', "missing 'text'"),
        ('{"text": "x"}', "missing 'id'"),
        ("[]", "object"),
    ],
)
def test_a_bad_line_ends_with_2_its_place_and_no_output_file(tmp_path, capsys, line, reason):
    source = write(tmp_path / "in.jsonl", '{"id": "1", "text": "好"}', line)
    target = tmp_path / "out.jsonl"
    target.write_text("old", encoding="utf-8")
    assert main(["detect", "--input", source, "--output", str(target)]) == 2
    message = capsys.readouterr().err
    assert f"{source}, line 2" in message
    assert reason in message
    assert target.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["detect", "--input", "absent.jsonl"], "cannot read absent.jsonl"),
        (["detect"], "either a TEXT or --input F.jsonl (- is standard input; lines of text: --format text)"),
        (["detect", "好", "--input", "x.jsonl"], "either a TEXT or --input"),
        (["detect", "好", "--output", "found.jsonl"], "--output goes with --input"),
        (["judge", "好", "--format", "csv"], "--format goes with --input"),
        (["redact", "好", "--bad-lines", "pass"], "--bad-lines goes with --input"),
        (["restore", "好", "--mapping", "m.json", "--stream"], "--stream goes with --input"),
        (["detect", "好", "--model", "absent.onnx"], "no model at absent.onnx"),
        (["detect", "好", "--model", __file__], "another kind of file"),
        (["detect", "好", "--operating-point", "bold"], "unknown operating point 'bold'"),
        (["redact", "--erase", " ", "张丽"], "--erase needs what is known"),
        (["detect", "--input", "x.jsonl", "--bad-lines", "-"], "cannot write -: it is the output - too"),
        (
            ["detect", "张丽".encode("gb18030").decode("utf-8", "surrogateescape")],
            "not UTF-8; from another encoding: iconv",
        ),
        (["redact", "好", "--erase", "\udcd5\udcc5"], "not UTF-8"),
        (["detect", "好", "--threads", "0"], "--threads must be at least 1"),
        (["detect", "好", "--colour"], "there is no option --colour"),
        (["redact", "好", "--style", "label", "--threads", "0"], "--threads must be at least 1"),
        (["benchmark", "--posts", "absent.jsonl", "--output", "unused"], "cannot read absent.jsonl"),
        (["generate", "--count", "-1"], "--count must be at least 0"),
    ],
)
def test_bad_usage_ends_with_2_and_the_reason(words, reason, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["detect"], ["judge"], ["redact"], ["redact", "--erase", "张丽"], ["restore", "--mapping", "m.json"]]
)
@pytest.mark.parametrize("more", [[], ["--stream"]])
def test_standard_input_is_no_text(words, more, capsys):
    assert main([*words, *more, "-"]) == 2
    told = capsys.readouterr()
    assert "standard input is read with --input - (lines of text: --format text)" in told.err and not told.out


def test_a_text_of_hyphens_is_one(capsys):
    assert main(["detect", "--", "--"]) == 0
    assert capsys.readouterr().out == "no personal data found\n"


@pytest.mark.parametrize("command", ["detect", "redact"])
def test_a_post_that_cannot_be_processed_is_named_and_the_others_are_written(tmp_path, capsys, monkeypatch, command):
    def fails(self, texts):
        if "坏" in texts:
            raise ValueError(texts)
        return [Reading([], None) for _ in texts]

    monkeypatch.setattr("gaihe.serving.recognition.recognizer.Recognizer._detect_equal", fails)
    lines = ['{"id": "a", "text": "好"}', "", '{"id": "b", "text": "坏"}', '{"id": "c", "text": "行"}']
    source, target = write(tmp_path / "in.jsonl", *lines), tmp_path / "out.jsonl"
    assert main([command, "--input", source, "--output", str(target)]) == 1
    assert [json.loads(line)["id"] for line in target.read_text(encoding="utf-8").splitlines()] == ["a", "c"]
    message = capsys.readouterr().err
    assert f"{source}, line 3, post 'b': could not be processed: ValueError" in message
    assert "1 of 3 texts" in message
    assert "坏" not in message


def test_progress_counts_all_that_was_read(tmp_path, capsys, monkeypatch):
    times = itertools.count(step=10)
    monkeypatch.setattr("gaihe.serving.core.progress.time.monotonic", lambda: next(times))
    source = write(tmp_path / "in.jsonl", *[f'{{"id": "{number}", "text": "好"}}' for number in range(5)])
    assert main(["detect", "--input", source, "--output", str(tmp_path / "out.jsonl")]) == 0
    assert capsys.readouterr().err.startswith("gaihe: 5 posts, ")


def test_help_says_what_each_command_does(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert "answer over HTTP" in shown and "see gaihe" not in shown


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["detect", "张丽", "电话13800138000"], "1 word too many: a TEXT goes in quotation marks"),
        (
            ["detect", "--colour", "好", "--张丽", "-13800138000", "住麓山南路"],
            'there is no option --colour; a TEXT that begins with - goes after --: gaihe detect -- "…"; 1 word too many',
        ),
        (["detect", "好", "--text=张丽"], "a TEXT that begins with - goes after --"),
        (["detect", "-o", "张丽"], "gaihe: there is no option -o\n"),
        (["detect", "-o张丽"], "a TEXT that begins with - goes after --"),
        (["detect", "-1张丽"], 'a TEXT that begins with - goes after --: gaihe detect -- "…"\n'),
        (["detect", "--threads", "张丽"], "argument --threads: must be a whole number"),
        (["detect", "--threshold", "张丽"], "argument --threshold: must be a number"),
        (["redact", "--style", "张丽"], "argument --style: must be one of label, mask"),
        (["张丽，电话13800138000"], "argument COMMAND: must be one of detect, redact"),
        (["bless"], "invalid choice: 'bless'"),
    ],
)
def test_words_of_a_text_in_the_wrong_place_are_not_repeated(words, reason, capsys):
    try:
        assert main(words) == 2
    except SystemExit as ended:
        assert ended.code == 2
    message = capsys.readouterr().err
    assert reason in message
    assert not any(part in message for part in ("张丽", "13800138000", "麓山"))


def test_a_text_that_begins_with_a_hyphen_goes_after_two(capsys):
    assert main(["detect", "--", "-1电话13800138000"]) == 0
    assert "PHONE" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command", ["detect", "redact", "restore", "judge", "completion", "benchmark", "scan", "generate", "serve"]
)
def test_examples_of_help_can_be_pasted(command, capsys):
    with pytest.raises(SystemExit):
        main([command, "--help"])
    _, found, examples = capsys.readouterr().out.partition("\nexample")
    assert found
    for line in examples.partition("\n\n")[0].splitlines()[1:]:
        assert "  " not in line.strip().partition("  # ")[0].rstrip(), line
        assert shlex.split(line, comments=True)


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        ("detect 好 >&-", 2, "gaihe: standard output is closed\n"),
        ("detect --input - >&- <&-", 2, "gaihe: standard output is closed\n"),
        ("detect --input - --output out.jsonl <&-", 2, "gaihe: standard input is closed\n"),
        ("detect --stream --output out.jsonl <&-", 2, "gaihe: standard input is closed\n"),
        ("redact --input - --format csv --column text --output out.csv <&-", 2, "gaihe: standard input is closed\n"),
        ("detect --input in.jsonl --output out.jsonl >&- <&-", 0, ""),
    ],
)
def test_closed_standard_streams_are_told_where_they_are_used(tmp_path, words, code, reason):
    write(tmp_path / "in.jsonl", '{"id": "1", "text": "好"}')
    command = ["sh", "-c", f'exec "$0" -m gaihe.serving {words}', sys.executable]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (code, reason, "")
    assert {path.name for path in tmp_path.glob("out.*")} == ({"out.jsonl"} if code == 0 else set())


@pytest.mark.parametrize("closing", ["2>&-", "2>/dev/full"])
def test_what_standard_error_does_not_take_is_dropped(tmp_path, closing):
    write(tmp_path / "in.jsonl", "{broken", '{"id": "1", "text": "好"}')
    command = f'"$0" -m gaihe.serving detect --input in.jsonl --bad-lines pass --output out.jsonl {closing}'
    assert subprocess.run(["sh", "-c", command, sys.executable], cwd=tmp_path, check=False).returncode == 0
    assert len((tmp_path / "out.jsonl").read_bytes().splitlines()) == 2


@pytest.mark.parametrize("word", ["-h张丽", "--stream=张丽", "--seal=张'丽", "--t=张丽", "--inp=张丽"])
def test_a_text_that_looks_like_an_option_is_not_repeated(word, capsys):
    try:
        assert main(["redact", word]) == 2
    except SystemExit as ended:
        assert ended.code == 2
    assert "张" not in capsys.readouterr().err


def test_an_unknown_command_ends_with_2(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["bless"])
    assert ended.value.code == 2
    assert "detect" in capsys.readouterr().err


def test_redaction_puts_the_types_chinese_name_in_place(tmp_path, capsys):
    assert main(["redact", "手机号13800138000，谢谢"]) == 0
    assert capsys.readouterr().out == "手机号[电话]，谢谢\n"
    assert main(["redact", "手机号13800138000，谢谢", "--style", "mask"]) == 0
    assert capsys.readouterr().out == f"手机号{'█' * 11}，谢谢\n"
    source = write(tmp_path / "in.jsonl", '{"id": "1", "text": "手机号13800138000，谢谢"}')
    assert main(["redact", "--input", source, "--output", "-"]) == 0
    assert json.loads(capsys.readouterr().out) == {"id": "1", "text": "手机号[电话]，谢谢"}


@pytest.mark.parametrize(
    ("command", "passed", "key"),
    [
        ("detect", 'it is reported and has a line {"error"} in place of its result; or', ""),
        ("judge", 'it is reported and has a line {"error"} in place of its result; or', ""),
        ("redact", "it is reported and passed on as it stands, not redacted; or", "decides hashes and pseudonyms, and seals"),
        ("restore", "it is reported and passed on as it stands; or", "16 bytes or more, with which the mapping was sealed"),
    ],
)  # fmt: skip
def test_help_says_what_becomes_of_a_bad_line_and_what_the_key_is_for(command, passed, key, capsys):
    with pytest.raises(SystemExit):
        main([command, "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert passed in shown and key in shown and ("--key-file" in shown) == bool(key)


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert all(command in shown for command in ("detect", "redact", "generate", "train", "benchmark", "serve"))
