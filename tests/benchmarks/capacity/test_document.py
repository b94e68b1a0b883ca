"""The committed plan is what its figures say."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("simpy")
pytest.importorskip("matplotlib")

from benchmarks.capacity import scenarios, sizing
from benchmarks.capacity.__main__ import main
from benchmarks.capacity.assumptions import AssumptionError, Balancer, Event, load_assumptions
from benchmarks.capacity.document import DOCUMENT, FILES, TABLES, filled, named
from benchmarks.capacity.load import characters, event_factor, fitted, hourly_rates, mean_characters, requests
from benchmarks.capacity.measured import load_measured
from benchmarks.capacity.plan import Plan
from benchmarks.capacity.plots import event, plots
from benchmarks.capacity.scenarios import Fleet, digest, hot_event, lost_node, minutes_to_make_up

ASSUMPTIONS = FILES / "assumptions.yaml"


@pytest.fixture(scope="module")
def plan():
    simulated = json.loads((FILES / "simulated.json").read_text(encoding="utf-8"))
    return Plan(load_assumptions(ASSUMPTIONS), load_measured(FILES / "measured.json"), simulated)


def test_the_tables_of_the_document_are_those_of_the_figures(plan):
    document = DOCUMENT.read_text(encoding="utf-8")
    assert sorted(named(document)) == sorted(TABLES)
    assert filled(document, plan) == document, "make capacity ARGS='--output docs' writes them anew"


def test_a_busy_machine_says_nothing_of_reality(plan):
    assert f"{plan.measured.open_load['p50_ms']:.1f} ms at the median" in TABLES["reality"](plan)
    busy = replace(plan.measured, machine={**plan.measured.machine, "load_average": 99})
    crowded = replace(plan, measured=busy)
    assert "quiet machine" in TABLES["reality"](crowded) and "says nothing" in TABLES["real service"](crowded)


def test_the_simulation_was_made_of_these_figures(plan):
    assert plan.simulated["digest"] == digest(plan.assumptions, plan.measured)
    other = replace(plan.assumptions, posts_per_day=1.0)
    assert digest(other, plan.measured) != plan.simulated["digest"]


def test_another_simulation_has_another_digest(plan, tmp_path, monkeypatch):
    before = digest(plan.assumptions, plan.measured)
    for name in ("simulation.py", "load.py"):
        shutil.copyfile(Path(scenarios.__file__).with_name(name), tmp_path / name)
    monkeypatch.setattr(scenarios, "__file__", str(tmp_path / "scenarios.py"))
    assert digest(plan.assumptions, plan.measured) == before
    for name in ("simulation.py", "load.py"):
        with (tmp_path / name).open("a", encoding="utf-8") as stream:
            stream.write("CHANGED = 1\n")
        assert digest(plan.assumptions, plan.measured) != before
        before = digest(plan.assumptions, plan.measured)


@pytest.mark.parametrize(("rise", "notice"), [(200.0, 40.5), (0.3, 0.5)])
def test_slow_and_quick_incidents_are_simulated_to_their_end(plan, rise, notice):
    small = replace(
        plan.assumptions, posts_per_day=2e6, event=Event(3, rise, 600), balancer=Balancer(notice, retry_seconds=1)
    )
    fleet = Fleet(small, plan.measured)
    for record in (hot_event(fleet, small, 1), lost_node(fleet, small, 2)):
        assert "NaN" not in json.dumps(record)


def test_what_is_never_made_up_is_said(plan):
    assert minutes_to_make_up(0, -5) == 0
    assert minutes_to_make_up(1_200, 10) == 2
    assert minutes_to_make_up(1_200, 0) is None
    rows = [{**row, "minutes_to_make_up": None} for row in plan.simulated["event"]]
    assert "not made up" in TABLES["event"](replace(plan, simulated={**plan.simulated, "event": rows}))


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
        (("factor: 3", "factor: 3e0"), "event, factor: a number is needed"),
        (("factor: 3", "factor: .nan"), "event, factor: a number is needed"),
        (("cores_per_node: 16", "cores_per_node: 16.5"), "fleet, cores_per_node: a whole number is needed"),
        (("way: judge", "way: 7"), "fleet, way: a text is needed"),
        (("hours: [55", "hours: [x"), "hours: numbers are needed"),
        (("0.01: 4", "some: 4"), "lengths, quantiles: numbers are needed"),
        (("rise_seconds: 60", "rise_seconds: 0"), "event.rise_seconds: it must be above 0"),
        (("notice_seconds: 6", "notice_seconds: 0"), "balancer.notice_seconds: it must be above 0"),
    ],
)
def test_assumptions_that_cannot_be_are_named(tmp_path, change, message):
    path = tmp_path / "own.yaml"
    path.write_text(ASSUMPTIONS.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(AssumptionError, match=message):
        load_assumptions(path)
