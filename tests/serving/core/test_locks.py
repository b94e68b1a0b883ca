"""Locks that one process at a time holds."""

import subprocess
import sys

import pytest
from gaihe.serving.core.locks import lock

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no locks there")
HELD = "import sys, pathlib; from gaihe.serving.core.locks import lock; print(lock(pathlib.Path(sys.argv[1])) is None)"


def held_elsewhere(path):
    return subprocess.run([sys.executable, "-c", HELD, path], capture_output=True, check=True).stdout == b"True\n"


def test_a_lock_is_held_until_it_is_closed(tmp_path):
    path = tmp_path / "lock"
    with lock(path):
        assert lock(path) is None and held_elsewhere(path)
        assert path.stat().st_mode & 0o777 == 0o600
    assert not held_elsewhere(path)


def test_the_lock_of_a_file_that_was_removed_meanwhile_is_none(tmp_path, monkeypatch):
    import fcntl

    def removed(stream, how, flock=fcntl.flock):
        flock(stream, how)
        (tmp_path / "lock").unlink()

    monkeypatch.setattr(fcntl, "flock", removed)
    assert lock(tmp_path / "lock") is None


def test_what_cannot_be_made_is_said(tmp_path):
    with pytest.raises(FileNotFoundError):
        lock(tmp_path / "absent" / "lock")
