"""A verdict is of one post alone, whatever is judged beside it."""

from datetime import date

import pytest
from gaihe.serving.recognition.recognizer import Recognizer
from hypothesis import given, settings
from hypothesis import strategies as st

TODAY = date(2026, 5, 1)
PIECES = [
    "骗子李国强，电话13500052619，一人打一个",
    "本人贺小满，湘潭大学大三，求搭子，微信hexm_0921",
    "她现在就在五一广场春天百货",
    "查档接单，户籍手机号都能查，",
    "今天天气真好",
    "张\u200b丽一三八00138000\n",
    "大家快人肉他！",
    "",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=4).map("".join)


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=6), long=st.booleans(), threads=st.sampled_from([1, 2]))
def test_a_verdict_does_not_depend_on_the_neighbours_in_its_batch(recognizer, texts, long, threads):
    if long:
        texts = [*texts, "今天天气不错，和朋友去爬山。" * 30 + texts[0]]
    alone = [recognizer.judge(text, today=TODAY) for text in texts]
    assert recognizer.judge_batch(texts, threads=threads, today=TODAY) == alone
    assert recognizer.judge_batch(texts[::-1], threads=threads, today=TODAY) == alone[::-1]
