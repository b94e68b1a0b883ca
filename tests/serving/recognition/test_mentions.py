"""An organisation that a post ties to a person counts wherever it is named."""

from itertools import pairwise

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.recognition.mentions import LONGEST, with_mentions
from hypothesis import example, given
from hypothesis import strategies as st

FLOOR = 0.3


def found(text, *spans):
    return [Entity(start, end, kind, text[start:end], text[start:end], score) for start, end, kind, score in spans]


def places(entities):
    return [(entity.start, entity.end, entity.type.value, entity.score) for entity in entities]


def test_the_bare_name_counts_where_the_tie_is_told_elsewhere():
    text = "她在远山医院上班，远山医院门口等她，远山医 院"
    entities = with_mentions(found(text, (2, 6, EntityType.WORKPLACE, 0.9)), text, FLOOR)
    assert places(entities) == [(2, 6, "WORKPLACE", 0.9), (9, 13, "WORKPLACE", 0.9)]
    assert entities[1].text == "远山医院" and entities[1].value == entities[0].value


def test_names_of_people_and_short_names_do_not():
    text = "立秋在长城上班，今天立秋，去长城玩"
    entities = found(text, (0, 2, EntityType.NAME, 0.9), (3, 5, EntityType.WORKPLACE, 0.9))
    assert with_mentions(entities, text, FLOOR) == entities


def test_what_is_less_sure_than_the_best_path_has_no_mentions():
    text = "远山医院的，远山医院"
    entities = found(text, (0, 4, EntityType.WORKPLACE, 0.2))
    assert with_mentions(entities, text, FLOOR) == entities


def test_a_span_of_the_best_path_keeps_its_place_and_others_yield():
    text = "远山医院的护士，远山医院急诊科，远山医院门口"
    school, ward, gate = (0, 4), (8, 15), (16, 22)
    entities = found(
        text,
        (*school, EntityType.WORKPLACE, 0.9),
        (*ward, EntityType.WORKPLACE, 0.5),
        (*gate, EntityType.ADDRESS, 0.1),
    )
    assert places(with_mentions(entities, text, FLOOR)) == [
        (0, 4, "WORKPLACE", 0.9),
        (8, 15, "WORKPLACE", 0.5),
        (16, 20, "WORKPLACE", 0.9),
    ]


def test_the_longest_name_counts():
    text = "远山医院，远山医院分院；远山医院分院"
    entities = found(text, (0, 4, EntityType.WORKPLACE, 0.8), (5, 11, EntityType.WORKPLACE, 0.8))
    assert places(with_mentions(entities, text, FLOOR))[2:] == [(12, 18, "WORKPLACE", 0.8)]


def test_the_length_of_a_name_is_bounded():
    text = "山" * (LONGEST + 1) + "，" + "山" * (LONGEST + 1)
    entities = found(text, (0, LONGEST + 1, EntityType.WORKPLACE, 0.9))
    assert with_mentions(entities, text, FLOOR) == entities


@st.composite
def texts_with_spans(draw):
    text = draw(st.text(alphabet="ab远山", min_size=1, max_size=40))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    kinds = st.sampled_from((EntityType.NAME, EntityType.SCHOOL, EntityType.WORKPLACE))
    spans = [
        (start, end, draw(kinds), draw(st.sampled_from((0.1, 0.2, 0.3, 0.8))))
        for start, end in pairwise(cuts)
        if draw(st.booleans())
    ]
    return text, found(text, *spans)


@given(texts_with_spans())
@example(("", []))
def test_spans_stay_apart_and_nothing_that_is_sure_is_lost(both):
    text, entities = both
    grown = with_mentions(entities, text, FLOOR)
    assert all(left.end <= right.start for left, right in pairwise(grown))
    assert all(text[entity.start : entity.end] == entity.text for entity in grown)
    sure = [entity for entity in entities if entity.score >= FLOOR]
    assert [entity for entity in grown if entity in sure] == sure
    assert with_mentions(grown, text, FLOOR) == grown


@given(texts_with_spans())
def test_less_sure_spans_never_take_a_mention_away(both):
    text, entities = both
    sure = [entity for entity in entities if entity.score >= FLOOR]
    assert set(places(with_mentions(sure, text, FLOOR))) <= set(places(with_mentions(entities, text, FLOOR)))
