from datetime import date
from functools import partial

import pytest
from gaihe.data.providers.id_card import IdCardProvider
from gaihe.serving.types.id_card import canonical, valid
from hypothesis import given
from hypothesis import strategies as st

from tests.data.providers.seeded import seeded

provider = partial(seeded, IdCardProvider)


@given(
    st.integers(),
    st.sampled_from(["110101", "430104", "810000", "830000"]),
    st.dates(date(1930, 1, 1), date(2024, 12, 31)),
    st.sampled_from("mf"),
)
def test_resident_numbers_agree_with_region_birth_and_sex(seed, region, birth, sex):
    value = canonical(provider(seed).resident_id(region, birth, sex))
    assert valid(value) is True
    assert value.startswith(region)
    assert f"{birth:%y%m%d}" in value
    sequence = value[14:17] if len(value) == 18 else value[12:15]
    assert int(sequence) % 2 == (sex == "m")


def test_old_numbers_are_rare_and_only_for_the_old():
    source = provider(1)
    old = [canonical(source.resident_id("430104", date(1960, 5, 1), "f")) for _ in range(1000)]
    young = [canonical(source.resident_id("430104", date(1995, 5, 1), "f")) for _ in range(1000)]
    assert 0 < sum(len(value) == 15 for value in old) < 50
    assert all(len(value) == 18 for value in young)


@pytest.mark.parametrize(("method", "verdict"), [("hk_id", True), ("mo_id", None)])
@given(seed=st.integers())
def test_cards_of_other_regions_pass_their_checks(method, verdict, seed):
    assert valid(canonical(getattr(provider(seed), method)())) is verdict


@given(st.integers(), st.sampled_from("mf"))
def test_a_taiwan_number_passes_its_check_and_tells_the_sex(seed, sex):
    value = canonical(provider(seed).tw_id(sex))
    assert valid(value) is True
    assert value[1] == {"m": "1", "f": "2"}[sex]
