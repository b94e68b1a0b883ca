from random import Random

import pytest
from gaihe.data.disguise import masked, separator, zero_width
from gaihe.data.disguise.digits import chinese_numeral, homophone_digit, lookalike, unicode_digit
from gaihe.data.disguise.order import chunked, reversed_value
from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.tables import HOMOPHONES

T = EntityType
PHONE = "13800138000"


def variants(apply, text, type, count=600):
    return {apply(text, type, Random(seed)) for seed in range(count)}


def test_separators_are_various():
    found = variants(separator.apply, PHONE, T.PHONE)
    assert len(found) > 400
    assert "138-0013-8000" not in found
    assert any("\n" in text for text in found)
    assert any("（" in text or "(" in text or "【" in text for text in found)


@pytest.mark.parametrize(
    ("type", "text", "expected"),
    [
        (T.EMAIL, "zhang@qq.com", "zhang[at]qq点com"),
        (T.DEVICE_ID, "36.152.44.96", "36点152点44点96"),
        (T.NAME, "张丽", "张 丽"),
        (T.ADDRESS, "长沙市岳麓区", "长.沙.市.岳.麓.区"),
    ],
)
def test_separators_of_other_types(type, text, expected):
    assert expected in variants(separator.apply, text, type, 1500)


@pytest.mark.parametrize(
    "text", ["北纬28.2034，东经112.9381", "东经112°56′，北纬28°12′", "经度112.938100 纬度28.203400"]
)
def test_coordinates_are_not_split_apart(text):
    assert variants(separator.apply, text, T.ADDRESS, 20) == {None}


def test_keycaps_are_never_cut():
    for seed in range(300):
        text = separator.apply("1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣", T.QQ, Random(seed))
        assert text.count("\ufe0f\u20e3") == 8


def test_all_styles_of_digits_occur():
    found = "".join(filter(None, variants(unicode_digit, PHONE, T.PHONE)))
    for sign in "１①❶⑴𝟏𝟙𝟣𝟭𝟷¹₁Ⅰ\u20e3":
        assert sign in found


def test_numerals():
    found = variants(chinese_numeral, PHONE, T.PHONE, 2000)
    assert {
        "一三八零零一三八零零零",
        "壹叁捌零零壹叁捌零零零",
        "幺三八零零幺三八零零零",
        "幺三八洞洞幺三八洞洞洞",
    } <= found


def test_a_written_date_keeps_a_digit_in_each_changed_run():
    for text in variants(chinese_numeral, "1998年3月5日", T.BIRTH_DATE) - {None}:
        year = text.partition("年")[0]
        assert any(sign in "0123456789" for sign in year)


def test_homophones_write_each_digit_with_a_character_that_sounds_like_it():
    found = variants(homophone_digit, PHONE, T.PHONE)
    assert len(found) > 400
    assert any(set(text).isdisjoint("0123456789") for text in found)
    for text in found:
        assert all(sign in digit + HOMOPHONES[digit] for sign, digit in zip(text, PHONE, strict=True))


def test_lookalikes():
    assert "l38OOl38OOO" in variants(lookalike, PHONE, T.PHONE, 2000)
    assert variants(lookalike, "1998年3月5日", T.BIRTH_DATE, 10) == {None}
    assert variants(lookalike, "36.152.44.96", T.DEVICE_ID, 10) == {None}


@pytest.mark.parametrize(
    ("type", "text", "expected"),
    [
        (T.PHONE, PHONE, "138****8000"),
        (T.ID_CARD, "430102199803051234", "4301021998********"),
        (T.NAME, "张丽", "张某某"),
        (T.NAME, "欧阳文博", "欧阳*博"),
        (T.EMAIL, "zhangli98@qq.com", "zh***@qq.com"),
        (T.BIRTH_DATE, "1998年3月5日", "1998年3月**日"),
        (T.ADDRESS, "麓山南路932号3栋502", "麓山南路932号3栋***"),
    ],
)
def test_masks(type, text, expected):
    assert expected in variants(masked.apply, text, type, 3000)


def test_a_mask_leaves_something_to_recognise():
    for text in variants(masked.apply, PHONE, T.PHONE):
        assert any(sign in text for sign in "138")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("28.2034,112.9381", ["28"]),
        ("北纬28.2034，东经112.9381", ["28"]),
        ("12栋1203", ["12"]),
        ("碧园3栋502", ["碧园3"]),
        ("麓山南路932号3栋502", ["麓山南路", "932"]),
    ],
)
def test_a_masked_place_still_says_which_it_is(text, kept):
    found = variants(masked.apply, text, T.ADDRESS, 3000) - {None}
    assert found
    assert all(any(part in mask for part in kept) for mask in found)


def test_a_place_with_nothing_but_one_number_is_not_masked():
    assert variants(masked.apply, "502室", T.ADDRESS) == {None}


def test_zero_width_characters_stand_inside():
    for text in variants(zero_width.apply, PHONE, T.PHONE):
        assert text[0] == "1"
        assert text[-1] == "0"
        assert len(text) > len(PHONE)


def test_reversal_only_where_it_can_be_told():
    assert variants(reversed_value, PHONE, T.PHONE, 3) == {"00083100831"}
    assert variants(reversed_value, "13912345631", T.PHONE, 3) == {None}
    assert variants(reversed_value, "1372849561", T.QQ, 3) == {None}


def test_chunks_are_joined_by_words():
    found = variants(chunked, PHONE, T.PHONE, 3000)
    assert {"138 中间0013 最后8000", "138开头 然后0013 尾巴8000", "138（后面接）00138000"} <= found
    assert all(text.startswith("1") and text.endswith("0") for text in found)
    assert variants(chunked, "36.152.44.96", T.DEVICE_ID, 5) == {None}
    assert variants(chunked, "138[doge]0013[doge]8000", T.PHONE, 5) == {None}
