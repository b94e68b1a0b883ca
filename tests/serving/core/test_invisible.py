import pytest
from gaihe.serving import Recognizer
from gaihe.serving.core.invisible import INVISIBLE, visible, visible_post
from gaihe.serving.core.schema import Entity, EntityType, NoiseKind, Post
from gaihe.serving.recognition.placement import placed
from hypothesis import given
from hypothesis import strategies as st

TEXTS = st.text(st.sampled_from("张丽1 \n\u3000a🐧\u200b\u200d\ufe0f\u2060\ufeff\u202e"), max_size=30)


@given(TEXTS)
def test_what_is_visible_stands_where_it_is_said_to(text):
    shown, places = visible(text)
    assert INVISIBLE.isdisjoint(shown)
    if places is None:
        assert shown == text
    else:
        assert "".join(text[place] for place in places) == shown
        assert len(shown) < len(text)


@given(TEXTS, st.data())
def test_entities_find_back_to_the_whole_text(text, data):
    shown, places = visible(text)
    if places is None or not shown:
        return
    start = data.draw(st.integers(0, len(shown) - 1))
    end = data.draw(st.integers(start + 1, len(shown)))
    (back,) = placed([Entity(start, end, EntityType.NAME, shown[start:end])], text, places)
    assert visible(back.text)[0] == shown[start:end]
    assert text[back.start : back.end] == back.text
    assert back.text[0] not in INVISIBLE and back.text[-1] not in INVISIBLE
    assert visible_post(Post("1", text, (back,))).entities[0].text == shown[start:end]


def test_an_entity_of_invisible_characters_alone_is_left_out():
    post = Post("1", "甲\u200b\u200b乙", (Entity(1, 3, EntityType.NAME, "\u200b\u200b"),))
    assert visible_post(post) == Post("1", "甲乙")


def test_invisible_characters_hide_nothing():
    plain = "找人：张文丽 电话13812345679 住长沙市岳麓区麓山南路932号"
    hidden = "\u200b".join(plain)
    recognizer = Recognizer.load()
    found = recognizer.detect(hidden)
    assert found
    assert [(e.type, e.value, e.score) for e in found] == [(e.type, e.value, e.score) for e in recognizer.detect(plain)]
    assert all(NoiseKind.ZERO_WIDTH in e.evasion and hidden[e.start : e.end] == e.text for e in found)
    assert recognizer.detect_batch([plain, hidden, "\u200b\u200d", ""], threads=2) == [
        recognizer.detect(plain),
        found,
        [],
        [],
    ]


@pytest.mark.parametrize("room", ["   ", " " * 40, "\n" * 12, " \u200b \u200b\u3000\n"])
@pytest.mark.parametrize(
    "text", ["电话13812345679{}", "{}电话13812345679", "电话13812345679{}好的", "电话{}13812345679"]
)
def test_room_hides_nothing(text, room):
    recognizer = Recognizer.load()
    (narrow,), (wide,) = (recognizer.detect(text.format(gap)) for gap in (room[0], room))
    assert (wide.text, wide.score) == (narrow.text, narrow.score) == ("13812345679", narrow.score)
    assert text.format(room)[wide.start : wide.end] == wide.text


@pytest.mark.parametrize(
    ("text", "shown"), [("一  二", "一  二"), ("一   二", "一 二"), ("\n\n \t一", "\n一"), ("   ", " ")]
)
def test_of_a_run_of_white_space_the_first_character_is_left(text, shown):
    assert visible(text)[0] == shown
