"""The catalogue of entity types as a page: what every built-in sheet says."""

from __future__ import annotations

from gaihe.serving.core.schema import BUILT_IN
from gaihe.serving.reveal.plans import AccountPlan, DatePlan, NamePlan, NumberPlan, PlacePlan, Plan
from gaihe.serving.types import sheet_of
from gaihe.serving.types.sheet import Sheet

_HEAD = """# Entity types

What the code knows of every type, written from the sheets in `serving/types/` by `make types`; a test holds this page
against them. What a span is, and where it begins and ends, is the matter of [ANNOTATION.md](../ANNOTATION.md); how to
add a type, of [OWN_TYPES.md](OWN_TYPES.md).

Severity is that of GB/T 35273-2020, annexes A and B. Ties: where the model wavers between number-like types, a
*telling* check, which few other strings pass, decides over its own spans and those over which *others may decide*. All
values are invented.

| type | 中文 | what it is | severity | written as | ties |
|---|---|---|---|---|---|
"""


def catalogue() -> str:
    """The page, in Markdown."""
    sheets = [sheet_of(kind) for kind in BUILT_IN]
    return _HEAD + "".join(map(_row, sheets)) + "".join(map(_section, sheets))


def _row(sheet: Sheet) -> str:
    cells = (
        f"[`{sheet.type}`](#{sheet.type.lower()})",
        sheet.chinese,
        sheet.english,
        sheet.severity,
        _plan(sheet.plan),
    )
    return f"| {' | '.join(cells)} | {_ties(sheet)} |\n"


def _plan(plan: Plan) -> str:
    match plan:
        case DatePlan():
            return "date"
        case NumberPlan():
            return "number" if plan.letterless else "letters and digits"
        case AccountPlan():
            return plan.kind.value
        case NamePlan():
            return "name"
        case PlacePlan():
            return "place"
    return "text"


def _ties(sheet: Sheet) -> str:
    return "telling" if sheet.telling else "others may decide" if sheet.number_like else "none"


def _section(sheet: Sheet) -> str:
    values = [(surface, sheet.value(surface)) for surface in sheet.examples]
    rows = "".join(f"| `{surface}` | `{value}` | {_verdict(sheet.valid(value))} |\n" for surface, value in values)
    return (
        f"\n## {sheet.type}\n\n"
        f"{sheet.chinese}: {sheet.english}.\n\n"
        f"- Canonical value: {sheet.format.replace('``', '`')}.\n"
        f"- Source: {sheet.source.replace('``', '`')}.\n\n"
        f"| written | value | check |\n|---|---|---|\n{rows}"
    )


def _verdict(valid: bool | None) -> str:
    return {True: "passes", False: "fails", None: "cannot say"}[valid]
