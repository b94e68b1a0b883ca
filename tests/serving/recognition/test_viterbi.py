from itertools import product

import numpy as np
import pytest
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import EntityType
from gaihe.serving.recognition.viterbi import Decoder
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

LABELS = LabelSet((EntityType.NAME, EntityType.PHONE))
NAMES = LABELS.names
COUNT = len(LABELS.types)


def is_legal(path):
    open_type = None
    for label in path:
        prefix, _, kind = NAMES[label].partition("-")
        if open_type is None and prefix in "IE":
            return False
        if open_type is not None and (prefix not in "IE" or kind != open_type):
            return False
        open_type = kind if prefix in "BI" else None
    return open_type is None


def value(path, scores):
    return sum(scores[i, label] for i, label in enumerate(path))


@settings(max_examples=40)
@given(scores=arrays(np.float32, (4, 9), elements=st.floats(-4, 4, width=32)))
def test_finds_the_best_of_all_legal_paths(scores):
    best = max((p for p in product(range(9), repeat=4) if is_legal(p)), key=lambda p: value(p, scores))
    path = Decoder(COUNT).decode(scores[None])[0]
    assert is_legal(path)
    assert np.isclose(value(path, scores), value(best, scores), atol=1e-4)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    length=st.integers(1, 60),
    outside=st.sampled_from([0.0, 1.0, 2.0, 4.0]),
    short=st.sampled_from([0, 512]),
)
def test_the_short_way_loses_nothing_to_a_search_of_the_whole_text(seed, length, outside, short):
    random = np.random.default_rng(seed)
    scores = random.normal(size=(3, length, 9)).astype(np.float32) * 2
    scores[:, :, 0] += outside * random.random((3, length)) * 2
    decoder = Decoder(COUNT, short=short)
    for row, path in zip(scores, decoder.decode(scores), strict=True):
        _, searched = decoder._best_path(row.max(axis=1, keepdims=True) - row, [0, 1])
        assert is_legal(path)
        assert value(path, row) >= value(searched, row) - 1e-3


def test_rows_of_a_batch_do_not_touch_each_other():
    scores = np.random.default_rng(3).normal(size=(5, 12, 9)).astype(np.float32)
    decoder = Decoder(COUNT)
    together = decoder.decode(scores)
    assert [path.tolist() for path in together] == [decoder.decode(row[None])[0].tolist() for row in scores]


def test_a_fault_is_searched_only_as_far_as_it_can_reach(monkeypatch):
    random = np.random.default_rng(5)
    scores = random.normal(size=(1, 100_000, 9)).astype(np.float32)
    scores[:, :, 0] += 8
    for position in range(500, 100_000, 1000):
        scores[0, position, NAMES.index("I-NAME")] = 20
    decoder = Decoder(COUNT)
    searched = []
    search = decoder._search
    monkeypatch.setattr(decoder, "_search", lambda part, labels: searched.append(len(part)) or search(part, labels))
    path = decoder.decode(scores)[0]
    assert is_legal(path)
    assert len(searched) == 100
    assert sum(searched) < 2000


def test_a_lone_fault_is_mended_without_a_search(monkeypatch):
    scores = np.zeros((2, 8, 9), np.float32)
    scores[:, :, 0] = 5
    for position, label in ((2, "B-NAME"), (3, "I-NAME"), (4, "E-NAME")):
        scores[:, position, NAMES.index(label)] = 9
    scores[0, 2, 0] = 9.5
    scores[1, 3, NAMES.index("I-PHONE")] = 9.5
    decoder = Decoder(COUNT)
    monkeypatch.setattr(decoder, "_search", None)
    name = [NAMES.index(label) for label in ("B-NAME", "I-NAME", "E-NAME")]
    assert decoder.paths(scores) == [[0, 0, *name, 0, 0, 0]] * 2
    assert decoder.paths(np.zeros((2, 8, 9), np.float32)) is None


@pytest.mark.parametrize("length", [0, 1])
def test_the_shortest_texts(length):
    scores = np.zeros((1, length, 9), np.float32)
    scores[:, :, NAMES.index("I-PHONE")] = 1.0
    assert Decoder(COUNT).decode(scores).tolist() == [[0] * length]
