"""Machines made of namespaces on one host: each with its own network, processes, home, configuration and SSH."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ADDRESSES = {"own": "10.0.0.9", "head": "10.0.0.1", "worker": "10.0.0.2"}
HOST = "10.0.0.254"
"""The address of the bridge between them, where what is started with `Network.beside` listens."""
USER, NUMBER = "gaihe", 61234
PROGRAMS = ("bash", "ip", "mount", "nsenter", "rsync", "setpriv", "setsid", "ssh", "ssh-keygen", "sshd", "unshare")
ANSWERS = {b"[y/N]:": b"y\n", b"(yes/no/[fingerprint])?": b"yes\n"}
"""What a person types at questions of ``ray`` and ``ssh``."""
_PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"
_SECONDS = 600
_OF_NETWORK = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
_TRIAL = """
mount -t tmpfs tmpfs /run
ip link add bridge type bridge
ip netns add one
ip link add two type veth peer name three netns one
"""


def lacking() -> str | None:
    """Why there can be no machines here, in words; ``None`` where there can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "machines of namespaces need Linux and root"
    if absent := [name for name in PROGRAMS if shutil.which(name, path=_PATH) is None]:
        return f"machines of namespaces need {', '.join(absent)}"
    if absent := [name for name in ("ray", "moto", "flask") if find_spec(name) is None]:
        return f"not installed: {', '.join(absent)} (pip install '.[scale]' 'moto[server]')"
    tried = subprocess.run([*_OF_NETWORK, "bash", "-e", "-c", _TRIAL], env={"PATH": _PATH}, capture_output=True)
    return None if tried.returncode == 0 else "no namespaces of networks, processes and mounts are allowed here"


class Network:
    """A bridge, machines on it, and what listens beside them; all ends with the first process of the network."""

    def __init__(self, folder: Path, process: subprocess.Popen[str]) -> None:
        self._folder = folder
        (first,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        self._enter = ["nsenter", "--target", first, "--net", "--mount", "--pid"]

    def beside(self, *command: str) -> list[str]:
        """A command as it is started in the network, on none of its machines, without the caller's environment."""
        return [*self._enter, "env", "-i", f"PATH={_PATH}", "AWS_EC2_METADATA_DISABLED=true", *command]

    def on(self, machine: str, script: str) -> str:
        """What lines of shell show whom types them at a machine's terminal.

        Raises:
            AssertionError: they fail, or take longer than ten minutes.
        """
        process = self._folder / machine / "process"
        inside = 'exec nsenter --target $(cat /proc/$(cat "$0")/task/*/children) --net --mount --pid --uts "$@"'
        user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups", "--reset-env"]
        login = [*user, "bash", "-l", "-c", f"cd\nset -e\n{script}"]
        return _typed([*self._enter, "bash", "-c", inside, str(process), *login])


def _typed(command: list[str]) -> str:
    terminal, end = pty.openpty()
    process = subprocess.Popen(["setsid", "--ctty", "--wait", *command], stdin=end, stdout=end, stderr=end)
    os.close(end)
    shown, answered, until = b"", 0, time.monotonic() + _SECONDS
    while select.select([terminal], [], [], max(0, until - time.monotonic()))[0]:
        try:
            read = os.read(terminal, 65_536)
        except OSError:  # what Linux gives where nobody holds the other end any more
            break
        if not read:
            break
        shown += read
        for question, answer in ANSWERS.items():
            if question in shown[answered:]:
                answered = len(shown)
                os.write(terminal, answer)
    else:
        process.kill()
    os.close(terminal)
    told = shown.decode(errors="replace")
    assert process.wait() == 0, told[-5_000:]
    return told


def _prepared(folder: Path, name: str, key: str) -> None:
    """The files of a machine: the host's /etc with a user of ours, whose home has the base Python on its path."""
    home, etc = folder / name / "home", folder / name / "etc"
    for place in (home / USER / ".ssh", home / "wheels", folder / name / "python", folder / name / "tmp"):
        place.mkdir(parents=True)
    (folder / name / "tmp").chmod(0o1777)
    subprocess.run(["cp", "-a", "/etc", str(etc)], check=True)
    for file, line in {
        "passwd": f"{USER}:x:{NUMBER}:{NUMBER}::/home/{USER}:/bin/bash\n",
        "group": f"{USER}:x:{NUMBER}:\n",
        "shadow": f"{USER}:*:19000:0:99999:7:::\n",
    }.items():
        others = [old for old in (etc / file).read_text().splitlines(True) if not old.startswith(f"{USER}:")]
        (etc / file).write_text("".join([*others, line]))
    for file, text in {
        "hosts": f"127.0.0.1 localhost\n{ADDRESSES[name]} {name}\n",
        "hostname": f"{name}\n",
        "resolv.conf": "",
        "pip.conf": "[global]\nno-index = true\nfind-links = /home/wheels\ndisable-pip-version-check = true\n",
    }.items():
        (etc / file).unlink(missing_ok=True)
        (etc / file).write_text(text)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(etc / "ssh/key_of_machine")], check=True)
    for file in (".bashrc", ".profile"):
        (home / USER / file).write_text(f'PATH="{sys.base_prefix}/bin:$PATH"\n')
    (home / USER / ".ssh" / "authorized_keys").write_text(key)


@contextmanager
def network(folder: Path, wheels: Path, files: dict[str, Path]):
    """Machines, of which the one that is called ``own`` may go to the others by SSH.

    Args:
        folder: where what they write lies.
        wheels: what pip finds on each, in place of an index.
        files: what lies in the home of ``own``, by its name there.
    """
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    (folder / "wheels").symlink_to(wheels)
    wheels.chmod(0o755)
    for name in ADDRESSES:
        _prepared(folder, name, key.with_suffix(".pub").read_text())
    own = folder / "own" / "home" / USER
    for name, source in {".ssh/id_ed25519": key, **files}.items():
        (own / name).parent.mkdir(exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, own / name)
    for name in ADDRESSES:
        home = folder / name / "home" / USER
        (home / ".ssh").chmod(0o700)
        subprocess.run(["chown", "-R", f"{NUMBER}:{NUMBER}", str(home)], check=True)
    script, sshd = Path(__file__).with_name("network.sh"), shutil.which("sshd", path=_PATH)
    machines = [f"{name}={address}" for name, address in ADDRESSES.items()]
    command = [*_OF_NETWORK, "bash", str(script), str(folder), sys.base_prefix, sshd, *machines]
    environment = {"PATH": _PATH, "LANG": "C.UTF-8"}
    process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout.readline() != "ready\n":
            logs = {name: (folder / name / "log").read_text() for name in ADDRESSES if (folder / name / "log").exists()}
            raise AssertionError(f"the network does not come up: {logs}")
        yield Network(folder, process)
    finally:
        process.stdin.close()
        process.wait()
        for name in ADDRESSES:
            shutil.rmtree(folder / name)
