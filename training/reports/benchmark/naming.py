"""Names beside the points of a plot, each where it covers no other name and no point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

SIZE = 7
_LINE = {"arrowstyle": "-", "color": "#777777", "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3}
_GAP = 6.0
"""Points between a point and its name, and half the side of the square that a point takes."""


def _places() -> Iterator[tuple[float, float, str]]:
    """Offsets in points, from near to far and all below the point, with the side of the name that lies there."""
    for distance, (x, y) in product((1, 2, 3, 4, 6, 8, 10, 12), ((-1, -1), (1, -1), (0, -1), (-2, -1), (-1, -2))):
        yield distance * x * _GAP, distance * y * _GAP, {-1: "right", 0: "center", 1: "left"}[max(x, -1)]


def name_points(axes: Axes, named: Mapping[tuple[float, float], str]) -> None:
    """Write names into a plot whose limits and legend are set, below their points, where a falling curve leaves space.

    Args:
        axes: the plot.
        named: points in data coordinates, each with its name.
    """
    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    figure.draw_without_rendering()
    inside, side = axes.get_window_extent(), _GAP * figure.dpi / 72
    points = [axes.transData.transform(point) for point in named]
    taken = [Bbox.from_bounds(x - side / 2, y - side / 2, side, side) for x, y in points]
    for point, name in sorted(named.items(), reverse=True):
        note = axes.annotate(name, point, (0, 0), textcoords="offset points", fontsize=SIZE, arrowprops=_LINE)
        for x, y, side_of_name in _places():
            note.set(position=(x, y), horizontalalignment=side_of_name, verticalalignment="top")
            box = _words(note)
            if inside.x0 <= box.x0 and box.x1 <= inside.x1 and inside.y0 <= box.y0 and not box.count_overlaps(taken):
                break
        taken.append(_words(note))


def _words(note: Annotation) -> Bbox:
    """Where the words of a note lie, without the line to its point."""
    note.get_window_extent()
    return Text.get_window_extent(note)
