from dataclasses import replace
from datetime import date

import pytest
from gaihe.serving.core.schema import Entity, EntityType, NoiseKind
from gaihe.serving.types import sheet_of
from gaihe.serving.verdict.facts.items import is_disguised
from gaihe.serving.verdict.facts.masks import shown_part
from gaihe.serving.verdict.facts.rarity import hidden
from gaihe.serving.verdict.signs.ages import ages_of
from hypothesis import given

from tests.serving.surfaces import SURFACES
from tests.serving.verdict.test_judgement import codes, verdict

TODAY = date(2026, 12, 1)


def span(kind, text):
    return Entity(0, len(text), EntityType(kind), text, sheet_of(EntityType(kind)).value(text))


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("ADDRESS", "桔园小区3栋502室门口左*", "桔园小区3栋502室"),
        ("ADDRESS", "桔园小区3栋5**", "桔园小区3栋"),
        ("ADDRESS", "桔园小区3栋***", "桔园小区3栋"),
        ("ADDRESS", "桔园小区*栋*单元*室", "桔园小区"),
        ("ADDRESS", "雨花区桔*小区3栋", "雨花区"),
        ("ADDRESS", "桔园小区3*栋502", "桔园小区3栋502"),
        ("ADDRESS", "桔园小区三*栋二*单元五零二", "桔园小区三栋二单元五零二"),
        ("ADDRESS", "桔园小区1*栋", "桔园小区"),
        ("ADDRESS", "桔园小区1*栋*室", "桔园小区"),
        ("ADDRESS", "桔园小区X栋X单元", "桔园小区"),
        ("ADDRESS", "中山路x号", "中山路"),
        ("ADDRESS", "桔园小区SX栋", "桔园小区SX栋"),
        ("SCHOOL", "长郡中学初二*班", "长郡中学"),
        ("WORKPLACE", "桔园公司**部", "桔园公司"),
    ],
)
def test_of_a_masked_place_what_stands_before_the_first_star_is_shown(kind, value, shown):
    assert shown_part(value, EntityType(kind)) == shown
    assert not hidden(span(kind, value))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("ADDRESS", "长沙市**小区3栋"),
        ("ADDRESS", "*小区3栋"),
        ("SCHOOL", "长*中学"),
        ("WORKPLACE", "三*重工"),
        ("PHONE", "138****5678"),
        ("ID_CARD", "430104********1234"),
        ("PHONE", "1381234"),
        ("PHONE", "138"),
        ("PHONE", "0731"),
        ("ID_CARD", "430104"),
        ("ID_CARD", "430104，后四位1234"),
        ("BANK_CARD", "0210"),
        ("QQ", "1234"),
        ("PLATE", "湘A345"),
        ("PLATE", "345"),
    ],
)
def test_a_city_alone_and_a_piece_of_a_number_lead_to_nobody(kind, value):
    assert hidden(span(kind, value))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("PHONE", "13812345678"),
        ("PHONE", "6512345"),
        ("PHONE", "0731-88822222"),
        ("PHONE", "+852 6123 4567"),
        ("ID_CARD", "A123456(3)"),
        ("ID_CARD", "A123456789"),
        ("ID_CARD", "430104801231123"),
        ("BANK_CARD", "010203040"),
        ("QQ", "12345"),
        ("PLATE", "湘A12345"),
        ("PLATE", "AB123"),
        ("PLATE", "AB1"),
        ("ADDRESS", "桔园小区3栋"),
    ],
)
def test_the_shortest_whole_numbers_are_no_pieces(kind, value):
    assert not hidden(span(kind, value))


@given(SURFACES)
def test_what_is_shown_of_any_value_begins_it_but_for_separators(value):
    for kind in EntityType:
        shown = shown_part(value, kind)
        assert len(shown) <= len(value)


@pytest.mark.parametrize(
    ("number", "age"),
    [
        ("43010420160305****", 10),
        ("430104201603051***", 10),
        ("430104201603******", 10),
        ("4301042016********", 9),
        ("******20160305****", 10),
        ("430104201603051234", 10),
        ("430104********1234", None),
        ("4301041980****1234", 45),
        ("430104200305***", None),
    ],
)
def test_an_identity_number_tells_the_age_as_far_as_it_is_not_masked(number, age):
    assert list(ages_of([span("ID_CARD", number)], TODAY)) == ([] if age is None else [age])


def test_a_star_does_not_hide_a_child_or_a_building():
    child = "小偷[[NAME:陈思涵]]，身份证[[ID_CARD:43010420160305****]]"
    assert verdict(child, today=TODAY).level == 4
    assert "identity_number" not in codes(verdict(child, today=TODAY))
    assert verdict(child.replace("2016", "1980"), today=TODAY).level == 3
    home = "[[NAME:陈刚]]，住[[ADDRESS:桔园小区3栋502室门口左*]]"
    assert verdict(home, stance="neutral").level == 2
    assert verdict(home.replace("3栋502室门口左", ""), stance="neutral").level == 1


def test_a_piece_of_a_number_is_no_contact():
    post = "骗子[[NAME:陈刚]]，手机开头[[PHONE:138]]，尾号[[PHONE:5678]]"
    assert not {"reachable", "combined", "unique"} & codes(verdict(post))


def test_a_piece_of_a_number_is_no_disguise():
    for number, disguised in (("湘A尾号345", False), ("湘A尾号12345", True)):
        plate = replace(span("PLATE", number), evasion=(NoiseKind.CHUNKED,))
        assert is_disguised(plate) == disguised
