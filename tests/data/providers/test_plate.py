import re
from functools import partial

from gaihe.data.providers.plate import PlateProvider
from gaihe.serving.types.plate import canonical, plate_prefixes, valid
from hypothesis import given
from hypothesis import strategies as st

from tests.data.providers.seeded import seeded

provider = partial(seeded, PlateProvider)


@given(st.integers(), st.none() | st.sampled_from(sorted(plate_prefixes())))
def test_plates_are_possible(seed, prefix):
    assert valid(canonical(provider(seed).plate(prefix))) is True
    assert valid(canonical(provider(seed).any_plate(prefix))) is True


def test_only_any_plate_is_of_other_vehicles_than_private_cars():
    source = provider(1)
    forms = r"使|[警学挂领]$|^[VKHBSLJNGC][A-G]|\d{5}D$"
    assert not any(re.search(forms, canonical(source.plate("湘A"))) for _ in range(1000))
    found = {match[0][-1] for _ in range(1000) if (match := re.search(forms, canonical(source.any_plate("湘A"))))}
    assert found > {"使", "警", "学", "挂", "领"}


def test_the_prefix_is_kept_by_ordinary_plates():
    source = provider(1)
    values = [canonical(source.plate("湘A")) for _ in range(500)]
    assert sum(value.startswith("湘A") for value in values) > 470


def test_serials_hold_neither_i_nor_o():
    source = provider(1)
    assert not any(set("IO") & set(source.plate("湘A")[2:]) for _ in range(500))


@given(st.integers())
def test_vins_have_their_check_digit(seed):
    vin = provider(seed).vin()
    assert len(vin) == 17
    assert valid(canonical(vin)) is True
