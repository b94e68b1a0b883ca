import pytest
from gaihe.serving.types.account import canonical, valid
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("@小鹿乱撞", "小鹿乱撞"),
        (" Lily  Zhang ", "Lily Zhang"),
        ("https://www.weibo.com/u/1234567890?from=x", "weibo.com/u/1234567890"),
        ("Space.Bilibili.com/123456/", "space.bilibili.com/123456"),
        ("m.weibo.cn/u/123", "weibo.cn/u/123"),
        ("dy_xl99", "dy_xl99"),
    ],
)
def test_everyday_surfaces_have_one_canonical_form(surface, value):
    assert canonical(surface) == value


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("weibo.com/u/1234567890", True),
        ("space.bilibili.com/123456", True),
        ("douban.com/people/12345", True),
        ("zhihu.com/people/zhang-li", True),
        ("t.me/zhangli", True),
        ("example.com/zhang", None),
        ("小鹿乱撞", None),
        ("", False),
        ("__", False),
        ("小***", None),
    ],
)
def test_the_home_page_decides(value, verdict):
    assert valid(value) is verdict


@given(st.text() | st.text("@ htps:/w.微com?#u1"))
def test_canonical_is_idempotent_and_nothing_raises(text):
    value = canonical(text)
    assert canonical(value) == value
    valid(value)
