from itertools import product

import numpy as np
from gaihe.serving.labels import LabelSet
from gaihe.serving.schema import EntityType
from gaihe.serving.viterbi import decode
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

LABELS = LabelSet((EntityType.NAME, EntityType.PHONE))
NAMES = LABELS.names


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


def value(path, scores, enter):
    bias = np.zeros(len(NAMES))
    bias[1:3] = bias[7:9] = enter
    return sum(scores[i, label] + bias[label] for i, label in enumerate(path))


@settings(max_examples=40, deadline=None)
@given(
    scores=arrays(np.float32, (4, 9), elements=st.floats(-4, 4, width=32)),
    enter=arrays(np.float32, (2,), elements=st.floats(-2, 2, width=32)),
)
def test_finds_the_best_of_all_legal_paths(scores, enter):
    best = max((p for p in product(range(9), repeat=4) if is_legal(p)), key=lambda p: value(p, scores, enter))
    path = decode(scores[None], np.array([4]), enter)[0]
    assert is_legal(path)
    assert np.isclose(value(path, scores, enter), value(best, scores, enter), atol=1e-4)


def test_rows_of_a_batch_do_not_touch_each_other_and_padding_is_outside():
    random = np.random.default_rng(3)
    scores = random.normal(size=(5, 12, 9)).astype(np.float32)
    lengths = np.array([12, 1, 7, 0, 5])
    enter = np.zeros(2, np.float32)
    together = decode(scores, lengths, enter)
    for row, length in enumerate(lengths):
        alone = decode(scores[row : row + 1, : max(length, 1)], np.array([length]), enter)[0]
        assert together[row, :length].tolist() == alone[:length].tolist()
        assert not together[row, length:].any()


def test_a_bias_against_opening_suppresses_a_weak_span():
    scores = np.zeros((1, 3, 9), np.float32)
    scores[0, 1, NAMES.index("S-NAME")] = 1.0
    assert decode(scores, np.array([3]), np.zeros(2, np.float32))[0].tolist() == [0, NAMES.index("S-NAME"), 0]
    assert not decode(scores, np.array([3]), np.array([-1.5, 0], np.float32)).any()
