from random import Random

import pytest
from gaihe.data.disguise.names import name_split, pinyin, traditional
from gaihe.serving.core.schema import EntityType

NAME, ADDRESS = EntityType.NAME, EntityType.ADDRESS


def variants(apply, text, type, count=400):
    return {apply(text, type, Random(seed)) for seed in range(count)}


def test_a_surname_is_written_as_its_parts():
    assert {"弓长丽", "张·丽"} <= variants(name_split, "张丽", NAME)


def test_a_compound_surname_stays_together_before_a_dot():
    assert "欧阳·文博" in variants(name_split, "欧阳文博", NAME)
    assert "欧·阳文博" not in variants(name_split, "欧阳文博", NAME)


@pytest.mark.parametrize("text", ["买买提·艾力", "Lily Zhang", "张*丽", "丽"])
def test_only_plain_chinese_names_are_split(text):
    assert variants(name_split, text, NAME) == {None}


def test_names_in_pinyin():
    assert {"zhang li", "zhangli", "Zhang Li", "ZhangLi", "zhāng lì", "张li", "zhang丽"} <= variants(
        pinyin, "张丽", NAME
    )


def test_surnames_are_read_as_surnames():
    assert "zeng li" in variants(pinyin, "曾丽", NAME)


def test_a_part_of_an_address_in_pinyin():
    found = variants(pinyin, "长沙市岳麓区麓山南路932号", ADDRESS)
    assert all(any(character.isascii() and character.isalpha() for character in text) for text in found if text)
    assert "长沙市岳麓区麓山nan路932号" in found


def test_traditional_characters_keep_the_length():
    assert variants(traditional, "长沙市岳麓区", ADDRESS, 20) >= {"長沙市嶽麓區"}
    assert variants(traditional, "于丽", NAME, 20) == {"于麗"}
    assert variants(traditional, "张三", EntityType.ACCOUNT, 5) == {None}
    assert variants(traditional, "上海", ADDRESS, 5) == {None}


def test_hidden_names_are_not_spelled_or_taken_apart():
    assert variants(name_split, "徐某某", NAME, 50) == variants(pinyin, "徐某某", NAME, 50) == {None}


def test_traditional_names_can_be_read_back():
    assert variants(traditional, "栾梅征", NAME, 20) == {"欒梅征"}
