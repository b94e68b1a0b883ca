"""What the code knows of one entity type, in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal import Revealed, reveal
from gaihe.serving.reveal.plans import Plan, WrittenPlan


class Severity(StrEnum):
    """Personal information, or sensitive personal information, by GB/T 35273-2020, annexes A and B."""

    GENERAL = "general"
    SENSITIVE = "sensitive"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Maker:
    """Where the generator finds what makes values of an installed type.

    Attributes:
        provider: ``module:Class``, a Faker provider on `gaihe.data.providers.base.ValueProvider`.
        slots: names of carriers' slots; each is a method of the provider.
        carriers: the package that holds the carriers, ``*.txt``.
    """

    provider: str
    slots: tuple[str, ...]
    carriers: str


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Sheet:
    """One entity type.

    Attributes:
        type: the type.
        english: what it is, in a few words.
        chinese: its Chinese name, as reports and redactions show it.
        format: what a canonical value looks like.
        source: where that is laid down.
        severity: how sensitive it is.
        examples: invented surfaces.
        canonical: the canonical value of an undisguised surface; that of a canonical value is the value itself.
        valid: whether a canonical value passes the type's check; ``None`` where no check can say.
        plan: how values are written, which says how their disguises are undone.
        number_like: whether the check of another type may decide over a span of this one.
        telling: whether few strings that are no such value pass the check, so that it may decide over spans of others.
        every_mention: whether the same characters elsewhere in a post count too where one such span stands in it.
        maker: what makes its values; the built-in types are known to the generator.
    """

    type: EntityType
    english: str
    chinese: str
    format: str
    source: str
    severity: Severity
    examples: tuple[str, ...] = ()
    canonical: Callable[[str], str]
    valid: Callable[[str], bool | None]
    plan: Plan = field(default_factory=WrittenPlan)
    number_like: bool = False
    telling: bool = False
    every_mention: bool = False
    maker: Maker | None = None

    def reveal(self, text: str) -> Revealed:
        """Undo what can be undone of a surface's disguise; never raises."""
        return reveal(text, self.plan)

    def value(self, surface: str) -> str:
        """The canonical value behind a surface, disguised or not."""
        return self.canonical(self.reveal(surface).text)


def unwritten_sheet(kind: EntityType) -> Sheet:
    """The sheet of a type of which nothing is known but its name: a value is its text, and nothing checks it."""
    return Sheet(
        type=kind,
        english=kind.value,
        chinese=kind.value,
        format="as written",
        source="none",
        severity=Severity.GENERAL,
        canonical=str,
        valid=_unchecked,
    )


def _unchecked(_: str) -> None:
    return None
