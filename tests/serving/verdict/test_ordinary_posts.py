"""Posts that expose nobody are given no notice, and their neighbours that lead to somebody are."""

from dataclasses import replace

import pytest
from gaihe.serving.core.schema import NoiseKind
from gaihe.serving.verdict.facts.addresses import Precision, is_a_division, is_numbered, precision
from gaihe.serving.verdict.judgement import judge
from gaihe.serving.verdict.policy import load_policy
from gaihe.serving.verdict.signs.requests import deals
from gaihe.serving.verdict.signs.trips import travels
from gaihe.serving.verdict.signs.whereabouts import whereabouts
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
        ("[[ADDRESS:桔园小区3栋402]]那对夫妻天天去网吧，孩子没人管", 1),
        ("[[ADDRESS:桔园小区3栋402]]房东开了烧烤店", 1),
        ("[[ADDRESS:桔园小区3栋402]]住户半夜在家做养生", 1),
        ("[[ADDRESS:桔园小区3栋102]]小何美甲店，新客八折", 0),
        ("[[ADDRESS:桔园小区3栋]]的好邻居便利店", 0),
        ("[[ADDRESS:桔园小区3栋]]邻居开了烧烤店", 1),
        ("[[ADDRESS:桔园小区3栋]]楼上的理发师半夜唱歌", 1),
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


@pytest.mark.parametrize(
    "post",
    [
        "您反映的问题收悉。学生[[NAME:左小丫]]，[[SCHOOL:长郡中学高二3班]]，父亲[[NAME:左志远]]电话[[PHONE:13500052610]]",
        "您反映的问题已获悉，投诉人系[[ADDRESS:桔园小区]]住户[[NAME:左梦婷]]，电话[[PHONE:13500052610]]",
        "您反映的问题收悉。信访人[[NAME:左志远]]系[[WORKPLACE:三一重工]]职工，电话[[PHONE:13500052610]]",
        "您反映的问题收悉。[[NAME:左志远]]患有尿毒症，电话[[PHONE:13500052610]]",
        "感谢各位邻居，感谢您对左志远案的关注，[[NAME:左志远]]在[[WORKPLACE:三一重工]]，电话[[PHONE:13500052610]]",
        "感谢您对主播的支持，[[NAME:左梦婷]]的微信[[WECHAT:hexm_0921]]",
        "您好，我区对面小区那个[[NAME:左梦婷]]，微信[[WECHAT:hexm_0921]]，请您加一下",
        "请您转发，我校现有一名离校的，[[NAME:左梦婷]]，电话[[PHONE:13500052610]]",
        "请您看看，我镇已经停水，[[NAME:贺小满]]，电话[[PHONE:13500052610]]",
    ],
)
@pytest.mark.parametrize("intent", ["self", "third_party"])
def test_data_of_citizens_are_no_line_of_an_office(post, intent):
    assert level(post, intent) == 1


@pytest.mark.parametrize(
    "answer",
    [
        "您反映的问题，我区对停水一事高度重视。",
        "请您放心，来信收悉。",
        "您投诉的问题已转有关部门，请投诉人联系",
        "网友您好，感谢您对我县社保征缴工作的支持。",
        "您咨询的问题见网站，感谢您的关注。",
    ],
)
def test_an_office_names_who_answers_its_line(answer):
    assert level(f"{answer}[[NAME:贺小满]]，电话[[PHONE:0731-88010921]]", "third_party") == 0


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


@pytest.mark.parametrize("matter", ["据报道，", "经审理查明，被告人不服。", "主播", "冲上热搜的"])
@pytest.mark.parametrize(
    "more", ["在[[WORKPLACE:三一重工]]上班", "车牌[[PLATE:湘A8K921]]", "[[BIRTH_DATE:1995年8月12日]]生"]
)
def test_a_home_beside_more_of_the_same_person_is_noticed(matter, more):
    post = f"{matter}[[NAME:左梦婷]]，{more}"
    assert level(post, "third_party") == 0
    assert level(f"{post}，家住[[ADDRESS:桔园小区]]", "third_party") == 1


@pytest.mark.parametrize(
    "post",
    [
        "[[NAME:李强]] [[NAME:王丽]] 新婚大喜 5月1日 [[ADDRESS:桔园大酒店三楼]] 恭候光临",
        "婚礼：新郎[[NAME:陈浩然]] 新娘[[NAME:张丽]] 5月1日 [[ADDRESS:桔园大酒店1楼宴会厅]]",
        "陈老太爷八十大寿，5月1日中午[[ADDRESS:桔园大酒店一楼]]，孝子[[NAME:陈刚]]敬邀",
        "校友聚会：5月1日，[[ADDRESS:桔园大酒店208包厢]]，联系人[[NAME:李强]]，[[PHONE:13500052610]]",
    ],
)
def test_who_invites_to_a_feast_gives_nobody_away(post):
    assert level(post, "third_party") == 1
    assert not {"lodging", "at_the_door"} & {reason.code for reason in verdict(post, "third_party").reasons}
    assert level(f"{post}，家住[[ADDRESS:桔园小区3栋402]]", "third_party") == 2
    assert level(f"{post}，大家去砸场", "third_party", "inciting") == 4


@pytest.mark.parametrize(
    "post",
    [
        "上周同学聚会碰到[[NAME:王芳]]，她现在住[[ADDRESS:桔园小区3栋]]，电话[[PHONE:13500052610]]，离婚了",
        "求扩散：[[NAME:王芳]]升学宴没请老师，家住[[ADDRESS:桔园小区3栋]]，[[SCHOOL:长郡中学]]高三，[[PHONE:13500052610]]",
        "[[NAME:王芳]]得了抑郁症，住[[ADDRESS:桔园小区3栋]]，上次婚宴没来",
    ],
)
def test_who_tells_of_a_feast_invites_nobody(post):
    assert level(post, "third_party") == 2


def test_a_home_in_an_old_house_is_noticed():
    post = "[[NAME:左梦婷]]在[[WORKPLACE:三一重工]]上班，公司在1937年建的楼里"
    assert level(post, "third_party") == 0
    assert level(f"{post}，家住[[ADDRESS:桔园小区]]", "third_party") == 1


def test_an_unnamed_person_in_the_news_has_a_home_too():
    post = "冲上热搜的女孩在[[WORKPLACE:三一重工]]上班"
    assert level(post, "third_party") == 0
    assert level(f"{post}，家住[[ADDRESS:桔园小区]]", "third_party") == 1
    assert level("冲上热搜的[[ADDRESS:桔园小区]]", "third_party") == 0


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("确诊了尿毒症", 1),
        ("昨晚在宾馆", 1),
        ("月薪三千", 1),
        ("做会计", 0),
    ],
)
def test_judgments_tell_of_health_lodging_and_money(said, expected):
    post = f"被告人不服，经审理查明，[[NAME:贺小满]]在[[WORKPLACE:桔园机械公司]]，{said}"
    assert level(post, "third_party") == expected


def test_a_judgment_hides_no_value_from_a_filter():
    post = "经审理查明，被告人[[NAME:贺小满]]，车牌[[PLATE:湘A-8K-921]]"
    text, entities, _ = marked(post)
    hidden = [replace(span, evasion=(NoiseKind.HOMOPHONE_DIGIT,)) for span in entities]
    assert [judge(text, spans, sure("third_party", "neutral"), MODERATION).level for spans in (entities, hidden)] == [
        0,
        1,
    ]


@pytest.mark.parametrize("now", ["现在", "如今", "目前", "今年"])
def test_who_lives_now_is_no_history(now):
    post = "[[NAME:左志远]]在[[WORKPLACE:三一重工]]看门"
    assert level(f"这房子建于1946年，{post}", "third_party") == 0
    assert level(f"这房子建于1946年，{now}{post}", "third_party") == 1


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
        ("我一个人住[[ADDRESS:桔园小区]]，女", 1),
        ("我独居，在[[ADDRESS:桔园小区]]", 1),
        ("我在[[WORKPLACE:三一重工]]上班，住[[ADDRESS:桔园小区]]，晚上就我一个人", 1),
        ("我和父母住[[ADDRESS:桔园小区]]，女", 0),
        ("我在[[SCHOOL:桔园中学]]当老师，抑郁三年了", 1),
        ("我在[[SCHOOL:桔园中学]]当老师，三年了", 0),
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
        ("欢迎咨询，我叫[[NAME:贺小满]]，住[[ADDRESS:桔园小区]]，电话[[PHONE:13500052610]]", 1),
        ("欢迎咨询，我们在[[ADDRESS:桔园小区]]，电话[[PHONE:13500052610]]", 1),
        ("打了客服电话没人理，我叫[[NAME:贺小满]]，电话[[PHONE:13500052610]]", 1),
        ("打了客服电话也没人接，找我请打[[PHONE:13500052610]]", 1),
        ("客服电话[[PHONE:13500052610]]，联系人[[NAME:贺小满]]", 0),
    ],
)
def test_a_business_gives_its_own_contact(post, expected):
    assert level(post, "self") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("求个资源", False),
        ("求这首歌的链接", False),
        ("求个门道买票", False),
        ("这里人均多少，求推荐", False),
        ("求老师推荐教材", False),
        ("有没有老师能开发票", False),
        ("这老师讲得好求资源", False),
        ("学姐求带", False),
        ("求这个up主的视频", False),
        ("求床上三件套推荐", False),
        ("哪里能弄到教材", False),
        ("求开一下发票", False),
        ("查个人所得税怎么弄", False),
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
    "text",
    [
        "求up主三件套",
        "蹲一个up主的",
        "求大神开一下图里的妹子",
        "求学姐的，懂？",
        "查个人多少米",
        "哪里能弄到这老师的东西，求个门道",
        "有资源吗，就那个老师",
        "有没有大神搞得到那个主播的，求",
        "求个能开的大神",
        "收那姑娘的全套",
    ],
)
def test_a_request_for_somebody_in_code_is_given_a_notice(text):
    found = verdict(text, "solicit")
    assert (found.level, [reason.code for reason in found.reasons]) == (1, ["solicits_nothing_named"])


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
        ("坐C9193次城际高铁回来，我去堵她", True),
        ("航班/MU5301 今晚落地", True),
        ("车次/G1103 今晚到", True),
        ("C919首航，航班MU9191", True),
        ("高铁材料按GB/T699", False),
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
        ("目前[[ADDRESS:桔园小区]]已经停水", False),
        ("目前[[ADDRESS:桔园小区]]居民反映噪音大", False),
        ("目前[[ADDRESS:桔园小区]]有三栋楼", False),
        ("目前[[ADDRESS:桔园小区]]是老旧小区", False),
        ("目前[[ADDRESS:桔园小区]]有人看着他", True),
        ("目标现在[[ADDRESS:桔园小区]]都没出来", True),
        ("目前[[ADDRESS:桔园小区]]已经是他和小三的窝", True),
        ("目前[[ADDRESS:桔园小区]]是他的落脚点", True),
        ("现在人就在[[SCHOOL:桔园中学]]毕业典礼上", True),
        ("他此刻在[[ADDRESS:桔园酒店]]办入职手续", True),
        ("她今天下午在[[WORKPLACE:三一重工]]入职培训", True),
        ("她今天下午在[[WORKPLACE:三一重工]]入职", False),
        ("现在人就在[[SCHOOL:桔园中学]]毕业", False),
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
        ("麓山南路932号桔园小区", Precision.STREET, False),
        ("劳动西路289号嘉盛华庭", Precision.STREET, False),
        ("麓山南路932号湖南大学", Precision.STREET, False),
        ("麓山南路932号桔园养老院", Precision.BUILDING, True),
        ("麓山南路30号院", Precision.BUILDING, False),
        ("麓山南路932号桔园小区3栋", Precision.BUILDING, True),
        ("麓山南路932号定王大厦", Precision.BUILDING, True),
        ("江湾壹号", Precision.STREET, False),
        ("李家湾一号", Precision.BUILDING, True),
        ("后海北沿一号", Precision.BUILDING, True),
        ("东大门一号", Precision.BUILDING, True),
        ("人民路壹号", Precision.BUILDING, True),
        ("江湾壹号楼", Precision.BUILDING, True),
        ("滨江一号", Precision.STREET, False),
        ("一号公馆", Precision.STREET, False),
        ("岳麓区一号公馆", Precision.STREET, False),
        ("人民路一号公馆", Precision.BUILDING, True),
        ("1号院", Precision.BUILDING, True),
    ],
)
def test_an_estate_may_be_called_number_one(address, how, numbered):
    assert (precision(address), is_numbered(address)) == (how, numbered)


@pytest.mark.parametrize(("address", "expected"), [("西安", True), ("湖南邵阳", True), ("邵阳桔园小区", False)])
def test_a_city_is_told_from_a_place_in_it(address, expected):
    assert is_a_division(address) == expected
