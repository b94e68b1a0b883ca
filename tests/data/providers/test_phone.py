from functools import partial

from gaihe.data.providers.phone import PhoneProvider
from gaihe.serving.types.phone import canonical, valid
from hypothesis import given
from hypothesis import strategies as st

from tests.data.providers.seeded import seeded

provider = partial(seeded, PhoneProvider)


@given(st.integers())
def test_mobile_numbers_are_in_the_number_plan(seed):
    surface = provider(seed).mobile()
    assert valid(canonical(surface)) is True
    assert len(canonical(surface)) == 11


@given(st.integers(), st.sampled_from([None, "长沙市", "北京市", "湘西土家族苗族自治州", "锡林郭勒盟", "无此市"]))
def test_landlines_are_in_the_number_plan(seed, city):
    value = canonical(provider(seed).landline(city))
    assert valid(value) is (True if value.startswith("0") else None)


@given(st.integers())
def test_a_landline_has_the_area_code_of_its_city(seed):
    value = canonical(provider(seed).landline("长沙市"))
    assert value.startswith("0731") or valid(value) is None


@given(st.integers(), st.sampled_from(["hk", "tw"]))
def test_regional_numbers_keep_their_plan(seed, region):
    value = canonical(provider(seed).regional_mobile(region))
    assert valid(value) is True or (region == "hk" and len(value) == 8)


def test_most_mobile_numbers_are_written_plainly_and_some_are_grouped():
    source = provider(1)
    surfaces = [source.mobile() for _ in range(1000)]
    assert 700 < sum(surface.isdecimal() for surface in surfaces) < 900
    assert any("-" in surface for surface in surfaces)
    assert any(surface.startswith("+86") for surface in surfaces)


def test_the_same_seed_gives_the_same_numbers():
    assert [provider(7).mobile() for _ in range(3)] == [provider(7).mobile() for _ in range(3)]
