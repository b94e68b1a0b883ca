"""What is written, where it may be written, and what stays when it cannot be."""

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from gaihe.serving.commands.cli import main
from gaihe.serving.core.atomic_files import new_folder, open_binary_output, open_output, replacement
from gaihe.serving.core.errors import OutputError, PostError, WriteFailedError
from gaihe.serving.core.output_checks import check_output

LINE = '{"id": "1", "text": "今天", "entities": []}\n'
ROOT = os.geteuid() == 0
GAIHE = [sys.executable, "-m", "gaihe.serving"]


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def write(path, content="new\n", **options):
    with open_output(path, **options) as stream:
        stream.write(content)


@pytest.fixture
def umask():
    before = os.umask(0o027)
    yield
    os.umask(before)


@pytest.fixture
def posts(tmp_path):
    path = tmp_path / "posts.jsonl"
    path.write_text(LINE, encoding="utf-8")
    return path


def convert(source, target, *words):
    return main(
        ["convert", "--from", "jsonl", "--to", "jsonl", "--input", str(source), "--output", str(target), *words]
    )


def test_a_new_file_is_for_its_owner_alone_unless_it_holds_nothing_personal(tmp_path, umask):
    write(tmp_path / "private")
    write(tmp_path / "public", private=False)
    assert (mode(tmp_path / "private"), mode(tmp_path / "public")) == (0o600, 0o640)
    with new_folder(tmp_path / "folder", private=False) as folder:
        (folder / "x").write_text("x")
    assert mode(tmp_path / "folder") == 0o750
    assert names(tmp_path) == ["folder", "private", "public"]


@pytest.mark.parametrize("kept", [0o600, 0o644, 0o640, 0o660])
@pytest.mark.parametrize("private", [True, False])
def test_a_file_that_is_there_keeps_its_mode(tmp_path, kept, private):
    path = tmp_path / "f"
    path.write_text("old")
    path.chmod(kept)
    write(path, private=private)
    assert (path.read_text(), mode(path)) == ("new\n", kept)


@pytest.mark.skipif(not ROOT, reason="only root may give files away")
def test_a_file_that_is_there_keeps_its_owner(tmp_path):
    path = tmp_path / "f"
    path.write_text("old")
    os.chown(path, 1234, 2345)
    write(path)
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 2345)


def test_a_link_stays_and_what_it_names_is_written(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "f").write_text("old")
    (tmp_path / "link").symlink_to("there/f")
    (tmp_path / "far").symlink_to("link")
    (tmp_path / "new").symlink_to("there/g")
    write(tmp_path / "far")
    write(tmp_path / "new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "far").is_symlink() and (tmp_path / "new").is_symlink()
    assert (tmp_path / "there" / "f").read_text() == (tmp_path / "there" / "g").read_text() == "new\n"
    assert names(tmp_path / "there") == ["f", "g"]


def test_a_pipe_stays_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write(pipe)
    reader.join(10)
    assert read == [b"new\n"]
    assert stat.S_ISFIFO(pipe.stat().st_mode) and names(tmp_path) == ["pipe"]


@pytest.fixture
def null(tmp_path):
    """A device of the test's own, like /dev/null."""
    return node(tmp_path / "null", 3)


def node(path, minor):
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, minor))
        path.open("wb").close()
    except OSError:
        pytest.skip("no device nodes can be made here")
    return path


def test_a_device_stays_a_device(null, posts):
    assert convert(posts, null) == 0
    assert main(["generate", "--count", "2", "--workers", "1", "--output", str(null)]) == 0
    assert stat.S_ISCHR(null.stat().st_mode) and null.read_bytes() == b""
    assert names(null.parent) == ["null", "posts.jsonl"]


def test_a_full_device_is_a_failure_in_words(tmp_path, posts, capsys):
    full = node(tmp_path / "full", 7)
    assert convert(posts, full) == 1
    assert capsys.readouterr().err == f"gaihe: cannot write {full} to its end: No space left on device\n"


@pytest.mark.parametrize("shell", ["> out", ">> out"])
@pytest.mark.parametrize("output", ["-", "/dev/stdout", "/dev/fd/1"])
def test_open_descriptors_are_written_where_they_stand(tmp_path, posts, shell, output):
    (tmp_path / "out").write_text("old\n")
    command = f"{' '.join(GAIHE)} convert --from jsonl --to jsonl --input {posts} --output {output} {shell}"
    subprocess.run(["bash", "-c", command], cwd=tmp_path, check=True)
    before = "old\n" if shell == ">> out" else ""
    assert (tmp_path / "out").read_text() == before + LINE


ATTEMPT = """
import os, sys
from gaihe.serving.core.atomic_files import open_output
from gaihe.serving.core.errors import OutputError
from gaihe.serving.core.output_checks import check_output
if os.geteuid() == 0:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
for attempt in check_output, lambda path: open_output(path).__enter__():
    try:
        attempt(sys.argv[1])
    except OutputError as error:
        print(error)
"""


def attempt(path):
    """The messages of an output that a user without rights is refused, asked for before and at the writing."""
    command = [sys.executable, "-c", ATTEMPT, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.fixture
def open_path(tmp_path):
    """A folder that every user can reach."""
    place = tmp_path
    while place != Path("/tmp") and place != place.parent:
        place.chmod(0o755)
        place = place.parent
    return tmp_path


def test_what_a_user_may_not_write_is_said_before_the_work(open_path):
    closed = open_path / "closed"
    closed.mkdir(mode=0o555)
    (open_path / "mine").mkdir()
    (open_path / "mine").chmod(0o777)
    (open_path / "mine" / "f").write_text("old")
    (open_path / "mine" / "f").chmod(0o444)
    for path, reason in ((closed / "f", "its folder is not writable"), (open_path / "mine" / "f", "not writable")):
        messages = attempt(path)
        assert len(messages) == 2
        assert all(message.startswith(f"cannot write {path}: ") and reason in message for message in messages)
    assert (open_path / "mine" / "f").read_text() == "old"


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        (".", "it is a folder; give the path of a file"),
        ("absent/f", "there is no folder"),
        ("posts.jsonl/f", "Not a directory"),
        ("loop", "symbolic links"),
        ("n" * 300, "File name too long"),
        ("posts.jsonl", "it is the input"),
        ("symbolic", "it is the input"),
        ("hard", "it is the input"),
    ],
)
def test_outputs_that_cannot_be_end_with_2_and_change_nothing(tmp_path, posts, capsys, output, reason):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "symbolic").symlink_to("posts.jsonl")
    (tmp_path / "hard").hardlink_to(posts)
    before = names(tmp_path)
    for words in (
        ["convert", "--from", "jsonl", "--to", "conll"],
        ["detect"],
        ["redact"],
        ["standoff", "take"],
    ):
        assert main([*words, "--input", str(posts), "--output", str(tmp_path / output)]) == 2
        message = capsys.readouterr().err
        assert message.startswith("gaihe: cannot write ") and reason in message
        assert message.count("\n") == 1
    assert posts.read_text(encoding="utf-8") == LINE and names(tmp_path) == before


def test_the_texts_and_the_standard_input_are_inputs_too(tmp_path, posts):
    found = tmp_path / "found.jsonl"
    found.write_text('{"id": "1", "entities": []}\n')
    assert convert(found, posts, "--texts", str(posts)) == 2
    command = [*GAIHE, "convert", "--from", "jsonl", "--to", "jsonl", "--input", "-", "--output", str(posts)]
    with posts.open("rb") as stream:
        assert subprocess.run(command, stdin=stream, capture_output=True, check=False).returncode == 2
    appended = f"{' '.join(GAIHE)} convert --from jsonl --to jsonl --input {posts} --output - >> {posts}"
    assert subprocess.run(["bash", "-c", appended], capture_output=True, check=False).returncode == 2
    assert posts.read_text(encoding="utf-8") == LINE


def test_two_files_that_are_written_have_two_names(tmp_path, posts, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = names(tmp_path)
    redact = ["redact", "--policy", "llm", "--mapping", "new.json", "--input", str(posts)]
    for words in (
        ["detect", "--input", str(posts), "--output", "new.json", "--bad-lines", str(tmp_path / "new.json")],
        [*redact, "--output", "./new.json"],
        [*redact, "--output", "other.json", "--bad-lines", "new.json"],
    ):
        assert main(words) == 2
        assert "new.json too; give another file" in capsys.readouterr().err
    assert names(tmp_path) == before


def test_a_file_of_a_brat_folder_is_an_input(tmp_path, posts):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "p.txt").write_text("x")
    (tmp_path / "b" / "p.ann").write_text("")
    words = ["convert", "--from", "brat", "--to", "jsonl", "--input", str(tmp_path / "b"), "--output"]
    assert main([*words, str(tmp_path / "b" / "p.txt")]) == 2
    assert (tmp_path / "b" / "p.txt").read_text() == "x"
    assert main([*words, str(tmp_path / "b" / "all.jsonl")]) == main([*words, str(tmp_path / "b" / "all.jsonl")]) == 0


def limited(size, command):
    return ["bash", "-c", f"ulimit -f {size}; exec " + " ".join(command)]


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_a_disk_that_fills_ends_with_1_and_keeps_the_old_file(tmp_path, suffix):
    target = tmp_path / f"out.{suffix}"
    target.write_text("old")
    command = [*GAIHE, "generate", "--count", "3000", "--workers", "1", "--output", str(target)]
    done = subprocess.run(limited(64, command), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"gaihe: cannot write {target} to its end: File too large"
    assert target.read_text() == "old" and names(tmp_path) == [target.name]


def test_a_disk_that_fills_under_a_folder_leaves_none(tmp_path):
    posts = tmp_path / "posts.jsonl"
    posts.write_text(json.dumps({"id": "1", "text": "好" * 100_000, "entities": []}) + "\n")
    command = [
        *GAIHE,
        "convert",
        "--from",
        "jsonl",
        "--to",
        "brat",
        "--input",
        str(posts),
        "--output",
        str(tmp_path / "b"),
    ]
    done = subprocess.run(limited(64, command), capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "to its end: File too large" in done.stderr and "Traceback" not in done.stderr
    assert names(tmp_path) == ["posts.jsonl"]


def test_a_full_standard_output_is_a_failure_in_words(tmp_path):
    full = node(tmp_path / "full", 7)
    with full.open("wb") as stream:
        command = [*GAIHE, "generate", "--count", "3", "--workers", "1"]
        done = subprocess.run(command, stdout=stream, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "gaihe: No space left on device\n")


def test_a_reader_that_goes_away_is_no_traceback():
    command = f"{' '.join(GAIHE)} generate --count 3000 --workers 1 | head -n 1 >/dev/null; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    shown = [line for line in done.stderr.splitlines() if not line.startswith("gaihe generate: ")]
    assert (done.returncode, shown) == (1, [])


@pytest.mark.parametrize("opened", [open_output, open_binary_output, replacement])
def test_an_exception_leaves_the_old_file_and_nothing_beside_it(tmp_path, opened):
    path = tmp_path / "f"
    path.write_text("old")
    with pytest.raises(RuntimeError), opened(path):
        assert len(names(tmp_path)) == 2
        raise RuntimeError
    assert path.read_text() == "old" and names(tmp_path) == ["f"]


def test_names_aside_differ_and_one_that_stands_there_is_not_followed(tmp_path, monkeypatch):
    with open_output(tmp_path / "f"), open_output(tmp_path / "f"):
        assert len(names(tmp_path)) == 2
    monkeypatch.setattr("secrets.token_hex", lambda _: "known")
    (tmp_path / "victim").write_text("old")
    (tmp_path / ".gaihe-known.tmp").symlink_to("victim")
    with pytest.raises(OutputError, match="File exists"):
        write(tmp_path / "g")
    assert (tmp_path / "victim").read_text() == "old"


def test_writers_of_one_file_do_not_mix_and_the_last_stays(tmp_path):
    path = tmp_path / "f"
    with open_output(path) as first:
        first.write("first\n" * 1000)
        with open_output(path) as second:
            second.write("second\n" * 1000)
        assert path.read_text() == "second\n" * 1000
        first.write("first\n" * 1000)
    assert path.read_text() == "first\n" * 2000


def test_the_error_classes_tell_a_wrong_path_from_a_full_disk():
    assert issubclass(OutputError, PostError) and issubclass(WriteFailedError, OSError)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["generate", "--count", "1", "--output", "z.csv"], "no format ends with .csv; known: .jsonl, .parquet"),
        (["generate", "--count", "1", "--output", "z.txt"], "known: .jsonl, .parquet"),
        (["generate", "--count", "1", "--output", "z.jsonl.gz"], "no format ends with .gz"),
        (["generate", "--count", "1", "--output", "absent/z.parquet"], "there is no folder"),
    ],
)
def test_endings_without_a_format_are_refused(words, reason, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    assert reason in capsys.readouterr().err
    assert names(tmp_path) == []


def test_a_format_that_is_named_may_have_any_ending(tmp_path):
    words = ["generate", "--count", "1", "--workers", "1", "--output"]
    assert main([*words, str(tmp_path / "z.csv"), "--format", "jsonl"]) == 0
    assert main([*words, str(tmp_path / "z")]) == 0
    assert (tmp_path / "z").read_bytes() == (tmp_path / "z.csv").read_bytes()
    assert mode(tmp_path / "z") == 0o600


def test_a_file_that_is_a_mount_of_its_own_gets_the_content(tmp_path):
    for name in ("source", "mounted"):
        (tmp_path / name).write_text("old")
    code = "from gaihe.serving.core.atomic_files import open_output\nwith open_output('mounted') as stream: stream.write('new')"
    script = 'mount --bind source mounted || exit 77; exec "$@"'
    command = ["unshare", "--mount", "bash", "-c", script, "bash", sys.executable, "-c", code]
    try:
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("no mounts can be made here")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "source").read_text() == "new" and names(tmp_path) == ["mounted", "source"]


@pytest.mark.parametrize("work", [check_output, write], ids=["check", "write"])
def test_an_interrupt_while_the_file_beside_is_made_leaves_nothing(tmp_path, monkeypatch, work):
    close = os.close

    def interrupted(descriptor):
        close(descriptor)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "close", interrupted)
    with pytest.raises(KeyboardInterrupt):
        work(tmp_path / "out.jsonl")
    assert names(tmp_path) == []
