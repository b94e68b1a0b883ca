import pytest
from gaihe.serving.types.qq import canonical, valid
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("123456789", "123456789"),
        ("1234 5678 9", "123456789"),
        ("１２３４５６", "123456"),
        ("12345****", "12345****"),
        ("qq", "qq"),
    ],
)
def test_everyday_surfaces_have_one_canonical_form(surface, value):
    assert canonical(surface) == value


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("10000", True),
        ("1234567890", True),
        ("9999", False),
        ("0123456", False),
        ("123456789012", False),
        ("12345****", None),
    ],
)
def test_the_length_decides(value, verdict):
    assert valid(value) is verdict


@given(st.text() | st.text("0123456789 -*"))
def test_canonical_is_idempotent_and_nothing_raises(text):
    value = canonical(text)
    assert canonical(value) == value
    valid(value)
