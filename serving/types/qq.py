"""QQ numbers and QQ group numbers.

Source: Tencent assigns numbers in sequence from 10000 on; five to eleven digits are in use.
"""

from __future__ import annotations

import re

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.plans import GROUPS, Letters, NumberPlan, shape
from gaihe.serving.types.sheet import Severity, Sheet
from gaihe.serving.types.text import masked, shaped

_SHAPE = re.compile(r"[\d*]{5,12}")
_NUMBER = re.compile(r"[1-9]\d{4,10}")
_CUE = re.compile(
    r"\A[\s(（\[【]*(?:(?:加我?|我)的?[\s:：(（\[【]*)?"
    r"(?:q(?:_|[^\w*]){0,2}q(?:(?=[^\w*]*[号群:：=])|(?!.*q))|[q鹅](?=[^\w*]*[号群:：=])|企鹅|球球)"
    r"(?:号码|群号?|号)?[\s:：=_)）\]】-]*"
    r"|(?:(?<![\s(（\[【])[\s(（\[【]+)?(?:(?<!q)q[^\w*]{0,2}q|企鹅)(?:群?号|群)?[\s)）\]】]*\Z",
    re.IGNORECASE | re.DOTALL,
)
"""What of 加qq, q号, 企鹅 could pass for digits: q looks like a nine, 鹅 sounds like a two, 我 like a five.

Further q are nines; where there are some, qq is a cue only before 号, 群 or a colon.
"""


def canonical(text: str) -> str:
    """Digits only."""
    return shaped(text, _SHAPE)


def valid(value: str) -> bool | None:
    """Whether the number has five to eleven digits and no leading zero; ``None`` if masked."""
    return None if masked(value) else _NUMBER.fullmatch(value) is not None


PLAN = NumberPlan(
    plausible=shape(r"[1-9*]#{4,10}"), everyday=shape(GROUPS), letters=Letters.NONE, chunked=True, cue=_CUE
)
SHEET = Sheet(
    type=EntityType.QQ,
    english="a QQ number or the number of a QQ group",
    chinese="QQ号",
    format="five to eleven digits",
    source="Tencent assigns the numbers in sequence from 10000 on",
    severity=Severity.GENERAL,
    examples=("137 284 9561", "一三七贰捌四九五六一"),
    canonical=canonical,
    valid=valid,
    plan=PLAN,
    number_like=True,
)
