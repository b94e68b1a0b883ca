"""The component in a spaCy pipeline."""

import multiprocessing

import pytest

pytestmark = pytest.mark.slow

spacy = pytest.importorskip("spacy")


@pytest.fixture(scope="module")
def nlp():
    nlp = spacy.blank("zh")
    nlp.add_pipe("gaihe")
    return nlp


def test_the_pipeline_finds_the_same_spans(nlp, texts, found, records):
    for doc, entities, written in zip(nlp.pipe(texts), found, records, strict=True):
        spans = [(entity.start, entity.end, entity.type) for entity in entities]
        assert [(span.start_char, span.end_char, span.label_) for span in doc.ents] == spans
        assert [(span.start_char, span.end_char, span.label_) for span in doc.spans["gaihe"]] == spans
        assert doc._.gaihe == written


def test_one_document_and_its_bytes(nlp):
    doc = nlp("就是她，张丽，电话一三八00138000")
    assert [(span.text, span.label_) for span in doc.ents] == [("张丽", "NAME"), ("一三八00138000", "PHONE")]
    assert doc._.gaihe[1]["value"] == "13800138000"
    again = spacy.tokens.Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert again._.gaihe == doc._.gaihe
    assert list(nlp("").ents) == []


def test_documents_are_read_by_several_processes(nlp, monkeypatch):
    monkeypatch.setattr(spacy.language, "mp", multiprocessing.get_context("spawn"))
    docs = nlp.pipe(["就是她，张丽，电话一三八00138000"] * 4, n_process=2, batch_size=2)
    assert [[span.label_ for span in doc.ents] for doc in docs] == [["NAME", "PHONE"]] * 4


def test_words_that_do_not_end_with_an_entity_are_covered_whole():
    nlp = spacy.blank("en")
    nlp.add_pipe("gaihe", config={"threshold": 0.2})
    doc = nlp("就是她，张丽，电话13800138000呀")
    assert [span.label_ for span in doc.ents]
    assert {record["text"] for record in doc._.gaihe} == {"张丽", "13800138000"}


def test_a_pipeline_is_saved_and_loaded(nlp, tmp_path):
    nlp.to_disk(tmp_path / "mine")
    again = spacy.load(tmp_path / "mine")
    assert [span.label_ for span in again("电话13800138000").ents] == ["PHONE"]
