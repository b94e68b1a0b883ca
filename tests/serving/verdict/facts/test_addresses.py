import pytest
from gaihe.data.lexicon.regions import short
from gaihe.data.lexicon.tables import rows
from gaihe.serving.verdict.facts.addresses import Precision, precision
from hypothesis import given

from tests.serving.surfaces import SURFACES
from tests.serving.verdict.marked import lines

ADDRESSES = [line.split("\t") for line in lines("facts/addresses.txt")]


def test_there_are_enough_addresses_of_every_precision():
    assert len(ADDRESSES) >= 60
    assert {name for name, _ in ADDRESSES} == {kind.name.lower() for kind in Precision}


@pytest.mark.parametrize(("expected", "address"), ADDRESSES)
def test_an_address_is_as_precise_as_its_finest_part(expected, address):
    assert precision(address).name.lower() == expected


def test_names_of_divisions_alone_are_as_precise_as_a_district():
    for code, province, city, county, *_ in rows("divisions"):
        names = (short(city or province), short(county))
        assert precision("".join(names)) is Precision.DISTRICT, code


@given(SURFACES)
def test_any_address_has_a_precision(address):
    assert precision(address) in Precision
