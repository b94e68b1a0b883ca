import math

import numpy as np
import pytest
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import EntityType, Post
from gaihe.training.evaluate.metrics import seqeval_report
from gaihe.training.reports.benchmark.scores import headline, rows_of, sums_of, type_scores, untyped_rows
from hypothesis import given, settings

from tests.training.reports.benchmark.made import TEXT, TYPES, judged_posts, scored, span


def figures(judged, types=TYPES):
    return {name: float(value) for name, value in headline(sums_of(rows_of(scored(judged), types).sum(axis=0))).items()}


@settings(max_examples=80)
@given(judged_posts())
def test_exact_scores_are_those_of_seqeval(judged):
    if not any(post.entities for post, _ in judged):
        return
    expected = seqeval_report(LabelSet(), [post for post, _ in judged], [found for _, found in judged])
    ours = figures(judged)
    assert np.nan_to_num(ours["precision"]) == pytest.approx(expected["micro avg"]["precision"])
    assert ours["recall"] == pytest.approx(expected["micro avg"]["recall"])
    assert ours["f1"] == pytest.approx(expected["micro avg"]["f1-score"])
    present = [kind for kind in TYPES if any(e.type is kind for post, _ in judged for e in post.entities)]
    macro = sum(expected[kind.value]["f1-score"] for kind in present) / len(present)
    assert ours["macro_f1"] == pytest.approx(macro)


@settings(max_examples=80)
@given(judged_posts())
def test_overlaps_leaks_and_alarms_are_those_of_a_naive_count(judged):
    touched = touching = gold = found = personal = leaked = clean = alarms = leaking = with_data = 0
    for post, predicted in judged:
        missing = 0
        for g in post.entities:
            touched += any(f.type is g.type and f.start < g.end and g.start < f.end for f in predicted)
            covered = [any(f.start <= i < f.end for f in predicted) for i in range(g.start, g.end)]
            personal += len(covered)
            missing += covered.count(False)
        touching += sum(
            any(f.type is g.type and f.start < g.end and g.start < f.end for g in post.entities) for f in predicted
        )
        gold, found, leaked = gold + len(post.entities), found + len(predicted), leaked + missing
        with_data, leaking = with_data + bool(post.entities), leaking + bool(missing)
        clean, alarms = clean + (not post.entities), alarms + (0 if post.entities else len(predicted))
    ours = figures(judged)
    for name, part, whole in (
        ("overlap_recall", touched, gold),
        ("overlap_precision", touching, found),
        ("leaked", leaked, personal),
        ("posts_leaking", leaking, with_data),
        ("alarms_per_1000", 1000 * alarms, clean),
    ):
        assert math.isnan(ours[name]) if not whole else ours[name] == pytest.approx(part / whole)


@settings(max_examples=30)
@given(judged_posts())
def test_adding_up_the_types_changes_no_micro_figure(judged):
    rows = rows_of(scored(judged), TYPES)
    typed, untyped = headline(sums_of(rows.sum(axis=0))), headline(sums_of(untyped_rows(rows).sum(axis=0)))
    for name in typed:
        if not name.startswith("macro"):
            np.testing.assert_allclose(typed[name], untyped[name])


def test_only_the_compared_types_count_but_a_clean_post_has_no_gold_of_any():
    judged = [
        (Post("1", TEXT, (span(0, 2, EntityType.PHONE),)), [span(4, 6)]),
        (Post("2", TEXT), [span(0, 1), span(2, 3, EntityType.PHONE)]),
    ]
    ours = figures(judged, (EntityType.NAME,))
    assert ours["alarms_per_1000"] == 1000
    assert ours["precision"] == 0
    assert math.isnan(ours["recall"])


@pytest.mark.parametrize("others", [(), (EntityType.PHONE,)])
def test_a_post_that_annotates_no_compared_type_is_not_clean(others):
    found = [span(0, 2)]
    judged = [(Post(str(n), TEXT, types=(EntityType.NAME,) if n == 0 else others), found) for n in range(10)]
    assert figures(judged, (EntityType.NAME,))["alarms_per_1000"] == 1000


def test_a_leak_covered_by_another_type_is_no_leak():
    judged = [(Post("1", TEXT, (span(0, 4),)), [span(0, 3, EntityType.PHONE)])]
    assert figures(judged)["leaked"] == 0.25


def test_scores_of_types_stand_in_the_order_of_the_compared_types():
    judged = [(Post("1", TEXT, (span(0, 2), span(3, 5, EntityType.PHONE))), [span(0, 2)])]
    recall = type_scores(sums_of(rows_of(scored(judged), TYPES).sum(axis=0)))["recall"]
    assert recall.tolist() == [1.0, 0.0]
