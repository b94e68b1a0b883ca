from datetime import date

import pytest
from gaihe.serving.recognition.recognizer import Recognizer

from tests.serving.verdict.marked import lines

TODAY = date(2026, 5, 1)


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


@pytest.mark.parametrize(("name", "least"), [("talk.txt", "block"), ("lookalikes.txt", "review")])
def test_talk_about_exposing_is_not_blocked_and_lookalikes_are_not_flagged(recognizer, name, least):
    posts = lines(name)
    assert len(posts) >= 29
    wrong = {"block": ("block",), "review": ("block", "review")}[least]
    verdicts = recognizer.judge_batch(posts, today=TODAY)
    assert [post for post, found in zip(posts, verdicts, strict=True) if found.suggestion in wrong] == []
