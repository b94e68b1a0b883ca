"""Redaction and the way back over HTTP."""

import sys

import pytest
from gaihe.serving import Recognizer
from gaihe.serving.core import schema
from gaihe.serving.http.messages import Action, Facts, Redacting, Task
from gaihe.serving.http.orders import Known, order
from gaihe.serving.http.redaction import Thread
from gaihe.serving.http.redaction_orders import MOST_PSEUDONYMS
from gaihe.serving.http.refusals import RefusalError
from gaihe.serving.http.settings import Limits
from gaihe.serving.redaction import PseudonymMap, Redactor, load_redaction_policy, restore
from gaihe.serving.redaction.pseudonyms import LONGEST
from gaihe.serving.redaction.sealing import seal, unseal

KEY = "a key of the caller, long enough"
TEXTS = ["张丽，电话13800138000", "给张丽打电话：138-0013-8000", "今天天气真好"]


def test_presets_give_what_the_library_gives(service):
    recognizer = Recognizer.load()
    for policy in ("label", "bars", "moderation"):
        _, _, answer = service.ask("/v1/redact", {"texts": TEXTS, "policy": policy})
        expected = [Redactor(recognizer, policy).redact(text) for text in TEXTS]
        assert [result["text"] for result in answer["results"]] == [redaction.text for redaction in expected]
        assert answer["results"][0]["spans"] == [span.to_record() for span in expected[0].spans]
        assert "mapping" not in answer


def test_a_policy_of_the_caller_is_carried_out(service):
    policy = {"operator": "remove", "operators": {"NAME": "keep"}}
    assert service.ask("/v1/redact", {"text": TEXTS[0], "policy": policy})[2]["text"] == "张丽，电话"
    status, _, answer = service.ask("/v1/redact", {"text": "a", "policy": {"operator": "burn"}})
    assert status == 422 and "must be one of" in answer["error"]["message"]


def test_the_texts_of_a_request_are_a_thread_with_one_mapping(service):
    _, _, answer = service.ask("/v1/redact", {"texts": TEXTS, "policy": "llm", "data_ids": ["a", "b", "c"]})
    redacted = [result["text"] for result in answer["results"]]
    mapping = PseudonymMap.from_record(answer["mapping"])
    assert [restore(text, mapping) for text in redacted] == TEXTS
    name = mapping.of("张丽").text
    assert all(name in text for text in redacted[:2]) and not any("张丽" in text for text in redacted)
    body = {"texts": redacted, "mapping": answer["mapping"]}
    assert [result["text"] for result in service.ask("/v1/restore", body)[2]["results"]] == TEXTS


def test_a_thread_goes_on_with_its_mapping(service):
    _, _, first = service.ask("/v1/redact", {"text": TEXTS[0], "policy": "llm"})
    _, _, second = service.ask("/v1/redact", {"text": TEXTS[1], "policy": "llm", "mapping": first["mapping"]})
    mapping = PseudonymMap.from_record(second["mapping"])
    assert mapping.of("张丽").text in first["text"] and mapping.of("张丽").text in second["text"]


def test_the_same_key_gives_the_same_pseudonyms(service):
    body = {"text": TEXTS[0], "policy": "llm", "key": KEY}
    assert service.ask("/v1/redact", body)[2]["text"] == service.ask("/v1/redact", body)[2]["text"]


def test_a_sealed_mapping_says_nothing_and_leads_back_with_its_key(service):
    body = {"text": TEXTS[0], "policy": "llm", "key": KEY, "seal": True}
    _, _, answer = service.ask("/v1/redact", body)
    assert set(answer["mapping"]) == {"format", "sealed"}
    back = {"text": answer["text"], "mapping": answer["mapping"]}
    assert service.ask("/v1/restore", back | {"key": KEY})[2]["text"] == TEXTS[0]
    for wrong in ({}, {"key": KEY + "!"}):
        assert service.ask("/v1/restore", back | wrong)[0] == 422


def test_a_mapping_that_came_sealed_is_answered_sealed(service):
    body = {"policy": "llm", "key": KEY}
    _, _, first = service.ask("/v1/redact", body | {"text": TEXTS[0], "seal": True})
    _, _, second = service.ask("/v1/redact", body | {"text": TEXTS[1], "mapping": first["mapping"]})
    assert set(second["mapping"]) == {"format", "sealed"}
    back = {"texts": [first["text"], second["text"]], "mapping": second["mapping"], "key": KEY}
    assert [result["text"] for result in service.ask("/v1/restore", back)[2]["results"]] == TEXTS[:2]


def test_without_the_extra_a_service_says_that_it_cannot_seal(monkeypatch):
    known = Known(Facts("", "", {"balanced": 0.5}, ()), [], Limits())
    sealed = seal(PseudonymMap(), KEY.encode())
    monkeypatch.setitem(sys.modules, "cryptography", None)
    for action, fields in (
        (Action.REDACT, {"policy": "llm", "seal": True}),
        (Action.REDACT, {"policy": "llm", "mapping": sealed}),
        (Action.RESTORE, {"mapping": sealed}),
    ):
        with pytest.raises(RefusalError) as caught:
            order(action, {"text": "a", "key": KEY} | fields, known)
        assert (caught.value.status, caught.value.code) == (501, "sealing_not_installed")
        assert "gaihe[seal]" in caught.value.message
    assert order(Action.REDACT, {"text": "a", "policy": "llm", "key": KEY}, known)


@pytest.mark.parametrize("texts", [[], ["x" * 1_000_001]])
def test_a_redaction_that_worked_on_no_text_answers_the_mapping_it_began_with(service, texts):
    body = {"texts": texts, "policy": "llm"}
    empty = PseudonymMap().to_record()
    assert service.ask("/v1/redact", body)[2]["mapping"] == empty
    _, _, sent = service.ask("/v1/redact", {"text": TEXTS[0], "policy": "llm"})
    assert service.ask("/v1/redact", body | {"mapping": sent["mapping"]})[2]["mapping"] == sent["mapping"]
    _, _, answer = service.ask("/v1/redact", body | {"mapping": sent["mapping"], "key": KEY, "seal": True})
    assert unseal(answer["mapping"], KEY.encode()).to_record() == sent["mapping"]
    assert "mapping" not in service.ask("/v1/redact", {"texts": texts})[2]
    assert "mapping" not in service.ask("/v1/restore", {"texts": texts, "mapping": empty})[2]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"policy": "none"}, "policy"),
        ({"policy": {"operator": "hash"}}, "key"),
        ({"key": "short"}, "key"),
        ({"key": 7}, "key"),
        ({"policy": "llm", "mapping": []}, "mapping"),
        ({"policy": "llm", "mapping": {"format": 1, "pseudonyms": [{}]}}, "mapping"),
        ({"mapping": {"format": 1, "pseudonyms": []}}, "mapping"),
        ({"seal": True, "key": KEY}, "seal"),
        ({"policy": "llm", "seal": True}, "key"),
        ({"policy": "llm", "seal": "yes"}, "seal"),
    ],
)
def test_what_a_redaction_cannot_do_is_named(service, body, field):
    status, _, answer = service.ask("/v1/redact", {"text": "a"} | body)
    assert (status, answer["error"]["field"]) == (422, field)


def test_a_mapping_has_a_bound(service):
    pseudonyms = [{"text": f"甲{n}", "original": f"乙{n}", "value": "", "type": "NAME"} for n in range(10_001)]
    for mapping in (pseudonyms, [pseudonyms[0] | {"text": "甲" * 101}]):
        body = {"text": "甲", "mapping": {"format": 1, "pseudonyms": mapping}}
        status, _, answer = service.ask("/v1/restore", body)
        assert (status, answer["error"]["code"]) == (413, "mapping_too_large")


def test_a_mapping_of_long_surfaces_is_taken_back(service):
    text = f"她叫张丽，电话13800138000。电话：{('— ' * 5).join('13800138000')}"
    _, _, made = service.ask("/v1/redact", {"text": text, "policy": "llm"})
    assert max(len(one["original"]) for one in made["mapping"]["pseudonyms"]) > LONGEST
    status, _, answer = service.ask("/v1/restore", {"text": made["text"], "mapping": made["mapping"]})
    assert (status, answer.get("text")) == (200, text)


def test_no_mapping_is_answered_that_is_not_taken_back(service):
    full = [
        {"text": f"甲{n}乙", "original": f"丙{n}丁", "value": "", "type": "NAME"} for n in range(MOST_PSEUDONYMS - 1)
    ]
    body = {"policy": "llm", "mapping": {"format": 1, "pseudonyms": full}}
    status, _, answer = service.ask("/v1/redact", body | {"text": "张丽，电话13800138000"})
    assert (status, answer["error"]["code"]) == (413, "mapping_too_large")
    _, _, answer = service.ask("/v1/redact", body | {"texts": ["张丽，电话13800138000", "电话13900139000"]})
    assert answer["results"][0]["error"]["code"] == "mapping_too_large"
    assert [one["original"] for one in answer["mapping"]["pseudonyms"]] == [
        *(p["original"] for p in full),
        "13900139000",
    ]
    back = {"text": answer["results"][1]["text"], "mapping": answer["mapping"]}
    assert service.ask("/v1/restore", back)[2]["text"] == "电话13900139000"


def test_a_mapping_has_types_of_the_model_alone_and_other_names_are_not_kept(service):
    known = len(schema._MADE)
    facts = Facts("", "", {}, ({"type": "FLAT"},))

    def ordered(kind, count=1):
        listed = [{"text": f"甲{n}", "original": f"乙{n}", "value": "", "type": kind} for n in range(count)]
        return order(
            Action.RESTORE,
            {"text": "a", "mapping": {"format": 1, "pseudonyms": listed}},
            Known(facts, [], Limits()),
        )

    for kind, count, status in (("NO_SUCH", 1, 422), ("NO_SUCH_EITHER", MOST_PSEUDONYMS + 1, 413)):
        with pytest.raises(RefusalError) as caught:
            ordered(kind, count)
        assert caught.value.status == status and "NO_SUCH" not in caught.value.message
    assert len(schema._MADE) == known
    assert ordered("NAME") and ordered("FLAT")
    mapping = {"format": 1, "pseudonyms": [{"text": "甲", "original": "乙", "value": "", "type": "NO_SUCH"}]}
    sealed = seal(PseudonymMap.from_record(mapping), KEY.encode())
    for sent in (mapping, sealed):
        status, _, answer = service.ask("/v1/restore", {"text": "甲", "mapping": sent, "key": KEY})
        assert (status, answer["error"]["field"]) == (422, "mapping")


def test_a_key_of_a_policy_is_repeated_where_it_looks_like_one(service):
    for policy, shown in (
        ({"operater": "mask"}, "operater: is unknown"),
        ({"张丽丽" * 1_000: "mask"}, "a key: is unknown"),
        ({"operators": {"13800138000": "mask"}}, "operators.a key: is unknown"),
    ):
        status, _, answer = service.ask("/v1/redact", {"text": "a", "policy": policy})
        message = answer["error"]["message"]
        assert status == 422 and shown in message and len(message) < 500
        assert "张丽丽" not in message and "13800138000" not in message


def test_the_types_of_a_task_count_whenever_its_redaction_reads():
    task = Task(Action.REDACT, types=frozenset({"NAME"}), redaction=Redacting(load_redaction_policy("label")))
    reader = Thread(task, Recognizer.load())._redactor._recognizer
    assert [entity.type for entity in reader.detect(TEXTS[0])] == ["NAME"]
    assert [[entity.type for entity in found] for found in reader.attempt_batch([TEXTS[0]])] == [["NAME"]]


def test_all_restored_texts_of_a_request_have_a_bound(service):
    pseudonym = {"text": "甲", "original": "x" * 1_500_000, "value": "x", "type": "NAME"}
    body = {"texts": ["甲", *["好" * 1_500] * 3, "甲", "甲", "好"], "mapping": {"format": 1, "pseudonyms": [pseudonym]}}
    status, _, answer = service.ask("/v1/restore", body)
    assert status == 200
    assert [result["error"]["code"] if "error" in result else len(result["text"]) for result in answer["results"]] == [
        *(1_500_000, 1_500, 1_500, 1_500, 1_500_000, "restored_too_long", 1)
    ]


def test_a_restored_text_has_a_bound(service):
    pseudonym = {"text": "甲", "original": "x" * 100_000, "value": "x", "type": "NAME"}
    body = {"texts": ["甲" * 1_000, "甲"], "mapping": {"format": 1, "pseudonyms": [pseudonym]}}
    status, _, answer = service.ask("/v1/restore", body)
    assert status == 200 and answer["results"][0]["error"]["code"] == "restored_too_long"
    assert len(answer["results"][1]["text"]) == 100_000
    assert service.ask("/v1/restore", {"text": "甲" * 1_000, "mapping": body["mapping"]})[0] == 413
    assert service.ask("/v1/restore", {"text": "甲"})[0] == 422
