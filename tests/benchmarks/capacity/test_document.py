"""The committed plan is what its figures say."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("simpy")
pytest.importorskip("matplotlib")

from benchmarks.capacity import sizing
from benchmarks.capacity.__main__ import main
from benchmarks.capacity.assumptions import AssumptionError, load_assumptions
from benchmarks.capacity.document import DOCUMENT, FILES, TABLES, filled, named
from benchmarks.capacity.load import characters, event_factor, fitted, hourly_rates, mean_characters, requests
from benchmarks.capacity.measured import load_measured
from benchmarks.capacity.plan import Plan
from benchmarks.capacity.plots import event, plots
from benchmarks.capacity.scenarios import Fleet, digest

ASSUMPTIONS = FILES / "assumptions.yaml"


@pytest.fixture(scope="module")
def plan():
    simulated = json.loads((FILES / "simulated.json").read_text(encoding="utf-8"))
    return Plan(load_assumptions(ASSUMPTIONS), load_measured(FILES / "measured.json"), simulated)


def test_the_tables_of_the_document_are_those_of_the_figures(plan):
    document = DOCUMENT.read_text(encoding="utf-8")
    assert sorted(named(document)) == sorted(TABLES)
    assert filled(document, plan) == document, "make capacity ARGS='--output docs' writes them anew"


def test_the_simulation_was_made_of_these_figures(plan):
    assert plan.simulated["digest"] == digest(plan.assumptions, plan.measured)
    other = replace(plan.assumptions, posts_per_day=1.0)
    assert digest(other, plan.measured) != plan.simulated["digest"]


def test_the_plots_say_the_figures_and_are_small(plan):
    document = DOCUMENT.read_text(encoding="utf-8")
    drawn = plots(plan)
    assert sorted(re.findall(r"\(capacity/(\w+)\.svg\)", document)) == sorted(drawn)
    for name, plot in drawn.items():
        kept = (FILES / f"{name}.svg").read_text(encoding="utf-8")
        assert plot.svg[plot.svg.index("<desc") : plot.svg.index("</desc>")] in kept
        assert len(kept.encode()) < 100_000
    assert event(plan).svg == drawn["event"].svg


@pytest.mark.slow
def test_a_fleet_simulated_again_answers_as_before(plan):
    kept = plan.simulated["at_peak"][-1]
    fleet, seed = Fleet(plan.assumptions, plan.measured), kept["nodes"]
    assert fleet.steady(kept["nodes"], sizing.need_at_peak(plan.assumptions, plan.measured).rate, seed) == kept


def test_a_day_has_its_posts(plan):
    assert sum(hourly_rates(plan.assumptions)) * 3_600 == pytest.approx(plan.assumptions.posts_per_day)


def test_an_event_rises_and_ends(plan):
    hot = plan.assumptions.event
    factors = [event_factor(hot, second) for second in (0, hot.rise_seconds / 2, hot.rise_seconds, 1e6)]
    assert factors == [1, (1 + hot.factor) / 2, hot.factor, 1]


def test_drawn_posts_have_the_lengths_and_the_rate(plan):
    lengths = plan.assumptions.lengths.quantiles
    drawn = requests([500.0] * 20, lengths, plan.measured.costs["judge"], seed=1)
    assert len(drawn.times) == pytest.approx(10_000, abs=4 * 100)
    assert (np.diff(drawn.times) >= 0).all()
    deviation = characters(lengths, np.linspace(0, 1, 10_001)).std() / 100
    assert (drawn.tokens - 2).mean() == pytest.approx(mean_characters(lengths), abs=4 * deviation)


def test_a_fit_finds_the_cost_that_made_the_batches():
    rows = [{"texts": n, "tokens": n * t, "seconds": 1e-3 + n * 2e-4 + n * t * 1e-5} for n in (1, 4) for t in (10, 90)]
    cost, error = fitted(rows)
    assert (cost.call, cost.post, cost.token) == pytest.approx((1e-3, 2e-4, 1e-5))
    assert error < 1e-9
    free = [{**row, "seconds": row["tokens"] * 1e-5} for row in rows]
    assert min(fitted(free)[0].call, fitted(free)[0].post) >= 0


def test_more_posts_need_more_nodes(plan):
    twice = replace(plan.assumptions, posts_per_day=2 * plan.assumptions.posts_per_day)
    once = sizing.need_at_peak(plan.assumptions, plan.measured).nodes
    assert 2 * once - 2 <= sizing.need_at_peak(twice, plan.measured).nodes <= 2 * once


@pytest.mark.slow
def test_a_small_platform_has_a_plan_too(tmp_path):
    own = tmp_path / "own.yaml"
    text = ASSUMPTIONS.read_text(encoding="utf-8").replace(
        "posts_per_day: 500_000_000\n\n", "posts_per_day: 900_000\n\n"
    )
    own.write_text(text, encoding="utf-8")
    assert main(["--assumptions", str(own), "--output", str(tmp_path)]) == 0
    assert "each of 900,000 posts" in (tmp_path / DOCUMENT.name).read_text(encoding="utf-8")


def test_files_that_cannot_be_used_are_bad_usage(tmp_path, capsys):
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}", encoding="utf-8")
    assert main(["--measured", str(wrong), "--output", str(tmp_path)]) == 2
    assert "wrong.json" in capsys.readouterr().err
    assert main(["--assumptions", str(tmp_path / "none.yaml"), "--output", str(tmp_path)]) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("factor: 3", "factr: 3"), "event: unknown or missing: factor, factr"),
        (("hours: [", "hours: [1, "), "24 numbers"),
        (("workers_per_service: 4", "workers_per_service: 40"), "a core each"),
        (("way: judge", "way: guess"), "detect, judge, redact are known"),
        (("event:", "event: ["), "no YAML"),
    ],
)
def test_assumptions_that_cannot_be_are_named(tmp_path, change, message):
    path = tmp_path / "own.yaml"
    path.write_text(ASSUMPTIONS.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(AssumptionError, match=message):
        load_assumptions(path)
