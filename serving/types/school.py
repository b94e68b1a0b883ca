"""Schools that a person attends, attended or teaches at, with department, year and class.

Source: none; schools are shortened and renamed too freely for a register to refuse any.
"""

from __future__ import annotations

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.plans import PlacePlan
from gaihe.serving.types.place import canonical, valid
from gaihe.serving.types.sheet import Severity, Sheet

SHEET = Sheet(
    type=EntityType.SCHOOL,
    english="the school of a person, with department, year and class",
    chinese="学校",
    format="simplified characters without white space",
    source="none",
    severity=Severity.GENERAL,
    examples=("长郡中学 高二3班",),
    canonical=canonical,
    valid=valid,
    plan=PlacePlan(),
    every_mention=True,
)
