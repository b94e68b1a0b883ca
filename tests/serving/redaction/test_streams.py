from random import Random

import pytest
from gaihe.data.generator.corpus import CorpusSettings
from gaihe.data.generator.corpus import posts as generated
from gaihe.serving import Entity, EntityType, Recognizer
from gaihe.serving.redaction import Pseudonym, PseudonymMap, Redactor, StreamRedactor, StreamRestorer, restore
from gaihe.serving.redaction.redact import redact
from gaihe.serving.redaction.streams import LONGEST
from hypothesis import given, settings
from hypothesis import strategies as st

KEY = b"sixteen bytes of"
POSTS = [post.text for post in generated(CorpusSettings(seed=5, clean=0.1), 0, 200)]


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


def pieces(text, random, longest):
    position = 0
    while position < len(text):
        size = random.randint(1, longest)
        yield text[position : position + size]
        position += size


def through(stream, parts):
    return "".join([*map(stream.feed, parts), stream.flush()])


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(POSTS), min_size=1, max_size=6).map("\n".join), st.integers(), st.integers(1, 200))
def test_the_edges_of_pieces_decide_nothing(recognizer, text, seed, longest):
    whole = through(StreamRedactor(recognizer, key=KEY), [text])
    stream = StreamRedactor(recognizer, key=KEY)
    assert through(stream, pieces(text, Random(seed), longest)) == whole
    assert restore(whole, stream.mapping) == text


def test_a_text_shorter_than_what_is_held_back_is_redacted_as_one(recognizer):
    for text in POSTS:
        if len(text) < 128:
            found = recognizer.detect(text)
            stream = StreamRedactor(recognizer, "publication")
            assert through(stream, pieces(text, Random(1), 5)) == redact(text, found, "publication").text


class Phones:
    """Finds numbers of eleven digits and more, once they are whole."""

    def detect(self, text):
        found, start = [], None
        for place, character in enumerate(text + " "):
            if character.isdigit() and start is None:
                start = place
            elif not character.isdigit() and start is not None:
                if place - start >= 11:
                    found.append(Entity(start, place, EntityType.PHONE, text[start:place]))
                start = None
        return found

    def attempt_batch(self, texts, threads=None):
        return [self.detect(text) for text in texts]


@given(st.integers(0, 256), st.integers(0, 300), st.integers(1, 12))
def test_a_value_at_any_place_leaves_no_digit_behind(before, after, size):
    text = "好" * before + "13800138000" + "好" * after
    out = through(StreamRedactor(Phones(), "publication"), pieces(text, Random(size), size))
    assert out == "好" * before + "【电话】" + "好" * after


def test_what_was_found_once_is_redacted_in_what_follows(recognizer):
    class First(Phones):
        def detect(self, text):
            return [entity for entity in super().detect(text) if text[entity.start - 1 : entity.start] == "打"]

    text = "打13800138000" + "好" * 400 + "号13800138000完" + "好" * 400
    assert through(StreamRedactor(First(), "publication"), [text]).count("13800138000") == 0


def test_a_value_without_end_is_waited_for_no_longer_than_said():
    stream = StreamRedactor(Phones(), "publication")
    given_out = stream.feed("1" * (2 * LONGEST))
    assert given_out
    assert "1" not in given_out + stream.flush()


def test_the_last_96_to_128_characters_are_held_back():
    stream = StreamRedactor(Phones(), "publication")
    passed, held = 0, []
    for came in range(1, 701):
        passed += len(stream.feed("好"))
        held.append(came - passed)
    assert held[:128] == [*range(1, 128), 96]
    assert set(held[127:]) == set(range(96, 128))


@given(
    st.lists(st.text("ab甲", min_size=1, max_size=4), unique=True, max_size=5),
    st.text("ab甲x", max_size=30),
    st.integers(),
)
def test_an_answer_in_pieces_is_restored_as_the_whole_is(texts, answer, seed):
    mapping = PseudonymMap(Pseudonym(text, f"<{text}>", text, EntityType.NAME) for text in texts)
    assert through(StreamRestorer(mapping), pieces(answer, Random(seed), 3)) == restore(answer, mapping)


@pytest.mark.parametrize("chunk", [None, b"x", 1])
def test_a_piece_that_is_no_text_is_refused(chunk):
    for stream in (StreamRedactor(Phones(), "publication"), StreamRestorer(PseudonymMap())):
        with pytest.raises(TypeError, match=f"a text is needed, not {type(chunk).__name__}"):
            stream.feed(chunk)


def test_a_question_goes_out_and_the_answer_comes_back(recognizer):
    redactor = Redactor(recognizer, "llm")
    question = redactor.redact("张丽的电话是13800138000，怎么称呼她？")
    name, number = (question.text[span.start : span.end] for span in question.spans)
    assert "张丽" not in question.text
    answer = StreamRestorer(question.mapping)
    said = through(answer, ["可以称呼", name[:1], name[1:], "女士，", number[:4], number[4:], "是她的号码。"])
    assert said == "可以称呼张丽女士，13800138000是她的号码。"
