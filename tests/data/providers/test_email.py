from functools import partial

from gaihe.data.lexicon.tables import Split
from gaihe.data.providers.email import EmailProvider
from gaihe.serving.types.email import canonical, valid
from hypothesis import given
from hypothesis import strategies as st

from tests.data.providers.seeded import seeded

provider = partial(seeded, EmailProvider)


@given(st.integers(), st.sampled_from(Split), st.sampled_from(["zhang li", "ouyang wen bo", "lü", ""]))
def test_addresses_are_well_formed(seed, split, pinyin):
    surface = provider(seed, split).email(pinyin, 1998, "138-0013-8000", "12345678")
    assert valid(canonical(surface)) is True


def test_addresses_use_the_persons_name_and_numbers():
    source = provider(1)
    addresses = [source.email("zhang li", 1998, "138 0013 8000", "12345678") for _ in range(300)]
    assert "12345678@qq.com" in addresses
    assert any(address.startswith("zhangli") for address in addresses)
    assert any(address.startswith("13800138000@") for address in addresses)
