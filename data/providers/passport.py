"""Passports, travel permits and officers' cards.

Source: the shapes in ``gaihe.serving.types.passport``.
"""

from __future__ import annotations

from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import ValueProvider
from gaihe.data.providers.name import Origin

_EIGHT_DIGITS_SHARE = 0.75
_WITHOUT_ISSUE_SHARE = 0.7
_TWO_LETTERS_SHARE = 0.45
_LOWER_CASE_SHARE = 0.04

_SERIES_LETTERS = "ABCDEFGHJKLM"
_PASSPORT = Weighted({"E#": 34, "E%": 46, "G#": 12, "D#": 1, "SE%": 1, "PE%": 1, "MA%": 1})
_HONG_KONG_PASSPORT = Weighted({"K#": 3, "KJ0%": 1})
_OFFICER_KIND = Weighted(
    {
        "军": 30,
        "南": 8,
        "北": 8,
        "沈": 6,
        "济": 6,
        "兰": 6,
        "成": 6,
        "广": 6,
        "海": 6,
        "空": 6,
        "武": 6,
        "士": 4,
        "政": 3,
        "参": 3,
    }
)
_OFFICER_FORM = Weighted({"{0}字第{1}号": 80, "{0}字{1}号": 9, "{0}字第{1}": 6, "{0}字第 {1} 号": 5})


class PassportProvider(ValueProvider):
    """Travel and service documents."""

    def passport(self, origin: Origin = "han") -> str:
        """A passport number: ``E12345678``, ``EJ1234567``; of Hong Kong ``K12345678``, ``KJ0123456``."""
        shape = (_HONG_KONG_PASSPORT if origin == "hk" else _PASSPORT).pick(self.random)
        if shape == "E%":
            return f"E{self.random.choice(_SERIES_LETTERS)}{self.digits(7)}"
        length = {"#": 8, "%": 7}[shape[-1]] - shape.count("0")
        return self._cased(shape[:-1] + self.digits(length))

    def hk_permit(self) -> str:
        """A permit for travel to Hong Kong and Macao: ``C12345678``, ``CA1234567``, the old ``W12345678``."""
        return self._permit(self.random.choice("CCCCCCCCCW"))

    def tw_permit(self) -> str:
        """A Taiwan resident's mainland permit: eight or ten digits, at times with a letter."""
        if self.random.random() < _EIGHT_DIGITS_SHARE:
            return self.digits(8)
        return f"{self.digits(8)}{self.random.randrange(1, 12):02}{self.random.choice(('', '', 'B', 'D'))}"

    def home_return(self) -> str:
        """A Hong Kong or Macao resident's mainland permit: ``H12345678``, with the issue count ``H1234567801``."""
        number = self.random.choice("HHHM") + self.digits(8)
        return number if self.random.random() < _WITHOUT_ISSUE_SHARE else f"{number}{self.random.randrange(0, 6):02}"

    def officer(self) -> str:
        """An officer's card number: ``军字第1234567号``."""
        number = self.digits(self.random.choice((7, 7, 7, 8, 6)))
        return _OFFICER_FORM.pick(self.random).format(_OFFICER_KIND.pick(self.random), number)

    def _permit(self, letter: str) -> str:
        if letter == "C" and self.random.random() < _TWO_LETTERS_SHARE:
            return self._cased(f"{letter}{self.random.choice(_SERIES_LETTERS)}{self.digits(7)}")
        return self._cased(letter + self.digits(8))

    def _cased(self, number: str) -> str:
        return number.lower() if self.random.random() < _LOWER_CASE_SHARE else number
