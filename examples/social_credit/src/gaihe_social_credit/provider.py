"""Unified social credit codes, mostly of one-person businesses; the shares are judgements.

Source: the format and check characters in ``gaihe_social_credit.sheet``.
"""

from __future__ import annotations

from functools import cache

from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import ValueProvider
from gaihe.serving.types.id_card import region_codes

from gaihe_social_credit.sheet import ALPHABET, body_check_character, check_character

_KIND = Weighted({"92": 75, "91": 18, "93": 5, "52": 2})
_BODY_START = Weighted({"MA": 85, "": 15})
_FORM = Weighted({"{}": 88, "grouped": 8, "lower": 4})


@cache
def _regions() -> tuple[str, ...]:
    return tuple(sorted(code for code in region_codes() if code < "7"))


class SocialCreditProvider(ValueProvider):
    """Codes with their check characters."""

    def social_credit(self) -> str:
        """A code, rarely in groups of four or in lower case."""
        start = _BODY_START.pick(self.random)
        body = start + "".join(self.random.choices(ALPHABET[:10] if not start else ALPHABET, k=8 - len(start)))
        payload = _KIND.pick(self.random) + self.random.choice(_regions()) + body + body_check_character(body)
        code = payload + check_character(payload)
        form = _FORM.pick(self.random)
        if form == "grouped":
            return " ".join(code[at : at + 4] for at in range(0, 18, 4))
        return code.lower() if form == "lower" else code
