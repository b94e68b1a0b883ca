import copy
import pickle
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from gaihe.data.generator.corpus import CorpusSettings
from gaihe.data.generator.corpus import posts as generated
from gaihe.serving import Entity, EntityType, Recognizer
from gaihe.serving.redaction import REDACTION_PRESETS, Operator, PseudonymMap, Redactor, redaction_policy, restore
from gaihe.serving.redaction.repeats import SHORTEST_REPEATED
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serving.surfaces import SURFACES

KEY = b"sixteen bytes of"
POLICIES = (
    *REDACTION_PRESETS,
    redaction_policy({"name": "hashes", "version": "1", "operator": "hash"}, "test"),
    redaction_policy({"name": "nothing", "version": "1", "operator": "remove"}, "test"),
    redaction_policy(
        {
            "name": "mixed",
            "version": "1",
            "operator": "pseudonym",
            "operators": {"PHONE": "mask", "NAME": "remove", "QQ": "hash", "ADDRESS": "label", "SCHOOL": "keep"},
        },
        "test",
    ),
)
POSTS = [post.text for post in generated(CorpusSettings(seed=11, clean=0.1), 0, 400)]
TEXTS = st.lists(st.sampled_from(POSTS) | SURFACES, min_size=1, max_size=3).map("\n".join)


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


def check(recognizer, text, policy):
    redactor = Redactor(recognizer, policy, key=KEY)
    found = [entity for entity in recognizer.detect(text) if redactor.policy.counts(entity)]
    new = redactor.redact(text)
    kept, position, source = [], 0, 0
    for span in new.spans:
        assert position <= span.start <= span.end
        assert source <= span.source_start < span.source_end
        kept.append((new.text[position : span.start], text[source : span.source_start]))
        position, source = span.end, span.source_end
    kept.append((new.text[position:], text[source:]))
    assert all(left == right for left, right in kept)
    for entity in found:
        if len(entity.text) >= SHORTEST_REPEATED and redactor.policy.operator_of(entity.type) is not Operator.MASK:
            assert not any(entity.text in left for left, _ in kept)
    assert redactor.redact(new.text).text == new.text
    if redactor.policy.operator is Operator.PSEUDONYM and not redactor.policy.operators:
        assert restore(new.text, new.mapping) == text


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: getattr(policy, "name", policy))
def test_all_else_stays_nothing_is_found_again_and_twice_changes_nothing(recognizer, policy):
    for text in POSTS[:60]:
        check(recognizer, text, policy)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(POLICIES), TEXTS)
def test_the_same_of_any_text(recognizer, policy, text):
    check(recognizer, text, policy)


@pytest.mark.slow
@settings(max_examples=250, deadline=None)
@given(st.sampled_from(POLICIES), TEXTS)
def test_the_same_of_many_texts(recognizer, policy, text):
    check(recognizer, text, policy)


@pytest.mark.slow
def test_what_the_model_sees_only_after_a_first_redaction_goes_too(recognizer):
    texts = [text for text in POSTS if recognizer.detect(text)]
    first = [Redactor(recognizer).redact(text) for text in texts]
    assert not any(
        entity for new in first for entity in recognizer.detect(new.text) if not inside_a_label(new.text, entity)
    )


def inside_a_label(text, entity):
    return "[" in text[max(0, entity.start - 1) : entity.end] or not any(map(str.isalnum, entity.text))


def test_spans_are_of_the_given_text_after_several_readings(recognizer):
    for text in POSTS[:150]:
        new = Redactor(recognizer, "publication").redact(text)
        assert all(left.source_end <= right.source_start for left, right in pairwise(new.spans))
        assert all(new.text[span.start] == "【" and new.text[span.end - 1] == "】" for span in new.spans)


def test_a_batch_gives_what_single_texts_give(recognizer):
    texts = [*POSTS[:30], ""]
    alone = [Redactor(recognizer, "moderation").redact(text).text for text in texts]
    assert Redactor(recognizer, "moderation").attempt_batch(texts, threads=1) == alone


def test_any_iterable_of_texts_is_a_batch(recognizer):
    texts = POSTS[:3]
    expected = Redactor(recognizer).attempt_batch(texts)
    assert Redactor(recognizer).attempt_batch(iter(texts)) == expected
    with pytest.raises(TypeError, match="sequence of texts"):
        Redactor(recognizer).attempt_batch("张丽")


NAMES = [f"张丽{given}" for given in "娜娟婷敏静燕红霞玲芳"]
SHARING = 8


class Meeting:
    """Finds `NAMES` when all threads have come to ask."""

    def __init__(self):
        self._all = threading.Barrier(SHARING, timeout=30)

    def detect(self, text):
        self._all.wait()
        found = sorted((text.find(name), name) for name in NAMES if name in text)
        return [Entity(start, start + len(name), EntityType.NAME, name) for start, name in found]


@pytest.fixture
def turns():
    """Threads take turns all the time."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("turns")
@pytest.mark.parametrize("shared", ["redactor", "map"])
def test_threads_may_share_a_redactor_or_a_map(shared):
    texts = [f"{number}：{'、'.join(NAMES)}" for number in range(SHARING)]
    for _ in range(5):
        mapping, meeting = PseudonymMap(), Meeting()
        one = Redactor(meeting, "llm", mapping=mapping)
        redactors = [one if shared == "redactor" else Redactor(meeting, "llm", mapping=mapping) for _ in texts]
        with ThreadPoolExecutor(SHARING) as pool:
            new = list(pool.map(lambda redactor, text: redactor.redact(text).text, redactors, texts))
        assert [restore(text, mapping) for text in new] == texts
        assert len(PseudonymMap.from_record(mapping.to_record())) == len(NAMES)


def test_a_map_travels_to_another_process(recognizer):
    redactor = Redactor(recognizer, "llm")
    asked = redactor.redact("张丽，电话13800138000").text
    for again in (copy.deepcopy(redactor), pickle.loads(pickle.dumps(redactor))):
        assert again.redact("张丽，电话13800138000").text == asked
        assert list(again.mapping) == list(redactor.mapping)


LONG_LINE = "".join(chr(0x4E00 + place) for place in range(90))


class Restless:
    """Finds, reading by reading, two more signs of a long line."""

    def __init__(self):
        self.readings = 0

    def detect(self, text):
        self.readings += 1
        starts = [place for place in range(0, 90, 2) if LONG_LINE[place : place + 2] in text][-1:]
        found = [(text.index(pair), pair) for pair in (LONG_LINE[place : place + 2] for place in starts)]
        return [Entity(start, start + 2, EntityType.NAME, pair) for start, pair in found]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: getattr(policy, "name", policy))
def test_lines_that_never_settle_are_redacted_whole(policy):
    text = f"第一行\n{LONG_LINE}\n第三行"
    restless = Restless()
    redactor = Redactor(restless, policy, key=KEY)
    new = redactor.redact(text)
    assert restless.readings == 17, "sixteen, and one of the text whose line is replaced"
    assert new.text.startswith("第一行\n") and new.text.endswith("\n第三行")
    assert redactor.redact(new.text).text == new.text
    assert LONG_LINE[:2] not in new.text
    if new.mapping is not None and not redactor.policy.operators:
        assert restore(new.text, new.mapping) == text


@pytest.mark.parametrize("turn", range(20))
def test_a_name_of_one_sign_again_and_again_settles(recognizer, turn):
    for text in ("\U0007d76f" + "谦" * 21, "你好\n" + "谦" * 30 + "\n再见张丽"):
        redactor = Redactor(recognizer, "llm", key=b"sixteen bytes, %d" % turn)
        new = redactor.redact(text)
        assert redactor.redact(new.text).text == new.text
        assert restore(new.text, new.mapping) == text
