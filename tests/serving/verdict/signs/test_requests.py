"""What is asked for and offered, what is not, and what of it is nobody's data."""

import pytest
from gaihe.serving.verdict.judgement import judge
from gaihe.serving.verdict.policy import load_policy
from gaihe.serving.verdict.signs.requests import hunts, seeks
from gaihe.serving.verdict.text import plain

from tests.serving.verdict.marked import marked, sure

MODERATION = load_policy("moderation")


def verdict(post, intent, stance="neutral"):
    text, entities, _ = marked(post)
    return judge(text, entities, sure(intent, stance), MODERATION)


def codes(found):
    return {reason.code for reason in found.reasons}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("大家不要去人肉那个女孩，也不要发她的电话学校，让警察处理", False),
        ("大家别去人肉那个女孩了", False),
        ("大家千万不要人肉她", False),
        ("希望大家别开盒他", False),
        ("求求大家不要人肉她", False),
        ("求大家停止人肉她", False),
        ("大家不要人肉她，有事私聊我", False),
        ("评论区有人喊着要人肉她，至于吗", False),
        ("网友扬言要人肉他，警方提醒网暴违法", False),
        ("有粉丝扬言开盒她，警察已介入", False),
        ("律师科普：人肉他犯法吗", False),
        ("有人发帖求人肉，平台应该管管", False),
        ("大家快去人肉那个女孩", True),
        ("大家别忍了，人肉他", True),
        ("网友扬言要人肉他，支持，我们一起人肉他", True),
        ("别人肉她全家，只人肉她本人", True),
        ("不犯法，大家人肉他", True),
        ("有人发帖求人肉？我也求人肉他", True),
        ("不求人肉，只求道歉", False),
        ("千万不能人肉他啊", False),
        ("人肉她是违法的", False),
        ("粉丝喊人肉他，平台不管？", False),
        ("我没人肉她，是别人干的", False),
        ("谁再人肉他我跟谁急", False),
        ("我不需要求开盒服务", False),
        ("有人求人肉她，太恶心了", False),
        ("要不要人肉他？算了吧", False),
        ("要不要人肉他？", True),
        ("能不能人肉他！", True),
        ("不能人肉他吗", True),
        ("求人肉这个狗主人", True),
        ("没人能人肉出他吗？求人肉", True),
        ("怎么没人人肉他", True),
        ("大家一起喊人肉他", True),
        ("把他盒了", True),
        ("要是不还钱就把他盒了", True),
        ("谁把这个人的盒开出来", True),
        ("谁给他盒出来", True),
        ("网友把他盒了，太可怕", False),
        ("千万别把他盒了", False),
        ("后来把他人肉了的人道歉了", False),
    ],
)
def test_a_hunt_that_is_warned_of_or_told_of_others_is_none(text, expected):
    assert hunts(plain(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("大家不要去人肉那个女孩，也不要发她的电话学校", False),
        ("求求大家不要人肉我", False),
        ("别再发我他的照片了", False),
        ("有没有认识会修古籍的老师傅，求介绍", False),
        ("有没有认识长沙银行的朋友，咨询一下贷款", False),
        ("谁认识这个女生", True),
        ("给我他QQ就行", True),
        ("蹲一个Wx", True),
        ("KH私我", True),
        ("有没有认识那个会修车的师傅的", True),
        ("有认识三楼的没", True),
        ("有没有认识他女朋友的", True),
        ("有人认得房产中心的朋友吗，看看伊名下有几套", True),
        ("他扬言要曝光我，谁知道他住哪", True),
        ("有人人肉我，怎么办", False),
        ("谁能告诉我，有人在人肉我怎么办", False),
        ("求助，怎么防止别人查我的手机号", False),
        ("他们在人肉我，我该报警吗", False),
        ("网友人肉我全家，电话都被打爆了，怎么维权", False),
        ("求助，有人威胁要公开我的身份证和住址", False),
        ("他人肉我，谁能把他的电话给我", True),
        ("求人肉我前男友", True),
        ("谁能查我老公的开房记录", True),
        ("谁给他盒了我刷十个火箭", True),
        ("防止封号，查档私聊", True),
    ],
)
def test_who_knows_a_trade_is_no_one_who_is_found_out(text, expected):
    assert seeks(plain(text)) == expected


TRADE = [
    ("接户籍、流水、定位、开房，飞机@[[ACCOUNT:cha_all]]", True),
    ("代查开房记录、通话清单、孕检记录，电话[[PHONE:13574110060]]", True),
    ("能查户籍，需要的加微信[[WECHAT:chaxun_88]]", True),
    ("查开房查流水，老板加QQ [[QQ:384756192]]", True),
    ("谁能查开房记录，机主是[[PHONE:13574110060]]", False),
    ("求这个号的流水，[[PHONE:13574110060]]", False),
    ("那男的加了我，微信[[WECHAT:songyu_1998x]]，求定位", False),
]


@pytest.mark.parametrize(("post", "offered"), TRADE)
def test_the_contact_of_who_offers_is_nobody_elses_data(post, offered):
    found = verdict(post, "solicit")
    assert found.suggestion == "block" and "solicits" in codes(found)
    told = {"reachable", "unique", "health", "lodging", "money"} & codes(found)
    assert not told if offered else {"reachable", "unique"} <= told
    assert [person.concerned for person in found.persons] == [not offered]
    assert sum(found.pieces.values()) == 0 or not offered


def test_an_offer_by_a_contact_alone_is_one_and_its_laws_are_given():
    found = verdict("需要的老板加微信[[WECHAT:laoyang_88]]", "solicit")
    assert (found.level, found.suggestion, codes(found)) == (3, "block", {"solicits"})
    assert {law.code for law in found.laws} == {"pipl_10", "public_security_56"}
    assert not verdict("收工，明天继续", "solicit").laws
    assert {law.code for law in verdict("卖假货的，去查他", "third_party", "hostile").laws} == {"cyberviolence_2024"}


@pytest.mark.parametrize(
    ("post", "public"),
    [
        ("17级新闻系的[[NAME:张丽]]，电话[[PHONE:13574110060]]", False),
        ("新生报道啦，找[[NAME:张丽]]，[[PHONE:13574110060]]", False),
        ("通报批评：[[NAME:张丽]]，学号[[MEMBER_ID:2021030412]]", False),
        ("恭喜[[NAME:张丽]]获奖，电话[[PHONE:13574110060]]", False),
        ("[[NAME:张丽]]玩失踪，电话[[PHONE:13574110060]]", False),
        ("[[NAME:张丽]]卷款失联，电话[[PHONE:13574110060]]", False),
        ("[[NAME:张丽]]昨天失联，电话[[PHONE:13574110060]]", True),
        ("警情通报：[[NAME:张丽]]，学号[[MEMBER_ID:2021030412]]", True),
        ("新闻系的[[NAME:张丽]]上了新闻，电话[[PHONE:13574110060]]", True),
    ],
)
def test_the_public_interest_is_not_said_where_its_words_mean_something_else(post, public):
    assert ("public_interest" in codes(verdict(post, "third_party"))) == public


def test_a_request_for_a_thing_names_nobody_by_the_school_that_it_is_of():
    exam = verdict("谁有[[SCHOOL:湖南大学]]考研真题资料，私我", "solicit")
    assert (exam.level, exam.suggestion, codes(exam)) == (1, "pass", {"solicits_nothing_named"})
    assert verdict("谁有[[SCHOOL:湖南大学]]考研真题资料，私我，有偿", "solicit").suggestion == "review"
    assert verdict("求[[SCHOOL:湖南大学]]昨晚弹吉他那个男生", "solicit").suggestion == "block"
    assert verdict("求[[SCHOOL:湖南大学]][[NAME:张丽]]的笔记", "solicit").suggestion == "block"


@pytest.mark.parametrize(
    ("post", "suggestion"),
    [
        ("求高中班主任电话", "review"),
        ("查老同学联系方式", "review"),
        ("求高中班主任[[NAME:张丽]]的电话", "block"),
        ("求前女友的电话", "block"),
        ("代查老同学联系方式", "block"),
        ("查老同学联系方式，一单五十块，红包", "block"),
        ("求高中班主任电话和住址", "block"),
        ("开盒真的太可怕了，身份证住址电话什么都能查出来", "review"),
        ("听说社工库什么电话都有，国家能不能管管", "review"),
        ("社工库太可怕了，什么电话都能查出来，要查的私聊", "block"),
        ("社工库太可怕了，什么电话都能查出来，价格看主页", "block"),
        ("寻亲：我1988年被抱养，想找到亲生父母，有知情的请联系[[PHONE:13574110060]]", "review"),
        ("接寻亲，给信息就能找人，先付一半", "block"),
        ("主要帮人寻亲，也能看户籍，两百起步", "block"),
        ("寻找失散的前女友[[NAME:张丽]]，求电话", "block"),
    ],
)
def test_requests_of_old_schoolmates_and_of_lost_family_and_talk_are_reviewed(post, suggestion):
    assert verdict(post, "solicit").suggestion == suggestion


@pytest.mark.parametrize(
    ("post", "stance", "suggestion"),
    [
        ("求开锁师傅电话，[[ADDRESS:岳麓区]]的", "neutral", "pass"),
        ("求靠谱月嫂微信", "neutral", "pass"),
        ("谁有小区物业的电话", "neutral", "pass"),
        ("谁有3栋楼长的微信，漏水了", "neutral", "pass"),
        ("求房东直租，电话微信都行", "neutral", "pass"),
        ("有没有同城拼车的，留个电话", "neutral", "pass"),
        ("求黑心物业的电话，打爆它", "inciting", "block"),
        ("求物业电话", "hostile", "block"),
        ("求这个快递员的电话", "neutral", "block"),
        ("求开锁师傅[[NAME:张丽]]的电话", "neutral", "block"),
        ("求开锁师傅的电话和她的住址", "neutral", "block"),
        ("出月嫂和家教老师的微信", "neutral", "block"),
        ("谁有姓连的那位司机师傅电话", "neutral", "block"),
        ("谁有物业王经理电话，家里停水了", "neutral", "pass"),
        ("谁有驾校李教练的微信", "neutral", "pass"),
        ("求物业经理电话", "neutral", "pass"),
        ("谁有社区李主任的手机号，长得帅", "neutral", "block"),
        ("求物业王经理家的电话", "neutral", "block"),
        ("求物业王经理老婆的电话", "neutral", "block"),
        ("谁有物业王经理电话和他的住址", "neutral", "block"),
    ],
)
def test_the_contact_of_a_craftsman_or_an_office_may_be_asked_for(post, stance, suggestion):
    found = verdict(post, "solicit", stance)
    assert found.suggestion == suggestion
    service = suggestion == "pass"
    assert ("solicits_service" in codes(found), "solicits" in codes(found)) == (service, not service)
    assert ("pipl_10" in {law.code for law in found.laws}) == (not service)


@pytest.mark.parametrize(
    ("post", "suggestion"),
    [
        ("寻亲：[[NAME:张丽]]，女，1990年被抱养，右手有痣，联系[[PHONE:13574110060]]", "review"),
        ("寻找失散多年的妹妹[[NAME:张丽]]，[[BIRTH_DATE:1980年3月5日]]生，有线索联系[[PHONE:13574110060]]", "review"),
        ("寻找老战友[[NAME:陈刚]]，84年在株洲当兵，有知道的请告诉我", "review"),
        ("求寻30年前的战友[[NAME:陈刚]]", "review"),
        ("谁认识[[SCHOOL:长郡中学]]92届的[[NAME:王芳]]？我是她老同学", "review"),
        ("谁认识[[NAME:王芳]]？我是她老同学，求她住址", "block"),
        ("寻亲：[[NAME:张丽]]，身份证[[ID_CARD:430111197203054322]]，谁知道她在哪", "block"),
        ("寻亲：[[NAME:张丽]]，她家在[[ADDRESS:桔园小区3栋402]]，谁认识", "block"),
        ("万能寻人：身世、初恋、恩人，只要[[NAME:张丽]]这样一个名字，七天出结果", "block"),
        ("寻找欠钱不还的老同学[[NAME:张丽]]", "block"),
    ],
)
def test_lost_family_and_old_comrades_are_sought_by_name(post, suggestion):
    assert verdict(post, "solicit").suggestion == suggestion


def test_talk_of_how_bad_it_is_is_no_request():
    talk = verdict("开盒太可怕了，查户籍开房都有，国家管管", "solicit")
    assert (talk.suggestion, codes(talk)) == ("review", {"appalled"})
    assert "pipl_10" not in {law.code for law in talk.laws}
    request = verdict("开盒太可怕了，国家管管，[[NAME:李国强]]住[[ADDRESS:桔园小区3栋402]]", "solicit")
    assert "solicits" in codes(request) and "appalled" not in codes(request)


def test_boards_of_honour_are_no_dumps():
    rows = "\n".join(f"[[NAME:钟慧{character}]] [[SCHOOL:湘南大学]]" for character in "甲乙丙丁戊己庚辛壬癸")
    assert verdict(f"高考喜报\n{rows}", "third_party").suggestion == "pass"
    assert verdict(f"高考喜报\n{rows}", "third_party", "hostile").suggestion == "block"
    assert verdict(rows, "third_party").level == 3
    numbers = "\n".join(
        f"[[NAME:钟慧{character}]] [[PHONE:135000526{place:02}]]"
        for place, character in enumerate("甲乙丙丁戊己庚辛壬癸")
    )
    assert verdict(f"高考喜报\n{numbers}", "third_party").level == 3


def test_homes_to_let_and_lost_pets_are_to_be_found():
    home = "帮朋友转租[[ADDRESS:桔园小区3栋402]]，电话[[PHONE:13574110060]]"
    assert verdict(home, "third_party").suggestion == "pass"
    assert verdict("狗走丢了，主人住[[ADDRESS:桔园小区3栋402]]", "third_party").suggestion == "pass"
    assert verdict(f"{home}，都去敲门", "third_party", "inciting").suggestion == "block"
    assert verdict(f"{home}，身份证[[ID_CARD:430111197203054322]]", "third_party").suggestion == "review"
    assert verdict("[[NAME:张丽]]住[[ADDRESS:桔园小区3栋402]]", "third_party").suggestion == "review"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("谁有她的联系方式", True),
        ("求这个人的资料", True),
        ("求盒，价格私聊", True),
        ("老号被封了，查档接单加新号", True),
        ("他被判了两年，谁知道他老家在哪", True),
        ("我被人肉了，谁能帮我查一下是谁干的", True),
        ("不要在群里问资料，直接私聊", True),
        ("他把我挂了，求他手机号", True),
        ("客户名单一条两块", True),
        ("求这女的电话，我被她曝光了", True),
        ("我被她挂了，发我她的手机号", True),
        ("我被他开盒了，把他的电话住址给我", True),
        ("要她的手机号 别发评论区", True),
        ("把他的住址发来别发群里", True),
        ("报姓名性别查户籍，一单五十", True),
        ("要不要查一下他老婆的手机号", True),
        ("求盒这男的，可以换", True),
        ("帮我找找这个人，骗了我三万", True),
        ("帮我找找那双鞋的同款", False),
        ("盒不要" + "在里里" * 60 + "求她电话", True),
        ("别求资料了", False),
        ("大家不要再传她的住址", False),
        ("拒绝人肉，抵制开盒", False),
        ("他求别人的电话被封了七天", False),
        ("群主说了，再求号码的一律踢", False),
        ("法院判了，帮人查手机号的判了三年", False),
        ("人肉别人就是违法", False),
        ("求盒！少一只隐藏款，可换", False),
        ("来自 iPhone客户端", False),
        ("智能机顶盒评测", False),
        ("小姐姐好美，想认识", False),
        ("收一份高数的资料", False),
        ("出乎意料的好，普通话也标准", False),
        ("出料，一手的，不是布料", True),
        ("今天天气真好", False),
    ],
)
def test_what_is_sought_is_named_and_neither_refused_nor_reported(text, expected):
    assert seeks(plain(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("大家快人肉他", True),
        ("谁能开盒这个人", True),
        ("求开盒", True),
        ("不要怕，人肉他", True),
        ("别人都不敢，我们人肉他", True),
        ("这畜生才判了三年，人肉他！", True),
        ("打人的只拘留了五天，人肉他全家", True),
        ("不要再人肉他了", False),
        ("求求你们别人肉她了", False),
        ("人肉他就过分了吧", False),
        ("他人肉搜索别人被抓了", False),
        ("被人肉过的人说说感受", False),
        ("有人说“不服就盒他”，举报了", False),
        ("大家肉搜他，陳志明", True),
        ("可以幫我肉搜嗎", True),
        ("起底佢！陳大文", True),
        ("不要肉搜他", False),
        ("肉搜是違法的", False),
        ("網友肉搜他，好可怕", False),
        ("有人肉搜我，怎麼辦", False),
        ("肉搜他人會被告", False),
        ("肉搜這種事不要做", False),
        ("肉搜一下這盤雞排是哪家的", False),
        ("起底他的发家史", False),
        ("举报了没用，大家人肉他", True),
    ],
)
def test_a_hunt_is_called_for_and_not_refused_or_reported(text, expected):
    assert hunts(plain(text)) == expected
