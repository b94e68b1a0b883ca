from random import Random

import pytest
from gaihe.serving import Recognizer

from tests.fuzz.checks import FaultError, check_batch, check_entities, check_redaction
from tests.fuzz.corpus import failures
from tests.fuzz.slow import slowest
from tests.fuzz.texts import Texts

RECOGNIZER = Recognizer.load()


@pytest.mark.slow
def test_texts_that_once_failed_do_so_no_more():
    texts = failures()
    assert len(texts) > 10
    check_batch(RECOGNIZER, texts, Random(0), alone=1)


@pytest.mark.slow
def test_random_texts_hold_what_every_text_holds():
    texts = Texts(0, seed_posts=50)
    assert check_batch(RECOGNIZER, [texts.text() for _ in range(150)], texts.random, alone=2) > 50


def test_a_seed_gives_the_same_texts():
    first, second = Texts(3, seed_posts=20), Texts(3, seed_posts=20)
    assert [first.text() for _ in range(50)] == [second.text() for _ in range(50)]


@pytest.mark.parametrize("call", [RECOGNIZER.detect, RECOGNIZER.judge])
def test_the_search_for_slow_texts_gives_one_of_the_length_asked_for(call):
    found = slowest(call, 64, 0.2, Texts(1, seed_posts=20))
    assert len(found.text) == 64
    assert found.tried >= 1
    assert found.ratio > 0.2


def test_faults_are_noticed():
    text = "手机号13800138000"
    (phone,) = RECOGNIZER.detect(text)
    with pytest.raises(FaultError, match="does not hold"):
        check_entities("号" + text, [phone])
    with pytest.raises(FaultError, match="after 14"):
        check_entities(text, [phone, phone])
    check_entities(text, [phone])
    check_redaction(text, [phone])
