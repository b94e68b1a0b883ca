from gaihe.serving.core.schema import EntityType, Post
from gaihe.training.reports.benchmark.alignment import align
from gaihe.training.reports.benchmark.errors import WEIGHTS, WorstErrors, cost_of, error_record

from tests.training.reports.benchmark.made import span


def record(text, gold, found, others=()):
    (match,) = align(gold, found)
    return error_record(Post("1", text, tuple(gold)), match, gold, found, [*found, *others])


def cost(gold, found):
    (match,) = align(gold, found)
    return cost_of(match, found)


def test_the_weights_name_every_type():
    assert WEIGHTS.keys() == set(EntityType)


def test_worse_mistakes_cost_more():
    card = span(0, 4, EntityType.ID_CARD)
    missed = cost([card], [])
    half = cost([card], [span(0, 2, EntityType.ID_CARD, 0.9)])
    covered = cost([card], [span(0, 5, EntityType.ID_CARD, 0.9)])
    assert missed > half > covered
    assert cost([card], [span(0, 2, EntityType.ID_CARD, 0.3)]) < half
    assert cost([], [span(0, 2, score=0.9)]) > cost([], [span(0, 2, score=0.4)])


def test_the_context_is_cut_around_the_mistake_and_offsets_follow():
    text = "前" * 100 + "张丽" + "后" * 100
    shown = record(text, [span(100, 102, text=text)], [])
    (gold,) = shown["gold"]
    assert shown["text"][gold["start"] : gold["end"]] == "张丽"
    assert 2 < len(shown["text"]) < 100
    assert shown["leaked"] == 2


def test_what_a_span_of_another_type_covers_does_not_leak():
    number = "13800138000"
    missed, covering = (span(0, 11, kind, text=number) for kind in (EntityType.ID_CARD, EntityType.PHONE))
    uncovered, covered = record(number, [missed], []), record(number, [missed], [], [covering])
    assert (uncovered["leaked"], covered["leaked"]) == (11, 0)
    assert covered["cost"] < uncovered["cost"] and covered["found"] == []


def test_lone_surrogates_do_not_reach_the_page():
    text = "张丽\ud800在此"
    assert record(text, [span(0, 2, text=text)], [])["text"] == "张丽\ufffd在此"


def test_the_worst_of_each_outcome_are_kept_and_all_are_counted():
    worst = WorstErrors(2)
    for number in range(5):
        worst.add({"outcome": "missed", "cost": float(number), "confidence": None})
    worst.add({"outcome": "spurious", "cost": 0.5, "confidence": 0.5})
    assert [(r["outcome"], r["cost"]) for r in worst.records()] == [("missed", 4.0), ("missed", 3.0), ("spurious", 0.5)]
    assert worst.totals == {"missed": 5, "spurious": 1}
