import pytest
from gaihe.serving.types.member_id import canonical, valid
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("sf1234567890123", "SF1234567890123"),
        ("999-2412345678", "9992412345678"),
        ("2021 0103 12", "2021010312"),
        ("No.001234", "NO001234"),
        ("学号12", "学号12"),
    ],
)
def test_everyday_surfaces_have_one_canonical_form(surface, value):
    assert canonical(surface) == value


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("SF1234567890123", True),
        ("YT1234567890123", True),
        ("75123456789012", True),
        ("EZ123456789CN", True),
        ("2021010312", None),
        ("ABC", False),
        ("2021****12", None),
    ],
)
def test_the_shape_decides(value, verdict):
    assert valid(value) is verdict


@given(st.text() | st.text("SFYT0123456789 -号*"))
def test_canonical_is_idempotent_and_nothing_raises(text):
    value = canonical(text)
    assert canonical(value) == value
    valid(value)
