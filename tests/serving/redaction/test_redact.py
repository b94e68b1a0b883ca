from itertools import pairwise

from gaihe.serving.core.schema import BUILT_IN, Entity, EntityType
from gaihe.serving.redaction.occurrences import Occurrences
from gaihe.serving.redaction.operators import BAR
from gaihe.serving.redaction.redact import SHORTEST_REPEATED, redact
from hypothesis import given
from hypothesis import strategies as st

NAME, PHONE = EntityType.NAME, EntityType.PHONE


def entity(text, surface, kind=NAME, after=0):
    start = text.index(surface, after)
    return Entity(start, start + len(surface), kind, surface)


def test_labels_and_masks_take_the_place_of_entities():
    text = "张丽，电话13800138000。"
    found = [entity(text, "张丽"), entity(text, "13800138000", PHONE)]
    assert redact(text, found).text == "[姓名]，电话[电话]。"
    assert redact(text, found, "bars").text == f"██，电话{BAR * 11}。"
    assert redact(text, []).text == text


def test_a_value_found_once_is_redacted_wherever_it_stands_again():
    text = "张丽，就是张丽！13800138000 打13800138000找张丽"
    found = [entity(text, "张丽", after=3), entity(text, "13800138000", PHONE)]
    assert redact(text, found).text == "[姓名]，就是[姓名]！[电话] 打[电话]找[姓名]"
    assert redact(text, found, "bars").text == f"██，就是██！{BAR * 11} 打{BAR * 11}找██"


def test_a_surface_of_one_character_is_redacted_only_where_it_was_found():
    text = "强哥说要坚强"
    assert redact(text, [entity(text, "强")]).text == "[姓名]哥说要坚强"


def test_repeated_surfaces_that_overlap_are_replaced_as_one():
    text = "欧阳丽、阳丽娜、张三；欧阳丽娜"
    found = [entity(text, "欧阳丽"), entity(text, "阳丽娜", after=4), entity(text, "张三")]
    assert redact(text, found).text == "[姓名]、[姓名]、[姓名]；[姓名]"


@st.composite
def found_texts(draw):
    """A text of few characters, so that surfaces repeat, and some spans of it."""
    text = draw(st.text("张丽强1 \u200b", max_size=30))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = [pair for pair in pairwise(cuts) if draw(st.booleans())]
    return text, [Entity(start, end, draw(st.sampled_from(BUILT_IN)), text[start:end]) for start, end in pairs]


@given(found_texts())
def test_no_redacted_surface_is_left(post):
    text, found = post
    masked = redact(text, found, "bars").text
    assert len(masked) == len(text)
    assert all(new in (old, BAR) for old, new in zip(text, masked, strict=True))
    for e in found:
        assert masked[e.start : e.end] == BAR * len(e.text)
        assert len(e.text) < SHORTEST_REPEATED or e.text not in masked


@given(st.lists(st.text("ab", max_size=4), max_size=5), st.text("abc", max_size=20))
def test_occurrences_cover_what_a_search_for_each_word_covers(words, text):
    covered = {
        place
        for word in words
        for start in range(len(text))
        if word and text.startswith(word, start)
        for place in range(start, start + len(word))
    }
    united = Occurrences(words).united(text)
    assert {place for start, end, _ in united for place in range(start, end)} == covered
    assert all(left[1] <= right[0] for left, right in pairwise(united))
    assert all(first in words and text.startswith(first, start) for start, _, first in united)
