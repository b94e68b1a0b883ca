"""Lines of progress: step of total, speed, time left; nothing where work is short."""

import pytest
from gaihe.serving.core import progress
from gaihe.serving.core.progress import Progress, duration, followed


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_a_line_tells_how_far_how_fast_and_how_long_still(clock, capsys):
    told = Progress("gaihe train", 1000, "steps", first=200)
    clock[0] += 4
    told.add(100)
    assert capsys.readouterr().err == ""
    clock[0] += 6
    told.add(100, "loss 0.25")
    assert capsys.readouterr().err == "gaihe train: 400 of 1000 steps, 20 steps/s, 30 s left, loss 0.25\n"
    clock[0] += 1
    told.add(100)
    assert capsys.readouterr().err == ""
    clock[0] += 1
    told.add(500)
    assert capsys.readouterr().err == "gaihe train: 1000 of 1000 steps, 67 steps/s\n"


def test_without_a_total_it_tells_how_many_and_how_fast(clock, capsys):
    told = Progress("gaihe")
    clock[0] += 50
    told.add(7)
    assert capsys.readouterr().err == "gaihe: 7 posts, 0.14 posts/s\n"


def test_short_work_says_nothing(clock, capsys):
    assert list(followed(iter("abc"), "short", 3)) == ["a", "b", "c"]
    assert capsys.readouterr().err == ""


def test_items_are_counted_as_they_pass(clock, capsys):
    for item in followed(range(3), "long", 3, "things"):
        clock[0] += 6 + item
    assert capsys.readouterr().err.splitlines() == [
        "long: 1 of 3 things, 0.17 things/s, 12 s left",
        "long: 2 of 3 things, 0.15 things/s, 6 s left",
        "long: 3 of 3 things, 0.14 things/s",
    ]


def test_work_that_has_not_moved_has_no_time_left_to_tell(clock, capsys):
    told = Progress("gaihe train", 10, "steps", first=4)
    clock[0] += 6
    told.add(0)
    assert capsys.readouterr().err == "gaihe train: 4 of 10 steps, 0 steps/s\n"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.2, "0 s"), (48, "48 s"), (99.6, "2 min"), (754, "13 min"), (11_100, "3 h 05 min")]
)
def test_times_are_said_for_reading(seconds, shown):
    assert duration(seconds) == shown
