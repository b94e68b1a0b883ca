"""QQ numbers and QQ group numbers.

Source: Tencent assigns numbers in sequence from 10000 on; five to eleven digits are in use.
"""

from __future__ import annotations

import re

from gaihe.serving.types.text import masked, shaped

_SHAPE = re.compile(r"[\d*]{5,12}")
_NUMBER = re.compile(r"[1-9]\d{4,10}")


def canonical(text: str) -> str:
    """Digits only."""
    return shaped(text, _SHAPE)


def valid(value: str) -> bool | None:
    """Whether the number has five to eleven digits and no leading zero; ``None`` if masked."""
    return None if masked(value) else _NUMBER.fullmatch(value) is not None
