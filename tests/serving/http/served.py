"""A real service on a real port, and what tests ask of it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

SECRET_TEXT = "就是她，张丽丽，电话一三八00138000，住麓山南路932号3栋502"
SECRET_PARTS = ("张丽丽", "一三八00138000", "13800138000", "麓山南路", "932号")


class Served:
    """A running service."""

    def __init__(self, process, log):
        self.process, self._log = process, log
        self.address = self._wait_for("listening")["address"]
        self.port = int(self.address.rpartition(":")[2])

    @property
    def log_text(self):
        return self._log.read_text(encoding="utf-8", errors="replace")

    def lines(self):
        return [json.loads(line) for line in self.log_text.splitlines() if line.startswith("{")]

    def events(self, event):
        return [line for line in self.lines() if line["event"] == event]

    def _wait_for(self, event, count=1, seconds=90):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.events(event)
            if len(found) >= count:
                return found[-1]
            if self.process.poll() is not None and len(self.events(event)) < count:
                raise AssertionError(f"the service ended with {self.process.returncode}: {self.log_text}")
            time.sleep(0.02)
        raise AssertionError(f"no {event!r} in the log: {self.log_text}")

    wait_for = _wait_for

    def connect(self, timeout=60):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def socket(self, timeout=60):
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def ask(self, path, body=None, headers=None, method=None, timeout=90):
        """Status, headers and decoded body of an answer."""
        connection = self.connect(timeout)
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        named = {"Content-Type": "application/json"} if data is not None else {}
        try:
            connection.request(method or ("GET" if data is None else "POST"), path, data, named | (headers or {}))
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        is_json = answer.getheader("content-type", "").startswith("application/json")
        return answer.status, dict(answer.getheaders()), json.loads(content) if is_json else content.decode()

    def metric(self, name):
        """The sum of a metric over its labels."""
        page = self.ask("/metrics")[2]
        values = [line.rpartition(" ")[2] for line in page.splitlines() if line.split("{")[0].split(" ")[0] == name]
        return sum(map(float, values))

    def workers(self):
        """Process ids of the children."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in children]

    def signal(self, number):
        self.process.send_signal(number)

    def end(self, seconds=60):
        """End it and give its exit code."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.process.wait(timeout=seconds)


@contextmanager
def serving(*options, environment=None, preexec=None):
    """A service with the command line's options; at its end nothing of `SECRET_PARTS` is in its log."""
    command = [sys.executable, "-m", "gaihe.serving", "serve", "--port", "0", "--workers", "1", *map(str, options)]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                command, stdout=stream, stderr=stream, env=os.environ | (environment or {}), preexec_fn=preexec
            )
        try:
            served = Served(process, log)
            yield served
            served.end()
        finally:
            process.kill()
            process.wait()
        found = [part for part in SECRET_PARTS if part in served.log_text]
        assert not found, f"{len(found)} parts of a text are in the log"
