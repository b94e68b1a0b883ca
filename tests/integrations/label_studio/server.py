"""A real Label Studio with an empty data folder, reporting nothing home, and what the tests ask of its API."""

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import httpx

TOKEN = "0123456789abcdef0123456789abcdef01234567"
EMAIL, PASSWORD = "annotator@example.invalid", "annotator-password"
SETTINGS = {
    "LABEL_STUDIO_COLLECT_ANALYTICS": "false",
    "LABEL_STUDIO_LATEST_VERSION_CHECK": "false",
    "LABEL_STUDIO_SENTRY_DSN": "",
    "LABEL_STUDIO_FRONTEND_SENTRY_DSN": "",
    "LABEL_STUDIO_FEATURE_FLAGS_OFFLINE": "true",
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
    "LABEL_STUDIO_ML_BLOCK_LOCAL_IP": "false",
    "LABEL_STUDIO_SSRF_PROTECTION_ENABLED": "false",
    "LABEL_STUDIO_USERNAME": EMAIL,
    "LABEL_STUDIO_PASSWORD": PASSWORD,
    "LABEL_STUDIO_USER_TOKEN": TOKEN,
}
STARTS = 900
"""Seconds that a server may take: its first start makes a database."""


def executable():
    """Label Studio's command: it pins versions that we do not share, so that it lives in an environment of its own."""
    return os.environ.get("GAIHE_LABEL_STUDIO") or shutil.which("label-studio")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def started(command, log, health, **environment):
    """A server until the end of the block, with all that it began."""
    with Path(log).open("wb") as stream:
        process = subprocess.Popen(
            command, stdout=stream, stderr=stream, env=os.environ | environment, start_new_session=True
        )
    try:
        deadline = time.monotonic() + STARTS
        while not answers(health):
            assert process.poll() is None and time.monotonic() < deadline, Path(log).read_text()[-2000:]
            time.sleep(0.5)
        yield process
    finally:
        os.killpg(process.pid, 15)
        process.wait()


def answers(url):
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def label_studio(folder):
    """Its address and a client of its API."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [executable(), "start", "--no-browser", "--internal-host", "127.0.0.1", "--port", str(port)]
    settings = SETTINGS | {"LABEL_STUDIO_BASE_DATA_DIR": str(folder), "LABEL_STUDIO_HOST": address}
    with started(command, folder / "server.log", f"{address}/health", **settings):
        yield address, Api(address)


class Api:
    """Label Studio's HTTP API, as its user."""

    def __init__(self, address):
        self._client = httpx.Client(base_url=address, headers={"Authorization": f"Token {TOKEN}"}, timeout=600)

    def post(self, path, record, **query):
        answer = self._client.post(path, json=record, params=query)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def get(self, path, **query):
        answer = self._client.get(path, params=query)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()
