import pytest
from gaihe.serving.types.email import canonical, valid
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("ZhangLi@QQ.com", "zhangli@qq.com"),
        ("zhang li@163.com", "zhangli@163.com"),
        ("mailto:a@b.cn", "a@b.cn"),
        ("ｚｌ＠qq.com", "zl@qq.com"),
        ("没有", "没有"),
    ],
)
def test_everyday_surfaces_have_one_canonical_form(surface, value):
    assert canonical(surface) == value


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("zhangli@qq.com", True),
        ("z.li_98@stu.hnu.edu.cn", True),
        ("zhangli@qq", False),
        ("@qq.com", False),
        ("a..b@qq.com", False),
        ("zhang li@qq.com", False),
        ("zh***@qq.com", None),
    ],
)
def test_the_syntax_decides(value, verdict):
    assert valid(value) is verdict


@given(st.text() | st.text("ab.@_-:mailto ＠cn"))
def test_canonical_is_idempotent_and_nothing_raises(text):
    value = canonical(text)
    assert canonical(value) == value
    valid(value)
