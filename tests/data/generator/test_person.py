from __future__ import annotations

from datetime import date
from random import Random

import pytest
from gaihe.data.generator.person import Person
from gaihe.data.lexicon.tables import Split
from gaihe.data.providers.base import PRESENT_YEAR, SplitGenerator
from gaihe.data.providers.id_card import IdCardProvider
from gaihe.serving.types import address, id_card, name, school, workplace
from hypothesis import given, settings
from hypothesis import strategies as st

SURFACES = {
    "name": (name, (None, "full", "given", "masked", "en", "pinyin")),
    "address": (address, (None, "full", "short", "estate", "rural", "dorm", "landmark", "hotel", "coord", "work")),
    "school": (school, (None, "univ", "dept", "high", "primary", "short")),
    "workplace": (workplace, (None, "dept", "firm", "gov", "hospital", "short")),
}
ORIGINS = (None, "han", "minority", "hk", "tw", "foreign")


def generator(seed: int, split: Split = Split.TRAIN) -> SplitGenerator:
    fake = SplitGenerator(split)
    fake.random = Random(seed)
    return fake


@settings(max_examples=200)
@given(st.integers(0, 10**9), st.sampled_from(list(Split)), st.sampled_from(ORIGINS))
def test_every_surface_has_a_canonical_value(seed: int, split: Split, origin: str | None) -> None:
    person = Person.create(generator(seed, split), origin=origin)
    for slot, (module, forms) in SURFACES.items():
        for form in forms:
            surface = person.surface(slot, form)
            value = module.canonical(surface)
            assert surface and surface == surface.strip() and "{" not in surface
            assert module.canonical(value) == value
            assert module.valid(value) is None, (slot, form, surface, value)
            assert person.surface(slot, form) == surface


@given(st.integers(0, 10**9))
@settings(max_examples=50)
def test_a_person_is_the_same_for_the_same_seed(seed: int) -> None:
    one, other = (Person.create(generator(seed)) for _ in range(2))
    assert one.birth == other.birth
    assert [one.surface(slot) for slot in SURFACES] == [other.surface(slot) for slot in SURFACES]


@pytest.mark.parametrize("seed", range(40))
def test_values_agree(seed: int) -> None:
    person = Person.create(generator(seed), sex="f", ages=(20, 21), origin="han")
    assert person.sex == "f" and 20 <= person.age <= 21
    assert person.birth.year == PRESENT_YEAR - person.age and isinstance(person.birth, date)
    assert len(person.region_code) == 6 and person.region_code.isdigit()
    assert person.surface("address", "full").replace(" ", "").startswith(person.province[:2])
    assert person.home.parts["estate"] in person.surface("address", "estate")
    assert person.enrolment_year in (PRESENT_YEAR - 3, PRESENT_YEAR - 2)
    assert person.name.surname + person.name.given == person.surface("name")


@pytest.mark.parametrize("seed", range(40))
def test_relations(seed: int) -> None:
    person = Person.create(generator(seed), origin="han")
    kin, mate, peer = person.kin(), person.mate(sex="m"), person.peer(ages=(person.age, person.age))
    assert kin.name.surname == person.name.surname and kin.home == person.home
    assert mate.home == person.home and mate.sex == "m"
    assert peer.surface("school", "short") == person.surface("school", "short")
    assert peer.surface("workplace", "short") == person.surface("workplace", "short")


@pytest.mark.parametrize("origin", ["minority", "hk", "tw", "foreign"])
def test_kin_keep_their_origin(origin: str) -> None:
    for seed in range(30):
        person = Person.create(generator(seed), origin=origin)
        kin = person.kin()
        assert kin.origin == origin
        if origin == "minority":
            assert kin.name.people == person.name.people


def test_plate_prefix_belongs_to_the_city() -> None:
    people = [Person.create(generator(seed), origin="han") for seed in range(400)]
    of_changsha = {person.plate_prefix for person in people if person.city == "长沙市"}
    of_beijing = {(person.plate_prefix or "")[:1] for person in people if person.province == "北京市"}
    assert (of_changsha, of_beijing) == ({"湘A"}, {"京"})


@given(st.integers(0, 10**9), st.sampled_from(ORIGINS))
@settings(max_examples=100)
def test_the_identity_number_of_everyone_passes_its_check(seed: int, origin: str | None) -> None:
    fake = generator(seed)
    person = Person.create(fake, origin=origin)
    number = IdCardProvider(fake).resident_id(person.region_code, person.birth, person.sex)
    assert id_card.valid(id_card.canonical(number)) is True


def test_unknown_slots_and_forms_are_refused() -> None:
    person = Person.create(generator(1))
    with pytest.raises(ValueError, match="known: full, given"):
        person.surface("name", "title")
    with pytest.raises(ValueError, match="known: name, address"):
        person.surface("shoe", None)
