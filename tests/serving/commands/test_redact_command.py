import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from gaihe.serving.commands.cli import main
from gaihe.serving.commands.mapping_file import held_mapping, read_mapping
from gaihe.serving.core.atomic_files import append, open_output
from gaihe.serving.core.errors import WriteFailedError
from gaihe.serving.core.schema import EntityType
from gaihe.serving.redaction import PseudonymMap, restore

TEXT = "张丽的电话是13800138000"
KEY = "sixteen bytes of secret\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key").write_text(KEY, encoding="utf-8")
    return tmp_path


def write(path, *records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ([], "[姓名]的电话是[电话]"),
        (["--style", "mask"], "██的电话是███████████"),
        (["--policy", "moderation"], "张*的电话是138****8000"),
        (["--policy", "publication"], "【姓名】的电话是【电话】"),
        (["--operator", "PHONE=remove"], "[姓名]的电话是"),
        (["--operator", "keep", "--operator", "NAME=label"], "[姓名]的电话是13800138000"),
        (["--erase", "张丽"], "【姓名】的电话是【电话】"),
        (["--erase", "王芳"], TEXT),
    ],
)
def test_options_choose_what_takes_whose_place(here, capsys, words, shown):
    assert main(["redact", *words, TEXT]) == 0
    assert capsys.readouterr().out == shown + "\n"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--operator", "burn"], "--operator must be [TYPE=]OP"),
        (["--operator", "FONE=mask"], "--operator must be [TYPE=]OP"),
        (["--operator", "hash"], "need a key: --key-file"),
        (["--key-file", "absent"], "cannot read the key absent"),
        (["--policy", "absent.toml"], "cannot read the policy absent.toml"),
        (["--policy", ""], "cannot read the policy"),
        (["--mapping", "m.json"], "makes no pseudonyms"),
        (["--policy", "llm", "--seal", "--key-file", "key"], "--seal goes with --mapping"),
        (["--policy", "llm", "--mapping", "bad.json"], "bad.json: a map of pseudonyms is an object"),
    ],
)
def test_options_that_do_not_fit_end_with_2(here, capsys, words, reason):
    (here / "bad.json").write_text("{}", encoding="utf-8")
    assert main(["redact", *words, TEXT]) == 2
    error = capsys.readouterr().err
    assert reason in error
    assert "张丽" not in error


@pytest.mark.parametrize(
    ("words", "read"),
    [
        (["restore", "--mapping", "case.json"], "case.json"),
        (["restore", "--mapping", "m.json", "--key-file", "key"], "key"),
        (["redact", "--key-file", "key"], "key"),
        (["redact", "--policy", "llm", "--mapping", "new.json"], "new.json"),
        (["redact", "--policy", "own.toml"], "own.toml"),
        (["judge", "--policy", "own.toml"], "own.toml"),
        (["detect", "--model", "m.onnx"], "m.onnx"),
    ],
)
def test_no_output_takes_the_place_of_a_file_that_is_read(here, capsys, words, read):
    write(here / "a.jsonl", {"id": "1", "text": TEXT})
    for name in ("case.json", "m.json"):
        write(here / name, PseudonymMap().to_record())
    (here / "own.toml").write_text('name = "own"\nversion = "1"\n', encoding="utf-8")
    (here / "m.onnx").write_bytes(b"a model")
    before = {path.name: path.read_bytes() for path in here.iterdir()}
    for outputs in (["--output", read], ["--output", "b.jsonl", "--bad-lines", read]):
        assert main([*words, "--input", "a.jsonl", *outputs]) == 2
        assert f"cannot write {read}: it is the " in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in here.iterdir()} == before


def test_a_preset_is_no_file_that_is_read(here):
    write(here / "a.jsonl", {"id": "1", "text": TEXT})
    assert main(["redact", "--policy", "label", "--input", "a.jsonl", "--output", "label"]) == 0
    assert json.loads((here / "label").read_bytes())["text"] == "[姓名]的电话是[电话]"


def test_a_short_key_is_refused(here, capsys):
    (here / "key").write_text("short\n", encoding="utf-8")
    assert main(["redact", "--key-file", "key", TEXT]) == 2
    assert "16 bytes or more, not 5" in capsys.readouterr().err


@pytest.mark.parametrize("sealed", [[], ["--seal", "--key-file", "key"]])
def test_a_case_is_redacted_in_two_goes_and_restored(here, capsys, sealed):
    write(here / "a.jsonl", {"id": "1", "text": TEXT}, {"id": "2", "text": "找张丽"})
    redact = ["redact", "--policy", "llm", "--mapping", "m.json", *sealed]
    assert main([*redact, "--input", "a.jsonl", "--output", "b.jsonl"]) == 0
    assert main([*redact, "张丽在吗"]) == 0
    later = capsys.readouterr().out.strip()
    texts = [json.loads(line)["text"] for line in (here / "b.jsonl").read_text(encoding="utf-8").splitlines()]
    assert later.removesuffix("在吗") == texts[1].removeprefix("找")
    assert ("张丽" in json.dumps(json.loads((here / "m.json").read_bytes()), ensure_ascii=False)) == (not sealed)
    restore = ["restore", "--mapping", "m.json", *sealed[1:]]
    assert main([*restore, "--input", "b.jsonl", "--output", "c.jsonl"]) == 0
    assert (here / "c.jsonl").read_bytes() == json_lines({"id": "1", "text": TEXT}, {"id": "2", "text": "找张丽"})
    assert main([*restore, f"答：{later}"]) == 0
    assert capsys.readouterr().out == "答：张丽在吗\n"
    if sealed:
        assert main(["restore", "--mapping", "m.json", later]) == 2
        assert "--key-file" in capsys.readouterr().err


def test_a_map_that_came_sealed_stays_sealed(here, capsys):
    words = ["redact", "--policy", "llm", "--mapping", "m.json", "--key-file", "key"]
    assert main([*words, "--seal", TEXT]) == 0
    assert main([*words, "李国强在吗"]) == 0
    assert set(json.loads((here / "m.json").read_bytes())) == {"format", "sealed"}
    shown = capsys.readouterr().out.splitlines()[-1]
    assert main(["restore", "--mapping", "m.json", "--key-file", "key", shown]) == 0
    assert capsys.readouterr().out == "李国强在吗\n"


def test_a_map_is_of_one_run_at_a_time(here, capsys):
    words = [sys.executable, "-m", "gaihe.serving", "redact", "--policy", "llm", "--mapping", "m.json"]
    with subprocess.Popen(
        [*words, "--stream", "--format", "text"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as first:
        first.stdin.write(f"{TEXT}\n".encode())
        first.stdin.flush()
        shown = first.stdout.readline().decode().strip()
        assert main(["redact", "--policy", "llm", "--mapping", "m.json", "李国强在吗"]) == 2
        told = capsys.readouterr().err
        assert "another run works with the mapping m.json" in told
        first.kill()
    assert main(["restore", "--mapping", "m.json", shown]) == 0
    assert capsys.readouterr().out.strip() == TEXT
    assert main(["redact", "--policy", "llm", "--mapping", "m.json", "李国强在吗"]) == 0
    assert main(["restore", "--mapping", "m.json", shown]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == TEXT
    assert [path.name for path in here.glob(".*")] == []


def test_no_text_is_passed_on_whose_map_cannot_be_written(here, capsys, monkeypatch):
    def full(*_, **__):
        raise WriteFailedError("cannot write m.json to its end: No space left on device")

    write(here / "a.jsonl", {"id": "1", "text": TEXT})
    monkeypatch.setattr("gaihe.serving.commands.mapping_file.open_output", full)
    words = ["redact", "--policy", "llm", "--mapping", "m.json"]
    for given in (
        ["--input", "a.jsonl", "--output", "b.jsonl"],
        ["--input", "a.jsonl"],
        ["--erase", "张丽", TEXT],
        [TEXT],
    ):
        assert main([*words, *given]) == 1
    assert capsys.readouterr().out == ""
    assert not (here / "b.jsonl").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_gets_its_map_where_some_bytes_are_not_utf_8(here):
    (here / "a.txt").write_bytes(f"{TEXT}\n".encode() + b"\xff\n")
    os.mkfifo(here / "m")
    with subprocess.Popen(["sh", "-c", "exec cat m >new.json"]) as reader:
        words = ["--format", "text", "--input", "a.txt", "--output", "b.txt"]
        try:
            assert main(["redact", "--policy", "llm", "--mapping", "m", *words]) == 1
            assert reader.wait(10) == 0
        finally:
            reader.kill()
    assert TEXT not in (shown := (here / "b.txt").read_bytes().splitlines()[0].decode())
    assert restore(shown, PseudonymMap.from_record(json.loads((here / "new.json").read_text("utf-8")))) == TEXT


@pytest.mark.parametrize(
    "words",
    [
        ["--mapping", "-", TEXT],
        ["--mapping", "/dev/stdout", TEXT],
        ["--mapping", "-", "--input", "a.jsonl"],
        ["--mapping", "m.json", "--input", "a.jsonl", "--output", "b.jsonl", "--bad-lines", "m.json"],
        ["--mapping", "-", "--input", "a.jsonl", "--output", "b.jsonl", "--bad-lines", "/dev/stdout"],
        ["--input", "a.jsonl", "--bad-lines", "/dev/stdout"],
        ["--input", "a.jsonl", "--output", "b.jsonl", "--bad-lines", "./b.jsonl"],
    ],
)
def test_two_outputs_in_one_place_are_refused(here, capsys, words):
    write(here / "a.jsonl", {"id": "1", "text": TEXT})
    assert main(["redact", "--policy", "llm", *words]) == 2
    told = capsys.readouterr()
    assert "cannot write" in told.err
    assert told.out == ""
    assert not (here / "b.jsonl").exists()


def test_a_map_to_where_the_texts_go_is_called_an_output(here):
    write(here / "a.jsonl", {"id": "1", "text": TEXT})
    words = ["redact", "--policy", "llm", "--mapping", "/dev/stdout", "--input", "a.jsonl"]
    done = subprocess.run([sys.executable, "-m", "gaihe.serving", *words], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot write /dev/stdout: it is the output - too" in done.stderr


def test_the_null_device_takes_two_outputs(here):
    write(here / "a.jsonl", {"id": "1", "text": TEXT})
    words = ["--input", "a.jsonl", "--output", os.devnull, "--bad-lines", os.devnull, "--mapping", os.devnull]
    assert main(["redact", "--policy", "llm", *words]) == 0


@pytest.mark.parametrize("shell", ["--mapping -", "--mapping /dev/fd/3 3>m.json", "--mapping /dev/stderr 2>m.json"])
def test_a_map_may_go_to_a_stream_while_the_texts_go_to_a_file(here, shell):
    write(here / "a.jsonl", *[{"id": str(number), "text": f"电话1380013800{number}"} for number in range(3)])
    command = f"{sys.executable} -m gaihe.serving redact --policy llm --input a.jsonl --output b.jsonl {shell}"
    out = subprocess.run(command, shell=True, capture_output=True, check=True, timeout=60).stdout
    mapping = PseudonymMap.from_record(json.loads(out or (here / "m.json").read_bytes()))
    shown = json.loads((here / "b.jsonl").read_bytes().splitlines()[2])["text"]
    assert restore(shown, mapping) == "电话13800138002"


def test_an_empty_file_begins_a_new_map(here, capsys):
    (here / "m.json").touch()
    assert main(["redact", "--policy", "llm", "--mapping", "m.json", TEXT]) == 0
    assert main(["restore", "--mapping", "m.json", capsys.readouterr().out.strip()]) == 0
    assert capsys.readouterr().out.strip() == TEXT


def json_lines(*records):
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def test_one_key_gives_the_same_pseudonyms_and_hashes_on_any_day(here, capsys):
    for words in (["--policy", "llm"], ["--operator", "hash"]):
        shown = []
        for _ in range(2):
            assert main(["redact", *words, "--key-file", "key", TEXT]) == 0
            shown.append(capsys.readouterr().out)
        assert shown[0] == shown[1] != TEXT


def test_one_person_is_erased_from_a_file_with_its_other_columns(here):
    (here / "a.csv").write_text("id,text\n1,张丽的电话是13800138000\n2,李强的电话是13912345678\n", encoding="utf-8")
    words = ["--erase", "张丽", "--input", "a.csv", "--column", "text", "--output", "b.csv"]
    assert main(["redact", *words]) == 0
    assert (here / "b.csv").read_text(encoding="utf-8") == (
        "id,text\n1,【姓名】的电话是【电话】\n2,李强的电话是13912345678\n"
    )


def test_what_was_erased_is_counted_and_what_was_not_found_is_told_by_its_place(here, capsys):
    write(here / "a.jsonl", {"id": "1", "text": TEXT}, {"id": "2", "text": "李强的电话是13912345678"})
    words = ["--input", "a.jsonl", "--output", "b.jsonl"]
    assert main(["redact", "--erase", "张丽", *words]) == 0
    assert capsys.readouterr().err == "--erase: 1 of 2 texts changed\n"
    assert main(["redact", "--erase", "王芳", "--erase", "张丽", "--erase", "13700137000", *words]) == 0
    told = "--erase: 1 of 2 texts changed\n--erase: of the things known of the person, found in no text: the 1st, the 3rd\n"
    assert capsys.readouterr().err == told
    assert main(["redact", *["--erase", "王芳"] * 12, TEXT]) == 0
    first, second = capsys.readouterr().err.splitlines()
    assert first == "--erase: 0 of 1 texts changed"
    assert second.endswith(": the 1st, the 2nd, the 3rd, " + ", ".join(f"the {place}th" for place in range(4, 13)))


def test_what_was_to_be_erased_and_still_stands_is_told_by_its_place(here, capsys):
    text = "李明电话13900139000，张丽娟是他同事"
    write(here / "a.jsonl", {"id": "1", "text": "好"}, {"id": "2", "text": text})
    assert main(["redact", "--erase", "13700137000", "--erase", "张丽", "--input", "a.jsonl"]) == 0
    told = capsys.readouterr()
    assert told.err.splitlines()[1:] == [
        "--erase: of the things known of the person, found in no text: the 1st",
        "--erase: the 2nd of them still stands, in another value or as the policy keeps it, in 1 text, "
        "first in the 2nd text",
    ]
    assert main(["redact", "--erase", "13800138000", "订单号13800138000123，单号：13800138000"]) == 0
    told = capsys.readouterr()
    assert "单号：【电话】" in told.out
    assert told.err == "--erase: 1 of 1 texts changed\n"


def test_fields_of_objects_are_redacted_and_detected_in_their_places(here):
    write(here / "a.jsonl", {"user": 7, "m": [{"content": TEXT}, {"content": "好"}]})
    assert main(["redact", "--field", "m.content", "--input", "a.jsonl", "--output", "b.jsonl"]) == 0
    assert json.loads((here / "b.jsonl").read_bytes()) == {
        "user": 7,
        "m": [{"content": "[姓名]的电话是[电话]"}, {"content": "好"}],
    }
    assert main(["detect", "--field", "m.content", "--input", "a.jsonl", "--output", "c.jsonl"]) == 0
    first, second = map(json.loads, (here / "c.jsonl").read_bytes().splitlines())
    assert (first["id"], first["field"], len(first["entities"])) == ("1", "m.0.content", 2)
    assert (second["field"], second["entities"]) == ("m.1.content", [])


@pytest.mark.parametrize("command", ["detect", "judge", "redact"])
def test_bad_lines_stop_pass_or_are_set_aside(here, capsys, command):
    good = json.dumps({"id": "1", "text": "好"})
    (here / "a.jsonl").write_text(f"{good}\n{{broken\n{good}\n", encoding="utf-8")
    words = [command, "--input", "a.jsonl", "--output", "b.jsonl"]
    assert main(words) == 2
    assert not (here / "b.jsonl").exists()
    assert "a.jsonl, line 2: not JSON" in capsys.readouterr().err
    assert main([*words, "--bad-lines", "pass"]) == 0
    lines = (here / "b.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    assert lines[1] == "{broken" or json.loads(lines[1])["error"].startswith("a.jsonl, line 2: not JSON")
    assert main([*words, "--bad-lines", "bad.txt"]) == 0
    assert len((here / "b.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    assert (here / "bad.txt").read_text(encoding="utf-8") == "{broken\n"
    assert "1 of 3 lines could not be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "passed"),
    [(["detect"], False), (["judge", "--stream"], False), (["redact"], True), (["redact", "--erase", "张丽"], True)],
)
def test_a_line_that_is_too_long_is_a_bad_line(here, monkeypatch, capsys, words, passed):
    monkeypatch.setattr("gaihe.serving.rows.lines.LONGEST_LINE", 100)
    good, long = json.dumps({"id": "1", "text": "好"}), "x" * 3_000_000
    (here / "a.jsonl").write_text(f"{good}\n{long}\n{good}\n", encoding="utf-8")
    words = [*words, "--input", "a.jsonl", "--output", "b.jsonl"]
    assert main(words) == 2
    assert "a.jsonl, line 2: the line is longer than" in capsys.readouterr().err
    assert main([*words, "--bad-lines", "pass"]) == 0
    lines = (here / "b.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    assert lines[1] == long if passed else json.loads(lines[1])["error"].startswith("a.jsonl, line 2: the line is")
    assert main([*words, "--bad-lines", "bad.txt"]) == 0
    assert len((here / "b.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    assert (here / "bad.txt").read_text(encoding="utf-8") == f"{long}\n"


@pytest.mark.parametrize("command", ["detect", "judge", "redact"])
def test_a_stream_answers_each_line_before_the_next_is_sent(command):
    words = [sys.executable, "-m", "gaihe.serving", command, "--stream"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        for number in range(3):
            process.stdin.write(json_lines({"id": str(number), "text": TEXT}))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == str(number)
        process.stdin.close()
        assert process.wait() == 0


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_what_a_stream_set_aside_stays_when_it_is_ended(here, end):
    words = [sys.executable, "-m", "gaihe.serving", "redact", "--stream", "--bad-lines", "bad.txt"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        process.stdin.write(b"{broken\n" + json_lines({"id": "1", "text": TEXT}))
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(end)
    assert (here / "bad.txt").read_bytes() == b"{broken\n"
    assert (here / "bad.txt").stat().st_mode & 0o777 == 0o600


def test_a_stream_of_lines_is_redacted_and_restored_in_a_pipe(here):
    gaihe = f"{sys.executable} -m gaihe.serving"
    command = (
        f"{gaihe} redact --policy llm --mapping m.json --stream --format text >b.txt; "
        f"{gaihe} restore --mapping m.json --stream --format text <b.txt"
    )
    done = subprocess.run(command, shell=True, input=f"{TEXT}\r\n好\n".encode(), capture_output=True, check=True)
    assert done.stdout == f"{TEXT}\r\n好\n".encode()
    assert TEXT.encode() not in (here / "b.txt").read_bytes()


def test_a_stream_is_no_parquet_file_and_erases_nobody(here, capsys):
    assert main(["redact", "--stream", "--input", "a.parquet", "--column", "x"]) == 2
    assert "not with a Parquet file" in capsys.readouterr().err
    assert main(["redact", "--stream", "--erase", "张丽"]) == 2
    assert "--erase reads all posts" in capsys.readouterr().err


def test_completion_offers_commands_options_and_choices(tmp_path, capsys):
    assert main(["completion", "bash"]) == 0
    (tmp_path / "gaihe.sh").write_text(capsys.readouterr().out, encoding="utf-8")

    def offered(*words):
        script = f'source "{tmp_path}/gaihe.sh"; COMP_WORDS=({" ".join(words)}); COMP_CWORD={len(words) - 1}; _gaihe; echo "${{COMPREPLY[@]}}"'
        return subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout.split()

    assert {"redact", "restore"} <= set(offered("gaihe", "re"))
    assert "--mapping" in offered("gaihe", "redact", "--m")
    assert offered("gaihe", "redact", "--style", "''") == ["label", "mask"]
    assert offered("gaihe", "completion", "''") == ["bash", "zsh", "fish"]
    assert offered("gaihe", "redact", "--policy", "l") == ["label", "llm"]
    assert "strict" in offered("gaihe", "judge", "--policy", "''")
    assert offered("gaihe", "redact", "--operator", "m") == ["mask"]
    assert offered("gaihe", "redact", "--policy", "mine.t") == []
    assert offered("gaihe", "detect", "post") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_takes_its_completion(tmp_path, capsys, shell):
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "redact" in script
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "script").write_text(script, encoding="utf-8")
    subprocess.run([shell, "-n", str(tmp_path / "script")], check=True)


NUMBERS = [f"电话1380013{number}" for number in range(8000, 8006)]
SEALED = ["--seal", "--key-file", "key"]


@pytest.fixture(params=[[], SEALED], ids=["plain", "sealed"])
def killed(request, here):
    """What a stream passed on before it was killed, and how its map is read."""
    words = [sys.executable, "-m", "gaihe.serving", "redact", "--policy", "llm", "--mapping", "m.json", *request.param]
    command = [*words, "--stream", "--format", "text"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        shown = []
        for text in NUMBERS:
            process.stdin.write(text + "\n")
            process.stdin.flush()
            shown.append(process.stdout.readline().strip())
        process.kill()
    return shown, request.param[1:]


def test_what_a_stream_passed_on_before_it_was_killed_comes_back(here, capsys, killed):
    shown, opened = killed
    restore_text = ["restore", "--mapping", "m.json", *opened, "，".join(shown)]
    lines = (here / "m.json").read_bytes().splitlines(keepends=True)
    assert len(lines) == len(NUMBERS)
    (here / "m.json").write_bytes(b"".join([*lines, lines[-1][:40]]))
    assert main(restore_text) == 0
    assert main(["redact", "--policy", "llm", "--mapping", "m.json", *opened, "张丽在吗"]) == 0
    assert len((here / "m.json").read_bytes().splitlines()) == 1
    assert main(restore_text) == 0
    first, _, last = capsys.readouterr().out.splitlines()
    assert first == last == "，".join(NUMBERS)


@pytest.mark.parametrize(
    "damage",
    [
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[0], lines[2], lines[1]],
        lambda lines: [*lines, lines[-1]],
        lambda lines: lines[1:],
        lambda lines: [*lines, b'{"format": 1, "pseudonyms": []}\n'],
        lambda lines: [lines[0], b"{\n"],
    ],
    ids=["one gone", "two changed over", "one twice", "the first gone", "one not sealed", "one no JSON"],
)
@pytest.mark.parametrize("killed", [SEALED], indirect=True)
def test_lines_of_a_sealed_map_belong_together(here, capsys, killed, damage):
    lines = damage((here / "m.json").read_bytes().splitlines(keepends=True)[:3])
    (here / "m.json").write_bytes(b"".join(lines))
    assert main(["restore", "--mapping", "m.json", "--key-file", "key", killed[0][0]]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.startswith("gaihe: m.json")


@pytest.mark.parametrize(
    "end", [bytes.rstrip, lambda content: content + b"\n \r\n", lambda content: content.replace(b"\n", b"\r\n\r\n")]
)
def test_a_map_of_a_killed_run_may_lack_its_last_line_feed_or_have_empty_lines(here, capsys, killed, end):
    shown, opened = killed
    (here / "m.json").write_bytes(end((here / "m.json").read_bytes()))
    assert main(["restore", "--mapping", "m.json", *opened, "，".join(shown)]) == 0
    assert capsys.readouterr().out.strip() == "，".join(NUMBERS)


@pytest.mark.parametrize("killed", [SEALED], indirect=True)
def test_a_whole_last_line_of_a_sealed_map_that_was_changed_is_refused(here, capsys, killed):
    lines = (here / "m.json").read_bytes().splitlines(keepends=True)
    (here / "m.json").write_bytes(b"".join([*lines, lines[-1].rstrip()]))
    assert main(["restore", "--mapping", "m.json", "--key-file", "key", killed[0][0]]) == 2
    assert "was changed" in capsys.readouterr().err


@pytest.mark.parametrize("is_sealed", [False, True])
@pytest.mark.parametrize("change", [Path.unlink, lambda path: path.write_bytes(path.read_bytes().splitlines()[0])])
def test_a_map_that_others_change_during_a_run_is_written_anew(here, change, is_sealed):
    with suppress(KeyboardInterrupt), held_mapping("m.json", KEY.encode(), is_sealed) as (mapping, keep):
        for number in NUMBERS[:2]:
            mapping.make(EntityType.PHONE, number, number, None, "", 0)
            keep()
        change(here / "m.json")
        mapping.make(EntityType.PHONE, NUMBERS[2], NUMBERS[2], None, "", 0)
        keep()
        raise KeyboardInterrupt
    assert len(read_mapping("m.json", KEY.encode())) == 3


def test_a_map_that_takes_several_lines_is_read(here, capsys):
    assert main(["redact", "--policy", "llm", "--mapping", "m.json", TEXT]) == 0
    shown = capsys.readouterr().out.strip()
    (here / "m.json").write_text(json.dumps(json.loads((here / "m.json").read_bytes()), indent=2))
    assert main(["restore", "--mapping", "m.json", shown]) == 0
    assert capsys.readouterr().out.strip() == TEXT


def test_a_stream_writes_its_whole_map_at_the_beginning_and_the_end_alone(here, monkeypatch):
    whole = []

    def counted(path, **options):
        if path == "m.json":
            whole.append(path)
        return open_output(path, **options)

    monkeypatch.setattr("gaihe.serving.commands.mapping_file.open_output", counted)
    write(here / "a.jsonl", *({"id": text, "text": text} for text in NUMBERS))
    words = ["--mapping", "m.json", "--stream", "--input", "a.jsonl", "--output", "b.jsonl"]
    assert main(["redact", "--policy", "llm", *words]) == 0
    assert len(whole) == 2
    assert len(PseudonymMap.from_record(json.loads((here / "m.json").read_bytes()))) == len(NUMBERS)


def test_no_text_is_passed_on_whose_pseudonyms_cannot_be_put_behind_the_map(here, capsys, monkeypatch):
    monkeypatch.setattr(
        "gaihe.serving.commands.mapping_file.append", lambda path, content: append("/dev/full", content)
    )
    write(here / "a.jsonl", *({"id": text, "text": text} for text in NUMBERS[:2]))
    assert main(["redact", "--policy", "llm", "--mapping", "m.json", "--stream", "--input", "a.jsonl"]) == 1
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 1
    assert "to its end: No space left on device" in told.err
