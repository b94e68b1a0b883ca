from datetime import date
from functools import partial

from gaihe.data.lexicon.tables import Split
from gaihe.data.providers.wechat import WechatProvider
from gaihe.serving.types.wechat import canonical, valid
from hypothesis import given
from hypothesis import strategies as st

from tests.data.providers.seeded import seeded

provider = partial(seeded, WechatProvider)


@given(st.integers(), st.sampled_from(Split), st.sampled_from(["zhang li", "a bu du la mai mai ti", "e", ""]))
def test_wechat_would_accept_every_id(seed, split, pinyin):
    surface = provider(seed, split).wechat(pinyin, date(1998, 3, 5))
    assert valid(canonical(surface)) is True


def test_assigned_and_chosen_ids_occur():
    source = provider(1)
    ids = [source.wechat("zhang li", date(1998, 3, 5)) for _ in range(300)]
    assert any(identity.startswith("wxid_") for identity in ids)
    assert any("0305" in identity for identity in ids)
