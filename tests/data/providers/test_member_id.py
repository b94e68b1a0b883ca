import re
from functools import partial

import pytest
from gaihe.data.providers.member_id import MemberIdProvider
from gaihe.serving.types.member_id import canonical, valid
from hypothesis import given
from hypothesis import strategies as st

from tests.data.providers.seeded import seeded

provider = partial(seeded, MemberIdProvider)


@pytest.mark.parametrize(
    ("method", "verdicts"),
    [(method, {True, None}) for method in ("employee_id", "medical_id", "member_id", "parcel", "booking")],
)
@given(seed=st.integers())
def test_values_pass_their_check(method, verdicts, seed):
    value = canonical(getattr(provider(seed), method)())
    assert valid(value) in verdicts
    assert canonical(value) == value


@pytest.mark.parametrize("method", ["exam_id", "social_id"])
@given(seed=st.integers(), region=st.sampled_from(["110101", "430104", "810000"]))
def test_numbers_of_a_region_pass_their_check(method, seed, region):
    value = canonical(getattr(provider(seed), method)(region))
    assert valid(value) in {True, None}
    assert canonical(value) == value


@given(st.integers(), st.integers(1990, 2026))
def test_a_student_number_carries_the_year_of_enrolment(seed, year):
    assert f"{year % 100:02}" in provider(seed).student_id(year)


@given(st.integers())
def test_a_booking_has_the_shape_of_its_kind(seed):
    assert re.fullmatch(r"EB?\d{8,9}", provider(seed).booking("train"))
    assert re.fullmatch(r"\d{3}-\d{10}", provider(seed).booking("ticket"))
    assert re.fullmatch(r"[A-Z][A-Z2-9]{5}", provider(seed).booking("pnr"))
    assert re.fullmatch(r"H?\d{10,16}", provider(seed).booking("hotel"))


@given(st.integers())
def test_parcels_and_bookings_hold_a_digit(seed):
    assert any(map(str.isdecimal, provider(seed).parcel()))
    assert any(map(str.isdecimal, provider(seed).booking()))
