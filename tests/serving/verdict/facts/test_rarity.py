import pytest
from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.facts.rarity import fitting
from hypothesis import given

from tests.serving.surfaces import SURFACES
from tests.serving.verdict.marked import spans


@pytest.mark.parametrize(
    ("kind", "surface", "people"),
    [
        ("SCHOOL", "湖南大学", 20_000),
        ("SCHOOL", "长沙市长郡中学", 1_500),
        ("SCHOOL", "长郡中学高二3班", 45),
        ("WORKPLACE", "三一重工", 500),
        ("ADDRESS", "长沙市岳麓区", 100_000),
        ("ADDRESS", "岳麓区麓山南路", 4_000),
        ("ADDRESS", "麓山南路932号", 200),
        ("ADDRESS", "麓山南路932号3栋502室", 4),
    ],
)
def test_a_place_fits_those_who_are_there(kind, surface, people):
    assert fitting(spans((kind, surface))) == people


@pytest.mark.parametrize(
    ("name", "people"),
    [
        # 1.4 billion · 7.0329% have the surname · 14% one character · 1.232% of 1.86 characters = 91,304
        ("张伟", 91_000),
        # 1.4 billion · 7.3703% · 86% two characters · 1.8424% of 1.86 · 0.8384% of 1.86 = 3,962
        ("李国强", 4_000),
        # 1.4 billion · 0.0684% · 86% · (0.3329% of 1.86) squared = 2.6
        ("欧阳娜娜", 3),
        # a character of no table: 1.4 billion · 7.0329% · 14% · 20 in a million of 1.86 = 148
        ("张囡", 150),
        # a name of no table: 1.4 billion · 20 in a million
        ("Zhang Li", 28_000),
    ],
)
def test_a_name_fits_its_share_of_all_people(name, people):
    assert fitting(spans(("NAME", name))) == people


@pytest.mark.parametrize(
    ("date", "people"),
    [
        ("1998-03-05", 48_000),  # 1.4 billion in 80 · 365 days
        ("1998-03", 1_500_000),  # 1.4 billion in 80 · 12 months = 1,458,333
        ("03-05", 3_800_000),  # 1.4 billion in 365 days
    ],
)
def test_a_date_of_birth_fits_those_born_then(date, people):
    assert fitting(spans(("BIRTH_DATE", date))) == people


@pytest.mark.parametrize(
    ("told", "people"),
    [
        ([("NAME", "张伟"), ("ADDRESS", "雨花区")], 7),  # 100,000 of 1.4 billion, of whom 91,304 have the name
        ([("SCHOOL", "湖南大学"), ("WORKPLACE", "三一重工"), ("ADDRESS", "雨花区")], 500),  # the smallest group alone
        ([("NAME", "张伟"), ("NAME", "李国强")], 4_000),  # the rarer name alone
    ],
)
def test_of_several_facts_shares_are_multiplied_and_of_one_kind_the_rarest_counts(told, people):
    assert fitting(spans(*told)) == people


def test_the_more_is_told_the_fewer_fit():
    common = fitting(spans(("NAME", "张伟")))
    assert 30_000 < common < 1_000_000
    assert fitting(spans(("NAME", "左梦婷"))) < common / 100
    school = fitting(spans(("NAME", "王芳"), ("SCHOOL", "湖南大学")))
    assert school < fitting(spans(("SCHOOL", "湖南大学"))) < fitting(spans(("NAME", "张某"), ("ADDRESS", "雨花区")))
    assert fitting(spans(("SCHOOL", "长郡中学高二3班"))) < fitting(spans(("SCHOOL", "长郡中学")))
    assert fitting(spans(("NAME", "王芳"), ("BIRTH_DATE", "1998-03-05"))) < fitting(spans(("NAME", "王芳")))


def test_of_a_date_of_birth_without_its_day_more_fit():
    whole, month = ("BIRTH_DATE", "1953-10-05"), ("BIRTH_DATE", "1953-10")
    assert 20 < fitting(spans(("NAME", "张伟"), month)) / fitting(spans(("NAME", "张伟"), whole)) < 45


def test_a_number_has_one_bearer_and_a_masked_one_tells_nothing():
    assert fitting(spans(("PHONE", "13800138000"))) == 1
    assert fitting(spans(("PHONE", "138****8000"))) == fitting([]) == 1_400_000_000


@given(SURFACES)
def test_any_span_fits_somebody(surface):
    for kind in EntityType:
        assert 1 <= fitting([Entity(0, len(surface), kind, surface)]) <= 1_400_000_000
