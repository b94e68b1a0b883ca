"""Student, staff, candidate, insurance, patient and membership numbers, parcels and bookings.

Source: the shapes that universities, employers, examination boards, hospitals, couriers, railways and airlines use.
"""

from __future__ import annotations

from typing import Literal

from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import PRESENT_YEAR, ValueProvider

_LOWER_CASE_SHARE = 0.05

_STUDENT = Weighted(
    {
        "Y######": 22,
        "Y########": 22,
        "Y####": 8,
        "y######": 12,
        "y########": 12,
        "Y#####": 6,
        "UY#####": 3,
        "By######": 3,
        "Sy#######": 2,
        "MY#####": 3,
        "1Y0####": 2,
        "3y0######": 2,
        "Y-####": 1,
        "PB y######": 1,
        "Xy######": 1,
    }
)
_EMPLOYEE = Weighted(
    {
        "####": 8,
        "#####": 20,
        "######": 24,
        "########": 10,
        "A0####": 4,
        "E0#####": 5,
        "GH0####": 3,
        "HR-0###": 2,
        "00####": 8,
        "S#####": 4,
        "wx######": 2,
        "20##0###": 8,
        "K-####": 2,
    }
)
_EXAM = Weighted(
    {
        "yR######": 6,
        "y3#############": 3,
        "10#####0######": 4,
        "1####2########5": 10,
        "Ry20#####": 8,
        "P0###y2######": 10,
        "yR###": 5,
        "13P###########": 4,
        "13#30######": 5,
        "yP0###########": 4,
        "########": 3,
    }
)
"""Candidates' numbers: ``y`` is the year, ``R`` the code of the county and ``P`` that of the province."""
_SOCIAL = Weighted(
    {"?########": 30, "##########": 30, "00########": 15, "###########": 12, "############": 8, "P####20##": 5}
)
_MEDICAL = Weighted(
    {
        "######": 14,
        "#######": 14,
        "########": 22,
        "000#######": 14,
        "ZY0########": 5,
        "ZY######": 6,
        "M00######": 6,
        "2########": 9,
    }
)
_MEMBER = Weighted(
    {
        "########": 18,
        "##########": 20,
        "6#############": 10,
        "VIP######": 12,
        "VIP00####": 8,
        "No.00####": 5,
        "88######": 12,
        "9##########": 8,
    }
)
PARCEL_SHAPES = Weighted(
    {
        "SF1############": 20,
        "SF0############": 4,
        "YT#############": 16,
        "78############": 7,
        "75############": 7,
        "773############": 12,
        "43###########": 5,
        "46#############": 8,
        "JT5############": 8,
        "JDVA###########": 5,
        "JD0############": 5,
        "98###########": 4,
        "11###########": 4,
        "DPK36##########": 2,
        "EZ#########CN": 2,
    }
)
"""Parcel numbers of the large couriers, with ``#`` for digits."""
BookingKind = Literal["train", "ticket", "pnr", "hotel"]
_BOOKING_KIND: Weighted[BookingKind] = Weighted({"train": 27, "ticket": 20, "pnr": 14, "hotel": 37})
_BOOKING: dict[str, Weighted[str]] = {
    "train": Weighted({"E#########": 22, "EB########": 5}),
    "ticket": Weighted({"999-2#########": 8, "784-2#########": 8, "880-2#########": 4}),
    "hotel": Weighted(
        {"2##########": 10, "3###############": 9, "10########": 8, "H2#########": 5, "1128##########": 5}
    ),
}
_RECORD_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_RECORD_CHARACTERS = _RECORD_LETTERS + "23456789"


class MemberIdProvider(ValueProvider):
    """Numbers by which an organisation knows a person."""

    def student_id(self, enrolment_year: int) -> str:
        """A student number that mostly carries the year of enrolment: ``2021010312``, ``U202112345``."""
        shape = _STUDENT.pick(self.random).replace(" ", "")
        return self._filled(shape.replace("Y", str(enrolment_year)).replace("y", f"{enrolment_year % 100:02}"))

    def employee_id(self) -> str:
        """A staff number."""
        return self._filled(_EMPLOYEE.pick(self.random))

    def exam_id(self, region_code: str) -> str:
        """A candidate's number on an admission ticket of this year or the last, mostly with year and place.

        ``region_code`` has six digits, as in a resident identity number; so also below.
        """
        year = PRESENT_YEAR - self.random.choice((0, 1))
        return self._filled(_EXAM.pick(self.random).replace("y", f"{year % 100:02}"), region_code)

    def social_id(self, region_code: str) -> str:
        """A social-security card or personal number."""
        return self._filled(_SOCIAL.pick(self.random), region_code)

    def medical_id(self) -> str:
        """A patient's, outpatient or admission number."""
        return self._filled(_MEDICAL.pick(self.random))

    def member_id(self) -> str:
        """A customer card number."""
        return self._filled(_MEMBER.pick(self.random))

    def parcel(self) -> str:
        """A parcel number of one of the large couriers."""
        number = self._filled(PARCEL_SHAPES.pick(self.random))
        return number.lower() if self.random.random() < _LOWER_CASE_SHARE else number

    def booking(self, kind: BookingKind | None = None) -> str:
        """A railway order, e-ticket, airline record locator (pnr) or hotel order number; any if no kind is given."""
        kind = kind or _BOOKING_KIND.pick(self.random)
        if kind != "pnr":
            return self._filled(_BOOKING[kind].pick(self.random))
        record = self.random.choices(_RECORD_CHARACTERS, k=5)
        record.insert(self.random.randrange(1, 6), self.random.choice("23456789"))
        return self.random.choice(_RECORD_LETTERS) + "".join(record[1:])

    def _filled(self, shape: str, region_code: str = "") -> str:
        if region_code:
            shape = shape.replace("R", region_code).replace("P", region_code[:2])
        return self.bothify(shape, letters=_RECORD_LETTERS)
