"""Identity numbers of the mainland, Hong Kong, Macao and Taiwan.

Source: the formats and check digits in ``gaihe.serving.types.id_card``.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import ValueProvider
from gaihe.serving.types.checksum import mod_11_2_digit
from gaihe.serving.types.id_card import TAIWAN_LETTERS, hong_kong_digit, taiwan_digit

_OLD_CARD_SHARE = 0.02
_SMALL_X_SHARE = 0.3

_RESIDENT_FORM = Weighted({"{0}{1}{2}": 95, "{0} {1} {2}": 4, "{0}-{1}-{2}": 1})
_HONG_KONG_FORM = Weighted({"{0}({1})": 60, "{0}{1}": 22, "{0}（{1}）": 14, "{0} ({1})": 4})
_MACAO_FORM = Weighted({"{0}({1})": 62, "{0}{1}": 18, "{0}/{1}": 2, "{0}（{1}）": 18})
_HONG_KONG_LETTERS = Weighted(
    dict.fromkeys("ACDEGHKPZ", 5.0) | dict.fromkeys("BFJLMNRSTVWY", 3.0) | {"WX": 0.5, "XA": 0.3, "EC": 0.3}
)
_TAIWAN_LETTERS = tuple(TAIWAN_LETTERS)


class IdCardProvider(ValueProvider):
    """Identity numbers with their check digits."""

    def resident_id(self, region_code: str, birth: date, sex: Literal["m", "f"]) -> str:
        """A resident identity number: 18 digits (rarely the old 15), odd sequence for men, X sometimes in lower case.

        ``region_code`` has six digits; 810000, 820000 and 830000 give residence permit numbers.
        """
        sequence = f"{self.random.randrange(1, 500) * 2 - (sex == 'm'):03}"
        if birth.year < 1985 and region_code < "8" and self.random.random() < _OLD_CARD_SHARE:
            return f"{region_code}{birth:%y%m%d}{sequence}"
        born = f"{birth:%Y%m%d}"
        check = mod_11_2_digit(region_code + born + sequence)
        if check == "X" and self.random.random() < _SMALL_X_SHARE:
            check = "x"
        return _RESIDENT_FORM.pick(self.random).format(region_code, born, sequence + check)

    def hk_id(self) -> str:
        """A Hong Kong identity card number: ``A123456(3)``."""
        payload = _HONG_KONG_LETTERS.pick(self.random) + self.digits(6)
        return _HONG_KONG_FORM.pick(self.random).format(payload, hong_kong_digit(payload))

    def tw_id(self, sex: Literal["m", "f"]) -> str:
        """A Taiwan identity number: a letter and nine digits, the first of them 1 for men and 2 for women."""
        payload = self.random.choice(_TAIWAN_LETTERS) + ("1" if sex == "m" else "2") + self.digits(7)
        return payload + taiwan_digit(payload)

    def mo_id(self) -> str:
        """A Macao identity card number: ``1234567(8)``."""
        payload = self.random.choice("1115557") + self.digits(6)
        return _MACAO_FORM.pick(self.random).format(payload, self.digits(1))
