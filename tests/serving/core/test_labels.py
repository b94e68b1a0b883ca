import numpy as np
import pytest
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import BUILT_IN, Entity, EntityType
from hypothesis import given
from hypothesis import strategies as st

LABELS = LabelSet()


@st.composite
def spans(draw):
    position, found = 0, []
    for _ in range(draw(st.integers(0, 5))):
        start = position + draw(st.integers(0, 3))
        end = start + draw(st.integers(1, 6))
        found.append((start, end, draw(st.sampled_from(BUILT_IN))))
        position = end
    return found


@given(spans())
def test_spans_come_back_from_their_labels(found):
    length = (found[-1][1] if found else 0) + 2
    entities = [Entity(start, end, kind, "x" * (end - start)) for start, end, kind in found]
    assert LABELS.spans(LABELS.encode(length, entities)) == found


def test_there_is_one_outside_label_and_four_a_type():
    assert len(LABELS.names) == 65
    assert LABELS.names[0] == "O"
    assert LABELS.names[LABELS.begin(EntityType.PHONE)] == "B-PHONE"
    assert LabelSet.from_names(LABELS.names) == LABELS


def test_types_that_a_label_set_lacks_stay_outside():
    names_only = LabelSet((EntityType.NAME,))
    assert not np.any(names_only.encode(3, [Entity(0, 2, EntityType.PHONE, "12")]))


@pytest.mark.parametrize(
    "names",
    [
        ["O", "B-cat", "I-cat", "E-cat", "S-cat"],
        ["O", "B-NAME", "S-NAME", "E-NAME", "I-NAME"],
        ["O", *(f"{prefix}-{kind}" for prefix in "BIES" for kind in ("NAME", "NAME"))],
    ],
)
def test_labels_of_another_scheme_are_refused(names):
    with pytest.raises(ValueError, match="not BIOES labels"):
        LabelSet.from_names(names)
