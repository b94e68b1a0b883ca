import pytest
from gaihe.serving.core.schema import BUILT_IN, EntityType, NoiseKind
from gaihe.serving.reveal import LONGEST_SURFACE
from gaihe.serving.reveal.tables import (
    HOMOPHONES,
    LOOKALIKES,
    UNICODE_STYLES,
    homophone_digits,
    joined_names,
    name_splits,
    numeral_digits,
    simplified,
)
from gaihe.serving.types import sheet_of
from hypothesis import given
from hypothesis import strategies as st

from tests.serving.surfaces import SURFACES

T = EntityType
K = NoiseKind


def reveal(text, type):
    return sheet_of(type).reveal(text)


@pytest.mark.parametrize(
    ("type", "text"),
    [
        (T.PHONE, "13800138000"),
        (T.PHONE, "138-0013-8000"),
        (T.PHONE, "+86 138 0013 8000"),
        (T.PHONE, "+86（0）13800138000"),
        (T.PHONE, "0731-88823456#801"),
        (T.BIRTH_DATE, "1998年3.5"),
        (T.BIRTH_DATE, "1998.3月5日"),
        (T.ADDRESS, "东区5-3-2-1"),
        (T.ADDRESS, "长沙市 A 区 3 栋 2 单元 501"),
        (T.DEVICE_ID, "[240e:f7::3]:8080"),
        (T.PHONE, "+44 (0)20 7946 0958"),
        (T.PHONE, "+1 (415) 555-2671"),
        (T.PHONE, "+886-2-2345-6789"),
        (T.PHONE, "（0731）88823456"),
        (T.PHONE, "0731-88823456转801"),
        (T.PHONE, "0731-88823456转分机801"),
        (T.PHONE, "0731-88823456 ext 801"),
        (T.PHONE, "0731-88823456（分机801）"),
        (T.NAME, "黄⼩明"),
        (T.BIRTH_DATE, "1998年3⽉5⽇"),
        (T.PHONE, "87260542"),
        (T.ID_CARD, "43010219980305123X"),
        (T.ID_CARD, "430102 19980305 123x"),
        (T.ID_CARD, "A123456(7)"),
        (T.ID_CARD, "G123456（7）"),
        (T.PASSPORT, "E12345678"),
        (T.PASSPORT, "EB1234567"),
        (T.PASSPORT, "军字第 1234567 号"),
        (T.QQ, "1372849561"),
        (T.BANK_CARD, "6222 0210 0111 2233 445"),
        (T.PLATE, "湘A·12345"),
        (T.PLATE, "粤Z·1234港"),
        (T.PLATE, "沪A1234领"),
        (T.PLATE, "湘AD12345"),
        (T.PLATE, "LSVAM4187C2184841"),
        (T.PLATE, "京X·0123应急"),
        (T.PLATE, "MA-12-34"),
        (T.PLATE, "ABC-1234"),
        (T.PLATE, "1234-AB"),
        (T.MEMBER_ID, "TX2021XX05"),
        (T.BIRTH_DATE, "1998年3月5日"),
        (T.BIRTH_DATE, "一九九八年三月五日"),
        (T.BIRTH_DATE, "农历三月初五"),
        (T.BIRTH_DATE, "98.3.5"),
        (T.BIRTH_DATE, "农历5.24"),
        (T.MEMBER_ID, "S20210305"),
        (T.MEMBER_ID, "SF1234567890123"),
        (T.MEMBER_ID, "HR-0123"),
        (T.MEMBER_ID, "KX8F2M"),
        (T.DEVICE_ID, "36.152.44.96"),
        (T.DEVICE_ID, "A1:B2:C3:D4:E5:F6"),
        (T.DEVICE_ID, "240e:3a1::8f"),
        (T.DEVICE_ID, "240e::1"),
        (T.DEVICE_ID, "36.152.44.96:8080"),
        (T.DEVICE_ID, "36.152.44.96/24"),
        (T.DEVICE_ID, "a0b2.c3d4.e5f6"),
        (T.DEVICE_ID, "86-012304-123456-7"),
        (T.WECHAT, "zhang_li98"),
        (T.WECHAT, "zhang.li98"),
        (T.WECHAT, "a-li-98"),
        (T.WECHAT, "xx_499"),
        (T.WECHAT, "zhang＿li98"),
        (T.ACCOUNT, "九五二七"),
        (T.EMAIL, "zhang.li-98@qq.com"),
        (T.EMAIL, "mailto:zhang.li-98@qq.com"),
        (T.ACCOUNT, "雏菊和鸽子"),
        (T.ACCOUNT, "space.bilibili.com/2803301"),
        (T.NAME, "张丽"),
        (T.NAME, "欧阳文博"),
        (T.NAME, "王月琴"),
        (T.NAME, "买买提·艾力"),
        (T.NAME, "迈克尔·乔丹"),
        (T.NAME, "Lily Zhang"),
        (T.NAME, "Linda"),
        (T.ADDRESS, "长沙市岳麓区麓山南路932号3栋502"),
        (T.ADDRESS, "湖南省 长沙市 岳麓区"),
        (T.SCHOOL, "长郡中学高二3班"),
        (T.WORKPLACE, "腾讯音乐客服部"),
        (T.WORKPLACE, "Xiaomi"),
    ],
)
def test_everyday_writing_stays_as_it_is(type, text):
    revealed = reveal(text, type)
    assert revealed.text == text
    assert revealed.kinds == ()


@pytest.mark.parametrize(
    ("type", "text", "plain", "kinds"),
    [
        (T.PHONE, "1 3 8-0013-8000", "13800138000", (K.SEPARATOR,)),
        (T.PHONE, "138💔0013💔8000", "13800138000", (K.SEPARATOR,)),
        (T.NAME, "王○明", "王*明", (K.MASKED,)),
        (T.NAME, "弓💀长💀丽", "张丽", (K.SEPARATOR, K.NAME_SPLIT)),
        (T.NAME, "艹\u200b氾飞宇", "范飞宇", (K.ZERO_WIDTH, K.NAME_SPLIT, K.TRADITIONAL)),
        (T.ADDRESS, "书🌸香🌸园🌸6🌸9🌸-🌸2🌸8🌸0🌸1", "书香园69-2801", (K.SEPARATOR,)),
        (T.ADDRESS, "Q.i.n.g.N.i.a.n.2.5.幢.1.0.2.室", "QingNian25幢102室", (K.SEPARATOR,)),
        (T.EMAIL, "779159754@qq[點]com", "779159754@qq.com", (K.SEPARATOR,)),
        (T.PHONE, "138[doge]0013[捂脸]8000", "13800138000", (K.SEPARATOR,)),
        (T.PHONE, "1\n3\n8\n0\n0\n1\n3\n8\n0\n0\n0", "13800138000", (K.SEPARATOR,)),
        (T.PHONE, "138……0013……8000", "13800138000", (K.SEPARATOR,)),
        (T.PHONE, "138|0013|8000", "13800138000", (K.SEPARATOR,)),
        (T.PHONE, "1️⃣3️⃣8️⃣00138000", "13800138000", (K.UNICODE_DIGIT,)),
        (T.PHONE, "①③⑧𝟎𝟎¹３❽000", "13800138000", (K.UNICODE_DIGIT,)),
        (T.PHONE, "一三八零〇幺三八○○零", "13800138000", (K.CHINESE_NUMERAL,)),
        (T.PHONE, "壹叁捌-0013-8000", "138-0013-8000", (K.CHINESE_NUMERAL,)),
        (T.PHONE, "妖伞吧0013吧000", "13800138000", (K.HOMOPHONE_DIGIT,)),
        (T.PHONE, "l38OOl38OOO", "13800138000", (K.LOOKALIKE,)),
        (T.PHONE, "|38OO|38OOO", "13800138000", (K.LOOKALIKE,)),
        (T.PHONE, "138\u200b0013\u202d8000", "13800138000", (K.ZERO_WIDTH,)),
        (T.PHONE, "138❤️0013❤️8000", "13800138000", (K.SEPARATOR,)),
        (T.PHONE, "138****8000", "138****8000", (K.MASKED,)),
        (T.PHONE, "138xxxx8000", "138****8000", (K.MASKED,)),
        (T.PHONE, "138....8000", "138****8000", (K.MASKED,)),
        (T.PLATE, "湘A12xxx", "湘A12***", (K.MASKED,)),
        (T.PLATE, "湘A12XXX", "湘A12***", (K.MASKED,)),
        (T.PASSPORT, "EXXXX5678", "E****5678", (K.MASKED,)),
        (T.MEMBER_ID, "2021xxxx05", "2021****05", (K.MASKED,)),
        (T.DEVICE_ID, "36.152.x.x", "36.152.*.*", (K.MASKED,)),
        (T.DEVICE_ID, "a0:b2:c3:xx:xx:xx", "a0:b2:c3:**:**:**", (K.MASKED,)),
        (T.PHONE, "00083100831", "13800138000", (K.REVERSED,)),
        (T.PHONE, "138 中间0013 最后8000", "13800138000", (K.CHUNKED,)),
        (T.PHONE, "153开头 然后6143 尾巴5569", "15361435569", (K.CHUNKED,)),
        (T.PHONE, "138嘻嘻0013嘻嘻8000", "13800138000", (K.CHUNKED,)),
        (T.PHONE, "一三八 中间 零零①③", "1380013", (K.UNICODE_DIGIT, K.CHINESE_NUMERAL, K.CHUNKED)),
        (T.ID_CARD, "4301021998********", "4301021998********", (K.MASKED,)),
        (T.ID_CARD, "X32150308991201034", "43010219980305123X", (K.REVERSED,)),
        (T.ID_CARD, "43O1O2|998O3O5|23X", "43010219980305123X", (K.LOOKALIKE,)),
        (T.PASSPORT, "军字第一二三四567号", "军字第1234567号", (K.CHINESE_NUMERAL,)),
        (T.PASSPORT, "87654321E", "E12345678", (K.REVERSED,)),
        (T.PLATE, "湘A·l2345", "湘A·12345", (K.LOOKALIKE,)),
        (T.PLATE, "54321A湘", "湘A12345", (K.REVERSED,)),
        (T.PLATE, "湘Ａ１２３４５", "湘A12345", (K.UNICODE_DIGIT,)),
        (T.BIRTH_DATE, "1九9八年3月5日", "1998年3月5日", (K.CHINESE_NUMERAL,)),
        (T.BIRTH_DATE, "1998年**月**日", "1998年**月**日", (K.MASKED,)),
        (T.BIRTH_DATE, "l998.3.5", "1998.3.5", (K.LOOKALIKE,)),
        (T.BIRTH_DATE, "1998·3·5", "1998.3.5", (K.SEPARATOR,)),
        (T.BIRTH_DATE, "1998．3．5", "1998.3.5", (K.SEPARATOR,)),
        (T.BIRTH_DATE, "九八、三、五", "98.3.5", (K.SEPARATOR, K.CHINESE_NUMERAL)),
        (T.BIRTH_DATE, "3💔5", "3.5", (K.SEPARATOR,)),
        (T.BIRTH_DATE, "2OO3年l2月6日", "2003年12月6日", (K.LOOKALIKE,)),
        (T.BIRTH_DATE, "二OO三年五月", "2003年五月", (K.CHINESE_NUMERAL, K.LOOKALIKE)),
        (T.BIRTH_DATE, "19xx年OO月", "19**年OO月", (K.MASKED,)),
        (T.MEMBER_ID, "2O2lO3O5", "20210305", (K.LOOKALIKE,)),
        (T.DEVICE_ID, "36点152点44点96", "36.152.44.96", (K.SEPARATOR,)),
        (T.DEVICE_ID, "36[.]152[.]44[.]96", "36.152.44.96", (K.SEPARATOR,)),
        (T.EMAIL, "zhang[at]qq点com", "zhang@qq.com", (K.SEPARATOR,)),
        (T.EMAIL, "mailto:zhang[at]qq.com", "zhang@qq.com", (K.SEPARATOR,)),
        (T.EMAIL, "zhangATqq.com", "zhang@qq.com", (K.SEPARATOR,)),
        (T.EMAIL, "zhang-at-qq.com", "zhang@qq.com", (K.SEPARATOR,)),
        (T.EMAIL, "zhang艾特qq。com", "zhang@qq.com", (K.SEPARATOR,)),
        (T.EMAIL, "ｚｈａｎｇ@qq.com", "zhang@qq.com", (K.UNICODE_DIGIT,)),
        (T.WECHAT, "z h a n g _ l i", "zhang_li", (K.SEPARATOR,)),
        (T.WECHAT, "zhang_ 后面li98", "zhang_li98", (K.CHUNKED,)),
        (T.WECHAT, "stone_li八七", "stone_li87", (K.CHINESE_NUMERAL,)),
        (T.WECHAT, "z.h.a.n.g.l.i", "zhangli", (K.SEPARATOR,)),
        (T.WECHAT, "z-h-a-n-g-_-9-8", "zhang_98", (K.SEPARATOR,)),
        (T.WECHAT, "stone_li妖久玖扒", "stone_li1998", (K.CHINESE_NUMERAL, K.HOMOPHONE_DIGIT)),
        (T.WECHAT, "前面zhang 后面一九九八", "zhang1998", (K.CHINESE_NUMERAL, K.CHUNKED)),
        (T.WECHAT, "zhang吧li98", "zhangli98", (K.CHUNKED,)),
        (T.WECHAT, "zhang 中间一个下划线 后面0830", "zhang_0830", (K.SEPARATOR, K.CHUNKED)),
        (T.WECHAT, "zhang 没有下划线 后面0830", "zhang0830", (K.SEPARATOR, K.CHUNKED)),
        (T.WECHAT, "zhang-后面li", "zhang-li", (K.CHUNKED,)),
        (T.WECHAT, "zhang 下划线别漏 _916", "zhang_916", (K.SEPARATOR, K.CHUNKED)),
        (T.WECHAT, "zhang，中间一杠，然后 li 再 39", "zhang-li39", (K.SEPARATOR, K.CHUNKED)),
        (T.WECHAT, "zhang_零吧1散", "zhang_0813", (K.CHINESE_NUMERAL, K.HOMOPHONE_DIGIT)),
        (T.EMAIL, "zhang 下划线 七九 艾特 一二六 点 com", "zhang_79@126.com", (K.SEPARATOR, K.CHINESE_NUMERAL)),
        (T.WECHAT, "Ｚｈａｎｇ＿ｌｉ", "Zhang_li", (K.UNICODE_DIGIT,)),
        (T.EMAIL, "9八7六@qq.com", "9876@qq.com", (K.CHINESE_NUMERAL,)),
        (T.EMAIL, "一三五七艾特一六三点com", "1357@163.com", (K.SEPARATOR, K.CHINESE_NUMERAL)),
        (T.EMAIL, "zhang，跟着2011，再加@126.com", "zhang2011@126.com", (K.CHUNKED,)),
        (T.EMAIL, "zhang_li点98@qq点com", "zhang_li.98@qq.com", (K.SEPARATOR,)),
        (T.ACCOUNT, "一七三九二〇五六四", "173920564", (K.CHINESE_NUMERAL,)),
        (T.ACCOUNT, "28💔0330💔1701", "2803301701", (K.SEPARATOR,)),
        (T.NAME, "张 丽", "张丽", (K.SEPARATOR,)),
        (T.NAME, "张·丽", "张丽", (K.NAME_SPLIT,)),
        (T.NAME, "弓长丽", "张丽", (K.NAME_SPLIT,)),
        (T.NAME, "木子明", "李明", (K.NAME_SPLIT,)),
        (T.NAME, "张木子明", "张李明", (K.NAME_SPLIT,)),
        (T.NAME, "欧阳木子", "欧阳木子", ()),
        (T.NAME, "欧阳木子明", "欧阳李明", (K.NAME_SPLIT,)),
        (T.NAME, "欧阳木子，明", "欧阳李明", (K.SEPARATOR, K.NAME_SPLIT)),
        (T.NAME, "弓長 麗", "张丽", (K.SEPARATOR, K.NAME_SPLIT, K.TRADITIONAL)),
        (T.NAME, "张某某", "张**", (K.MASKED,)),
        (T.NAME, "张x丽", "张*丽", (K.MASKED,)),
        (T.NAME, "张OO", "张**", (K.MASKED,)),
        (T.PHONE, "零七三一八八八二三四五六，分机八零一", "073188823456转801", (K.CHINESE_NUMERAL,)),
        (T.PHONE, "⼀三⼋零零⼀三⼋零零零", "13800138000", (K.CHINESE_NUMERAL,)),
        (T.NAME, "zhang li", "zhang li", (K.PINYIN,)),
        (T.NAME, "Zhāng Lì", "Zhāng Lì", (K.PINYIN,)),
        (T.NAME, "张li", "张li", (K.PINYIN,)),
        (T.ADDRESS, "長沙市嶽麓區", "长沙市岳麓区", (K.TRADITIONAL,)),
        (T.ADDRESS, "长.沙.市.岳.麓.区", "长沙市岳麓区", (K.SEPARATOR,)),
        (T.ADDRESS, "sui he路18号", "sui he路18号", (K.PINYIN,)),
        (T.SCHOOL, "长郡**高二", "长郡**高二", (K.MASKED,)),
    ],
)
def test_disguises_are_undone_and_named(type, text, plain, kinds):
    revealed = reveal(text, type)
    assert revealed.text == plain
    assert revealed.kinds == kinds


def test_reversal_needs_a_number_that_only_reads_backwards():
    assert reveal("13912345631", T.PHONE).kinds == ()


def test_a_styled_number_of_two_digits_before_a_variation_selector():
    assert reveal("⑬\ufe0f⑧\ufe0f00138000", T.PHONE) == ("13800138000", (K.UNICODE_DIGIT, K.ZERO_WIDTH))


def test_a_styled_letter_that_is_an_emoji_keeps_its_variation_selector_without_note():
    assert reveal("🅰\ufe0f🅱\ufe0f123456", T.WECHAT) == ("AB123456", (K.UNICODE_DIGIT,))


@given(SURFACES, st.sampled_from(BUILT_IN))
def test_anything_is_read_without_an_error(text, type):
    revealed = reveal(text, type)
    assert list(revealed.kinds) == [kind for kind in NoiseKind if kind in revealed.kinds]
    if not revealed.kinds:
        assert revealed.text == text


@pytest.mark.parametrize("type", BUILT_IN)
def test_a_surface_too_long_for_any_value_stays_as_it_is(type):
    text = "①②" * LONGEST_SURFACE
    assert reveal(text, type) == (text, ())


def test_suzhou_numerals_are_digits():
    value, kinds = reveal("〡〣〨〇〇〡〣〨〇〇〤", EntityType.PHONE)
    assert value == "13800138004"
    assert NoiseKind.UNICODE_DIGIT in kinds


def test_no_sign_stands_for_two_digits():
    signs = [sign for table in (HOMOPHONES, LOOKALIKES) for row in table.values() for sign in row]
    assert len(signs) == len(set(signs))
    assert not set(homophone_digits()) & set(numeral_digits())
    assert all(len(style) == 10 for style in UNICODE_STYLES)


def test_splits_can_be_put_together():
    assert len(name_splits()) >= 150
    parts = [part for ways in name_splits().values() for part in ways]
    assert len(parts) == len(set(parts))
    assert set(parts) <= joined_names().keys()


def test_traditional_characters_become_others():
    assert all(chr(traditional) != plain for traditional, plain in simplified().items())
    assert "乾" not in map(chr, simplified())
