from functools import partial

import pytest
from gaihe.data.lexicon.tables import Split
from gaihe.data.providers.account import AccountProvider
from gaihe.serving.types.account import canonical, valid
from hypothesis import given
from hypothesis import strategies as st

from tests.data.providers.seeded import seeded

NAMES = ("weibo", "douyin", "kuaishou", "bilibili", "xiaohongshu", "zhihu", "douban", "tieba", "steam", "game_id")
PAYMENT_AND_LATIN_NAMES = ("alipay", "taobao", "github", "telegram", "twitter")
PAGES = ("weibo_url", "bilibili_url", "douban_url", "zhihu_url")

provider = partial(seeded, AccountProvider)


@pytest.mark.parametrize("method", [*NAMES, *PAYMENT_AND_LATIN_NAMES])
@given(seed=st.integers(), split=st.sampled_from(Split))
def test_names_are_never_empty_nor_invalid(method, seed, split):
    name = getattr(provider(seed, split), method)()
    assert valid(canonical(name)) is not False
    assert name == name.strip()


@pytest.mark.parametrize("method", PAGES)
@given(seed=st.integers())
def test_home_pages_are_recognised(method, seed):
    assert valid(canonical(getattr(provider(seed), method)())) is True


@given(st.integers())
def test_latin_platforms_keep_their_rules(seed):
    source = provider(seed)
    assert len(source.twitter()) <= 15
    assert "_" not in source.github()
    assert not source.telegram().startswith("@")


def test_names_differ_widely():
    source = provider(1)
    assert len({source.tieba() for _ in range(1000)}) > 800
