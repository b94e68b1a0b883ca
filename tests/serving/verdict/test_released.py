"""Verdicts of the released model on invented posts."""

from datetime import date

import pytest
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.verdict.policy import Suggestion

from tests.serving.verdict.marked import lines

TODAY = date(2026, 5, 1)
EXPECTED = {
    "block": {Suggestion.BLOCK},
    "flag": {Suggestion.BLOCK, Suggestion.REVIEW},
    "pass": {Suggestion.PASS},
    "talk": {Suggestion.PASS, Suggestion.REVIEW},
}


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


def unexpected(recognizer, posts):
    """The posts that are not decided as they should be, of pairs of a key of `EXPECTED` and a post."""
    verdicts = recognizer.judge_batch([post for _, post in posts], today=TODAY)
    return [post for (key, post), found in zip(posts, verdicts, strict=True) if found.suggestion not in EXPECTED[key]]


@pytest.mark.parametrize(("name", "key"), [("talk.txt", "talk"), ("lookalikes.txt", "pass")])
def test_talk_about_exposing_is_not_blocked_and_lookalikes_are_not_flagged(recognizer, name, key):
    posts = lines(name)
    assert len(posts) >= 40
    assert unexpected(recognizer, [(key, post) for post in posts]) == []


def test_nearly_all_plain_cases_are_decided_as_anyone_would(recognizer):
    posts = [tuple(line.split("\t", 1)) for line in lines("plain_cases.txt")]
    assert len(posts) >= 80
    assert len(unexpected(recognizer, posts)) <= 0.05 * len(posts)


def test_posts_that_pass_at_level_0_are_given_no_reason(recognizer):
    verdicts = recognizer.judge_batch([*lines("talk.txt"), *lines("lookalikes.txt")], today=TODAY)
    nothing = [found for found in verdicts if found.level == 0 and found.suggestion is Suggestion.PASS]
    assert len(nothing) >= 40
    assert not any(found.reasons for found in nothing)
