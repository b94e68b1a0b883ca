"""Loading and detecting leaves nothing on the disk and opens no socket, whatever onnxruntime would do by itself."""

import os
import platform
import subprocess
import sys

import pytest

NO_SOCKETS = """
import ctypes, platform, struct
SOCKET = {"x86_64": 41, "aarch64": 198}[platform.machine()]
call, domain, end, go_on = (0x20, 0, 0, 0), (0x20, 0, 0, 16), (0x06, 0, 0, 0x80000000), (0x06, 0, 0, 0x7FFF0000)
steps = [call, (0x15, 0, 3, SOCKET), domain, (0x15, 1, 0, 1), end, go_on]
program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(Filter(len(steps), ctypes.addressof(program))), 0, 0) == 0
"""
"""From here on the kernel ends the process with SIGSYS at any thread's first ``socket`` but a local one, in C too."""

DETECT = """
import time
from gaihe.serving import Recognizer
assert Recognizer.load().detect("手机号13800138000")
time.sleep(3)
"""
COMMAND = """
from gaihe.serving.commands.cli import main
assert main(["detect", "手机号13800138000"]) == 0
"""
TRAINING = """
import gaihe.training.lac_tagger
import onnxruntime
from gaihe.serving.model.model_file import default_model
onnxruntime.InferenceSession(default_model())
"""

only_linux = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"), reason="a filter of Linux's kernel"
)


def run(lines, home):
    folders = {name: str(home) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    words = [sys.executable, "-B", "-c", lines]
    return subprocess.run(words, env={"PATH": os.environ["PATH"], **folders}, cwd=home, capture_output=True)


@only_linux
def test_a_socket_ends_the_process_under_the_filter(tmp_path):
    assert run(NO_SOCKETS + "import socket; socket.socket()", tmp_path).returncode == -31


@only_linux
@pytest.mark.parametrize("lines", [DETECT, COMMAND, TRAINING], ids=["library", "command", "training"])
def test_nothing_is_sent_and_nothing_is_kept(tmp_path, lines):
    done = run(NO_SOCKETS + lines, tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    assert list(tmp_path.rglob("*")) == []
