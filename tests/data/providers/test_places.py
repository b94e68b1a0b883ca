from __future__ import annotations

import re
from random import Random

import pytest
from gaihe.data.lexicon.regions import (
    HONG_KONG,
    TAIWAN,
    draw_hong_kong,
    draw_region,
    draw_taiwan,
    plate_prefixes,
    short,
)
from gaihe.data.lexicon.tables import rows
from gaihe.data.providers.address import AddressProvider
from gaihe.data.providers.base import SplitGenerator
from gaihe.data.providers.fillers.filler import FillerProvider
from gaihe.data.providers.school import SchoolProvider
from gaihe.data.providers.school_shapes import (
    OVERSEAS_MAJORS,
    confers_degrees,
    departments_of,
    is_college,
    majors_of,
    short_university,
)
from gaihe.data.providers.workplace import WorkplaceProvider

PLACES = ("city", "province", "county", "town", "village", "road", "hospital", "high_school")
FILLERS = [
    method for method in vars(FillerProvider) if not method.startswith("_") and method not in (*PLACES, "gender")
]


@pytest.fixture
def fake() -> SplitGenerator:
    fake = SplitGenerator()
    fake.random = Random(11)
    return fake


@pytest.mark.parametrize(
    ("name", "brief"),
    [
        ("湖南省", "湖南"),
        ("内蒙古自治区", "内蒙古"),
        ("长沙市", "长沙"),
        ("湘西土家族苗族自治州", "湘西州"),
        ("长阳土家族自治县", "长阳"),
        ("岳麓区", "岳麓"),
        ("沙县", "沙县"),
        ("城区", "城区"),
        ("浦东新区", "浦东"),
        ("锡林郭勒盟", "锡林郭勒盟"),
    ],
)
def test_short_names_of_divisions(name: str, brief: str) -> None:
    assert short(name) == brief


def test_regions(fake: SplitGenerator) -> None:
    regions = [draw_region(fake.random) for _ in range(2000)]
    assert all(region.towns and region.code[:2].isdigit() for region in regions)
    assert all("直辖" not in region.city and region.city != "市辖区" for region in regions)
    assert sum(region.province == "广东省" for region in regions) > sum(
        region.province == "西藏自治区" for region in regions
    )
    assert sum(bool(plate_prefixes(region)) for region in regions) > 1980
    assert draw_hong_kong(fake.random).code == HONG_KONG and draw_taiwan(fake.random).code == TAIWAN


def test_municipalities_are_not_repeated(fake: SplitGenerator) -> None:
    addresses = AddressProvider(fake)
    for _ in range(300):
        text = addresses.address(addresses.home(draw_region(fake.random, ("北京市",))), "full")
        assert (
            text.startswith("北京") and not re.match("北京市?北京", text) and "市辖区" not in text and "  " not in text
        )


@pytest.mark.parametrize("form", ["any", "full", "short", "estate", "rural", "dorm", "landmark", "coord", "work"])
def test_addresses_take_many_shapes(fake: SplitGenerator, form: str) -> None:
    addresses = AddressProvider(fake)
    texts = {addresses.address(addresses.home(draw_region(fake.random)), form, firm="云腾科技") for _ in range(400)}
    assert len(texts) > 300


@pytest.mark.parametrize(
    ("where", "manner"),
    [
        ("dorm", "any"),
        ("landmark", "any"),
        ("work", "any"),
        ("room", "urban"),
        ("detail", "urban"),
        ("detail", "rural"),
    ],
)
def test_each_form_has_at_least_fifteen_shapes(where: str, manner: str) -> None:
    assert sum(row[:2] == (where, manner) for row in rows("address_shapes")) >= 15


def test_grades_agree_with_age(fake: SplitGenerator) -> None:
    schools = SchoolProvider(fake)
    region = draw_region(fake.random)
    school = schools.school_at("high", region, 16, 2025)
    assert (school.grade, school.year, school.enrolled) == (2, 2024, True)
    assert any("高二" in schools.school(school, "dept") for _ in range(20))
    assert schools.school_at("univ", region, 35, 2025).year == 2008
    assert not schools.school_at("univ", region, 35, 2025).enrolled


@pytest.mark.parametrize(
    ("name", "brief"),
    [("长沙民政职业技术学院", "长沙民政职院"), ("湖州师范学院", "湖州师院"), ("三亚学院", "三亚学院")],
)
def test_short_university_names(name: str, brief: str) -> None:
    assert short_university(name) == brief


def test_majors_fit_the_department(fake: SplitGenerator) -> None:
    departments = [word for word, kind, *_ in rows("school_words") if kind == "dept"]
    majors = {word for word, kind, *_ in rows("school_words") if kind == "major"}
    assert set().union(*map(majors_of, departments)) <= majors
    assert "网工" in majors_of("计算机学院") and "网工" not in majors_of("生物工程学院") and not majors_of("国际学院")
    for name in ("重庆医科大学", "四川音乐学院", "中国刑警学院"):
        assert set(departments_of(name)) <= set(departments)
    assert "护理学院" in departments_of("重庆医科大学") and not departments_of("湖南大学")
    schools = SchoolProvider(fake)
    assert schools.school_at("univ", draw_taiwan(fake.random), 20, 2025).major in OVERSEAS_MAJORS


def test_colleges_give_no_degrees(fake: SplitGenerator) -> None:
    schools, region = SchoolProvider(fake), draw_region(fake.random)
    graduates = [schools.school(schools.school_at("univ", region, 30, 2025), "dept") for _ in range(3000)]
    degrees = [text for text in graduates if re.search("研[一二三]|博士", text)]
    assert degrees and not any("职业" in text or "专科" in text for text in degrees)


def test_a_college_takes_three_years_and_a_university_four(fake: SplitGenerator) -> None:
    schools = SchoolProvider(fake)
    colleges = [schools.school_at("univ", draw_region(fake.random), 21, 2025, "college") for _ in range(300)]
    universities = [schools.school_at("univ", draw_region(fake.random), 21, 2025, "degree") for _ in range(300)]
    assert all(is_college(school.name) and not school.enrolled and school.grade <= 3 for school in colleges)
    assert all(confers_degrees(school.name) and school.enrolled and school.grade == 4 for school in universities)
    assert not any("大四" in schools.school(school, "dept") for school in colleges)


def test_a_class_at_primary_school_is_that_of_a_pupil(fake: SplitGenerator) -> None:
    schools, region = SchoolProvider(fake), draw_region(fake.random)
    texts = {
        age: [schools.school(schools.school_at("primary", region, age, 2025), "primary") for _ in range(300)]
        for age in (8, 40)
    }
    assert any("班" in text for text in texts[8]) and not any("班" in text for text in texts[40])


def test_desks_fit_the_office(fake: SplitGenerator) -> None:
    workplaces = WorkplaceProvider(fake)
    bodies = [workplaces.employer(draw_region(fake.random), "gov") for _ in range(3000)]
    desks = {body.dept for body in bodies if body.name.endswith("供电所")}
    assert desks and not desks & {"社保窗口", "户籍室", "党政办"}


def test_employers_by_sector(fake: SplitGenerator) -> None:
    workplaces = WorkplaceProvider(fake)
    region = draw_region(fake.random, ("湖南省",))
    hospital = workplaces.employer(region, "hospital")
    assert workplaces.workplace(hospital, "dept").endswith(hospital.dept)
    assert workplaces.workplace(hospital, "short") == hospital.short
    assert len({workplaces.workplace(workplaces.employer(region)) for _ in range(500)}) > 400


@pytest.mark.parametrize("method", FILLERS)
def test_fillers(fake: SplitGenerator, method: str) -> None:
    filler = FillerProvider(fake)
    texts = [getattr(filler, method)() for _ in range(300)]
    assert all(text and text == text.strip() for text in texts)
    assert len(set(texts)) > 30


@pytest.mark.parametrize("method", PLACES)
def test_fillers_that_are_places(fake: SplitGenerator, method: str) -> None:
    filler = FillerProvider(fake)
    texts = [getattr(filler, method)(draw_region(fake.random)) for _ in range(300)]
    assert all(text and text == text.strip() for text in texts)
    assert len(set(texts)) > 20


def test_mentions_have_no_white_space(fake: SplitGenerator) -> None:
    filler = FillerProvider(fake)
    assert not any(character.isspace() or character == "@" for _ in range(500) for character in filler.mention())


def test_fillers_keep_to_a_region(fake: SplitGenerator) -> None:
    filler, region = FillerProvider(fake), draw_region(fake.random, ("湖南省",))
    assert filler.province(region).startswith("湖南")
    assert filler.county(region) == region.county
    assert filler.town(region) in region.towns


def test_a_sex_as_forms_have_it(fake: SplitGenerator) -> None:
    assert [FillerProvider(fake).gender(sex) for sex in ("m", "f")] == ["男", "女"]


def test_hospitals_stand_where_their_names_say(fake: SplitGenerator) -> None:
    workplaces, region = WorkplaceProvider(fake), draw_region(fake.random, ("湖南省",))
    names = {workplaces.employer(region, "hospital").name for _ in range(300)}
    own = tuple(short(place) for place in (region.county, region.home_city, region.province))
    assert len(names) > 5 and all(name.startswith(own) for name in names)
    assert all("医院" in workplaces.employer(draw_hong_kong(fake.random), "hospital").name for _ in range(50))


def test_a_hospital_of_one_field_has_no_ward_of_another(fake: SplitGenerator) -> None:
    workplaces = WorkplaceProvider(fake)
    staff = [workplaces.employer(draw_region(fake.random), "hospital") for _ in range(2000)]
    wards = {person.dept for person in staff if "口腔" in person.name}
    assert wards and not wards & {"产科", "血液科", "儿科"}
    assert "产科" in {person.dept for person in staff}
    names = {workplaces.general_hospital(draw_region(fake.random)) for _ in range(500)}
    assert len(names) > 200 and not any("口腔" in name or "精神" in name for name in names)


def test_addresses_of_a_form_are_of_its_kind(fake: SplitGenerator) -> None:
    addresses = AddressProvider(fake)
    homes = [addresses.home(draw_region(fake.random)) for _ in range(500)]
    assert not any(re.search("街上|老街|政府对面", addresses.address(home, "rural")) for home in homes)
    assert all(re.search("[0-9]{3,4}(房间)?$", addresses.address(home, "hotel")) for home in homes)
