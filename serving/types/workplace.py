"""Employers, with department or branch.

Source: none; firms are called by short names that no register lists.
"""

from __future__ import annotations

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.plans import PlacePlan
from gaihe.serving.types.place import canonical, valid
from gaihe.serving.types.sheet import Severity, Sheet

SHEET = Sheet(
    type=EntityType.WORKPLACE,
    english="the employer of a person, with department or branch",
    chinese="工作单位",
    format="simplified characters without white space",
    source="none",
    severity=Severity.GENERAL,
    examples=("岳麓区税务局", "騰訊音樂客服部"),
    canonical=canonical,
    valid=valid,
    plan=PlacePlan(),
    every_mention=True,
)
