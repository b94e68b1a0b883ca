"""Addresses: where a person lives, stays or can be found.

Source: GB/T 23705 orders their parts from the large to the small; there is no register to check them against.
"""

from __future__ import annotations

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.plans import PlacePlan
from gaihe.serving.types.place import compact_place
from gaihe.serving.types.sheet import Severity, Sheet


def canonical(text: str) -> str:
    """Simplified characters without white space and separators; those inside room numbers and coordinates stay."""
    return compact_place(text)


def valid(value: str) -> bool | None:
    """Always ``None``: no check can say."""
    return None


SHEET = Sheet(
    type=EntityType.ADDRESS,
    english="where a person lives, stays or can be found",
    chinese="地址",
    format="simplified characters without white space; separators stay inside room numbers and coordinates",
    source="GB/T 23705 orders the parts; no register can check an address",
    severity=Severity.SENSITIVE,
    examples=("长沙市 岳麓区 麓山南路932号3-2-501", "長沙市嶽麓區麓山南路"),
    canonical=canonical,
    valid=valid,
    plan=PlacePlan(),
)
