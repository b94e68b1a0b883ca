from __future__ import annotations

from random import Random

import pytest
from gaihe.data.lexicon.pinyin import name_pinyin
from gaihe.data.providers.base import SplitGenerator
from gaihe.data.providers.foreign_name import HOMES, ForeignNameProvider
from gaihe.data.providers.name import NameProvider, PersonName


@pytest.fixture
def fake() -> SplitGenerator:
    fake = SplitGenerator()
    fake.random = Random(7)
    return fake


def test_han_names_follow_their_era(fake: SplitGenerator) -> None:
    names = NameProvider(fake)
    single = {
        year: sum(len(names.han_name("m", year, "王").given) == 1 for _ in range(2000)) / 2000 for year in (1986, 2016)
    }
    assert single[1986] > 0.25 and single[2016] < 0.12


def test_han_names_are_diverse(fake: SplitGenerator) -> None:
    names = NameProvider(fake)
    drawn = [names.han_name("f", 1995) for _ in range(2000)]
    assert len({name.text for name in drawn}) > 1700
    assert max(sum(name.surname == surname for name in drawn) for surname in "王李张") < 260
    assert all(2 <= len(name.text) <= 4 for name in drawn)


def test_kin_surname_is_kept(fake: SplitGenerator) -> None:
    assert NameProvider(fake).han_name("m", 1970, "欧阳").text.startswith("欧阳")


@pytest.mark.parametrize(
    ("surname", "given", "pinyin"),
    [
        ("张", "丽", ("zhang", "li")),
        ("欧阳", "文博", ("ouyang", "wen", "bo")),
        ("曾", "乐", ("zeng", "le")),
        ("单", "雄信", ("shan", "xiong", "xin")),
        ("吕", "布", ("lv", "bu")),
        ("", "卓玛", ("zhuo", "ma")),
    ],
)
def test_pinyin(surname: str, given: str, pinyin: tuple[str, ...]) -> None:
    assert name_pinyin(surname, given) == pinyin


def test_forms(fake: SplitGenerator) -> None:
    names = NameProvider(fake)
    zhang = PersonName("张", "晓丽", "张晓丽", "han")
    assert names.given_form(zhang) == "晓丽"
    assert {names.pinyin_form(zhang) for _ in range(300)} >= {
        "zhang xiaoli",
        "zhangxiaoli",
        "Zhang Xiaoli",
        "ZHANG XIAOLI",
    }
    assert {names.masked_form(zhang) for _ in range(300)} >= {"张某", "张某某", "张*丽", "张**"}
    assert any(names.english_form(zhang, "f").endswith(" Zhang") for _ in range(30))
    chan = PersonName("陈", "嘉欣", "陈嘉欣", "hk")
    assert any(names.english_form(chan, "f").endswith(" Chan") for _ in range(30))


def test_given_form_is_never_a_single_character(fake: SplitGenerator) -> None:
    names, foreign = NameProvider(fake), ForeignNameProvider(fake)
    drawn = [names.han_name("f", 1986) for _ in range(300)]
    drawn += [foreign.minority_name("m") for _ in range(300)] + [foreign.foreign_name("f") for _ in range(300)]
    assert all(len(names.given_form(name)) > 1 for name in drawn)


def test_minority_names(fake: SplitGenerator) -> None:
    foreign = ForeignNameProvider(fake)
    drawn = [foreign.minority_name("m") for _ in range(1000)]
    assert {name.people for name in drawn} == set(HOMES)
    assert any("·" in name.text for name in drawn) and any(
        "·" not in name.text for name in drawn if name.people == "uy"
    )
    assert foreign.minority_name("f", people="tib").people == "tib"


def test_foreign_names_take_many_forms(fake: SplitGenerator) -> None:
    foreign = ForeignNameProvider(fake)
    texts = [foreign.foreign_name("m").text for _ in range(3000)]
    assert len(set(texts)) > 2000
    assert 0.05 < sum(text.isascii() for text in texts) / len(texts) < 0.15
    assert 0.2 < sum("·" in text for text in texts) / len(texts) < 0.5
    assert min(map(len, texts)) >= 2
