"""The card as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from gaihe.serving.core.schema import EntityType
from gaihe.training.export.operating_points import LEAK_SHARE, PRECISION
from gaihe.training.reports.benchmark.page import plain_figure, rate, template_environment
from jinja2 import Template

_FEW = 8


def setting(value: Any) -> str:  # noqa: ANN401
    """A setting as it is written on the command line; a dash where there is none."""
    if value is None:
        return "–"
    if isinstance(value, list):
        return f"[{', '.join(map(setting, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def cell(value: object) -> str:
    """Text that stays in its cell of a table."""
    return str(value).replace("|", "\\|").replace("\n", " ").replace("`", "'").replace("<", "&lt;")


def covered(source: Mapping[str, Any]) -> str:
    """Which types a source annotates, and in how many posts where that is not all of them."""
    types, posts = source.get("types", {}), source.get("posts")
    absent = [kind.value for kind in EntityType if kind.value not in types]
    if types and not absent and len(set(types.values())) == 1 and posts:
        (count,) = set(types.values())
        return "all" if count == posts else f"all, in {count:,} posts"
    if types and all(count == posts for count in types.values()):
        if len(absent) <= _FEW:
            return f"all but {', '.join(absent)}"
        return ", ".join(types)
    return ", ".join(f"{kind} ({count:,})" for kind, count in types.items()) or "none"


def rows_of(stages: list[Mapping[str, Any]]) -> list[tuple[str, list[Any]]]:
    """Settings of several runs, a row for each key that any of them has."""
    keys = dict.fromkeys(key for stage in stages for key in stage["settings"])
    return [(key, [stage["settings"].get(key) for stage in stages]) for key in keys]


@cache
def _template() -> Template:
    environment = template_environment(False, "gaihe.training.reports.model_card")
    environment.filters |= {
        "number": "{:,}".format,
        "scientific": "{:.1e}".format,
        "figure": plain_figure,
        "rate": rate,
        "setting": setting,
        "cell": cell,
        "covered": covered,
    }
    environment.globals |= {"rows_of": rows_of, "leak_share": LEAK_SHARE, "precision": PRECISION}
    return environment.get_template("model_card.md")


def render(card: Mapping[str, Any]) -> str:
    """The card from the record of `gaihe.training.reports.model_card.record`."""
    return _template().render(card=card) + "\n"
