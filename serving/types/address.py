"""Addresses: where a person lives, stays or can be found.

Source: GB/T 23705 orders their parts from the large to the small; there is no register to check them against.
"""

from __future__ import annotations

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.plans import PlacePlan
from gaihe.serving.types.place import canonical, valid
from gaihe.serving.types.sheet import Severity, Sheet

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
