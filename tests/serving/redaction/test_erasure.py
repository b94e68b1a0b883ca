import re
import time

import pytest
from gaihe.serving import EntityType, Recognizer
from gaihe.serving.core.schema import Entity
from gaihe.serving.redaction import erase
from gaihe.serving.redaction.erasure import absent, reads_as_name

KINDS = {
    "姓": "NAME", "电": "PHONE", "扣": "QQ", "址": "ADDRESS", "校": "SCHOOL", "微": "WECHAT", "证": "ID_CARD",
    "护": "PASSPORT", "邮": "EMAIL", "号": "ACCOUNT", "卡": "BANK_CARD", "牌": "PLATE", "司": "WORKPLACE",
    "生": "BIRTH_DATE", "员": "MEMBER_ID", "备": "DEVICE_ID",
}  # fmt: skip


def marked(text):
    """The text of ``{姓张丽}``, and its entities."""
    plain, entities = "", []
    for piece in text.replace("}", "{").split("{"):
        if piece[:1] in KINDS and "{" + piece + "}" in text:
            kind = EntityType(KINDS[piece[0]])
            entities.append(Entity(len(plain), len(plain) + len(piece) - 1, kind, piece[1:], piece[1:]))
            piece = piece[1:]
        plain += piece
    return plain, entities


def erased(person, *texts, **options):
    pairs = [marked(text) for text in texts]
    return [new.text for new in erase([text for text, _ in pairs], [found for _, found in pairs], person, **options)]


def test_one_person_goes_and_all_others_stay():
    assert erased(
        ["张丽"],
        "{姓张丽}的电话{电13800138000}，住{址麓山南路932号}。{姓李强}的电话{电13912345678}。",
        "{姓李强}来了，{姓张丽}没来。",
        "{姓王芳}在{校长沙一中}。",
    ) == [
        "【姓名】的电话【电话】，住【地址】。李强的电话13912345678。",
        "李强来了，【姓名】没来。",
        "王芳在长沙一中。",
    ]


def test_a_number_leads_to_what_other_texts_say_and_a_school_does_not():
    assert erased(
        ["张丽"],
        "{姓张丽}，电话{电13800138000}，{校长沙一中}",
        "电话{电13800138000}，扣扣{扣137284956}",
        "扣扣{扣137284956}，住{址麓山南路932号}",
        "{姓李强}，{校长沙一中}",
    ) == [
        "【姓名】，电话【电话】，【学校】",
        "电话【电话】，扣扣【QQ号】",
        "扣扣【QQ号】，住【地址】",
        "李强，长沙一中",
    ]


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("电13912345678", "电话"), ("证43010419980305123X", "身份证号"), ("护E12345678", "护照/通行证"),
        ("邮zhangli98@qq.com", "邮箱"), ("扣1372849561", "QQ号"), ("微zhangli_98", "微信号"),
        ("号lovelycat", "社交账号"), ("卡6222021001116245702", "银行卡号"), ("牌湘A12345", "车牌号"),
        ("员2021030412", "学号/工号"), ("备2400:3200::1", "设备/网络标识"),
    ],
)  # fmt: skip
def test_a_value_of_one_person_leads_to_what_other_texts_say(value, label):
    assert erased(["13800138000"], f"机主{{电13800138000}}，{{{value}}}", f"{{{value}}}，住{{址麓山南路932号}}") == [
        f"机主【电话】，【{label}】",
        f"【{label}】，住【地址】",
    ]


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("姓张丽", "姓名"), ("址麓山南路932号", "地址"), ("校长沙一中", "学校"), ("司三一重工", "工作单位"),
        ("生1998年3月5日", "出生日期"),
    ],
)  # fmt: skip
def test_a_value_that_several_people_have_leads_nowhere(value, label):
    assert erased(["13800138000"], f"机主{{电13800138000}}，{{{value}}}", f"{{{value}}}，扣扣{{扣137284956}}") == [
        f"机主【电话】，【{label}】",
        f"{value[1:]}，扣扣137284956",
    ]


@pytest.mark.parametrize(("account", "other"), [("li778", "代号【微信号】"), ("li77", "代号LI77")])
def test_a_value_that_is_led_to_is_looked_for_in_other_writings_from_five_letters_on(account, other):
    assert erased(["张丽"], f"{{姓张丽}}微信{{微{account}}}", f"代号{account.upper()}")[1] == other


def test_a_value_beside_another_name_goes_alone():
    assert erased(["张丽", "13800138000"], "机主{电13800138000}是{姓李强}，住{址麓山南路932号}") == [
        "机主【电话】是李强，住麓山南路932号"
    ]


def test_what_is_known_may_be_written_in_any_way():
    assert erased(["138 0013 8000"], "{姓张丽}的电话{电13800138000}") == ["【姓名】的电话【电话】"]


def test_letter_case_tells_nobody_apart():
    assert erased(["zhangli_1990"], "微信：{微ZhangLi_1990}，住{址麓山南路932号}", "加{微ZHANGLI_1990}") == [
        "微信：【微信号】，住【地址】",
        "加【微信号】",
    ]
    assert erased(["张丽"], "{姓张丽}微信{微ZhangLi_1990}", "加{微zhangli_1990}")[1] == "加【微信号】"


def test_what_is_said_of_others_too_leads_nowhere():
    assert erased(
        ["张丽"],
        "{姓张丽}与{姓李强}{电13900139000}",
        "{姓李强}的电话是{电13900139000}",
        "{姓李强}，{电13900139000}，住{址麓山南路932号3栋502}，微信：{微liqiang_77}",
        "有事打{电13900139000}",
    ) == [
        "【姓名】与李强【电话】",
        "李强的电话是13900139000",
        "李强，13900139000，住麓山南路932号3栋502，微信：liqiang_77",
        "有事打13900139000",
    ]


def test_what_no_text_says_is_named_by_its_place():
    text, entities = marked("{姓张丽}的电话{电13800138000}，微信{微ZhangLi_1990}，编号9876")
    person = ["王芳", " 张丽", "138 0013 8000", "13900139000", "zhangli_1990", "9876"]
    assert absent([text, ""], [entities, []], person) == [0, 3]
    assert absent([], [], ["张丽"]) == [0]


def test_a_value_that_is_known_goes_where_no_span_was_found_but_not_out_of_anothers():
    assert erased(["张丽"], "{姓张丽}的电话{电13800138000}", "打13800138000；{姓张丽娜}说") == [
        "【姓名】的电话【电话】",
        "打【电话】；张丽娜说",
    ]


@pytest.mark.parametrize("known", ["lovelycat", "长沙一中"])
def test_what_is_no_name_tells_nobody_from_another(known):
    assert erased([known, "13800138000"], "{姓张丽}，{电13800138000}，{微lovelycat}，{校长沙一中}") == [
        "【姓名】，【电话】，【微信号】，【学校】"
    ]


@pytest.mark.parametrize(
    ("known", "name"),
    [
        ("张丽", True), ("欧阳娜娜", True), ("欧阳娜", True), ("艾力·买买提", True), ("Zhang Li", True),
        ("lovelycat", False), ("长沙大学", False), ("138", False), ("安徽大学", False),
    ],
)  # fmt: skip
def test_names_are_told_from_accounts_and_schools(known, name):
    assert reads_as_name(known) == name


def test_what_was_given_goes_where_nothing_was_found_as_a_whole_word():
    assert erased(["13800138000", "LovelyCat"], "号13800138000，", "138001380001", "lovelycat说", "lovelycats") == [
        "号【电话】，",
        "138001380001",
        "【微信号】说",
        "lovelycats",
    ]
    assert erased(["张丽"], "张丽和{姓张丽都}", "{姓李强}打张丽") == ["【姓名】和张丽都", "李强打【姓名】"]


def test_pseudonyms_of_the_person_are_the_same_in_all_texts():
    first, second = erased(["张丽"], "{姓张丽}来了", "找{姓张丽}和{姓李强}", policy="llm")
    assert second == f"找{first.removesuffix('来了')}和李强"


def test_somebody_must_be_named():
    with pytest.raises(ValueError, match="at least one thing"):
        erased([" "], "{姓张丽}")


@pytest.mark.parametrize(
    ("texts", "person", "error", "reason"),
    [
        (["张丽"], "张丽", TypeError, "person is a list of texts, not one text"),
        (["张丽"], [None], TypeError, "text 0 is NoneType, not str"),
        ("张", ["张丽"], TypeError, "texts is a list of texts, not one text"),
        (["张丽", "李强"], ["张丽"], ValueError, "2 texts have as many lists of entities, not 1"),
    ],
)
def test_what_cannot_be_erased_is_refused(texts, person, error, reason):
    with pytest.raises(error, match=re.escape(reason)):
        erase(texts, [[]], person)


def test_a_chain_of_numbers_is_followed_to_its_end_in_linear_time():
    count = 1000
    texts = [f"{{姓张丽}}电话{{电{13800000000 + n}}}、{{电{13800000001 + n}}}" for n in reversed(range(count))]
    texts += [f"电话{{电{13900000000 + n}}}、{{电{13900000001 + n}}}" for n in reversed(range(count))]
    begun = time.process_time()
    new = erased(["张丽", "13900000000"], *texts)
    assert time.process_time() - begun < 5
    assert set(new) == {"【姓名】电话【电话】、【电话】", "电话【电话】、【电话】"}


def test_with_the_real_model():
    texts = ["张丽，电话13800138000，住长沙市岳麓区麓山南路932号。", "李强的电话是13912345678。", "有事打13800138000"]
    new = [one.text for one in erase(texts, Recognizer.load().detect_batch(texts), ["张丽"])]
    assert new == ["【姓名】，电话【电话】，住【地址】。", texts[1], "有事打【电话】"]
    texts = ["微信：ZhangLi_1990", "微博@ZhangLi_1990"]
    new = [one.text for one in erase(texts, Recognizer.load().detect_batch(texts), ["zhangli_1990"])]
    assert new == ["微信：【微信号】", "微博@【社交账号】"]
