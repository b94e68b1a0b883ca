import pytest
from gaihe.serving.core.schema import EntityType
from gaihe.training.reports.benchmark.alignment import Outcome, align, confused_types
from hypothesis import given, settings

from tests.training.reports.benchmark.made import judged_posts, span

NAME, PHONE = EntityType.NAME, EntityType.PHONE


@pytest.mark.parametrize(
    ("gold", "found", "outcome"),
    [
        ([span(1, 4)], [span(1, 4)], Outcome.EXACT),
        ([span(1, 4)], [span(1, 3)], Outcome.TOO_SHORT),
        ([span(1, 4)], [span(2, 3)], Outcome.TOO_SHORT),
        ([span(1, 4)], [span(0, 4)], Outcome.TOO_LONG),
        ([span(1, 4)], [span(3, 6)], Outcome.SHIFTED),
        ([span(1, 6)], [span(1, 3), span(4, 6)], Outcome.SPLIT),
        ([span(1, 3), span(4, 6)], [span(1, 6)], Outcome.MERGED),
        ([span(1, 4)], [span(1, 4, PHONE)], Outcome.WRONG_TYPE),
        ([span(1, 4)], [span(0, 4, PHONE)], Outcome.WRONG_TYPE),
        ([], [span(1, 4)], Outcome.SPURIOUS),
        ([span(1, 4)], [], Outcome.MISSED),
    ],
)
def test_each_outcome(gold, found, outcome):
    assert [match.outcome for match in align(gold, found)] == [outcome]


def test_spans_that_only_touch_are_not_taken_together():
    outcomes = [match.outcome for match in align([span(0, 2)], [span(2, 4)])]
    assert outcomes == [Outcome.MISSED, Outcome.SPURIOUS]


@settings(max_examples=80)
@given(judged_posts())
def test_every_span_is_in_exactly_one_match(judged):
    for post, found in judged:
        matches = align(post.entities, found)
        assert sorted(e.start for m in matches for e in m.gold) == [e.start for e in post.entities]
        assert sorted(e.start for m in matches for e in m.found) == [e.start for e in found]
        exact = {(e.start, e.end, e.type) for e in post.entities} & {(e.start, e.end, e.type) for e in found}
        assert sum(m.outcome is Outcome.EXACT for m in matches) == len(exact)
        assert sum(gold is not None for m in matches for gold, _ in confused_types(m)) == len(post.entities)


def test_a_gold_span_is_confused_with_the_type_that_covers_most_of_it():
    (match,) = align([span(0, 6)], [span(0, 2), span(2, 6, PHONE)])
    assert confused_types(match) == [(NAME, PHONE)]
    (missed,) = align([span(0, 2)], [])
    assert confused_types(missed) == [(NAME, None)]
