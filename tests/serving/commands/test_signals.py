"""Signals in the middle of real work: the old output stays, nothing is left beside it."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from gaihe.serving.commands.signals import EndedBySignalError, ending_signals

GAIHE = [sys.executable, "-m", "gaihe.serving"]


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def started(command, folder, **options):
    """A process that has begun to write beside its output."""
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **options)
    deadline = time.monotonic() + 120
    while not any(name.startswith(".gaihe-") for name in names(folder)):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    return process


@pytest.fixture
def detect(tmp_path):
    """A command to be ended; SIGINT reaches it though the tests run in the background, where a shell has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    post = json.dumps({"id": "1", "text": "今天天气真好，手机号13800138000。" * 20}, ensure_ascii=False) + "\n"
    (tmp_path / "in.jsonl").write_text(post * 20_000, encoding="utf-8")
    (tmp_path / "out.jsonl").write_text("old")
    files = ["--input", str(tmp_path / "in.jsonl"), "--output", str(tmp_path / "out.jsonl"), "--threads", "1"]
    yield [*GAIHE, "detect", *files]
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_leaves_the_old_file_and_nothing_beside_it(tmp_path, detect, number):
    process = started(detect, tmp_path)
    process.send_signal(number)
    message = process.communicate(timeout=60)[1]
    interrupted = number == signal.SIGINT
    assert process.returncode == (1 if interrupted else 128 + number)
    assert message == f"gaihe: {'interrupted' if interrupted else f'ended by {number.name}'}\n"
    assert names(tmp_path) == ["in.jsonl", "out.jsonl"]
    assert (tmp_path / "out.jsonl").read_text() == "old"


def test_a_process_that_ignores_hang_ups_goes_on(tmp_path, detect):
    ignoring = ["bash", "-c", 'trap "" HUP; exec "$@"', "bash", *detect]
    process = started(ignoring, tmp_path)
    process.send_signal(signal.SIGHUP)
    time.sleep(1)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM


def test_handlers_are_there_for_the_command_alone():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(EndedBySignalError, match="SIGTERM"), ending_signals():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_handler_of_the_callers_stays():
    seen = []
    before = signal.signal(signal.SIGTERM, lambda number, _: seen.append(number))
    try:
        with ending_signals():
            os.kill(os.getpid(), signal.SIGTERM)
        assert seen == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, before)


def test_outside_the_main_thread_no_handler_is_set():
    done = []

    def work():
        with ending_signals():
            done.append(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]
