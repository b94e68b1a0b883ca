"""Posts that expose nobody are given no notice, and their neighbours that lead to somebody are."""

import pytest
from gaihe.serving.verdict.addresses import Precision, is_a_division, is_numbered, precision
from gaihe.serving.verdict.judgement import judge
from gaihe.serving.verdict.policy import load_policy
from gaihe.serving.verdict.requests import deals
from gaihe.serving.verdict.signs import travels, whereabouts
from gaihe.serving.verdict.text import plain

from tests.serving.verdict.marked import marked, sure

MODERATION = load_policy("moderation")


def verdict(post, intent, stance="neutral"):
    text, entities, _ = marked(post)
    return judge(text, entities, sure(intent, stance), MODERATION)


def level(post, intent, stance="neutral"):
    return verdict(post, intent, stance).level


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("[[NAME:左梦婷]]新剧开播\n三岁宝宝学会游泳\n[[NAME:贺小满]]夺冠", 0),
        ("小学生都会背[[NAME:左梦婷]]的诗", 0),
        ("[[SCHOOL:桔园小学]]的学区划分不合理", 0),
        ("三年级的[[NAME:左小丫]]，[[SCHOOL:桔园小学]]的", 1),
        ("[[NAME:贺小满]]在[[WORKPLACE:三一重工]]做了半辈子，说幼儿园都在关停", 0),
        ("从[[SCHOOL:桔园小学]]五年级读到[[SCHOOL:长郡中学]]", 0),
        ("三年级的孩子，家长电话[[PHONE:13500052610]]", 1),
        ("三岁的孩子，家在[[ADDRESS:桔园小区3栋]]", 1),
        ("[[NAME:左梦婷]]，[[ID_CARD:430111199203054321]]", 1),
        ("她现在就在[[ADDRESS:五一广场]]", 1),
    ],
)
def test_talk_of_children_is_noticed_only_where_data_lead_to_one(post, expected):
    assert level(post, "none") == expected
    assert (verdict(post, "none").reasons == ()) == (expected == 0)


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("打卡[[ADDRESS:滨江公园16号美食会所]]", 0),
        ("那个[[ADDRESS:桔园酒店]]的早餐不错", 0),
        ("[[ADDRESS:滨江壹号]]的垃圾站太臭", 0),
        ("[[ADDRESS:桔园小区3栋]]外墙渗水", 1),
        ("[[ADDRESS:桔园小区3栋402]]天天吵", 1),
        ("位于[[ADDRESS:桔园小区3栋]]的奶茶店太吵", 0),
        ("[[ADDRESS:桔园小区3栋402]]的美容店办卡打折", 0),
        ("[[ADDRESS:桔园小区3栋402]]是那个奶茶店老板的家", 1),
        ("[[ADDRESS:桔园小区3栋402]]的奶茶店店主天天吵", 1),
        ("[[NAME:贺小满]]在[[ADDRESS:桔园小区3栋]]的奶茶店，电话[[PHONE:13500052610]]", 1),
    ],
)
def test_an_address_is_noticed_where_it_is_a_home_with_a_number(post, expected):
    assert level(post, "none") == expected


ANSWER = "您好！您反映的停水一事，我局高度重视，回复如下：已修好。"


@pytest.mark.parametrize("intent", ["none", "self", "third_party"])
def test_the_answer_of_an_office_gives_its_own_line(intent):
    line = "联系人：[[NAME:贺小满]]，电话[[PHONE:0731-88010921]]"
    assert level(f"{ANSWER}{line}", intent) == 0
    assert level(f"您好！停水一事请看看。{line}", intent) == (0 if intent == "none" else 1)
    assert level(f"[[NAME:钟慧]]住[[ADDRESS:桔园小区3栋402]]。{ANSWER}", intent) == (
        2 if intent == "third_party" else 1
    )


def test_an_office_thanks_who_wrote_to_it():
    line = "联系人：[[NAME:贺小满]]，电话[[PHONE:0731-88010921]]"
    assert level(f"网友：您好！感谢您对交通工作的关心和支持！{line}", "third_party") == 0
    assert level(f"感谢您的支持！{line}", "third_party") == 1


def test_the_answer_of_an_office_about_a_shop_in_a_building_exposes_nobody():
    post = "该餐馆位于[[ADDRESS:桔园小区3栋]]一楼，靠近[[ADDRESS:桔园小区5栋1单元]]"
    assert (level(f"{ANSWER}{post}", "none"), level(post, "none")) == (0, 1)


@pytest.mark.parametrize(
    ("matter", "post"),
    [
        ("经审理查明，被告人", "[[NAME:贺小满]]系[[WORKPLACE:桔园机械公司]]会计。"),
        ("本报讯 记者从现场获悉，", "[[NAME:贺小满]]在[[WORKPLACE:桔园机械公司]]做了三十年会计。"),
        ("1921年秋，", "[[NAME:贺小满]]到[[SCHOOL:桔园学堂]]教书。"),
        ("院士", "[[NAME:贺小满]]，[[SCHOOL:湘南师范]]。"),
    ],
)
def test_judgments_news_history_and_public_roles_are_no_exposure(matter, post):
    assert level(matter + post, "third_party") == 0
    assert level(post, "third_party") == 1
    assert level(f"{matter}{post}电话[[PHONE:13500052610]]", "third_party") == 1
    assert level(f"{matter}{post}住[[ADDRESS:桔园小区3栋402]]", "third_party") == 2
    assert level(matter + post, "third_party", "hostile") == (2 if matter == "院士" else 3)


def test_a_year_of_birth_is_no_history():
    assert level("1921年，[[NAME:贺小满]]进了[[SCHOOL:桔园学堂]]，后来去世", "third_party") == 0
    assert level("[[NAME:贺小满]]，1948年1月出生，[[SCHOOL:桔园学堂]]的", "third_party") == 1
    assert level("[[NAME:贺小满]]，[[BIRTH_DATE:1948年1月]]，1938年建的[[SCHOOL:桔园学堂]]", "third_party") == 1
    assert level("1921年建校，2019年[[NAME:贺小满]]进了[[SCHOOL:桔园学堂]]", "third_party") == 1


def test_one_word_of_a_court_makes_no_judgment():
    post = "[[NAME:贺小满]]在[[WORKPLACE:桔园机械公司]]当会计"
    assert level(f"本院开庭前，{post}", "third_party") == 1


def test_a_pupil_has_no_public_role():
    assert level("冠军[[NAME:左志远]]，[[SCHOOL:长郡中学]]的", "third_party") == 0
    assert level("冠军[[NAME:左志远]]，[[SCHOOL:长郡中学高二3班]]的", "third_party") == 1


def test_a_child_in_the_news_is_none_to_be_found():
    post = "[[SCHOOL:桔园小学]]三年级的[[NAME:左小丫]]讲了故事"
    assert (level(post, "none"), level(f"本报讯 通讯员周立 {post}", "none")) == (1, 0)
    assert level(f"本报讯 {post}，家长电话[[PHONE:13500052610]]", "none") == 1


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("那个[[NAME:左梦婷]]真有意思", 0),
        ("[[NAME:左梦婷]]确诊了乙肝", 1),
        ("[[NAME:左梦婷]]前年得了乳腺癌", 1),
        ("[[NAME:左梦婷]]，车牌[[PLATE:湘A8K921]]", 1),
        ("那辆[[PLATE:湘A8K921]]挡道了", 1),
    ],
)
def test_a_name_alone_without_ill_will_exposes_nobody(post, expected):
    assert level(post, "third_party") == expected
    assert level(post, "third_party", "hostile") == 3


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("我是[[ADDRESS:雨花区桔园村]]村民，请修修路", 0),
        ("我在[[WORKPLACE:三一重工]]上班，食堂不错", 0),
        ("我是[[ADDRESS:雨花区桔园村]]村民，去年住院花了五万", 1),
        ("我女儿8岁，在[[SCHOOL:桔园小学]]读书", 1),
        ("我是[[ADDRESS:桔园村]]的，住[[ADDRESS:雨花区桔园村二组]]，请修修路", 0),
        ("我叫[[NAME:贺小满]]，在[[WORKPLACE:三一重工]]上班", 1),
        ("我住[[ADDRESS:桔园小区3栋402]]", 1),
        ("我弟在[[SCHOOL:湖南大学]]读书。找我请打[[PHONE:13500052610]]", 1),
        ("我的电话[[PHONE:13500052610]]", 1),
    ],
)
def test_where_the_author_lives_or_works_is_no_secret_by_itself(post, expected):
    assert level(post, "self") == expected


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("欢迎加入听众群[[QQ:123450987]]", 0),
        ("更多精彩关注微信[[WECHAT:hexm_0921]]", 0),
        ("商务合作请写[[EMAIL:hexm0921@qq.com]]，投稿[[WECHAT:hexm_0921]]", 0),
        ("小店新开张，欢迎来电[[PHONE:13500052610]]", 0),
        ("客服让我自己报警，我的号[[QQ:123450987]]", 1),
        ("加盟被骗了，找我[[PHONE:13500052610]]", 1),
        ("小店新开张，我住[[ADDRESS:桔园小区3栋402]]", 1),
        ("投稿费打卡[[BANK_CARD:6222021901001234567]]", 1),
        ("我住院了，投稿的事找我[[PHONE:13500052610]]", 1),
        ("找我请打[[PHONE:13500052610]]", 1),
    ],
)
def test_a_business_gives_its_own_contact(post, expected):
    assert level(post, "self") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("求个资源", False),
        ("求这首歌的链接", False),
        ("求个资源，懂的私聊", True),
        ("老渠道，懂的来", True),
        ("谁知道那女的", True),
        ("求她的", True),
    ],
)
def test_a_request_for_a_thing_is_given_no_notice(text, expected):
    assert deals(plain(text)) == expected
    found = verdict(text, "solicit")
    assert (found.level > 0, bool(found.reasons)) == (expected, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("国产C919飞机，航班什么时候开", False),
        ("机动车标准GB/T699", False),
        ("自动车厢，编号G1103", False),
        ("C5市高铁新城的铁塔", False),
        ("坐高铁G1103回家", True),
        ("航班CZ3125落地", True),
        ("坐动车D2281", True),
    ],
)
def test_a_trip_has_the_number_of_a_train_or_a_flight(text, expected):
    assert travels(plain(text)) == expected


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("据了解，目前[[ADDRESS:桔园小区]]出现漏水", False),
        ("她目前[[ADDRESS:桔园小区]]，速来", True),
        ("她现在[[ADDRESS:桔园小区]]都没出来", True),
        ("目前[[ADDRESS:桔园小区]]，速来", True),
        ("刚刚研究生毕业进了[[WORKPLACE:三一重工]]", False),
        ("她刚刚进了[[WORKPLACE:三一重工]]", True),
        ("我现在在[[ADDRESS:西安]]，这边下雨", False),
        ("他现在在[[ADDRESS:五一广场]]", True),
    ],
)
def test_a_place_that_is_spoken_of_and_a_city_are_nobodys_whereabouts(post, expected):
    text, entities, _ = marked(post)
    assert bool(whereabouts(plain(text), entities)) == expected


@pytest.mark.parametrize(
    ("address", "how", "numbered"),
    [
        ("桔园镇滨江壹号", Precision.STREET, False),
        ("滨江壹号院", Precision.STREET, False),
        ("滨江壹号3栋", Precision.BUILDING, True),
        ("人民路一号", Precision.BUILDING, True),
        ("桔园村一号", Precision.DOOR, True),
        ("桔园酒店", Precision.BUILDING, False),
        ("桔园酒店308房", Precision.DOOR, True),
        ("麓山南路932号", Precision.BUILDING, True),
        ("麓山南路932号桔园小区", Precision.BUILDING, False),
        ("麓山南路932号桔园小区3栋", Precision.BUILDING, True),
        ("麓山南路932号定王大厦", Precision.BUILDING, True),
    ],
)
def test_an_estate_may_be_called_number_one(address, how, numbered):
    assert (precision(address), is_numbered(address)) == (how, numbered)


@pytest.mark.parametrize(("address", "expected"), [("西安", True), ("湖南邵阳", True), ("邵阳桔园小区", False)])
def test_a_city_is_told_from_a_place_in_it(address, expected):
    assert is_a_division(address) == expected
