import pytest
from gaihe.serving.types.plate import canonical, valid
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("湘A·12345", "湘A12345"),
        ("湘a 12345", "湘A12345"),
        ("湘A-D12345", "湘AD12345"),
        ("粤Z·1234港", "粤Z1234港"),
        ("1m8gdm9axkp042788", "1M8GDM9AXKP042788"),
        ("湘A**345", "湘A**345"),
        ("车", "车"),
    ],
)
def test_everyday_surfaces_have_one_canonical_form(surface, value):
    assert canonical(surface) == value


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("湘A12345", True),
        ("湘AD12345", True),
        ("沪A12345D", True),
        ("湘A1234警", True),
        ("京A1234学", True),
        ("粤Z1234港", True),
        ("使014578", True),
        ("京X0123应急", True),
        ("湘Z12345", False),
        ("湘A1234", False),
        ("湘AO1234", False),
        ("湘AABC12", False),
        ("湘AX12345", False),
        ("AB1234", None),
        ("ABC1234", None),
        ("1234AB", None),
        ("1M8GDM9AXKP042788", True),
        ("1M8GDM9A1KP042788", False),
        ("湘A**345", None),
    ],
)
def test_the_plan_decides(value, verdict):
    assert valid(value) is verdict


@given(st.text() | st.text("湘京粤AZD·12345警港 *"))
def test_canonical_is_idempotent_and_nothing_raises(text):
    value = canonical(text)
    assert canonical(value) == value
    valid(value)
