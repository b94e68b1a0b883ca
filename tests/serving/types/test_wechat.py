import pytest
from gaihe.serving.types.wechat import canonical, valid
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        (" zhang_li98 ", "zhang_li98"),
        ("ＺＬ_1998", "ZL_1998"),
        ("wxid_a1b2 c3d4e5f6", "wxid_a1b2c3d4e5f6"),
    ],
)
def test_everyday_surfaces_have_one_canonical_form(surface, value):
    assert canonical(surface) == value


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("zhang_li98", True),
        ("wxid_a1b2c3d4e5f6g7", True),
        ("abcde", False),
        ("1abcdef", False),
        ("a" * 21, False),
        ("zhangli.98", False),
        ("张丽98abc", False),
        ("zhang***", None),
    ],
)
def test_the_rule_decides(value, verdict):
    assert valid(value) is verdict


@given(st.text() | st.text("azAZ09_- ．＿"))
def test_canonical_is_idempotent_and_nothing_raises(text):
    value = canonical(text)
    assert canonical(value) == value
    valid(value)
