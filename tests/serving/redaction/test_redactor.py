from itertools import pairwise

import pytest
from gaihe.data.generator.corpus import CorpusSettings
from gaihe.data.generator.corpus import posts as generated
from gaihe.serving import Recognizer
from gaihe.serving.redaction import REDACTION_PRESETS, Operator, Redactor, redaction_policy, restore
from gaihe.serving.redaction.redact import SHORTEST_REPEATED
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
@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(POLICIES), TEXTS)
def test_the_same_of_many_texts(recognizer, policy, text):
    check(recognizer, text, policy)


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
