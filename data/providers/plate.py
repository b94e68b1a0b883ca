"""Vehicle plates and vehicle identification numbers.

Source: GA 36-2018 and ISO 3779 (see ``gaihe.serving.types.plate``); manufacturers' codes as in the public WMI list.
"""

from __future__ import annotations

from functools import cache

from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import ValueProvider
from gaihe.serving.types.plate import plate_prefixes, vin_digit

_LOWER_CASE_SHARE = 0.02

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_VIN_CHARACTERS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_MODEL_YEARS = "56789ABCDEFGHJKLMNPRSTV"
_WMI_CODES = "LSV LFV LBV LGB LHG LVS LDC LSG LFM LVG LJD LGW LNB LRW LE4 LB3 LC0 LGX LS5 LVV LZW WBA WDD JTH WP1 WAU"
_MANUFACTURERS = tuple(_WMI_CODES.split())
_FULL_SERIAL = Weighted(
    {"#####": 38, "@####": 30, "####@": 10, "@#@##": 4, "@@###": 8, "#@###": 6, "##@##": 3, "#@@##": 1}
)
_PRIVATE = {"full": 80, "D$####": 7, "F$####": 4, "A$####": 1, "cross-border": 1}
_OFFICIAL = {"#####D": 20, "####警": 24, "####学": 24, "####挂": 40, "####领": 6, "embassy": 6, "military": 12}
_PRIVATE_SERIAL = Weighted(_PRIVATE)
_ANY_SERIAL = Weighted(_PRIVATE | _OFFICIAL)
_SEPARATOR = Weighted({"": 80, "·": 10, " ": 5, "-": 3, "•": 2})


@cache
def _all_prefixes() -> tuple[str, ...]:
    return tuple(sorted(plate_prefixes()))


class PlateProvider(ValueProvider):
    """Plates of the mainland and VINs."""

    def plate(self, province_city_prefix: str | None = None) -> str:
        """A private car's plate: ``湘A12345``, ``湘A·12345``, ``湘AD12345``; rarely 粤Z…港.

        ``province_city_prefix`` (湘A) is kept unless the plate is of a kind without one.
        """
        return self._plate(_PRIVATE_SERIAL, province_city_prefix)

    def any_plate(self, province_city_prefix: str | None = None) -> str:
        """A plate of any vehicle: a private car's, or that of a bus, trailer, learner, the police or an embassy."""
        return self._plate(_ANY_SERIAL, province_city_prefix)

    def _plate(self, serials: Weighted[str], province_city_prefix: str | None) -> str:
        prefix = province_city_prefix or self.random.choice(_all_prefixes())
        serial = serials.pick(self.random)
        if serial == "embassy":
            return "使" + self.digits(6)
        if serial == "military":
            return self._serial(f"{self.random.choice('VKHBSLJNGC')}{self.random.choice('ABCDEFG')}#####")
        if serial == "cross-border":
            return f"粤Z{_SEPARATOR.pick(self.random)}{self._serial('@###')}{self.random.choice('港港港澳')}"
        serial = self._serial(_FULL_SERIAL.pick(self.random) if serial == "full" else serial)
        plate = f"{prefix}{_SEPARATOR.pick(self.random)}{serial}"
        return plate.lower() if self.random.random() < _LOWER_CASE_SHARE else plate

    def vin(self) -> str:
        """A 17-character VIN with its check digit."""
        random = self.random
        described = random.choice(_MANUFACTURERS) + "".join(random.choices(_VIN_CHARACTERS, k=5))
        built = random.choice(_MODEL_YEARS) + random.choice(_VIN_CHARACTERS) + self.digits(6)
        return described + vin_digit(f"{described}0{built}") + built

    def _serial(self, shape: str) -> str:
        letters = {"@": _LETTERS, "#": "0123456789", "$": "0123456789ABCDEFGHJK"}
        return "".join(self.random.choice(letters.get(character, character)) for character in shape)
