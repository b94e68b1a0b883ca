"""Files that appear under their names only when complete: all that the project writes to files by itself.

What is written goes to a file beside the target, of a random name that is made anew and followed by nobody, and takes
the target's name when it is whole and on the disk. A target that is there keeps its mode and, where that is allowed,
its owner; symbolic links are followed to what they name, which is replaced; a hard link's other names keep the old
content. What `append` puts behind a file's end, and what `open_growing_output` writes, are the exceptions. Devices,
pipes and open descriptors (``/dev/stdout``, ``/dev/fd/3``) are written through. Processes that write one target at the
same time do not mix: each file is whole, and the one that ends last stays.
"""

from __future__ import annotations

import errno
import io
import os
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from gaihe.serving.core.errors import OutputError, WriteFailedError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

STANDARD = "-"
ASIDE = re.compile(r"\.gaihe-[0-9a-f]{16}\.tmp")
"""Names of what is not whole yet, or never became so."""
PRIVATE = 0o600
"""The mode of a file for its owner alone."""
PUBLIC = 0o666
"""That of one whose readers the umask of the process decides."""
_DESCRIPTOR = re.compile(r"/(?:dev|proc/self)/fd/(\d+)")
_STANDARD_DEVICES = {"/dev/stdout": 1, "/dev/stderr": 2}
_DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


class _Checked(io.FileIO):
    """A file whose failed writes say in words what was being written."""

    def __init__(self, descriptor: int, target: str) -> None:
        super().__init__(descriptor, "w")
        self._target = target

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise write_error(self._target, error) from None


def write_error(target: str | Path, error: OSError) -> OutputError | WriteFailedError:
    """The error that says in words why a target could not be written: the disk's failure, or the path's."""
    if error.errno in _DISK_ERRORS:
        return WriteFailedError(f"cannot write {target} to its end: {error.strerror}")
    return OutputError(f"cannot write {target}: {error.strerror or error}")


@contextmanager
def open_output(path: str | Path, *, private: bool = True) -> Iterator[IO[str]]:
    """A text stream, UTF-8 with line feeds, to a file that appears only when complete; ``-`` is standard output.

    Args:
        path: the target.
        private: whether a new file is for its owner alone, as what may hold personal data must be; otherwise the
            process' umask decides.

    Raises:
        OutputError: the target cannot be written; found before anything is.
        WriteFailedError: it could not be written to its end.
    """
    if str(path) == STANDARD and not hasattr(sys.stdout, "buffer"):
        yield sys.stdout
        return
    with open_binary_output(path, private=private) as binary:
        stream = io.TextIOWrapper(binary, encoding="utf-8", newline="\n", write_through=False)
        try:
            yield stream
            stream.flush()
        finally:
            with suppress(OSError, ValueError):
                stream.detach()


@contextmanager
def open_binary_output(path: str | Path, *, private: bool = True) -> Iterator[IO[bytes]]:
    """`open_output` for bytes."""
    if str(path) == STANDARD:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = target_of(Path(path))
    if target is None:
        with _through(Path(path)) as stream:
            yield stream
        return
    with (
        replacement(target, private=private) as aside,
        _stream(_descriptor(aside, os.O_WRONLY), str(path)) as stream,
    ):
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


@contextmanager
def open_growing_output(path: str | Path) -> Iterator[IO[bytes]]:
    """`open_binary_output` to a file that holds what was flushed, however the process ends; emptied at the beginning.

    Raises:
        OutputError, WriteFailedError: the target cannot be written.
    """
    if not is_replaced(path):
        with open_binary_output(path) as stream:
            yield stream
        return
    try:
        descriptor = _descriptor(Path(os.path.realpath(path)), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    except OSError as error:
        raise write_error(path, error) from None
    with _stream(descriptor, str(path)) as stream:
        yield stream
        stream.flush()


def append(path: str | Path, content: bytes) -> None:
    """Put bytes behind the end of a file, on the disk when this returns.

    Raises:
        OutputError, WriteFailedError: they could not be written; part of them may stand there.
    """
    try:
        with _stream(_descriptor(Path(os.path.realpath(path)), os.O_WRONLY | os.O_APPEND), str(path)) as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except WriteFailedError:
        raise
    except OSError as error:
        raise write_error(path, error) from None


@contextmanager
def replacement(path: str | Path, *, private: bool = True) -> Iterator[Path]:
    """An empty file that takes a regular file's place when the block ends without an exception.

    Raises:
        OutputError: the target cannot be written; found before the block begins.
    """
    target = target_of(Path(path))
    if target is None:
        raise OutputError(f"cannot write {path}: it is no regular file")
    with aside_file(target, PRIVATE if private else PUBLIC) as aside:
        yield aside
        with suppress(FileNotFoundError):
            _keep_owner_and_mode(aside, target.stat())
        _take_place(aside, target)


@contextmanager
def new_folder(path: str | Path, *, private: bool = True) -> Iterator[Path]:
    """A folder that appears under its name, which nothing or an empty folder has, when the block ends well.

    Raises:
        OutputError: there is something else, or the folder cannot be made.
    """
    target = Path(os.path.realpath(path))
    aside: Path | None = None
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise OutputError(f"{path} exists and is not an empty folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(aside_name())
        aside.mkdir(mode=0o700 if private else 0o777)
        yield aside
        with suppress(FileNotFoundError):
            _keep_owner_and_mode(aside, target.stat())
        aside.replace(target)
    except WriteFailedError:
        raise
    except OSError as error:
        raise write_error(path, error) from None
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)


def is_replaced(path: str | Path) -> bool:
    """Whether a target is a file that is replaced, or made; not a stream, a device or a pipe, written through.

    Raises:
        OutputError: a folder, or a path that leads nowhere.
    """
    return str(path) != STANDARD and target_of(Path(path)) is not None


def target_of(path: Path) -> Path | None:
    """The file to replace, links resolved; nothing where the path is written through.

    Raises:
        OutputError: a folder, or a path that leads nowhere.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from None
    if stat.S_ISDIR(mode):
        raise OutputError(f"cannot write {path}: it is a folder; give the path of a file")
    if not stat.S_ISREG(mode) or open_descriptor(path) is not None:
        return None
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise OutputError(f"cannot write {path}: there is no folder {target.parent}")
    if target.exists() and not is_writable(target):
        raise OutputError(f"cannot write {path}: the file there is not writable")
    return target


def is_writable(path: str | Path) -> bool:
    """Whether this process, as the user that it acts for, may write what is there."""
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def open_descriptor(path: Path) -> int | None:
    """The number of the open file that a path such as ``/dev/fd/3`` names; nothing for other paths."""
    if match := _DESCRIPTOR.fullmatch(str(path)):
        return int(match[1])
    return _STANDARD_DEVICES.get(str(path))


@contextmanager
def _through(path: Path) -> Iterator[IO[bytes]]:
    number = open_descriptor(path)
    try:
        descriptor = os.open(path, os.O_WRONLY) if number is None else os.dup(number)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from None
    with _stream(descriptor, str(path)) as stream:
        yield stream
        stream.flush()


@contextmanager
def _stream(descriptor: int, target: str) -> Iterator[IO[bytes]]:
    stream = io.BufferedWriter(_Checked(descriptor, target))
    try:
        yield stream
    finally:
        with suppress(OSError):
            stream.close()


def aside_name() -> str:
    """A new name, one of `ASIDE`, for what is written before it takes its own."""
    return f".gaihe-{secrets.token_hex(8)}.tmp"


@contextmanager
def aside_file(target: Path, mode: int) -> Iterator[Path]:
    """An empty file beside a target, which is gone after the block, whenever a signal ends that.

    Raises:
        OutputError: it cannot be made.
    """
    aside = target.with_name(aside_name())
    try:
        _make(aside, target, mode)
        yield aside
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def _make(aside: Path, target: Path, mode: int) -> None:
    try:
        os.close(_descriptor(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
    except OSError as error:
        reason = f"its folder is not writable ({error.strerror})" if error.errno == errno.EACCES else error.strerror
        raise OutputError(f"cannot write {target}: {reason}") from None


def _descriptor(path: Path, flags: int, mode: int = PRIVATE) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0), mode)


def _keep_owner_and_mode(aside: Path, before: os.stat_result) -> None:
    if hasattr(os, "chown"):
        for owner, group in ((before.st_uid, before.st_gid), (-1, before.st_gid)):
            with suppress(PermissionError):
                os.chown(aside, owner, group)
                break
    aside.chmod(stat.S_IMODE(before.st_mode))


def _take_place(aside: Path, target: Path) -> None:
    """Rename; a file that is a mount of its own cannot be replaced, so that its content is."""
    try:
        aside.replace(target)
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise write_error(target, error) from None
        shutil.copyfile(aside, target)
