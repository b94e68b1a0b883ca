import pytest
from gaihe.serving.types.bank_card import canonical, valid
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("6222 0210 0111 6245 702", "6222021001116245702"),
        ("6222-0210-0111-6245-702", "6222021001116245702"),
        ("６２２２０２", "622202"),
        ("6222********5702", "6222********5702"),
        ("卡", "卡"),
    ],
)
def test_everyday_surfaces_have_one_canonical_form(surface, value):
    assert canonical(surface) == value


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("6222021001116245702", True),
        ("6222021001116245703", False),
        ("6222600260001072444", True),
        ("4111111111111112", False),
        ("43001531023052501234", None),
        ("0200004509123456789", None),
        ("4000021209200123456", None),
        ("12345", False),
        ("6222********5702", None),
    ],
)
def test_luhn_and_prefix_decides(value, verdict):
    assert valid(value) is verdict


@given(st.text() | st.text("0123456789 -*"))
def test_canonical_is_idempotent_and_nothing_raises(text):
    value = canonical(text)
    assert canonical(value) == value
    valid(value)
