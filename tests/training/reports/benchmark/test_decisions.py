import numpy as np
import pytest
from gaihe.serving.core.schema import BUILT_IN, Entity, EntityType, Intent, Post, Stance
from gaihe.serving.verdict.policy import Suggestion
from gaihe.training.reports.benchmark.decisions import BASELINES, decision_figures, decision_rows, is_decided, to_stop

PASS, REVIEW, BLOCK = Suggestion.PASS, Suggestion.REVIEW, Suggestion.BLOCK
NAME = (Entity(0, 2, EntityType.NAME, "张丽"),)


def post(intent, stance, entities=NAME, text="张丽", types=None):
    return Post("1", text, entities, types=types, intent=Intent(intent), stance=Stance(stance))


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        (post("third_party", "hostile"), True),
        (post("third_party", "inciting"), True),
        (post("third_party", "neutral"), False),
        (post("third_party", "hostile", ()), False),
        (post("solicit", "neutral", ()), True),
        (post("self", "hostile"), False),
        (post("none", "inciting"), False),
    ],
)
def test_requests_and_exposures_in_anger_are_to_be_stopped(judged, expected):
    assert to_stop(judged) == expected


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        (post("third_party", "inciting", (), types=()), False),
        (post("third_party", "hostile", (), types=(EntityType.PHONE,)), False),
        (post("third_party", "hostile", (), types=BUILT_IN), True),
        (post("third_party", "hostile", ()), True),
        (post("third_party", "hostile", types=(EntityType.NAME,)), True),
        (post("third_party", "neutral", (), types=()), True),
        (post("solicit", "inciting", (), types=()), True),
    ],
)
def test_an_annotation_in_part_may_leave_open_what_is_to_be_stopped(judged, expected):
    assert is_decided(judged) == expected


def test_figures_follow_from_what_is_blocked_and_reviewed():
    posts = [post("solicit", "neutral")] * 4 + [post("none", "neutral")] * 6
    suggestions = [BLOCK, BLOCK, REVIEW, PASS, BLOCK, REVIEW, PASS, PASS, PASS, PASS]
    figures = decision_figures(decision_rows(posts, suggestions).sum(axis=0))
    assert {name: pytest.approx(float(value)) for name, value in figures.items()} == {
        "block_precision": 2 / 3,
        "block_recall": 2 / 4,
        "flag_precision": 3 / 5,
        "flag_recall": 3 / 4,
        "blocked_per_1000": 1000 / 6,
        "flagged_per_1000": 2000 / 6,
    }


def test_what_is_not_there_is_not_defined():
    figures = decision_figures(decision_rows([post("none", "neutral")], [PASS]).sum(axis=0))
    assert [name for name, value in figures.items() if np.isnan(value)] == [
        "block_precision",
        "block_recall",
        "flag_precision",
        "flag_recall",
    ]


def test_baselines_decide_by_what_was_found_and_by_words():
    trade = post("solicit", "neutral", (), "接单查档，能查户籍")
    angry = post("third_party", "hostile", NAME, "张丽是骗子")
    thanks = post("third_party", "neutral", NAME, "张丽，谢谢")
    decided = {
        name: [decide(each, each.entities) for each in (trade, angry, thanks)] for name, decide in BASELINES.items()
    }
    assert decided == {"any span": [PASS, BLOCK, BLOCK], "key words": [BLOCK, BLOCK, PASS]}
