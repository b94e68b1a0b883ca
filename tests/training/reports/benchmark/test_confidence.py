import pytest
from gaihe.training.reports.benchmark.confidence import Confidence


def collected(*pairs):
    confidence = Confidence()
    for score, right in pairs:
        confidence.add(score, right)
    return confidence


def test_the_curve_takes_spans_of_one_score_together():
    curve = collected((0.9, True), (0.5, True), (0.5, False), (0.1, False)).curve(gold=4)
    assert curve == [
        {"score": 0.9, "precision": 1.0, "recall": 0.25},
        {"score": 0.5, "precision": pytest.approx(2 / 3), "recall": 0.5},
        {"score": 0.1, "precision": 0.5, "recall": 0.5},
    ]


def test_the_calibration_error_is_the_weighted_gap():
    table = collected(
        (0.95, True), (0.95, True), (0.95, False), (0.95, False), (0.15, False), (1.0, True)
    ).calibration()
    assert [(row["spans"], row["right"]) for row in table["bins"]] == [(1, 0.0), (5, 0.6)]
    assert table["error"] == pytest.approx((0.15 + 5 * (0.96 - 0.6)) / 6)


def test_a_system_without_scores_has_neither():
    confidence = collected((None, True))
    assert confidence.curve(1) == []
    assert confidence.calibration() is None
