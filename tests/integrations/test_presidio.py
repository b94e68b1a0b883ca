"""The recogniser in Presidio's analyser, and its anonymiser on Chinese text."""

import pickle

import pytest

pytest.importorskip("presidio_analyzer")

from gaihe.integrations.presidio import NAMES, GaiheRecognizer
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NoOpNlpEngine

pytestmark = pytest.mark.slow

POST = "就是她，张丽，电话一三八00138000"


@pytest.fixture(scope="module")
def analyzer():
    registry = RecognizerRegistry(recognizers=[GaiheRecognizer(name="gaihe")], supported_languages=["zh"])
    engine = NoOpNlpEngine(models=[{"lang_code": "zh", "model_name": "none"}])
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["zh"])


def test_the_analyser_finds_the_same_spans(analyzer, texts, found):
    for text, entities in zip(texts, found, strict=True):
        results = sorted(analyzer.analyze(text, language="zh"), key=lambda result: result.start)
        given = [(r.start, r.end, r.recognition_metadata["type"], r.score) for r in results]
        assert given == [(e.start, e.end, e.type, e.score) for e in entities]
        assert [r.entity_type for r in results] == [NAMES.get(e.type, e.type.value) for e in entities]


def test_a_decision_is_explained_without_the_text(analyzer):
    person, phone = sorted(analyzer.analyze(POST, "zh", return_decision_process=True), key=lambda result: result.start)
    assert (person.entity_type, phone.entity_type) == ("PERSON", "PHONE_NUMBER")
    assert phone.recognition_metadata["value"] == "13800138000"
    explained = phone.analysis_explanation
    assert (explained.recognizer, explained.validation_result, explained.original_score) == ("gaihe", True, phone.score)
    assert explained.textual_explanation == "PHONE by the model; its check passes; disguised: chinese_numeral"
    assert "138" not in str(explained) and "张丽" not in str(explained)


def test_only_what_is_asked_for_is_given(analyzer):
    assert [r.entity_type for r in analyzer.analyze(POST, "zh", entities=["PHONE_NUMBER"])] == ["PHONE_NUMBER"]
    only = GaiheRecognizer(["PERSON"])
    assert [r.entity_type for r in only.analyze(POST, [], None)] == ["PERSON"]
    assert [r.entity_type for r in only.analyze(POST, ["PERSON", "PHONE_NUMBER"], None)] == ["PERSON"]
    mine = GaiheRecognizer(names={"NAME": "姓名"}, threshold=0)
    assert mine.analyze(POST, ["姓名"])[0].entity_type == "姓名"
    assert {"姓名", "PHONE_NUMBER", "DEVICE_ID"} <= set(mine.supported_entities)


@pytest.mark.parametrize("options", [{"supported_entities": ["NAME"]}, {"names": {"SCHOL": "ORG"}}])
def test_a_name_that_stands_for_nothing_is_refused(options):
    with pytest.raises(ValueError, match=r"NAME.*PERSON|SCHOL.*SCHOOL"):
        GaiheRecognizer(**options)


def test_the_anonymiser_replaces_them(analyzer):
    pytest.importorskip("presidio_anonymizer")
    from presidio_anonymizer import AnonymizerEngine
    from presidio_anonymizer.entities import OperatorConfig

    anonymizer, results = AnonymizerEngine(), analyzer.analyze(POST, "zh")
    assert anonymizer.anonymize(POST, results).text == "就是她，<PERSON>，电话<PHONE_NUMBER>"
    masked = OperatorConfig("mask", {"masking_char": "*", "chars_to_mask": 99, "from_end": False})
    assert anonymizer.anonymize(POST, results, {"DEFAULT": masked}).text == "就是她，**，电话" + "*" * 11


def test_it_is_made_again_from_its_dictionary():
    mine = GaiheRecognizer(["姓名"], name="g", threshold=0.2, names={"NAME": "姓名"}, context=["电话"])
    again = GaiheRecognizer.from_dict(mine.to_dict())
    assert again.to_dict() == mine.to_dict()
    assert [r.entity_type for r in again.analyze(POST, None)] == ["姓名"]
    assert pickle.loads(pickle.dumps(mine)).analyze(POST, None) == mine.analyze(POST, None)
    assert GaiheRecognizer.from_dict(GaiheRecognizer().to_dict()).to_dict() == GaiheRecognizer().to_dict()


@pytest.mark.parametrize("languages", [["zh"], [{"language": "zh", "context": ["电话"]}]])
def test_presidio_builds_it_from_a_configuration(languages):
    from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

    conf = {
        "supported_languages": ["zh"],
        "recognizers": [
            {"name": "盖盒", "class_name": "GaiheRecognizer", "type": "predefined", "supported_languages": languages}
        ],
    }
    registry = RecognizerRegistryProvider(registry_configuration=conf).create_recognizer_registry()
    assert [(r.name, r.supported_language) for r in registry.recognizers] == [("盖盒", "zh")]
