import pytest
from gaihe.serving.types.passport import canonical, valid
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("e12345678", "E12345678"),
        ("EJ 1234567", "EJ1234567"),
        ("军字第 1234567 号", "军字第1234567号"),
        ("南字1234567号", "南字第1234567号"),
        ("H1234567801", "H1234567801"),
        ("E1234****", "E1234****"),
        ("护照", "护照"),
    ],
)
def test_everyday_surfaces_have_one_canonical_form(surface, value):
    assert canonical(surface) == value


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("E12345678", True),
        ("EJ1234567", True),
        ("EI1234567", None),
        ("G12345678", True),
        ("C12345678", True),
        ("CA1234567", True),
        ("H1234567801", True),
        ("12345678", True),
        ("军字第1234567号", True),
        ("军字第12号", False),
        ("AB123456", None),
        ("CA1234", None),
        ("E123", False),
        ("E1234****", None),
    ],
)
def test_the_shape_decides(value, verdict):
    assert valid(value) is verdict


@given(st.text() | st.text("EGCHM0123456789军字第号 *"))
def test_canonical_is_idempotent_and_nothing_raises(text):
    value = canonical(text)
    assert canonical(value) == value
    valid(value)
