from random import Random

import pytest
from gaihe.data.disguise import RARER, disguise
from gaihe.data.disguise.digits import unicode_digit
from gaihe.data.disguise.emoji import emoji_digit
from gaihe.data.disguise.sound import homophone_name, initials
from gaihe.data.disguise.spoken import grouped_numeral, named_signs, repeated
from gaihe.serving.core.schema import EntityType, NoiseKind
from gaihe.serving.types import sheet_of

T = EntityType
K = NoiseKind


def variants(apply, text, type, count=400):
    return {apply(text, type, Random(seed)) for seed in range(count)}


@pytest.mark.parametrize(
    ("apply", "type", "text", "expected", "kind"),
    [
        (repeated, T.PHONE, "13800138000", "13800138三个0", K.CHUNKED),
        (named_signs, T.WECHAT, "zhang_li98", "zhang下划线li98", K.SEPARATOR),
        (named_signs, T.EMAIL, "zhang-li@qq.com", "zhang减号li@qq.com", K.SEPARATOR),
        (grouped_numeral, T.PHONE, "13800138000", "一三八 零零一三 八零零零", K.CHINESE_NUMERAL),
        (emoji_digit, T.PHONE, "13800138000", "138001380🥚🥚", K.UNICODE_DIGIT),
        (unicode_digit, T.PLATE, "湘A12345", "湘🅰12345", K.UNICODE_DIGIT),
    ],
)
def test_a_rarer_disguise_can_be_read(apply, type, text, expected, kind):
    found = variants(apply, text, type, 5000 if apply is emoji_digit else 1500)
    assert expected in found
    for disguised in found - {None}:
        revealed = sheet_of(type).reveal(disguised)
        assert "".join(filter(str.isalnum, revealed.text)) == "".join(filter(str.isalnum, text))
        assert kind in revealed.kinds


def test_names_by_their_sound():
    assert {"章丽", "张里", "獐梨"} <= variants(homophone_name, "张丽", T.NAME)
    assert variants(homophone_name, "买买提·艾力", T.NAME, 5) == {None}
    assert variants(homophone_name, "张丽", T.SCHOOL, 5) == {None}


def test_places_by_initials():
    assert {"cs市岳麓区", "CS市岳麓区"} <= variants(initials, "长沙市岳麓区", T.ADDRESS)
    assert variants(initials, "3栋502室靠北", T.ADDRESS, 5) == {None}
    assert variants(initials, "快捷酒店302", T.ADDRESS, 5) == {None}
    assert "hn大学" in variants(initials, "湖南大学", T.SCHOOL)


@pytest.mark.parametrize("kind", RARER)
def test_they_are_used_now_and_then(kind):
    ways = {way for _, way in RARER[kind]}
    texts = [
        (T.NAME, "刘建国"),
        (T.ADDRESS, "长沙市岳麓区麓山南路9号"),
        (T.PHONE, "13800138000"),
        (T.WECHAT, "li_li-98"),
    ]
    rarer = {way(text, type, Random(seed)) for way in ways for type, text in texts for seed in range(60)} - {None}
    made = {disguise(text, type, Random(seed), [kind])[0] for type, text in texts for seed in range(400)}
    assert made & rarer
    assert made - rarer
