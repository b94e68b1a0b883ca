"""What a carrier says in fixed words and what its slots yield do not contradict one another."""

import re
from itertools import pairwise

import pytest
from gaihe.data.generator.carrier import Slot, Span, load_carriers, parse_line
from gaihe.data.generator.rendering import render
from gaihe.data.generator.troupe import Troupe
from gaihe.data.lexicon.tables import Split, rows
from gaihe.data.providers.bank_card import BANKS
from gaihe.data.providers.base import PRESENT_YEAR
from gaihe.data.providers.foreign_name import HOMES
from gaihe.data.providers.school_shapes import confers_degrees, is_college
from gaihe.serving.core.schema import EntityType
from gaihe.serving.types.bank_card import issuers

CARRIERS = load_carriers()
NAMES_OF_BANKS = {
    "icbc": "工行|工商银行",
    "abc": "农行|农业银行",
    "ccb": "建行|建设银行",
    "psbc": "邮储|邮政储蓄|邮政的卡",
    "cmb": "招行|招商银行",
    "bocom": "交行|交通银行",
}
MEN = "爸|爸爸|父亲|老公|丈夫|前夫|儿子|爷爷|外公|舅舅|小哥|前男友|男友"
WOMEN = "妈|妈妈|母亲|老婆|妻子|前妻|女儿|闺女|奶奶|外婆|姨妈|婶婶|前女友|女友"
CALLED = re.compile(rf"(?:(?P<f>{WOMEN})|(?P<m>{MEN}))(?:叫|是)?$")
TITLED = re.compile(r"(?P<f>女士(?!/)|小姐|阿姨)|(?P<m>先生(?!/)|大爷|叔叔)")


@pytest.fixture
def troupe():
    return Troupe(Split.TRAIN)


def rendered(troupe, text, seed):
    troupe.seed(str(seed))
    return render(parse_line(f"self | 聊天 | {text}", "x"), troupe)


def words_of(carrier):
    return "|".join(part for part in carrier.parts if isinstance(part, str))


def test_a_card_beside_a_named_bank_is_of_that_bank():
    seen = set()
    for carrier in CARRIERS:
        slots = [slot for slot in carrier.slots() if slot.name == "bank_card"]
        for form, names in NAMES_OF_BANKS.items() if slots else ():
            if re.search(names, words_of(carrier)):
                assert form in {slot.form for slot in slots}, carrier.source
                seen.add(form)
    assert {"icbc", "abc", "ccb", "psbc", "cmb"} <= seen


@pytest.mark.parametrize("form", BANKS)
def test_the_card_of_a_bank_begins_as_its_cards_do(form, troupe):
    prefixes = tuple(prefix for issuer in issuers() if issuer.bank == BANKS[form] for prefix in issuer.prefixes)
    for seed in range(100):
        (card,) = rendered(troupe, f"{{bank_card/{form}}}", seed)
        assert card.value.startswith(prefixes)


@pytest.mark.parametrize("text", ["{student_id} {birth_date}", "{name} {address/dorm}"])
def test_who_has_a_student_number_or_a_dormitory_is_of_student_age(text, troupe):
    for seed in range(200):
        rendered(troupe, text, seed)
        assert 18 <= troupe.actor("a").person.age <= 21


def test_class_mates_are_of_one_age(troupe):
    for seed in range(100):
        rendered(troupe, "{a: 13-22}{b: peer a}{student_id} {b.student_id}", seed)
        assert troupe.actor("a").person.age == troupe.actor("b").person.age


def test_a_pupil_who_boards_lives_at_the_school(troupe):
    for seed in range(100):
        school, _, dormitory = rendered(troupe, "{a: 15-17}{school/short} {address/dorm}", seed)
        assert not re.search("大学|职业学院", dormitory.text)
        assert school.text[:2] in dormitory.text


def test_candidates_sit_where_they_live_and_in_these_years(troupe):
    regions, years = 0, set()
    for seed in range(400):
        (number,) = rendered(troupe, "{exam_id}", seed)
        person = troupe.actor("a").person
        regions += person.region_code in number.text
        years |= {int(number.text[:2])} if number.text[2:8] == person.region_code else set()
        assert 18 <= person.age <= 30
    assert regions > 80 and years == {PRESENT_YEAR % 100, PRESENT_YEAR % 100 - 1}


@pytest.mark.parametrize(("word", "fits"), [("degree", confers_degrees), ("college", is_college)])
def test_a_declared_kind_of_university_holds_in_all_slots(word, fits, troupe):
    whole, names = 0, {name for name, *_ in rows("universities")}
    for seed in range(200):
        parts = rendered(troupe, f"{{a: 30-40 {word}}}{{b: peer a}}{{b.school/univ}} {{univ}}", seed)
        school, university = parts[0].text, parts[-1].text
        assert fits(university)
        if school in names:
            assert fits(school), school
            whole += 1
    assert whole > 50


def test_universities_beside_degrees_confer_them():
    degrees = re.compile("本科|硕士|博士|考研|保研|研究生|研[一二三]")
    for carrier in CARRIERS:
        for before, slot in pairwise(carrier.parts):
            if (
                isinstance(before, str)
                and degrees.search(before[-2:])
                and slot in (Slot("school", form="univ"), Slot("school", form="dept"), Slot("univ"))
            ):
                assert any(person.study == "degree" for person in carrier.people), carrier.source


def test_the_second_character_of_a_taiwan_number_tells_the_sex(troupe):
    for seed in range(50):
        man, woman = rendered(troupe, "{a: m}{b: f}{tw_id}{b.tw_id}", seed)
        assert man.text[1] == "1" and woman.text[1] == "2"


def test_who_is_of_a_people_lives_where_it_does(troupe):
    for seed in range(100):
        rendered(troupe, "{a: tib 30-40}{b: minority f mate a}{c: f kin a}{name}{b.name}{c.name}", seed)
        people = [troupe.actor(role).person for role in "abc"]
        assert {person.name.people for person in people} == {"tib"}
        assert people[0].province in HOMES["tib"] and people[1].home == people[0].home


def test_who_has_an_identity_number_is_grown_up(troupe):
    for seed in range(100):
        rendered(troupe, "{id_card} {b.birth_date} {c.birth_date/short}", seed)
        assert all(troupe.actor(role).person.age >= 18 for role in "ab")


def test_no_part_of_an_identity_number_is_of_one_place_in_all_posts():
    for carrier in CARRIERS:
        for part in carrier.parts:
            if isinstance(part, Span) and part.type is EntityType.ID_CARD:
                assert not re.match(r"\d", str(part.parts[0])), carrier.source


def test_an_address_in_a_village_has_one_house_number(troupe):
    for seed in range(2000):
        (address,) = rendered(troupe, "{address/rural}", seed)
        assert not re.search(r"\d号\d+号", address.text), address.text


def test_who_is_called_father_is_a_man():
    seen = 0
    for carrier in CARRIERS:
        sexes = {person.role: person.sex for person in carrier.people}
        for index, part in enumerate(carrier.parts):
            if not isinstance(part, Slot) or part.name != "name":
                continue
            for sex in _sexes_told(carrier.parts, index):
                assert sexes.get(part.role) == sex, carrier.source
                seen += 1
    assert seen > 100


def _sexes_told(parts, index):
    """The sexes that the words before and after a name tell; in 梓涵妈妈 the word belongs to the child's name."""
    before = parts[index - 1] if index and isinstance(parts[index - 1], str) else ""
    after = parts[index + 1] if index + 1 < len(parts) and isinstance(parts[index + 1], str) else ""
    called = None if CALLED.fullmatch(before) else CALLED.search(before)
    return [match.lastgroup for match in (called, TITLED.match(after)) if match]
