import pytest
from gaihe.serving.core.schema import BUILT_IN, Entity, EntityType
from gaihe.serving.redaction.masks import HIDDEN, mask
from gaihe.serving.redaction.operators import hashed, label, placed
from gaihe.serving.redaction.redact import redact
from gaihe.serving.types import sheet_of
from hypothesis import given
from hypothesis import strategies as st

from tests.serving.surfaces import SURFACES

KEY = b"sixteen bytes of"


@pytest.mark.parametrize(
    ("kind", "surface", "masked"),
    [
        ("PHONE", "13800138000", "138****8000"),
        ("PHONE", "138-0013-8000", "138-****-8000"),
        ("PHONE", "一三八00138000", "***********"),
        ("PHONE", "123", "***"),
        ("NAME", "张丽", "张*"),
        ("NAME", "欧阳娜娜", "欧阳**"),
        ("NAME", "强", "*"),
        ("NAME", "Zhang Li", "Z**** **"),
        ("ID_CARD", "11010519491231002X", "110***********002X"),
        ("BANK_CARD", "6222 0210 0111 6245 702", "6222 **** **** ***5 702"),
        ("ADDRESS", "湖南省长沙市岳麓区麓山南路932号", "湖南省长沙市***********"),
        ("ADDRESS", "长沙市", "***"),
        ("EMAIL", "zhangli98@qq.com", "z********@**.com"),
        ("BIRTH_DATE", "1990年3月7日", "1990年*月*日"),
        ("PLATE", "湘A12345", "湘A****5"),
        ("ADDRESS", "万科城市花园12栋1203", "*************"),
        ("ADDRESS", "中州国际公寓8栋1203", "************"),
        ("ADDRESS", "锦绣神州小区9栋2单元101", "**************"),
        ("ADDRESS", "湖南省万科城市花园12栋", "湖南省*********"),
        ("ADDRESS", "湖北恩施州恩施市舞阳大道1号3栋", "湖北恩施州恩施市********"),
        ("ADDRESS", "内蒙古自治区包头市昆都仑区友谊大街19号", "内蒙古自治区包头市***********"),
        ("BIRTH_DATE", "05/03/1998", "**/**/1998"),
        ("BIRTH_DATE", "19980305", "1998****"),
        ("BIRTH_DATE", "980305", "******"),
        ("BIRTH_DATE", "98.03.05", "**.**.**"),
        ("SCHOOL", "长沙市第一中学", "*******"),
        ("QQ", "1372849561", "13******61"),
        ("QQ", "123456", "12**56"),
        ("QQ", "12345", "*****"),
        ("WECHAT", "zhangli98", "z*******8"),
        ("ACCOUNT", "user12345", "u*******5"),
        ("PASSPORT", "E12345678", "E******78"),
        ("MEMBER_ID", "2021030412", "20******12"),
        ("DEVICE_ID", "3C:22:FB:9A:10:7E", "**:**:**:**:**:**"),
        ("WORKPLACE", "三一重工", "****"),
    ],
)
def test_a_mask_keeps_the_shape_and_hides_a_third_at_least(kind, surface, masked):
    assert mask(EntityType(kind), surface) == masked


@pytest.mark.parametrize(
    ("kind", "surface", "masked"),
    [
        ("PHONE", "l38OOl38OOO", "***********"),
        ("PHONE", "00083100831", "***********"),
        ("NAME", "弓长丽", "***"),
        ("NAME", "張麗", "張*"),
        ("NAME", "张 丽", "张 *"),
        ("PHONE", "138 0013 8000", "138 **** 8000"),
    ],
)
def test_of_a_disguised_value_the_mask_shows_nothing(kind, surface, masked):
    entity = Entity(
        0, len(surface), EntityType(kind), surface, evasion=sheet_of(EntityType(kind)).reveal(surface).kinds
    )
    assert redact(surface, [entity], "moderation").text == masked


def test_a_repeat_in_disguise_shows_nothing():
    text = "13800138000，l38OOl38OOO"
    assert redact(text, [Entity(0, 11, EntityType.PHONE, text[:11])], "moderation").text == f"138****8000，{'*' * 11}"


@given(st.sampled_from(BUILT_IN), SURFACES)
def test_a_mask_is_as_long_as_the_surface_and_its_own_mask(kind, surface):
    masked = mask(kind, surface)
    assert len(masked) == len(surface)
    assert all(new in (old, HIDDEN) for old, new in zip(surface, masked, strict=True))
    assert mask(kind, masked) == masked
    content = [place for place, character in enumerate(surface) if character.isalnum()]
    shown = [place for place in content if masked[place] != HIDDEN and character_tells(kind, surface[place])]
    assert 3 * len(shown) <= 2 * len(content)


def character_tells(kind, character):
    return kind != EntityType.BIRTH_DATE or character not in "年月日号生"


def test_a_hash_is_the_same_under_one_key_and_another_under_another():
    kind = EntityType.PHONE
    made = hashed(kind, "13800138000", KEY, "【】")
    assert made == hashed(kind, "13800138000", KEY, "【】")
    assert made != hashed(kind, "13800138000", KEY + b"!", "【】")
    assert made != hashed(kind, "13800138001", KEY, "【】")
    assert made.startswith("【电话#")


def test_labels_are_known_again_and_hashes_by_the_key_that_made_them():
    kind = EntityType.PHONE
    made, forged = hashed(kind, "13800138000", KEY, "[]"), "[电话#13800138000138001380]"
    text = f"a{label(kind, '【】')}b██c{made}d{forged}"
    assert [text[start:end] for start, end in placed(text, (), KEY)] == ["【电话】", "██", made]
    assert [text[start:end] for start, end in placed(text, (), None)] == ["【电话】", "██"]
