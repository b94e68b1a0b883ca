"""Processes end, models change, the service goes on: what was accepted is answered, or refused in words."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from gaihe.serving.http.service import Service
from gaihe.serving.http.settings import Settings
from gaihe.serving.model.digest import stamped
from gaihe.serving.model.model_file import default_model

from tests.serving.http.served import SECRET_TEXT, Served, serving

pytestmark = pytest.mark.slow

FURTHER_PROPERTY = b"\x72\x08\x0a\x01x\x12\x03abc"
"""A metadata property that makes a model another file."""


class Load:
    """Callers that ask again and again in the background."""

    def __init__(self, service, clients=8, body=None):
        self._service, self._body = service, json.dumps(body or {"text": SECRET_TEXT}).encode()
        self.answers, self.broken, self._on = [], [], True
        self._threads = [threading.Thread(target=self._ask) for _ in range(clients)]

    def _ask(self):
        while self._on:
            try:
                status, _, answer = self._service.ask("/v1/detect", self._body)
            except OSError as error:
                self.broken.append(type(error).__name__)
                time.sleep(0.01)
                continue
            self.answers.append(status)
            assert status == 200 or answer["error"]["code"]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._on = False
        for thread in self._threads:
            thread.join()


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def kill_worker(service, ends):
    """Kill a worker, and wait until so many have ended."""
    os.kill(service.workers()[0], signal.SIGKILL)
    until(lambda: service.metric("gaihe_worker_ends_total") == ends)


def test_a_worker_that_is_killed_under_load_loses_no_request():
    with serving("--workers", 2) as service, Load(service) as load:
        for ends in (1, 2, 3):
            until(lambda: service.metric("gaihe_workers") == 2)
            kill_worker(service, ends)
            answered = len(load.answers)
            until(lambda answered=answered: len(load.answers) > answered + 20)
    assert set(load.answers) == {200} and not load.broken


def test_the_only_worker_is_replaced_and_what_it_had_is_answered():
    with serving() as service:
        answers = []
        asking = threading.Thread(target=lambda: answers.append(service.ask("/v1/detect", {"text": SECRET_TEXT * 300})))
        asking.start()
        until(lambda: service.metric("gaihe_open_jobs") == 1)
        os.kill(service.workers()[0], signal.SIGKILL)
        asking.join()
        assert answers[0][0] == 200 and len(answers[0][2]["entities"]) >= 600


def test_a_text_that_ends_two_workers_is_refused_and_takes_nothing_with_it():
    with serving("--answer-seconds", 120) as service:
        answers = []
        asking = threading.Thread(
            target=lambda: answers.append(service.ask("/v1/detect", {"text": SECRET_TEXT * 2_000}))
        )
        asking.start()
        for ends in (1, 2):
            until(lambda: service.metric("gaihe_workers") == 1 and service.metric("gaihe_open_jobs") == 1)
            time.sleep(0.3)
            kill_worker(service, ends)
        asking.join()
        assert (answers[0][0], answers[0][2]["error"]["code"]) == (500, "worker_failed")
        assert service.ask("/v1/detect", {"text": SECRET_TEXT})[0] == 200


def test_a_worker_that_hangs_is_replaced():
    with serving("--answer-seconds", 1) as service:
        os.kill(service.workers()[0], signal.SIGSTOP)
        assert service.ask("/v1/detect", {"text": SECRET_TEXT})[0] == 504
        until(lambda: service.metric("gaihe_worker_ends_total") == 1)
        until(lambda: service.ask("/readyz")[0] == 200)
        assert service.ask("/v1/detect", {"text": SECRET_TEXT})[0] == 200


def test_sigterm_under_load_finishes_what_was_accepted():
    with serving("--workers", 2, "--log-requests") as service:
        with Load(service) as load:
            until(lambda: len(load.answers) > 50)
            service.signal(signal.SIGTERM)
            assert service.process.wait(timeout=60) == 0
        assert set(load.answers) <= {200, 503}
        accepted = [line["status"] for line in service.events("request") if line["route"] == "/v1/detect"]
        assert sorted(accepted) == sorted(load.answers), "a request that was taken had no answer"
        assert service.events("ended")


def test_while_draining_the_service_says_so_and_at_the_deadline_it_refuses_the_rest():
    with serving("--drain-seconds", 2) as service:
        answers = []
        asking = threading.Thread(
            target=lambda: answers.append(service.ask("/v1/detect", {"text": SECRET_TEXT * 20_000}))
        )
        asking.start()
        until(lambda: service.metric("gaihe_open_jobs") == 1)
        service.signal(signal.SIGTERM)
        service.wait_for("draining")
        status, headers, answer = service.ask("/readyz")
        assert (status, answer["error"]["code"]) == (503, "draining") and headers["retry-after"]
        assert service.ask("/healthz")[0] == 200
        assert service.ask("/v1/detect", {"text": SECRET_TEXT})[0] == 503
        asking.join()
        assert (answers[0][0], answers[0][2]["error"]["code"]) == (503, "draining")
        assert service.process.wait(timeout=30) == 0


def test_at_the_end_answers_are_read_first():
    with serving() as service:
        pseudonym = {"text": "甲", "original": "好" * 10_000, "value": "x", "type": "NAME"}
        body = json.dumps({"text": "甲" * 400, "mapping": {"format": 1, "pseudonyms": [pseudonym]}}).encode()
        head = "POST /v1/restore HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            connection.connect(("127.0.0.1", service.port))
            connection.sendall(head.encode() + f"{len(body)}\r\n\r\n".encode() + body)
            content = connection.recv(1_000)
            service.signal(signal.SIGTERM)
            service.wait_for("draining")
            time.sleep(0.5)
            assert not service.events("Shutting down")
            while piece := connection.recv(1 << 20):
                content += piece
        assert len(content.partition(b"\r\n\r\n")[2].decode()) == 4_000_000 + len('{"text": ""}')
        assert service.end() == 0


def test_a_signal_that_comes_once_more_at_the_very_end_leaves_the_exit_code_as_it_is():
    with serving() as service:
        service.signal(signal.SIGTERM)
        service.wait_for("ended")
        while service.process.poll() is None:
            service.signal(signal.SIGTERM)
        assert service.end() == 0


@pytest.mark.parametrize("begun", ["imports", "workers"])
def test_sighup_while_the_service_starts_is_a_reload_after_it(tmp_path, begun):
    log = tmp_path / "log"
    with log.open("wb") as stream:
        command = [sys.executable, "-m", "gaihe.serving", "serve", "--port", "0", "--workers", "1"]
        process = subprocess.Popen(command, stderr=stream)
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        loaded = Path(f"/proc/{process.pid}/maps")
        until(children.read_text if begun == "workers" else lambda: "_asyncio" in loaded.read_text())
        process.send_signal(signal.SIGHUP)
        service = Served(process, log)
        service.wait_for("model loaded", 2)
        assert service.ask("/healthz")[0] == 200 and service.end() == 0
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_while_the_service_starts_ends_it_after_that(tmp_path, number):
    log = tmp_path / "log"
    with log.open("wb") as stream:
        command = [sys.executable, "-m", "gaihe.serving", "serve", "--port", "0", "--workers", "1"]
        process = subprocess.Popen(command, stderr=stream)
    try:
        until(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text)
        process.send_signal(number)
        assert process.wait(60) == 0
        assert '"ended"' in log.read_text() and "Error" not in log.read_text()
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def model(tmp_path):
    return shutil.copy(default_model(), tmp_path / "own.onnx")


def test_sighup_loads_what_the_files_hold_now_without_a_dropped_request(model, tmp_path):
    policy = tmp_path / "own.toml"
    policy.write_text('name = "own"\nversion = "1"\n', encoding="utf-8")
    with serving("--model", model, "--policy", policy) as service:
        before = service.ask("/readyz")[2]["model"]["digest"]
        model.write_bytes(stamped(model.read_bytes()[:-82] + FURTHER_PROPERTY))
        policy.write_text('name = "own"\nversion = "2"\n', encoding="utf-8")
        with Load(service, clients=4) as load:
            until(lambda: len(load.answers) > 5)
            service.signal(signal.SIGHUP)
            service.wait_for("model loaded", 2)
            answered = len(load.answers)
            until(lambda: len(load.answers) > answered + 10)
        assert set(load.answers) == {200} and not load.broken
        assert service.ask("/readyz")[2]["model"]["digest"] != before
        policies = {one["name"]: one["version"] for one in service.ask("/v1/policies")[2]["policies"]}
        assert policies["own"] == "2"
        until(lambda: len(service.workers()) == 1)


def test_other_settings_count_where_all_of_them_can_be_used(tmp_path):
    async def check():
        service = Service(before := Settings())
        await service.start()
        try:
            assert not await service.reload(Settings(policies=(tmp_path / "absent.toml",)))
            assert service.settings is before
            assert await service.reload(other := Settings(log_requests=True))
            assert service.settings is other
        finally:
            await service.pool.close()

    asyncio.run(check())


@pytest.mark.parametrize("fault", ["damaged", "gone", "unreadable policy"])
def test_a_bad_model_or_policy_is_refused_and_the_old_one_stays(model, tmp_path, fault):
    policy = tmp_path / "own.toml"
    policy.write_text('name = "own"\nversion = "1"\n', encoding="utf-8")
    with serving("--model", model, "--policy", policy) as service:
        before = service.ask("/readyz")[2]
        if fault == "damaged":
            model.write_bytes(model.read_bytes()[:-100_000])
        elif fault == "gone":
            model.unlink()
        else:
            policy.write_text('name = "own"\nversion = 1\n', encoding="utf-8")
        service.signal(signal.SIGHUP)
        assert service.wait_for("the reload is refused, what was loaded stays")["reason"]
        assert service.ask("/readyz")[2] == before
        os.kill(service.workers()[0], signal.SIGKILL)
        until(lambda: service.metric("gaihe_worker_ends_total") == 1 and service.ask("/readyz")[0] == 200)
        assert service.ask("/readyz")[2] == before, "a worker that is replaced has the model that is served"
        assert service.ask("/v1/judge", {"text": SECRET_TEXT, "policy": "own"})[0] == 200
