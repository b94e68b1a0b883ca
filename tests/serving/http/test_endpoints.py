"""What the service answers, on a real port."""

import json
import threading

import pytest
from gaihe.serving import Recognizer, load_policy

TEXT = "张丽，电话一三八00138000"


def test_spans_of_one_text_come_with_the_callers_id(service):
    status, headers, answer = service.ask("/v1/detect", {"text": TEXT, "data_id": "帖-7"})
    assert (status, answer["data_id"]) == (200, "帖-7")
    assert [(e["start"], e["end"], e["type"], e["value"]) for e in answer["entities"]] == [
        (0, 2, "NAME", "张丽"),
        (5, 16, "PHONE", "13800138000"),
    ]
    assert len(headers["x-request-id"]) == 16 and headers["cache-control"] == "no-store"


def test_the_service_finds_what_the_recogniser_finds(service):
    texts = [TEXT, "", "今天天气真好", "😀 QQ：" + "1234567" * 2, "好" * 3_000 + TEXT, TEXT * 200]
    _, _, answer = service.ask("/v1/detect", {"texts": texts})
    found = [[(e["start"], e["end"], e["type"], e["score"]) for e in r["entities"]] for r in answer["results"]]
    expected = Recognizer.load().detect_batch(texts)
    assert found == [[(e.start, e.end, e.type, e.score) for e in entities] for entities in expected]


def test_a_batch_keeps_its_order_and_its_ids(service):
    texts = [f"手机号1380013{number:04d}" for number in range(300)]
    ids = [f"{number}" for number in range(300)]
    status, _, answer = service.ask("/v1/redact", {"texts": texts, "data_ids": ids})
    assert status == 200
    assert [result["data_id"] for result in answer["results"]] == ids
    status, _, answer = service.ask("/v1/detect", {"texts": texts, "types": ["PHONE"], "threshold": 0.0})
    assert all(e["text"] in text for text, r in zip(texts, answer["results"], strict=True) for e in r["entities"])


def test_a_verdict_comes_with_its_spans_and_on_demand_with_evidence(service):
    status, _, answer = service.ask("/v1/judge", {"text": TEXT + "，大家去骂她", "evidence": True, "policy": "strict"})
    assert status == 200 and set(answer) == {"verdict", "entities", "evidence"}
    assert answer["verdict"]["policy"]["name"] == "strict" and answer["verdict"]["level"] >= 2
    assert answer["evidence"]["model"]["operating_point"] == "balanced"
    assert answer["evidence"]["policy"]["digest"] == load_policy("strict").digest
    assert answer["evidence"]["types"] is None
    _, _, answer = service.ask("/v1/judge", {"text": TEXT, "evidence": True, "types": ["PHONE", "NAME"]})
    assert answer["evidence"]["types"] == ["NAME", "PHONE"]
    _, _, plain = service.ask("/v1/judge", {"text": TEXT})
    assert set(plain) == {"verdict", "entities"}


def test_texts_are_redacted(service):
    assert service.ask("/v1/redact", {"text": TEXT})[2]["text"] == "[姓名]，电话[电话]"


@pytest.mark.slow
def test_a_small_post_does_not_wait_for_a_large_one(service):
    large = threading.Thread(target=service.ask, args=("/v1/detect", {"text": TEXT * 2_000}))
    large.start()
    while not service.metric("gaihe_open_jobs"):
        assert large.is_alive()
    assert service.ask("/v1/detect", {"text": TEXT})[0] == 200
    assert service.metric("gaihe_open_jobs") == 1 and large.is_alive()
    large.join()


def test_types_that_are_not_asked_for_are_left_out(service):
    _, _, answer = service.ask("/v1/detect", {"text": TEXT, "types": ["PHONE"]})
    assert [e["type"] for e in answer["entities"]] == ["PHONE"]


def test_a_lower_threshold_finds_no_less(service):
    counts = [
        len(service.ask("/v1/detect", {"text": TEXT, "threshold": threshold})[2]["entities"])
        for threshold in (0.001, 0.5, 1.0)
    ]
    assert counts == sorted(counts, reverse=True) and counts[2] == 0


def test_lone_surrogates_come_back_as_they_came(service):
    status, _, answer = service.ask("/v1/redact", {"text": "\ud83d 手机号13800138000", "data_id": "\udc00"})
    assert (status, answer["text"], answer["data_id"]) == (200, "\ud83d 手机号[电话]", "\udc00")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], None),
        ({}, "text"),
        ({"text": "a", "texts": ["a"]}, "text"),
        ({"text": 1}, "text"),
        ({"texts": "a"}, "texts"),
        ({"texts": ["a", None]}, "texts[1]"),
        ({"text": "a", "data_ids": ["1"]}, "data_ids"),
        ({"texts": ["a"], "data_ids": []}, "data_ids"),
        ({"text": "a", "data_id": "x" * 129}, "data_id"),
        ({"text": "a", "threshold": 1.1}, "threshold"),
        ({"text": "a", "threshold": True}, "threshold"),
        ({"text": "a", "threshold": 0.5, "operating_point": "balanced"}, "threshold"),
        ({"text": "a", "types": ["NAME", "Phone"]}, "types[1]"),
        ({"text": "a", "types": []}, "types"),
        ({"text": "a", "mode": 1}, "mode"),
        ({"text": "a", "张丽丽13800138000": 1}, None),
        ({"text": "a", "evidence": True}, "evidence"),
    ],
)
def test_a_wrong_field_is_named(service, body, field):
    status, _, answer = service.ask("/v1/detect", body)
    assert status == 422 and answer["error"]["code"] == "invalid"
    assert answer["error"].get("field") == field
    assert "138" not in json.dumps({key: told for key, told in answer["error"].items() if key != "request_id"})


@pytest.mark.parametrize(
    "body", [b'{"text": "\xe5\xbc\xa0", "text": "x"}', b'{"text": "a", "mapping": {"a": 1, "a": 2}}']
)
def test_a_name_that_stands_twice_in_a_body_is_refused(service, body):
    status, _, answer = service.ask("/v1/redact", body)
    assert (status, answer["error"]["code"]) == (400, "not_json")
    assert answer["error"]["message"] == "the body: not JSON: a name stands twice in an object"


def test_an_unknown_operating_point_is_refused_with_the_known_ones(service):
    status, _, answer = service.ask("/v1/detect", {"text": "a", "operating_point": "best"})
    assert status == 422
    assert answer["error"]["known"] == ["balanced", "high_recall", "high_precision"]
    status, _, answer = service.ask("/v1/judge", {"text": "a", "policy": "none"})
    assert (status, answer["error"]["known"]) == (422, ["moderation", "strict"])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"text": ' + b"1" * 5_000 + b"}", "too many digits"),
        (b'{"text": "\xff"}', "not UTF-8"),
        (b"", "not JSON"),
    ],
)
def test_a_body_that_no_decoder_takes_is_refused_in_words(service, body, reason):
    status, _, answer = service.ask("/v1/detect", body)
    assert status == 400 and reason in answer["error"]["message"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=gbk"},
        {"Content-Type": "application/json; charset=utf-8; charset=gbk"},
        {"Content-Encoding": "gzip"},
    ],
)
def test_another_content_type_is_refused(service, headers):
    assert service.ask("/v1/detect", {"text": "a"}, headers)[0] == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json; charset=utf-8;"},
        {"Content-Type": "application/json;\tcharset=utf-8"},
        {"Content-Type": "Application/JSON ; Charset=UTF8"},
        {"Content-Type": 'application/json;charset="utf-8"; odata=minimal'},
        {"Content-Encoding": ""},
        {"Content-Encoding": "Identity"},
    ],
)
def test_a_content_type_may_be_written_in_any_way(service, headers):
    assert service.ask("/v1/detect", {"text": "a"}, headers)[0] == 200


@pytest.mark.parametrize(
    "policy",
    [{"keep": ["\ufdfa" * 101]}, {"keep": ["a"] * 1_001}, {"keep": ["a" * 2_500_000]}, {"name": "a" * 101}],
    ids=["long", "many", "very long", "name"],
)
def test_a_policy_has_a_bound(service, policy):
    status, _, answer = service.ask("/v1/redact", {"text": "a", "policy": policy})
    assert (status, answer["error"]["code"]) == (413, "policy_too_large")
    assert service.ask("/v1/redact", {"text": TEXT, "policy": {"keep": ["张丽"] * 1_000}})[2]["text"].startswith("张丽")


def test_a_wrong_path_and_a_wrong_method_are_refused_in_words(service):
    assert service.ask("/v1/detekt", {"text": "a"})[0] == 404
    assert service.ask("/healthz/")[0] == 404
    status, headers, answer = service.ask("/v1/detect")
    assert (status, headers["allow"], answer["error"]["code"]) == (405, "POST", "wrong_method")


def test_what_is_served_can_be_asked(service):
    assert service.ask("/healthz")[2]["status"] == "ok"
    assert service.ask("/readyz")[2]["workers"] == {"ready": 1, "wanted": 1}
    types = service.ask("/v1/types")[2]
    assert {"type": "PHONE", "zh": "电话"}.items() <= types["types"][1].items()
    assert [policy["name"] for policy in service.ask("/v1/policies")[2]["policies"]] == ["moderation", "strict"]


def test_what_is_done_is_counted(service):
    before = service.metric("gaihe_spans_total"), service.metric("gaihe_verdicts_total")
    service.ask("/v1/judge", {"texts": [TEXT, TEXT]})
    assert service.metric("gaihe_spans_total") == before[0] + 4
    assert service.metric("gaihe_verdicts_total") == before[1] + 2
    page = service.ask("/metrics")[2]
    for name in ("http_server_request_duration_seconds_count", "gaihe_batch_texts_count", "gaihe_queue_tokens"):
        assert name in page
    service.ask("/v1/" + "13800138000")
    page = service.ask("/metrics")[2]
    assert 'http_route="_OTHER"' in page and "13800138000" not in page
