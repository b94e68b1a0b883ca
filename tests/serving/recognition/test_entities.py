"""Candidates of a text with the edges and types that checks give them."""

import numpy as np
import pytest
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import EntityType
from gaihe.serving.recognition.candidates import Candidate
from gaihe.serving.recognition.entities import checked

TYPES = LabelSet().types


def read(text, *spans):
    """What is read of spans of a text: of its first stretch of such characters, type, and whether on the best path."""
    scores = np.full((len(text), len(LabelSet().names)), -5.0, dtype=np.float32)
    candidates = [
        Candidate(text.index(part), text.index(part) + len(part), TYPES.index(kind), 0.9, best)
        for part, kind, best in spans
    ]
    return [(text[one.start : one.end], one.verified.kind) for one in checked(text, sorted(candidates), scores, TYPES)]


@pytest.mark.parametrize(
    ("text", "found", "kind", "kept"),
    [
        ("IPv6：240e:388:9c20:1f00::3 找", "6：240e:388:9c20:1f00::3", EntityType.DEVICE_ID, "240e:388:9c20:1f00::3"),
        ("瓣id  angel_87 找", " angel_87", EntityType.ACCOUNT, "angel_87"),
        ("电话13800138000，早八点后", "138001380", EntityType.PHONE, "13800138000"),
        ("电话13800138000（3人在等）", "13800138000（3", EntityType.PHONE, "13800138000"),
        ("电话13800138000，早八点后", "13800138000", EntityType.PHONE, "13800138000"),
    ],
)
def test_edges_are_those_that_checks_give(text, found, kind, kept):
    assert read(text, (found, kind, True)) == [(kept, kind)]


def test_a_number_is_not_taken_whole_across_the_next_span():
    found = read("电话13800138072", ("138001380", EntityType.PHONE, True), ("72", EntityType.NAME, True))
    assert found == [("138001380", EntityType.PHONE), ("72", EntityType.NAME)]


def test_what_begins_in_a_lengthened_number_is_left_out():
    text = "电话13800138072，张丽"
    spans = ("138001380", EntityType.PHONE, True), ("72", EntityType.QQ, False), ("张丽", EntityType.NAME, False)
    assert read(text, *spans) == [("13800138072", EntityType.PHONE), ("张丽", EntityType.NAME)]
    assert read(text, ("138001380", EntityType.PHONE, False)) == [("138001380", EntityType.PHONE)]
