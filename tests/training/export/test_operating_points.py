import numpy as np
import pytest
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import Entity, EntityType, Post
from gaihe.serving.scores import ScoreScale
from gaihe.training.export.operating_points import (
    Scored,
    calibration_error,
    fit_scale,
    operating_points,
    rates,
    span_scores,
)
from hypothesis import given
from hypothesis import strategies as st

LABELS = LabelSet((EntityType.NAME, EntityType.PHONE))
PLAIN = np.zeros((2, 2), dtype=np.float32)


def post(number, wanted, log_odds, kind=EntityType.NAME, types=None):
    """A post of four characters whose first two are a span with the given log-odds against O."""
    entities = (Entity(0, 2, kind, "张丽"),) if wanted else ()
    logits = np.full((4, 9), -20.0, dtype=np.float32)
    logits[:, 0] = 0.0
    begin = LABELS.begin(kind)
    logits[0, begin] = logits[1, begin + 4] = log_odds / 2
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return Scored(Post(str(number), "张丽好的", entities, types=types), logs, 1.0)


def test_points_keep_what_their_names_promise():
    sure = [post(i, True, 8.0) for i in range(60)]
    doubtful = [post(i, True, -3.0) for i in range(40)] + [post(i, False, -3.0) for i in range(30)]
    wrong = [post(i, False, 1.0) for i in range(6)]
    points, record = operating_points([*sure, *doubtful, *wrong], [], LABELS)
    assert record["high_recall"]["recall"] >= 0.97 and record["high_recall"]["kept"]
    assert record["high_precision"]["precision"] >= 0.98 and record["high_precision"]["kept"]
    assert record["high_recall"]["recall"] > record["balanced"]["recall"] or (
        record["balanced"]["recall"] == record["high_recall"]["recall"]
    )
    assert points["high_recall"].enter[EntityType.NAME] > 0
    assert points["high_precision"].rejects and not points["balanced"].rejects
    assert EntityType.PHONE not in points["balanced"].enter


def test_a_type_is_raised_where_another_ones_bias_hides_it():
    doubtful = [post(i, True, -6.0) for i in range(25)]
    phones = [post(i, True, 3.0, EntityType.PHONE) for i in range(20)]
    begin = LABELS.begin(EntityType.NAME)
    for item in phones:
        item.logs[0, begin] = item.logs[1, begin + 4] = item.logs[0, LABELS.begin(EntityType.PHONE)] - 1.0
    points, record = operating_points([*doubtful, *phones], [], LABELS)
    assert record["high_recall"]["recall"] == 1 and record["high_recall"]["kept"]
    assert points["high_recall"].enter[EntityType.PHONE] > 0


def test_spans_that_end_too_soon_are_drawn_out():
    begin, inside, end = (LABELS.begin(EntityType.NAME) + step for step in (0, 2, 4))
    cut = []
    for number in range(30):
        logits = np.full((4, 9), -20.0, dtype=np.float32)
        logits[0, begin] = logits[1, end] = logits[2, 0] = logits[3, 0] = 0.0
        logits[1, inside] = logits[2, inside] = -2.0
        logits[3, end] = -1.0
        cut.append(Scored(Post(str(number), "阿卜杜拉", (Entity(0, 4, EntityType.NAME, "阿卜杜拉"),)), logits, 1.0))
    points, record = operating_points(cut, [], LABELS)
    assert record["balanced"]["recall"] == 0
    assert record["high_recall"]["recall"] == 1 and points["high_recall"].inside[EntityType.NAME] > 2


def test_high_precision_leaves_out_low_scores():
    surest = [post(i, True, 16.0) for i in range(50)]
    less_sure = [post(i, i % 2 > 0, 3.0, EntityType.PHONE) for i in range(20)] + [post(i, True, 3.0) for i in range(5)]
    points, record = operating_points([*surest, *less_sure], [], LABELS)
    assert points["high_precision"].least > 0 or points["high_precision"].enter.get(EntityType.PHONE, 0.0) < 0
    assert record["high_precision"]["precision"] >= 0.98 and record["high_precision"]["recall"] > 0.7
    assert points["balanced"].least == points["high_recall"].least == 0


def test_a_promise_that_cannot_be_kept_is_said_so():
    lost = [post(i, True, -30.0) for i in range(20)]
    _, record = operating_points([*lost, post(99, True, 5.0)], [], LABELS)
    assert not record["high_recall"]["kept"]
    assert record["high_recall"]["recall"] == pytest.approx(1 / 21)


def test_posts_count_for_their_own_types_only():
    partly = [post(0, False, 5.0, EntityType.PHONE, types=(EntityType.NAME,))]
    assert rates(partly, LABELS, PLAIN).found == 0
    assert rates([post(0, False, 5.0, EntityType.PHONE)], LABELS, PLAIN).found == 1


def test_balanced_is_never_worse_than_no_bias_at_all():
    mixed = [post(i, i % 3 > 0, (i % 7) - 3.0) for i in range(60)]
    points, _ = operating_points(mixed, [], LABELS)
    assert rates(mixed, LABELS, points["balanced"].biases(LABELS)).f1 >= rates(mixed, LABELS, PLAIN).f1


def test_balanced_finds_what_is_right_with_half_the_best_f1():
    sure = [post(i, True, 8.0) for i in range(100)]
    worth = [post(i, i % 20 < 12, -3.0, EntityType.PHONE) for i in range(60)]
    not_worth = [post(i, i % 20 < 7, -3.0, EntityType.PHONE) for i in range(60)]
    assert operating_points([*sure, *worth], [], LABELS)[0]["balanced"].enter[EntityType.PHONE] > 2
    assert not operating_points([*sure, *not_worth], [], LABELS)[0]["balanced"].enter


def test_balanced_has_no_biases_that_hold_only_where_they_were_found():
    generator = np.random.default_rng(7)
    odds = generator.normal(0.0, 3.0, 120)
    right = generator.random(120) < 1 / (1 + np.exp(-odds))
    calibrated = [
        post(i, bool(wanted), float(at) + 0.3) for i, (wanted, at) in enumerate(zip(right, odds, strict=True))
    ]
    overcautious = [
        post(i, bool(wanted), float(at) - 5) for i, (wanted, at) in enumerate(zip(right, odds, strict=True))
    ]
    assert not operating_points(calibrated, [], LABELS)[0]["balanced"].enter
    assert operating_points(overcautious, [], LABELS)[0]["balanced"].enter[EntityType.NAME] > 2


def test_overconfident_scores_come_down_to_the_share_that_is_right():
    generator = np.random.default_rng(5)
    truth = generator.uniform(0.3, 0.95, 4000)
    right = generator.random(4000) < truth
    odds = np.log(truth / (1 - truth))
    raw = 1 / (1 + np.exp(-(2.5 * odds + 1)))
    scale = fit_scale(raw, right)
    assert calibration_error(scale.apply(raw), right) < 0.03 < calibration_error(raw, right)
    assert fit_scale(raw, np.ones(4000, dtype=bool)) == ScoreScale()


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20), st.floats(0.1, 5), st.floats(-3, 3))
def test_a_scale_keeps_the_order_of_scores(scores, slope, offset):
    scaled = ScoreScale(slope, offset).apply(np.sort(np.array(scores)))
    assert (np.diff(scaled) >= 0).all() and ((scaled >= 0) & (scaled <= 1)).all()


def test_span_scores_say_which_spans_are_right():
    scores, right = span_scores([post(0, True, 8.0), post(1, False, 8.0)], LABELS, PLAIN)
    assert right.tolist() == [True, False]
    assert scores[0] == pytest.approx(scores[1]) and 0.9 < scores[0] < 1
