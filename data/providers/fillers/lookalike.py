"""Numbers in posts that are nobody's personal data, many of them shaped like something that is.

Source: the shapes in `lookalike_shapes` beside this module; codes with check digits as ``codes`` describes them.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from gaihe.data.providers.base import PRESENT_YEAR, ValueProvider
from gaihe.data.providers.codes import credit_code, isbn_digit
from gaihe.data.providers.fillers.lookalike_shapes import (
    BUILDING,
    CARRIERS,
    CLOCK,
    COUNT,
    DATE,
    FLIGHT,
    HASH_LENGTH,
    HOTLINE,
    HOURS,
    ISBN_GROUPS,
    LARGE_PRICE,
    ORDER,
    PART_OF_DAY,
    PRICE,
    PRIVATE_IP,
    SCORE,
    SERIAL,
    SMALL_PRICE,
    TIME,
    TRAIN,
    VERSION,
)
from gaihe.data.providers.member_id import PARCEL_SHAPES
from gaihe.serving.types.id_card import region_codes

_HIGH_RISE_SHARE = 0.5
_YEARLY_DECAY = 0.12


@cache
def _counties() -> tuple[str, ...]:
    return tuple(sorted(code for code in region_codes() if code[0] < "7" and not code.endswith("00")))


class LookalikeProvider(ValueProvider):
    """Fillers that make no entity."""

    def order_no(self) -> str:
        """An order or transaction number; some have the shape of a phone, card or identity number."""
        return self._filled(ORDER.pick(self.random))

    def tracking(self) -> str:
        """A parcel number that stands with nobody."""
        return self._filled(PARCEL_SHAPES.pick(self.random))

    def serial(self) -> str:
        """A product's serial, model or bar code number."""
        return self._filled(SERIAL.pick(self.random))

    def isbn(self) -> str:
        """An ISBN-13 of the Chinese group, hyphenated or not."""
        publisher, title = ISBN_GROUPS.pick(self.random)
        publisher_number, title_number = self.digits(publisher), self.digits(title)
        check = isbn_digit(f"9787{publisher_number}{title_number}")
        joint = self.random.choice(("-", "-", ""))
        return joint.join(("978", "7", publisher_number, title_number, check))

    def credit_code(self) -> str:
        """A unified social credit code with its check character."""
        return credit_code(self.random, self.random.choice(_counties()))

    def hotline(self) -> str:
        """A public hotline that answers for many things: 400 and 800 numbers, 955xx, 10086, 12345."""
        return self._filled(HOTLINE.pick(self.random))

    def version(self) -> str:
        """A software version."""
        return self._filled(VERSION.pick(self.random))

    def hash(self) -> str:
        """A hexadecimal digest, whole (MD5, SHA-1, SHA-256) or shortened."""
        length = HASH_LENGTH.pick(self.random)
        return f"{self.random.getrandbits(4 * length):0{length}x}"

    def private_ip(self) -> str:
        """A private, loopback or documentation IPv4 address."""
        shape = PRIVATE_IP.pick(self.random)
        return shape.format(*(self.random.randrange(1, 255) for _ in range(shape.count("{}"))))

    def flight(self) -> str:
        """A flight number: ``CA1234``."""
        return self.random.choice(CARRIERS) + self._filled(FLIGHT.pick(self.random))

    def train(self) -> str:
        """A train number: ``G1024``."""
        return self._filled(TRAIN.pick(self.random))

    def price(self, size: Literal["small", "large"] | None = None) -> str:
        """An amount without its currency: ``129``, ``59.9``; below a hundred, or in the thousands (``3.5万``)."""
        shapes = {"small": SMALL_PRICE, "large": LARGE_PRICE}.get(size or "", PRICE)
        return self._filled(shapes.pick(self.random))

    def count(self) -> str:
        """A number of plays, fans or votes, 7 to 11 digits."""
        return self._filled(COUNT.pick(self.random))

    def score(self) -> str:
        """A result in a match, an examination or a review."""
        return self._filled(SCORE.pick(self.random))

    def date(self) -> str:
        """A day of recent years that is nobody's birthday, in an everyday form."""
        draw = self.random.randrange
        year, month, day = draw(2012, PRESENT_YEAR + 1), draw(1, 13), draw(1, 29)
        fields = {"Y": year, "M": month, "D": day, "y": f"{year % 100:02}", "m": f"{month:02}", "d": f"{day:02}"}
        return DATE.pick(self.random).format_map(fields)

    def time(self) -> str:
        """A time of day."""
        draw = self.random.randrange
        return TIME.pick(self.random).format(
            H=draw(24),
            N=draw(60),
            S=draw(60),
            evening=draw(6, 12),
            morning=draw(5, 10),
            afternoon=draw(1, 6),
            night=draw(1, 6),
        )

    def clock(self) -> str:
        """A time of day in digits: ``07:45``."""
        draw = self.random.randrange
        return CLOCK.pick(self.random).format(H=draw(24), N=draw(60), S=draw(60))

    def hour(self, part: Literal["night", "morning", "evening"]) -> str:
        """A time in a part of the day that the text names: ``7点半`` of the evening."""
        hour = self.random.randrange(*HOURS[part])
        return PART_OF_DAY.pick(self.random).format(H=hour, h=hour % 12 or 12, N=self.random.randrange(60))

    def year(self) -> str:
        """The present year or one of the 48 before it, mostly a recent one."""
        return str(PRESENT_YEAR - int(self.random.expovariate(_YEARLY_DECAY)) % 49)

    def room_no(self) -> str:
        """A room: floor and two digits, ``502``, ``1203``."""
        floors = 33 if self.random.random() < _HIGH_RISE_SHARE else 7
        return f"{self.random.randrange(1, floors + 1)}{self.random.randrange(1, 13):02}"

    def building_no(self) -> str:
        """A building's number or letter: ``3``, ``12``, ``B``."""
        shape = BUILDING.pick(self.random).replace("letter", self.random.choice("ABCD"))
        return self._filled(shape)

    def _filled(self, shape: str) -> str:
        if "{" in shape:
            stamp = f"{self.random.randrange(24):02}{self.random.randrange(60):02}{self.random.randrange(60):02}"
            month, day = f"{self.random.randrange(1, 13):02}", f"{self.random.randrange(1, 29):02}"
            shape = shape.format(y=self.random.randrange(15, 27), m=month, d=day, t=stamp)
        while "~" in shape:
            shape = shape.replace("~", self.random.choice("3456789"), 1)
        return self.bothify(shape, letters="ABCDEFGHJKLMNPQRSTUVWXYZ")
