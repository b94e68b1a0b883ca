import numpy as np
import pytest
from gaihe.training.reports.benchmark.resampling import estimate, estimates, randomisation_test, resampled_totals


def mean_of(totals):
    return {"mean": totals[..., 0] / totals[..., 1]}


def rows(values):
    return np.stack([np.asarray(values, float), np.ones(len(values))], axis=1)


def test_every_sample_has_as_many_posts_as_the_set():
    assert (resampled_totals(rows([0.0] * 37), 50)[:, 1] == 37).all()


def test_the_interval_is_that_of_theory_for_a_mean():
    values = np.random.default_rng(1).random(900)
    figure = estimates(rows(values), mean_of, 2000)["mean"]
    error = values.std() / 30
    assert figure["low"] == pytest.approx(values.mean() - 1.96 * error, abs=0.15 * error)
    assert figure["high"] == pytest.approx(values.mean() + 1.96 * error, abs=0.15 * error)


def test_equal_posts_leave_no_interval_and_blocks_change_nothing(monkeypatch):
    assert estimates(rows([0.5] * 20), mean_of)["mean"] == {"value": 0.5, "low": None, "high": None}
    whole = resampled_totals(rows(range(40)), 30)
    monkeypatch.setattr("gaihe.training.reports.benchmark.resampling._CELLS", 200)
    assert (resampled_totals(rows(range(40)), 30) == whole).all()


def test_what_is_not_defined_is_null():
    assert estimate(float("nan"), np.array([np.nan])) == {"value": None, "low": None, "high": None}
    assert estimate(1.0, np.array([1.0, np.nan, 1.0])) == {"value": 1.0, "low": None, "high": None}


def test_systems_that_agree_do_not_differ():
    same = rows(np.random.default_rng(2).random(50))
    assert randomisation_test(same, same, mean_of, 200)["mean"] == {"difference": 0.0, "p": 1.0}


def test_the_p_value_is_that_of_the_exact_sign_test():
    """Ten posts, all better on the left by the same amount: only 2 of 1,024 swaps are as extreme."""
    left, right = rows([1.0] * 10), rows([0.0] * 10)
    result = randomisation_test(left, right, mean_of, 20_000)["mean"]
    assert result["difference"] == 1.0
    assert result["p"] == pytest.approx(2 / 1024, abs=0.001)


def test_a_round_in_which_a_figure_is_not_defined_counts_as_extreme():
    """Half of the rounds give one system both posts and the other none, whose mean is not defined."""
    left, right = np.array([[2.0, 1.0], [0.0, 0.0]]), np.array([[0.0, 0.0], [1.0, 1.0]])
    with np.errstate(invalid="ignore"):
        result = randomisation_test(left, right, mean_of, 200)["mean"]
    assert result == {"difference": 1.0, "p": 1.0}


def test_under_chance_alone_p_is_spread_evenly():
    random = np.random.default_rng(3)
    small = [
        randomisation_test(rows(random.random(30)), rows(random.random(30)), mean_of, 199, seed)["mean"]["p"] <= 0.2
        for seed in range(200)
    ]
    assert 0.1 < np.mean(small) < 0.3
