import re
import time
from itertools import pairwise

import pytest
from gaihe.serving.core.schema import BUILT_IN, Entity, EntityType
from gaihe.serving.redaction.occurrences import Occurrences
from gaihe.serving.redaction.operators import BAR
from gaihe.serving.redaction.policy import redaction_policy
from gaihe.serving.redaction.redact import redact
from gaihe.serving.redaction.repeats import SHORTEST_REPEATED
from hypothesis import given
from hypothesis import strategies as st

NAME, PHONE = EntityType.NAME, EntityType.PHONE


def entity(text, surface, kind=NAME, after=0):
    start = text.index(surface, after)
    return Entity(start, start + len(surface), kind, surface)


def test_labels_and_masks_take_the_place_of_entities():
    text = "张丽，电话13800138000。"
    found = [entity(text, "张丽"), entity(text, "13800138000", PHONE)]
    assert redact(text, found).text == "[姓名]，电话[电话]。"
    assert redact(text, found, "bars").text == f"██，电话{BAR * 11}。"
    assert redact(text, []).text == text


def test_a_value_found_once_is_redacted_wherever_it_stands_again():
    text = "张丽，就是张丽！13800138000 打13800138000找张丽"
    found = [entity(text, "张丽", after=3), entity(text, "13800138000", PHONE)]
    assert redact(text, found).text == "[姓名]，就是[姓名]！[电话] 打[电话]找[姓名]"
    assert redact(text, found, "bars").text == f"██，就是██！{BAR * 11} 打{BAR * 11}找██"


def test_a_surface_of_one_character_is_redacted_only_where_it_was_found():
    text = "强哥说要坚强"
    assert redact(text, [entity(text, "强")]).text == "[姓名]哥说要坚强"


def test_repeated_surfaces_that_overlap_are_replaced_as_one():
    text = "欧阳丽、阳丽娜、张三；欧阳丽娜"
    found = [entity(text, "欧阳丽"), entity(text, "阳丽娜", after=4), entity(text, "张三")]
    assert redact(text, found).text == "[姓名]、[姓名]、[姓名]；[姓名]"


@pytest.mark.parametrize(
    ("kind", "surface", "again"),
    [
        ("PHONE", "13812345678", "http://a.cn/s?k=138-1234-5678&t=1"),
        ("PHONE", "13812345678", "138.1234.5678"),
        ("PHONE", "13812345678", "138，1234，5678"),
        ("PHONE", "13812345678", "138\u200b12345678"),
        ("PHONE", "13812345678", "１３８１２３４５６７８"),
        ("PHONE", "13812345678", "①③⑧①②③④⑤⑥⑦⑧"),
        ("PHONE", "13812345678", "l38l2345678"),
        ("PHONE", "138-1234-5678", "一三八一二三四五六七八"),
        ("PHONE", "+86 138 1234 5678", "8613812345678"),
        ("PHONE", "幺三八12345678", "13812345678"),
        ("WECHAT", "wsm_9527x", "@WSM_9527X"),
        ("NAME", "买买提·艾力", "截图里写着“买买提艾力”"),
        ("NAME", "买买提艾力", "买买提·艾力"),
        ("NAME", "王思敏", "王 思 敏"),
        ("NAME", "木子小明", "李小明"),
        ("NAME", "Lily Zhang", "/lily zhang/"),
        ("ID_CARD", "43010419980305123X", "_430104-19980305-123X_"),
        ("QQ", "1234567890", "小号12345 67890"),
        ("QQ", "10012", "小号100 12"),
        ("WECHAT", "li778", "@LI778"),
        ("NAME", "Annie", "/ANNIE/"),
        ("DEVICE_ID", "2400:3200:0000:0000:0000:0000:0000:0001", "2400:3200::1"),
        ("BIRTH_DATE", "1998年3月5日", "1998-03-05"),
        ("PLATE", "湘A12345", "湘a·12345"),
    ],
)
def test_a_value_found_once_is_redacted_in_any_writing(kind, surface, again):
    text = f"{surface}。见{again}"
    masked = redact(text, [entity(text, surface, EntityType(kind))], "bars").text.partition("。")[2]
    around = re.fullmatch(r"见(http://a\.cn/s\?k=|截图里写着“|小号|[/@_]?)█+(&t=1|[”/_]?)", masked)
    assert around, masked


@pytest.mark.parametrize(
    ("kind", "surface", "other"),
    [
        ("PHONE", "13812345678", "138-1234-56789"),
        ("QQ", "12345678", "x1234-56789"),
        ("QQ", "1234567", "x123-4567"),
        ("WECHAT", "wsm_9527x", "aWSM_9527X"),
        ("PHONE", "13812345678", "1381234\n5678"),
        ("PHONE", "138****5678", "单号138-5678"),
        ("WECHAT", "wsm_9527x", "WSM_9527XY"),
        ("NAME", "张丽", "开张，丽人"),
        ("NAME", "王思敏", "姓王，思敏锐"),
        ("NAME", "王思敏", "（王）思敏锐"),
        ("NAME", "张丽", "扩张 丽江分公司"),
        ("NAME", "Anna", "ANNA"),
        ("NAME", "Ann", "ANN"),
        ("WECHAT", "li77", "LI77"),
        ("MEMBER_ID", "2021", "20-21"),
        ("QQ", "12345", "价12,345元"),
        ("QQ", "20123", "2012-3-15"),
        ("QQ", "12345678", "（1234）567"),
        ("QQ", "12345", "一二三四五"),
        ("BIRTH_DATE", "98.3.15", "98-315"),
    ],
)
def test_what_is_another_value_or_none_stays(kind, surface, other):
    text = f"{surface}。见{other}"
    assert redact(text, [entity(text, surface, EntityType(kind))]).text.endswith(f"。见{other}")


@pytest.mark.parametrize(
    ("kind", "surface", "rest", "redacted"),
    [
        ("PHONE", "138-1234-5678", "照片在网盘，文件名IMG13812345678.jpg", "照片在网盘，文件名IMG[电话].jpg"),
        ("PHONE", "138 1234 5678", "订单号DD13812345678，骗子", "订单号DD[电话]，骗子"),
        (
            "PHONE",
            "１３８１２３４５６７８",
            "支付链接https://a.cn/?id=a13812345678b",
            "支付链接https://a.cn/?id=a[电话]b",
        ),
        ("PHONE", "13812345678", "微信名x138-1234-5678", "微信名x[电话]"),
        ("PHONE", "138-1234-5678", "卡号6213812345678", "卡号6213812345678"),
        ("ID_CARD", "430104 19800305 1234", "文件430104198003051234a.pdf", "文件[身份证号]a.pdf"),
        ("ID_CARD", "430104 19980305 123X", "文件43010419980305123Xa.pdf", "文件[身份证号]a.pdf"),
        ("QQ", "一二三四五六七八九", "空间http://a.cn/u123456789/infocenter", "空间http://a.cn/u[QQ号]/infocenter"),
    ],
)
def test_a_long_number_goes_between_letters_too_but_not_out_of_a_longer_one(kind, surface, rest, redacted):
    text = f"{surface}，{rest}"
    assert redact(text, [entity(text, surface, EntityType(kind))]).text.partition("，")[2] == redacted


@pytest.mark.parametrize(
    ("name", "rest", "redacted"),
    [
        ("张丽丽", "，丽丽电话见下", "，[姓名]电话见下"),
        ("张丽丽", "，小名“丽丽”", "，小名“[姓名]”"),
        ("欧阳娜娜", "的票：娜娜13812345678", "的票：[姓名]13812345678"),
        ("王小明", "的明信片，大家都叫小明", "的明信片，大家都叫[姓名]"),
        ("張麗華", "，麗華是好人", "，[姓名]是好人"),
        ("阿里木·买买提", "，阿里木是好人", "，[姓名]是好人"),
        ("李海洋", "，海洋污染很严重", "，海洋污染很严重"),
        ("王小明", "，聪小明不小明", "，聪小明不小明"),
        ("张丽华", "，华姐来了", "，华姐来了"),
        ("张某某", "，某某是谁", "，某某是谁"),
        ("弓长丽", "，长丽，", "，长丽，"),
        ("买买提艾力", "，艾力，", "，艾力，"),
        ("李·强森", "，李是谁", "，李是谁"),
    ],
)
def test_a_given_name_that_stands_alone_goes_with_its_whole_name(name, rest, redacted):
    text = name + rest
    assert redact(text, [entity(text, name)]).text == f"[姓名]{redacted}"


def test_a_given_name_goes_with_no_other_type():
    text = "桔园里，园里是谁"
    assert redact(text, [entity(text, "桔园里", EntityType.ADDRESS)]).text == "[地址]，园里是谁"


def test_a_value_in_another_writing_has_the_same_hash():
    text = "买买提·艾力，买买提艾力"
    policy = redaction_policy({"name": "hashes", "version": "1", "operator": "hash"}, "test")
    first, second = redact(text, [entity(text, "买买提·艾力")], policy, key=b"sixteen bytes of").text.split("，")
    assert first == second


@pytest.mark.parametrize("unit", ["1", "1-", "12345", "一", "l", "王-思", "，思敏"])
def test_other_writings_are_looked_for_in_linear_time(unit):
    text = f"11111111111 12345 王思敏{unit * (100_000 // len(unit))}"
    found = [entity(text, "11111111111", PHONE), entity(text, "12345", EntityType.QQ), entity(text, "王思敏")]
    begun = time.process_time()
    redact(text, found, "moderation")
    assert time.process_time() - begun < 3


@st.composite
def found_texts(draw):
    """A text of few characters, so that surfaces repeat, and some spans of it."""
    text = draw(st.text("张丽强1 \u200b", max_size=30))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = [pair for pair in pairwise(cuts) if draw(st.booleans())]
    return text, [Entity(start, end, draw(st.sampled_from(BUILT_IN)), text[start:end]) for start, end in pairs]


@given(found_texts())
def test_no_redacted_surface_is_left(post):
    text, found = post
    masked = redact(text, found, "bars").text
    assert len(masked) == len(text)
    assert all(new in (old, BAR) for old, new in zip(text, masked, strict=True))
    for e in found:
        assert masked[e.start : e.end] == BAR * len(e.text)
        assert len(e.text) < SHORTEST_REPEATED or e.text not in masked


@given(st.lists(st.text("ab", max_size=4), max_size=5), st.text("abc", max_size=20))
def test_occurrences_cover_what_a_search_for_each_word_covers(words, text):
    covered = {
        place
        for word in words
        for start in range(len(text))
        if word and text.startswith(word, start)
        for place in range(start, start + len(word))
    }
    united = Occurrences(words).united(text)
    assert {place for start, end, _ in united for place in range(start, end)} == covered
    assert all(left[1] <= right[0] for left, right in pairwise(united))
    assert all(first in words and text.startswith(first, start) for start, _, first in united)
