"""Both clients against a real service, and against a server that is busy, broken, or something else."""

import asyncio
import copy
import dataclasses
import json
import pickle
import socket
import threading
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import httpx
import pytest
from gaihe.client import AnswerError, AsyncClient, Client, RefusedError, Retry, TextError, UnreachableError
from gaihe.client.questions import BATCH_CHARACTERS, BATCH_TEXTS, batches
from gaihe.client.retries import seconds_of
from gaihe.serving import Recognizer
from gaihe.serving.recognition.detection import detection_record
from hypothesis import given
from hypothesis import strategies as st

from tests.serving.http.served import serving

TEXT = "就是她，张丽，电话一三八00138000，大家去骂她"


class Waiting:
    """`AsyncClient` behind the face of `Client`, so that both are asked alike."""

    def __init__(self, *words, **named):
        self.words, self.named = words, named

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def __getattr__(self, name):
        async def asked(*words, **named):
            async with AsyncClient(*self.words, **self.named) as client:
                return await getattr(client, name)(*words, **named)

        return lambda *words, **named: asyncio.run(asked(*words, **named))


@pytest.fixture(params=[Client, Waiting], ids=["sync", "async"])
def kind(request):
    return request.param


@pytest.fixture
def client(kind, service):
    with kind(service.address) as made:
        yield made


def test_a_detection_is_what_the_recogniser_finds(client):
    found = client.detect(TEXT)
    assert [dataclasses.asdict(entity) | {"evasion": list(entity.evasion)} for entity in found.entities] == [
        detection_record(entity) for entity in Recognizer.load().detect(TEXT)
    ]
    assert client.detect(TEXT, types=["NAME"]).entities == found.entities[:1]
    assert client.detect(TEXT, threshold=1.0).entities == ()


def test_a_judgement_has_the_verdict_with_types(client):
    judged = client.judge(TEXT, policy="strict", evidence=True)
    verdict = judged.verdict
    assert (verdict.suggestion, verdict.intent, verdict.policy["name"]) == ("block", "third_party", "strict")
    assert verdict.persons[0].names == ((4, 6),) and verdict.persons[0].concerned
    assert verdict.reasons[0].zh and verdict.laws[0].in_force > verdict.laws[0].published
    assert judged.evidence["verdict"]["level"] == verdict.level
    assert client.judge(TEXT).evidence is None


def test_a_redaction_and_its_way_back(client):
    assert client.redact(TEXT).text == "就是她，[姓名]，电话[电话]，大家去骂她"
    redaction = client.redact(TEXT, policy="llm", key="k" * 16, seal=True)
    assert "张丽" not in redaction.text and "sealed" in redaction.mapping
    assert client.restore(redaction.text, redaction.mapping, key="k" * 16) == TEXT
    labelled = client.redact(TEXT)
    assert client.restore(labelled.text, labelled.mapping) == labelled.text
    assert client.redact(TEXT, policy={"operator": "remove"}).text == "就是她，，电话，大家去骂她"


def test_batches_are_answered_in_order_over_several_questions(client):
    texts = [f"第{n}个，我叫张丽，电话13500052619" if n % 2 else f"第{n}个" for n in range(BATCH_TEXTS + 7)]
    found = client.detect_batch(texts, types=["PHONE"])
    assert [len(one.entities) for one in found] == [n % 2 for n in range(len(texts))]
    redacted = client.redact_batch(texts, policy="llm")
    numbers = {one.text.rpartition("电话")[2] for one in redacted[1::2]}
    assert len(numbers) == 1, "a value has one pseudonym in a thread of several questions"
    assert client.restore_batch([one.text for one in redacted], redacted[-1].mapping) == texts
    assert [one.verdict.level for one in client.judge_batch([TEXT, "今天天气真好"])][1] == 0
    assert client.detect_batch([]) == []


def test_what_the_service_refuses_is_raised_with_its_reason(client):
    with pytest.raises(RefusedError) as caught:
        client.detect(TEXT, operating_point="no_such")
    error = caught.value
    assert (error.status, error.code, error.field) == (422, "invalid", "operating_point")
    assert "balanced" in error.known and error.request_id and "张丽" not in str(error)


def test_what_can_be_named_is_told(client):
    assert "balanced" in client.types()["operating_points"]
    assert "llm" in client.policies()["redaction_policies"]


def test_no_representation_shows_a_text(client):
    shown = repr([client.detect(TEXT), client.judge(TEXT), client.redact(TEXT, policy="llm")])
    assert "张丽" not in shown and "13800138000" not in shown


def test_a_text_that_is_too_long_has_an_error_in_its_place(kind):
    with serving("--text-characters", "20") as served, kind(served.address) as client:
        first, second = client.detect_batch(["张丽，电话13800138000", "长" * 21])
        assert len(first.entities) == 2
        assert isinstance(second, TextError) and second.code == "text_too_long"


def test_a_text_that_no_body_can_hold_has_an_error_in_its_place_and_takes_nothing_with_it(kind):
    texts = ["张丽，电话13800138000", "长" * BATCH_CHARACTERS, "张丽，电话13800138000"]
    with serving("--body-bytes", 200_000) as served, kind(served.address) as client:
        first, second, third = client.detect_batch(texts)
        assert len(first.entities) == len(third.entities) == 2
        assert isinstance(second, TextError) and second.code == "body_too_large"
        first, second, third = client.redact_batch(texts, policy="llm")
        assert first.text == third.text and isinstance(second, TextError)
        with pytest.raises(RefusedError, match="413 body_too_large"):
            client.detect_batch(texts[:1] * 2, types=["长" * BATCH_CHARACTERS])


def test_a_lone_surrogate_is_sent_and_shown_by_no_error(client):
    assert len(client.detect("\ud83d张丽，电话13800138000\udc00").entities) == 2
    assert client.redact("\ud83d\\ud83d，电话13800138000").text == "\ud83d\\ud83d，电话[电话]"


def test_a_key_is_sent(kind):
    from gaihe.serving.http.access import hash_of

    with serving(environment={"GAIHE_API_KEYS": hash_of("gaihe_x")}) as served:
        with kind(served.address, key="gaihe_x\n") as client:
            assert len(client.detect(TEXT).entities) == 2
        with kind(served.address) as client, pytest.raises(RefusedError, match="401 unauthorized"):
            client.detect(TEXT)


@pytest.fixture
def answering():
    """A server that gives the answers of a list: status, headers, body."""
    answers, asked, servers = [], [], []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            asked.append(self.path)
            status, headers, body = answers.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    def start(*given):
        answers.extend(given)
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}", asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


BUSY = (429, {"Retry-After": "0"}, json.dumps({"error": {"code": "queue_full", "message": "later"}}).encode())
FOUND = (200, {}, b'{"entities": [], "new_key": 1}')


def test_a_busy_service_is_asked_again(kind, answering):
    address, asked = answering(BUSY, (503, {}, b"<html>"), BUSY, FOUND)
    with kind(address, retry=Retry(first_wait=0.01)) as client:
        assert client.detect(TEXT).entities == ()
    assert len(asked) == 4


@pytest.mark.parametrize(
    "wait", ["3600", format_datetime(datetime.now(UTC) + timedelta(hours=1))], ids=["seconds", "date"]
)
def test_nobody_waits_longer_than_wished(kind, answering, wait):
    address, asked = answering((429, {"Retry-After": wait}, BUSY[2]))
    with kind(address) as client, pytest.raises(RefusedError, match="429 queue_full"):
        client.detect(TEXT)
    assert len(asked) == 1


def test_tries_end(kind, answering):
    address, asked = answering(BUSY, BUSY, BUSY)
    with kind(address, retry=Retry(tries=3)) as client, pytest.raises(RefusedError):
        client.detect(TEXT)
    assert len(asked) == 3


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"{}", b"[" * 100_000, b'{"entities": [{"start": 1}]}', b'{"entities": 1}']
)
def test_an_answer_of_something_else_is_told(kind, answering, body):
    address, _ = answering((200, {}, body))
    with kind(address) as client, pytest.raises(AnswerError, match="is this a service of Gaihe"):
        client.detect(TEXT)


@pytest.mark.parametrize(
    "body",
    [
        {"verdict": [], "entities": []},
        {"verdict": {"laws": [{"code": "x"}]}, "entities": []},
        {"verdict": {"laws": [{"code": "x", "published": "?", "in_force": "?"}]}, "entities": []},
        {"verdict": {"persons": [{"spans": None}]}, "entities": []},
        {"verdict": {}, "entities": [1]},
    ],
)
def test_an_answer_of_another_shape_is_told(kind, answering, body):
    address, _ = answering(
        *[(200, {}, json.dumps(one).encode()) for one in (body, {"results": [body]}, {"results": [1]})]
    )
    with kind(address) as client:
        for ask, asked in ((client.judge, TEXT), (client.judge_batch, [TEXT]), (client.judge_batch, [TEXT])):
            with pytest.raises(AnswerError, match="is this a service of Gaihe"):
                ask(asked)


def test_an_answer_that_cannot_be_unpacked_is_told(kind, answering):
    address, _ = answering((200, {"Content-Encoding": "gzip"}, b"no gzip"))
    with kind(address) as client, pytest.raises(AnswerError, match="compressed"):
        client.detect(TEXT)


@pytest.mark.parametrize("known", ["null", "5", '"x"', "{}"])
def test_what_may_be_known_of_a_field_may_be_null_or_something_else(kind, answering, known):
    address, _ = answering((422, {}, b'{"error": {"code": "invalid", "message": "x", "known": %s}}' % known.encode()))
    with kind(address) as client, pytest.raises(RefusedError, match="422 invalid"):
        client.detect(TEXT)


@pytest.mark.parametrize("address", ["127.0.0.1:8000", "localhost:8000", "", "http://", "ftp://x", "http://x:y"])
def test_an_address_that_can_be_none_is_refused(kind, address):
    with pytest.raises(ValueError, match="must be like http://"), kind(address) as client:
        client.detect(TEXT)


@pytest.mark.parametrize("key", ["密钥", "gaihe\nx"])
def test_a_key_that_can_be_none_is_refused_and_not_shown(kind, key):
    with pytest.raises(ValueError, match="that no key has") as caught, kind(key=key) as client:
        client.detect(TEXT)
    assert key not in str(caught.value)


@pytest.mark.parametrize("scheme", ["http", "ftp"])
def test_no_error_shows_a_password(kind, scheme):
    told = pytest.raises((UnreachableError, ValueError), match=r"127\.0\.0\.1:9")
    with told as caught, kind(f"{scheme}://user:s3cret@127.0.0.1:9", retry=Retry(tries=1)) as client:
        client.detect(TEXT)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_errors_travel_between_processes(again):
    known = {"code": "invalid", "message": "m", "field": "f", "known": ["a"], "request_id": "r"}
    for error in (RefusedError(422, known), UnreachableError("m"), AnswerError("m")):
        error.done = [1]
        made = again(error)
        assert (type(made), str(made), vars(made)) == (type(error), str(error), vars(error))


def test_a_proxy_gets_nothing_that_stays_on_the_machine(kind, answering, monkeypatch):
    address, _ = answering(FOUND)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with kind(address, retry=Retry(tries=1)) as client:
        assert client.detect(TEXT).entities == ()


def test_a_service_that_is_not_there_is_told(kind):
    told = pytest.raises(UnreachableError, match=r"no answer from http://127\.0\.0\.1:9.*ConnectError")
    with kind("http://127.0.0.1:9", retry=Retry(tries=2, first_wait=0.01)) as client, told:
        client.detect(TEXT)


def test_a_service_whose_name_cannot_be_looked_up_is_told(kind):
    with kind("http://a..b", retry=Retry(tries=1)) as client, pytest.raises(UnreachableError, match=r"http://a\.\.b"):
        client.detect(TEXT)


def test_an_answer_that_takes_too_long_is_not_asked_for_again(kind):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(0.5)
        told = pytest.raises(UnreachableError, match="within the timeout")
        with kind(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2, retry=Retry(first_wait=0.01)) as client:
            with told:
                client.detect(TEXT)
            silent.accept()[0].close()
            with pytest.raises(TimeoutError):
                silent.accept()


def test_no_wait_is_begun_that_outlasts_the_timeout(kind, answering):
    address, asked = answering(BUSY, (503, {"Retry-After": "50"}, BUSY[2]))
    with kind(address, timeout=40) as client, pytest.raises(RefusedError, match="503"):
        client.detect(TEXT)
    assert len(asked) == 2


@contextmanager
def trickling():
    """A server whose answer never ends: a byte comes each tenth of a second."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                while True:
                    connection.sendall(b" ")
                    time.sleep(0.1)

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_an_answer_that_trickles_in_ends_with_the_timeout(kind):
    told = pytest.raises(UnreachableError, match="within the timeout")
    with trickling() as address, kind(address, timeout=0.5) as client, told:
        client.detect(TEXT)


class Slow(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A network on which nothing can be reached: connecting takes all the time that it is given, or a part of it."""

    def __init__(self, part):
        self.part, self.given = part, []

    def handle_request(self, request):
        self.given.append(request.extensions["timeout"]["connect"])
        time.sleep(self.given[-1] * self.part)
        raise httpx.ConnectTimeout("") if self.part == 1 else httpx.ConnectError("")

    async def handle_async_request(self, request):
        return self.handle_request(request)


def test_what_takes_the_whole_time_is_not_tried_again(kind):
    slow = Slow(1)
    told = pytest.raises(UnreachableError, match="within the timeout")
    with kind("http://example.invalid", timeout=0.3, transport=slow, retry=Retry(first_wait=0.01)) as client, told:
        client.detect(TEXT)
    assert len(slow.given) == 1


def test_a_further_try_has_the_time_that_is_left(kind):
    slow = Slow(0.5)
    told = pytest.raises(UnreachableError, match="ConnectError")
    retry = Retry(tries=3, first_wait=0.001)
    with kind("http://example.invalid", timeout=1, transport=slow, retry=retry) as client, told:
        client.detect(TEXT)
    assert len(slow.given) == 3
    assert all(later < before * 0.6 for before, later in pairwise(slow.given))


def answer_to(texts, mapping):
    return (
        200,
        {},
        json.dumps({"results": [{"text": text, "spans": []} for text in texts], "mapping": mapping}).encode(),
    )


TOO_LARGE = (413, {}, b'{"error": {"code": "body_too_large", "message": "x"}}')


def test_a_text_without_a_redaction_has_the_mapping_of_the_thread(kind, answering):
    long = "x" * (BATCH_CHARACTERS - 1)
    failed = {"error": {"code": "failed", "message": "x"}}
    last = (200, {}, json.dumps({"results": [failed], "mapping": {"n": 2}}).encode())
    address, _ = answering(answer_to(["a"], {"n": 1}), TOO_LARGE, answer_to(["a"], {"n": 2}), last)
    with kind(address) as client:
        first, second = client.redact_batch(["ab", long], policy="llm")
        assert isinstance(second, TextError) and first.mapping == second.mapping == {"n": 1}
        _, second = client.redact_batch(["ab", long], policy="llm", mapping={"n": 1})
        assert isinstance(second, TextError) and second.mapping == {"n": 2}


@pytest.mark.parametrize(
    ("last", "error"), [((401, {}, b'{"error": {}}'), RefusedError), ((200, {}, b"[]"), AnswerError)]
)
def test_an_error_in_a_batch_tells_what_was_done(kind, answering, last, error):
    long = "x" * (BATCH_CHARACTERS - 1)
    found = (200, {}, b'{"results": [{"entities": []}]}')
    address, _ = answering(answer_to(["a"], {"n": 1}), last, found, last, last)
    with kind(address) as client:
        with pytest.raises(error) as caught:
            client.redact_batch(["ab", long], policy="llm")
        assert [(one.text, one.mapping) for one in caught.value.done] == [("a", {"n": 1})]
        with pytest.raises(error) as caught:
            client.detect_batch(["ab", long])
        assert [one.entities for one in caught.value.done] == [()]
        with pytest.raises(error) as caught:
            client.detect("ab")
        assert list(caught.value.done) == []


@pytest.mark.slow
def test_a_restart_of_the_service_is_survived(kind):
    with serving() as served:
        port = served.port
    with kind(f"http://127.0.0.1:{port}", retry=Retry(tries=30, first_wait=0.5, longest_wait=1)) as client:
        found = []
        asking = threading.Thread(target=lambda: found.append(client.detect(TEXT)))
        asking.start()
        with serving("--port", port):
            asking.join(timeout=60)
    assert len(found[0].entities) == 2


def test_texts_may_come_one_by_one(client):
    found = client.redact_batch((text for text in ["张丽，电话13800138000", "张丽又来了"]), policy="llm")
    assert "张丽" not in found[0].text + found[1].text
    assert client.restore_batch(iter([found[1].text]), found[1].mapping) == ["张丽又来了"]
    assert [len(one.entities) for one in client.detect_batch({"张丽，电话13800138000": 1})] == [2]
    assert len(client.judge_batch(map(str, range(2)))) == 2


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (None, "a batch is a list of texts, not NoneType"),
        (7, "a batch is a list of texts, not int"),
        (["张丽", None], "text 1 is NoneType, not str"),
        (b"ab", "text 0 is int, not str"),
    ],
)
def test_what_holds_no_texts_is_no_batch(kind, texts, message):
    with kind() as client, pytest.raises(TypeError, match=f"^{message}$"):
        client.redact_batch(texts)


def test_one_text_is_no_batch(kind):
    with kind() as client, pytest.raises(TypeError, match="a list of texts"):
        client.detect_batch(TEXT)


def test_one_type_is_no_list_of_types(kind):
    with kind() as client, pytest.raises(TypeError, match="a list of names"):
        client.detect(TEXT, types="NAME")


@given(st.text())
def test_any_header_of_seconds_is_read(header):
    assert (seconds_of(header) or 0.0) >= 0


@given(st.lists(st.integers(0, BATCH_CHARACTERS * 2).map(lambda size: "x" * (size // 7)), max_size=30))
def test_batches_keep_order_and_limits(texts):
    found = [list(batch) for batch in batches(texts)]
    assert [text for batch in found for text in batch] == texts
    assert all(batch and (len(batch) == 1 or sum(map(len, batch)) <= BATCH_CHARACTERS) for batch in found)
