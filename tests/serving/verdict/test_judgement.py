import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import product
from pathlib import Path

import pytest
from gaihe.serving.core.post_scores import PostScores
from gaihe.serving.core.schema import Entity, EntityType, Intent, NoiseKind, Stance
from gaihe.serving.verdict.evidence import evidence
from gaihe.serving.verdict.judgement import judge
from gaihe.serving.verdict.policy import Suggestion, load_policy
from gaihe.serving.verdict.table import REACHES, consistent_cells
from gaihe.serving.verdict.table_file import load_table
from hypothesis import given
from hypothesis import strategies as st

from tests.serving.verdict.marked import marked, sure
from tests.serving.verdict.persons.test_persons import found_posts

MODERATION, STRICT = load_policy("moderation"), load_policy("strict")
EXAMPLES = {
    ("nothing", "none"): "这人就是个骗子，资料我有",
    ("general", "none"): "那辆[[PLATE:湘A8K921]]",
    ("general", "remote"): "就是这个号[[PHONE:19173052618]]",
    ("general", "place"): "那个[[SCHOOL:湘南幼师]]的",
    ("several", "none"): "[[NAME:左梦婷]]，车牌[[PLATE:湘A8K921]]",
    ("several", "remote"): "[[NAME:左梦婷]]，[[PHONE:19173052618]]",
    ("several", "place"): "[[NAME:左梦婷]]，[[SCHOOL:湘南幼师]]",
    ("sensitive", "none"): "[[NAME:左梦婷]]，[[ID_CARD:430111199203054321]]",
    ("sensitive", "remote"): "[[PHONE:19173052618]]，[[ID_CARD:430111199203054321]]",
    ("sensitive", "place"): "[[NAME:左梦婷]]，[[ADDRESS:麓山南路932号]]",
    ("sensitive", "door"): "[[NAME:左梦婷]]，[[ADDRESS:桔园小区3栋402]]",
}
"""For what is told and how the person can be got at, a post."""


def verdict(post, intent="third_party", stance="hostile", policy=MODERATION, **options):
    text, entities, _ = marked(post)
    return judge(text, entities, sure(intent, stance), policy, **options)


def codes(found):
    return {reason.code for reason in found.reasons}


@pytest.mark.parametrize("cell", list(consistent_cells()), ids="-".join)
def test_every_cell_has_a_post_that_stands_in_it(cell):
    intent, stance, what, reach = cell
    found = verdict(EXAMPLES[what, reach], intent, stance)
    assert found.level == MODERATION.table.cells[cell]
    assert found.suggestion == (["pass", "pass", "review", "block", "block"][found.level])
    assert found.score == 25 * found.level
    assert (found.intent, found.stance) == (intent, stance)


LEVELS = [
    ("none", "neutral", "演员[[NAME:左梦婷]]的新戏真好看", 0, "pass", "none/none"),
    ("self", "neutral", "本人[[NAME:贺小满]]，电话[[PHONE:13500052610]]，住[[ADDRESS:桔园小区3栋402]]", 1, "pass", "self_disclosure/sensitive"),
    ("self", "inciting", "我家[[ADDRESS:桔园小区3栋402]]，有种来", 1, "pass", "self_disclosure/sensitive"),
    ("third_party", "neutral", "捡到[[NAME:钟慧]]的校园卡，学号[[MEMBER_ID:2021030412]]", 1, "pass", "exposure/profile"),
    ("third_party", "neutral", "问行政[[NAME:钟慧]]，电话[[PHONE:13500052610]]", 1, "pass", "exposure/contact"),
    ("third_party", "neutral", "[[NAME:钟慧]]，住[[ADDRESS:桔园小区3栋402]]，快递送错了", 2, "review", "exposure/address"),
    ("none", "hostile", "这种人渣，大家快人肉他", 2, "review", "none/none"),
    ("none", "hostile", "看报道他被人肉了，活该", 0, "pass", "none/none"),
    ("third_party", "hostile", "骗子[[NAME:李国强]]，[[PHONE:13500052619]]", 3, "block", "exposure/contact"),
    ("third_party", "hostile", "[[NAME:李国强]]，身份证[[ID_CARD:430111197203054322]]", 3, "block", "exposure/identity"),
    ("third_party", "hostile", "[[NAME:李国强]]家在[[ADDRESS:桔园小区3栋402]]", 4, "block", "exposure/address"),
    ("third_party", "hostile", "[[NAME:李国强]]，现在就在[[WORKPLACE:三一重工]]门口", 4, "block", "exposure/whereabouts"),
    ("third_party", "inciting", "她是[[SCHOOL:湘南幼师]]的[[NAME:左梦婷]]，都去举报", 4, "block", "exposure/profile"),
    ("third_party", "hostile", "[[SCHOOL:桔园小学三年级2班]]的[[NAME:左小丫]]偷东西", 4, "block", "exposure/minor"),
    ("third_party", "hostile", "[[SCHOOL:长郡中学高二3班]]的[[NAME:左小丫]]偷东西", 3, "block", "exposure/minor"),
    ("third_party", "hostile", "卖假货的，去挂他", 1, "pass", "exposure/no_data"),
    ("third_party", "hostile", "骗子[[NAME:李国强]]", 3, "block", "exposure/profile"),
    ("third_party", "hostile", "[[SCHOOL:湘南幼师]]的[[NAME:左梦婷]]偷东西", 3, "block", "exposure/profile"),
    ("solicit", "neutral", "收工，明天继续", 1, "pass", "solicitation/request"),
    ("solicit", "neutral", "谁有她的联系方式", 3, "block", "solicitation/request"),
    ("solicit", "neutral", "查档接单，户籍手机号都能查", 3, "block", "solicitation/trade"),
    ("solicit", "hostile", "谁有这女的微信，求扒", 3, "block", "solicitation/request"),
]  # fmt: skip


@pytest.mark.parametrize(("intent", "stance", "post", "level", "suggestion", "label"), LEVELS)
def test_posts_come_to_their_level(intent, stance, post, level, suggestion, label):
    found = verdict(post, intent, stance)
    assert (found.level, found.suggestion, f"{found.label}/{found.sub_label}") == (level, suggestion, label)


@pytest.mark.parametrize("policy", [MODERATION, STRICT])
def test_own_data_is_warned_of_and_never_blocked(policy):
    for post, stance in product(EXAMPLES.values(), Stance):
        found = verdict(post, "self", stance, policy)
        assert found.level <= 1
        assert found.suggestion is not Suggestion.BLOCK
        assert found.level == 0 or "self_disclosure" in codes(found)


@pytest.mark.parametrize("policy", [MODERATION, STRICT])
def test_a_public_role_and_the_public_interest_go_no_higher_than_a_review(policy):
    role = "演员[[NAME:左梦婷]]住[[ADDRESS:桔园小区3栋402]]"
    assert verdict(role, "third_party", "inciting", policy).suggestion == "review"
    missing = "寻人启事：[[NAME:周德明]]，七旬老人，现在可能在[[ADDRESS:桔园小区3栋402]]一带"
    assert verdict(missing, "third_party", "neutral", policy).suggestion == "review"
    assert "public_interest" in codes(verdict(missing, "third_party", "neutral", policy))


def test_only_what_is_so_is_given_as_a_reason():
    asked = verdict("有偿寻人：求张丽现在的电话，红包", "solicit", "neutral")
    assert asked.suggestion == "block" and "public_interest" not in codes(asked)
    missing = "寻人启事：[[NAME:周德明]]，[[PHONE:13500052610]]"
    assert "public_interest" in codes(verdict(missing, "third_party", "neutral"))
    assert "public_interest" not in codes(verdict(f"{missing}，[[ADDRESS:桔园小区3栋402]]", "none", "neutral"))
    actor = "演员[[NAME:左梦婷]]住[[ADDRESS:桔园小区3栋402]]"
    assert "public_role" in codes(verdict(actor, "third_party", "hostile"))
    assert "public_role" not in codes(verdict(actor, "solicit", "hostile"))
    assert "exposes_another" not in codes(verdict("卖假货的，去挂他", "third_party", "hostile"))
    assert "exposes_another" in codes(verdict("骗子[[NAME:李国强]]", "third_party", "hostile"))


@pytest.mark.parametrize(
    "post",
    [
        "[[NAME:武松]]打虎那回写得最好",
        "单曲循环歌手[[NAME:左梦婷]]，[[NAME:左梦婷]]唱功真稳",
        "再见[[SCHOOL:湘南幼师]]，明天就搬宿舍了",
        "高三能睡够八小时吗？[[NAME:左梦婷]]老师在讲座里说可以",
        "今天的热搜：[[NAME:左梦婷]]官宣；本土新增确诊三例；民警通报冒名入学",
        "[[NAME:胡建平]]是[[WORKPLACE:长沙市委]]副书记，昨天被查",
    ],
)
def test_a_post_by_which_nobody_is_exposed_is_given_no_reason(post):
    found = verdict(post, "none", "neutral")
    assert (found.level, found.suggestion, codes(found)) == (0, "pass", set())
    assert all(person.fits is not None for person in found.persons)


@pytest.mark.parametrize(
    "post",
    [
        "[[NAME:王芳]]和[[NAME:陈刚]]来了",
        "锦旗：感谢民警[[NAME:陈刚]]，[[WORKPLACE:岳麓派出所]]",
        "法院判决书：被告人[[NAME:陈刚]]，本院认为",
    ],
)
def test_a_post_that_needs_no_reason_is_given_no_law(post):
    found = verdict(post, "third_party", "neutral")
    assert (found.level, found.suggestion, codes(found), found.laws) == (0, "pass", set(), ())


@pytest.mark.parametrize(
    ("post", "stance", "label", "laws"),
    [
        ("\n".join(f"[[NAME:钟{name}]] [[PHONE:1350005{place:04}]]" for place, name in enumerate("一二三四五六七八九十")), "neutral", "dump", {"pipl_10", "interpretation_2017_5"}),
        ("[[NAME:陈思涵]]，8岁，[[SCHOOL:桔园小学]]", "hostile", "doubtful", {"pipl_10", "pipl_28", "pipl_31", "cyberviolence_2024"}),
        ("[[NAME:陈刚]]，住[[ADDRESS:桔园小区3栋502]]", "inciting", "doubtful", {"pipl_10", "pipl_28", "gbt_35273_b"}),
    ],
)  # fmt: skip
def test_what_is_reviewed_though_the_model_sees_nobody_exposed_is_given_label_and_laws(post, stance, label, laws):
    found = verdict(post, "none", stance)
    assert (found.suggestion, found.label, found.sub_label) == ("review", "exposure", label)
    assert laws <= {law.code for law in found.laws}


def test_a_post_that_is_reviewed_for_the_policys_list_alone_exposes_nobody():
    found = verdict("听说[[WORKPLACE:三一重工]]又在集资", "none", "neutral", replace(MODERATION, always=("集资",)))
    assert (found.suggestion, found.label) == ("review", "none")


def test_a_post_that_exposes_nobody_is_given_what_explains_its_level():
    building = verdict("[[ADDRESS:桔园小区3栋]]外墙渗水，旁边就是小学", "none", "neutral")
    assert (building.level, building.suggestion, codes(building)) == (1, "pass", {"sensitive"})


def test_a_post_that_is_reviewed_because_of_a_child_says_so():
    child = verdict("[[SCHOOL:桔园小学]]的[[NAME:左小丫]]才8岁就偷东西", "none", "hostile")
    assert (child.level, child.suggestion) == (2, "review")
    assert {"sensitive", "minor_under_14"} <= codes(child)


def test_a_post_that_is_reviewed_for_other_labels_says_so():
    text, entities, _ = marked("[[NAME:李国强]]，[[PHONE:13500052619]]")
    scores = PostScores({"none": 0.45, "third_party": 0.4, "solicit": 0.15}, {"hostile": 1.0})
    found = judge(text, entities, scores, MODERATION)
    assert (found.level, found.suggestion) == (1, "review")
    assert {"doubtful", "reachable"} <= codes(found)
    assert "doubtful" not in codes(verdict("骗子[[NAME:李国强]]，[[PHONE:13500052619]]"))


def test_a_name_alone_is_not_said_to_fit_few_people():
    assert not {"unique", "narrow"} & codes(verdict("骗子[[NAME:左梦婷]]"))
    assert "unique" in codes(verdict("[[SCHOOL:湘南幼师]]的[[NAME:左梦婷]]偷东西"))
    (person,) = verdict("骗子[[NAME:左梦婷]]").persons
    assert person.fits < 1000


@pytest.mark.parametrize(
    ("post", "located"),
    [
        ("那个[[SCHOOL:湘南幼师]]的", False),
        ("[[ADDRESS:桔园小区]]的保安态度真差", False),
        ("[[WORKPLACE:三一重工]]的人，[[NAME:张某某]]", False),
        ("[[SCHOOL:湘南幼师]]的[[NAME:左梦婷]]", True),
        ("他就住[[ADDRESS:麓山南路932号]]", True),
        ("他[[WORKPLACE:三一重工]]的，微信[[WECHAT:hexm_0921]]", True),
    ],
)
def test_a_place_leads_to_somebody_beside_something_else_of_theirs(post, located):
    assert ("locatable" in codes(verdict(post))) == located


@pytest.mark.parametrize(
    ("post", "combined"),
    [
        ("[[NAME:李万山]]，[[NAME:万山]]这人不行", False),
        ("他住[[ADDRESS:桔园村]]，就是[[ADDRESS:雨花区桔园村]]", False),
        ("[[NAME:李万山]]，[[ADDRESS:雨花区桔园村]]", True),
        ("他的号[[PHONE:13500052619]]和[[PHONE:13500052610]]", True),
    ],
)
def test_a_value_that_is_repeated_in_part_is_no_other_piece(post, combined):
    assert ("combined" in codes(verdict(post))) == combined


@pytest.mark.parametrize(
    ("post", "level"),
    [
        ("追到第三季还没完\n— from Xiaomi [[PHONE:23116408C]], Android 14 of S1 Next Goose v2.5.2", 1),
        ("笑死 来自 [[NAME:华为]]Mate60 Pro手机客户端", 1),
        ("这也行？\n来自: [[NAME:小米]]手机 [[MEMBER_ID:M2102J2SC]]", 1),
        ("这也行？ 来自 iPhone 客户端 [[PHONE:13500052619]]", 3),
        ("这也行？ 来自 iPhone加扣[[QQ:123450987]]", 3),
        ("这也行？ 来自 iPhone [[PHONE:135 0005 2619]]", 3),
        ("这也行？ via iPhone [[PHONE:+86-13500052619]]", 3),
        ("那个[[PHONE:13500052619]]，来自 iPhone", 3),
        ("他来自[[SCHOOL:湘南幼师]]", 3),
        ("来自小米公司的[[NAME:李国强]]", 3),
    ],
)
def test_what_a_post_was_sent_from_is_nobodys_data(post, level):
    assert verdict(post).level == level


@pytest.mark.parametrize(
    ("post", "located", "level"),
    [
        ("[[NAME:李强]]，毕业于[[SCHOOL:湖南大学]]，老赖", False, 3),
        ("[[NAME:张丽]]以前在[[WORKPLACE:三一重工]]上班，后来被开除", False, 3),
        ("老赖[[NAME:张丽]]，[[WORKPLACE:三一重工]]前员工", False, 3),
        ("[[NAME:张丽]]，[[SCHOOL:湖南大学]]毕业的，老赖", False, 3),
        ("[[NAME:张丽]]原来在[[ADDRESS:坡子街]]开酒吧，老赖", False, 3),
        ("她以前住[[ADDRESS:桔园小区3栋402]]，现在搬走了", False, 3),
        ("她住[[ADDRESS:桔园小区3栋402]]，去年就搬走了", False, 3),
        ("她以前住[[ADDRESS:桔园小区3栋402]]，现在住[[ADDRESS:望月小区5栋101]]", True, 4),
        ("[[NAME:李强]]毕业于[[SCHOOL:湖南大学]]，在[[WORKPLACE:三一重工]]上班", True, 3),
        ("原来她住[[ADDRESS:桔园小区3栋402]]", True, 4),
        ("[[NAME:李强]]，[[SCHOOL:湖南大学]]毕业班的", True, 3),
        ("她住[[ADDRESS:桔园小区3栋402]]，还没搬走", True, 4),
    ],
)
def test_a_place_that_somebody_has_left_leads_to_nobody(post, located, level):
    found = verdict(post)
    assert (("locatable" in codes(found)) or ("at_the_door" in codes(found)), found.level) == (located, level)


def test_a_request_that_names_nothing_is_not_said_to_be_one():
    assert codes(verdict("收工，明天继续", "solicit", "neutral")) == {"solicits_nothing_named"}
    assert codes(verdict("谁有她的联系方式", "solicit", "neutral")) == {"solicits"}


def test_a_request_that_names_a_price_alone_is_reviewed():
    car = verdict("手头宽裕了，求推荐什么价格的车", "solicit", "neutral")
    assert (car.level, car.suggestion) == (2, "review")
    assert verdict("查档接单，价格私聊", "solicit", "neutral").suggestion == "block"


def test_somebody_is_live_where_the_same_place_is_named_again():
    post = "他现在就在[[ADDRESS:桔园小区]]门口，[[ADDRESS:桔园小区]]保安认识他"
    assert "live_whereabouts" in codes(verdict(post))


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("他现在就在[[ADDRESS:桔园小区]]门口", {"live_whereabouts"}),
        ("他住[[ADDRESS:桔园小区3栋402]]", {"at_the_door"}),
        ("他现在就在[[ADDRESS:桔园小区3栋402]]", {"live_whereabouts", "at_the_door"}),
    ],
)
def test_a_door_is_said_to_be_told_where_one_is(post, expected):
    assert set(codes(verdict(post))) & {"live_whereabouts", "at_the_door"} == expected


def test_another_piece_of_another_person_makes_nothing_better():
    number = "骗子的号[[PHONE:13500052619]]"
    assert verdict(number).level == verdict(f"{number}\n\n[[SCHOOL:湘南幼师]]的[[NAME:张某某]]").level == 3


def test_the_page_shows_the_table_as_it_is():
    page = (Path(__file__).parents[3] / "docs" / "VERDICT.md").read_text(encoding="utf-8")
    for intent, stance in product(Intent, Stance):
        levels = [
            " / ".join(
                str(MODERATION.table.cells[intent, stance, what.name.lower(), reach.name.lower()]) for reach in reaches
            )
            for what, reaches in REACHES.items()
        ]
        shown = "any" if intent is Intent.SELF else stance
        assert f"| {intent}, {shown} | {' | '.join(levels)} |" in page


def test_the_name_of_a_school_tells_of_no_public_interest():
    post = "[[NAME:左梦婷]]，[[SCHOOL:湖南大学新闻学院]]的，电话[[PHONE:13500052610]]"
    assert "public_interest" not in codes(verdict(post, "third_party", "neutral"))
    assert "public_interest" not in codes(verdict(f"{post}，血型A", "third_party", "neutral"))
    assert "public_interest" in codes(verdict(f"{post}，上了新闻", "third_party", "neutral"))


def test_a_public_role_and_the_public_interest_are_said_to_allow_no_block():
    reasons = {reason.code: reason.zh for reason in MODERATION.table.reasons}
    assert all(reasons[code].endswith("：至多转人工复核，不拦截。") for code in ("public_role", "public_interest"))


def test_an_incitement_serves_no_public_interest():
    post = "警方通报都出来了，[[NAME:李国强]]，[[PHONE:13500052619]]，一人一个电话"
    assert verdict(post, "third_party", "inciting").suggestion == "block"


def test_data_of_the_author_do_not_count_against_those_who_expose_others():
    post = (
        "失主[[NAME:李国强]]，[[SCHOOL:湘南幼师]]的，看到请联系我[[PHONE:13500052610]]，我住[[ADDRESS:桔园小区3栋402]]"
    )
    found = verdict(post, "third_party", "neutral")
    assert found.level == 1
    assert [(person.concerned, person.person.is_author) for person in found.persons] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("post", "concerned"),
    [
        ("捡到钱包，失主请联系我[[PHONE:13800138000]]", False),
        ("捡到校园卡，我的微信是[[WECHAT:hexm_0921]]", False),
        ("猫丢了，本人电话[[PHONE:13800138000]]", False),
        ("盗我照片谈恋爱的就是[[ACCOUNT:yukino_xx]]", True),
        ("他骗了我，大家看到请打[[PHONE:13800138000]]，骂死他", True),
        ("差评师本人手机[[PHONE:13800138000]]", True),
        ("抄我编曲的，[[ACCOUNT:48190237]]，鼓组一样", True),
    ],
)
def test_a_contact_that_is_plainly_the_authors_own_exposes_nobody(post, concerned):
    found = verdict(post, "third_party", "neutral")
    assert [person.concerned for person in found.persons] == [concerned]
    assert ("reachable" in codes(found)) == ("exposes_another" in codes(found)) == concerned


@pytest.mark.parametrize(
    ("post", "concerned"),
    [
        ("骗子[[NAME:陈刚]]，辖区派出所电话[[PHONE:0731-88888888]]，快报警", [True, False]),
        ("骗子[[NAME:陈刚]]，大家打他们物业[[PHONE:0731-88888888]]投诉", [True, False]),
        ("骗子[[NAME:陈刚]]，大家打他电话[[PHONE:13812345678]]投诉", [True]),
        ("物业电话[[PHONE:13812345678]]，天天骚扰业主", [True]),
    ],
)
def test_the_line_of_an_office_exposes_nobody_beside_somebody_else(post, concerned):
    found = verdict(post)
    assert [person.concerned for person in found.persons] == concerned
    assert ("reachable" in codes(found)) == (False not in concerned)


def test_many_people_at_once_make_it_worse():
    rows = "\n".join(
        f"[[NAME:钟慧{character}]] [[PHONE:135000526{place:02}]]"
        for place, character in enumerate("甲乙丙丁戊己庚辛壬癸")
    )
    assert verdict(rows, "third_party", "neutral").level == 3
    assert verdict(rows, "third_party", "neutral").sub_label == "dump"
    assert verdict(rows.rpartition("\n")[0], "third_party", "neutral").level == 1


DUMPS = (
    "姓名,电话,住址\n" + "\n".join(
        f"[[NAME:钟慧{character}]],[[PHONE:135000526{place:02}]],[[ADDRESS:桔园小区{place + 1}栋]]"
        for place, character in enumerate("甲乙丙丁戊己庚辛壬癸子丑")
    ),
    "\n\n".join(
        f"姓名：[[NAME:钟慧{character}]]\n电话：[[PHONE:135000526{place:02}]]\n住址：[[ADDRESS:桔园小区{place + 1}栋]]"
        for place, character in enumerate("甲乙丙丁戊己庚辛壬癸子丑")
    ),
)  # fmt: skip


@pytest.mark.parametrize("post", DUMPS)
@pytest.mark.parametrize("stance", list(Stance))
def test_data_of_many_people_are_not_the_authors_own_whatever_the_label(post, stance):
    found = verdict(post, "self", stance)
    assert (found.level, found.suggestion, f"{found.label}/{found.sub_label}") == (2, "review", "exposure/dump")
    assert "many_persons" in codes(found) and "self_disclosure" not in codes(found)
    laws = {law.code for law in found.laws}
    assert {"pipl_10", "interpretation_2017_5"} <= laws and "pipl_27" not in laws
    assert verdict(f"粉丝群里的\n{post}", "self", stance).level == 2


def test_data_of_fewer_people_may_be_the_authors_own():
    few = DUMPS[1].rsplit("\n\n", 3)[0]
    found = verdict(few, "self", "neutral")
    assert (found.level, found.suggestion, found.label) == (1, "pass", "self_disclosure")
    assert "self_disclosure" in codes(found) and "many_persons" not in codes(found)
    assert "pipl_10" not in {law.code for law in found.laws}


OTHERS_TOO = [
    ("我叫[[NAME:王芳]]，[[PHONE:13987654321]]。我举报邻居[[NAME:陈刚]]，[[PHONE:13812345678]]", True),
    ("捡到身份证一张，姓名[[NAME:陈刚]]，[[ID_CARD:430104198003051234]]，失主联系我[[PHONE:13987654321]]", True),
    ("我前夫[[NAME:陈刚]][[PHONE:13812345678]]欠抚养费，我[[PHONE:13987654321]]", True),
    ("我叫[[NAME:王芳]]，[[PHONE:13987654321]]，我老公[[NAME:陈刚]][[PHONE:13812345678]]", False),
    ("本人[[NAME:王芳]]，[[PHONE:13987654321]]，紧急联系人[[NAME:陈刚]][[PHONE:13812345678]]", False),
    ("我叫[[NAME:王芳]]，邻居[[NAME:陈刚]][[PHONE:13812345678]]住[[ADDRESS:桔园小区3栋502]]", True),
    ("我的电话[[PHONE:13987654321]]，[[NAME:陈刚]]欠我钱，住[[ADDRESS:桔园小区3栋502]]", True),
    ("我是[[NAME:陈刚]]前妻[[NAME:李梅]]，他现在住[[ADDRESS:桔园小区3栋502]]", True),
    ("我被[[PHONE:13812345678]]骗了三万，机主[[NAME:陈刚]]，大家小心", True),
    ("我家楼上[[ADDRESS:桔园小区3栋602]]的[[NAME:陈刚]]天天半夜吵", True),
    ("我转账给[[BANK_CARD:6222021901012345678]]，户名[[NAME:陈刚]]，他把我拉黑了", True),
    ("我转给[[BANK_CARD:6222021901012345678]]，户名[[NAME:陈刚]]，是我哥", False),
    ("给我转账：[[BANK_CARD:6222021901012345678]]，户名[[NAME:李梅]]", False),
    ("我是[[NAME:陈思涵]]的妈妈[[NAME:李梅]]，孩子住[[ADDRESS:桔园小区3栋502]]", False),
    ("我家住[[ADDRESS:桔园小区3栋602]]，[[NAME:陈刚]]，有事来", False),
    ("我叫[[NAME:王芳]]，[[NAME:陈刚]]欠我钱，在[[WORKPLACE:三一重工]]", False),
    ("我叫[[NAME:王芳]]，住[[ADDRESS:桔园小区3栋502]]，室友[[NAME:陈丽]]", False),
    ("我住[[ADDRESS:梧桐苑6栋702]]，刚搬来，[[NAME:仇立新]]，有事打[[PHONE:13952817740]]", False),
    ("我[[PHONE:13987654321]]被[[NAME:陈刚]]骂了", False),
    ("[[NAME:王芳]]你等着，我现在就去[[ADDRESS:桔园小区3栋502]]找你算账", True),
    ("[[NAME:陈刚]]我警告你，我有你身份证[[ID_CARD:430104198003051234]]，不还钱就挂网上", True),
    ("[[NAME:王芳]]你等着，我在[[ADDRESS:桔园小区3栋502]]做好饭等你回家", False),
]


@pytest.mark.parametrize(("post", "others_too"), OTHERS_TOO)
@pytest.mark.parametrize("policy", [MODERATION, STRICT])
@pytest.mark.parametrize("stance", list(Stance))
def test_own_data_beside_those_of_an_outsider_are_reviewed_and_never_blocked(post, others_too, policy, stance):
    found = verdict(post, "self", stance, policy)
    assert (found.level >= 2, found.label) == (others_too, "exposure" if others_too else "self_disclosure")
    assert found.suggestion is not Suggestion.BLOCK
    assert ("exposes_another" in codes(found), "self_disclosure" in codes(found)) == (others_too, not others_too)
    laws = {law.code for law in found.laws}
    assert ("pipl_10" in laws, "pipl_27" in laws) == (others_too, not others_too)


@pytest.mark.parametrize(("stance", "attacked"), [("hostile", "hostile"), ("inciting", "incites")])
def test_an_author_of_whom_alone_data_are_told_is_not_who_is_attacked(stance, attacked):
    assert attacked not in codes(verdict("我手机[[PHONE:13987654321]]被打爆了，卖我信息的全家死光", "self", stance))
    assert attacked in codes(verdict(OTHERS_TOO[0][0], "self", stance))
    assert attacked in codes(verdict("骗子[[NAME:陈刚]]，[[PHONE:13812345678]]", "third_party", stance))


@pytest.mark.parametrize(
    ("post", "level"),
    [
        ("顺丰真行，我家[[ADDRESS:桔园小区3栋502]]，他给我扔楼下", 1),
        ("气死，我[[ADDRESS:桔园小区3栋502]]，他送到5栋", 1),
        ("我住[[ADDRESS:桔园小区3栋502]]，对门不是东西", 1),
        ("我家楼上[[ADDRESS:桔园小区3栋602]]不是东西", 4),
        ("我打听到住[[ADDRESS:桔园小区3栋502]]，骗子", 4),
        ("我找到他家了，[[ADDRESS:桔园小区3栋502]]", 4),
    ],
)
def test_the_home_of_the_author_is_nobody_elses_where_nobody_else_is_spoken_of(post, level):
    assert verdict(post).level == level


def test_those_of_a_list_who_are_called_by_surname_are_as_many_people():
    called = ["李姐", "陈哥", "王叔", "刘姨", "老张", "小赵", "阿周", "吴爷", "郑婶", "杨老师"]
    rows = [f"[[ADDRESS:{1201 + row}]]{one}[[PHONE:1381234567{row}]]" for row, one in enumerate(called)]
    found = verdict("业主电话：" + "，".join(rows), stance="neutral")
    assert found.suggestion == "block" and "many_persons" in codes(found)


@pytest.mark.parametrize("calling", ["同事", "老板", "我和"])
@pytest.mark.parametrize("stance", list(Stance))
def test_who_is_attacked_is_not_given_by_the_authors_leave(calling, stance):
    post = f"我[[NAME:王芳]]，[[PHONE:13987654321]]，{calling}[[NAME:李梅]][[PHONE:13812345678]]"
    found = verdict(post, "self", stance)
    assert found.level == (1 if stance is Stance.NEUTRAL else 2)
    assert ("exposes_another" in codes(found)) == (stance is not Stance.NEUTRAL)


def test_a_name_beside_the_authors_may_be_of_their_home_without_ill_will():
    post = "大家好，我是新邻居[[NAME:王芳]]。[[NAME:邰安宁]]，[[ADDRESS:桔园小区7栋302]]"
    assert [verdict(post, "self", stance).level for stance in ("neutral", "hostile")] == [1, 2]


def test_the_contacts_of_a_business_are_its_own():
    post = "欢迎来电，我[[NAME:王芳]]，[[PHONE:13987654321]]，工地找[[NAME:陈刚]][[PHONE:13812345678]]"
    assert verdict(post, "self", "neutral").level == 0
    assert verdict(post.removeprefix("欢迎来电，"), "self", "neutral").level == 2


@pytest.mark.parametrize("post", DUMPS)
@pytest.mark.parametrize("policy", [MODERATION, STRICT])
def test_data_of_many_people_are_looked_at_where_the_model_sees_nobody_exposed(post, policy):
    found = verdict(post, "none", "neutral", policy)
    assert (found.level, found.suggestion, f"{found.label}/{found.sub_label}") == (2, "review", "exposure/dump")
    assert "many_persons" in codes(found)
    told = verdict(f"本报讯\n{post}", "none", "neutral", policy)
    assert (told.level < 2, told.label) == (True, "none")


def test_many_people_and_where_they_work_are_no_list_to_look_at():
    cast = "、".join(f"[[NAME:钟慧{each}]]（[[WORKPLACE:湘南{each}剧团]]）" for each in "甲乙丙丁戊己庚辛壬癸")
    assert verdict(cast, "none", "neutral").level == 0


def pieces(post):
    text, entities, _ = marked(post)
    return tuple(judge(text, entities, sure("third_party", "hostile"), MODERATION).pieces.values())


def test_pieces_of_information_are_counted_once_and_of_whom_they_are_told():
    two = "[[NAME:左梦婷]]家住[[ADDRESS:桔园小区3栋402]]，此刻人在[[ADDRESS:五一广场]]"
    assert pieces(two) == (1, 0, 2)
    assert pieces(f"{two}。[[NAME:李国强]]住[[ADDRESS:桔园小区5栋101]]") == (1, 0, 4)
    assert pieces("[[NAME:左梦婷]]在[[SCHOOL:湖南大学]]，她现在就在[[SCHOOL:湘南幼师]]门口") == (1, 0, 2)
    assert pieces("[[NAME:左梦婷]]乘CZ3125航班，卡[[BANK_CARD:6222021901001234567]]") == (2, 0, 1)
    rows = "[[NAME:左梦婷]] [[PHONE:19173052618]]\n[[NAME:李国强]] [[PHONE:13500052619]] 开房\n[[NAME:贺小满]] [[PHONE:13500052610]]"
    assert pieces(rows) == (0, 1, 6)
    assert pieces(rows.replace("19173052618]]", "19173052618]] 住院")) == (0, 2, 6)
    assert pieces("开房记录\n" + rows.replace(" 开房", "")) == (0, 3, 6)
    assert pieces("[[NAME:左梦婷]]，[[WORKPLACE:希尔顿酒店]]的，电话[[PHONE:19173052618]]") == (0, 0, 3)


@pytest.mark.parametrize("sign", ["\u200b", "\u200d", "\ufe0f", "\u00ad", "\u2060"])
@pytest.mark.parametrize(
    ("post", "stance"),
    [
        ("人渣[[NAME:陈刚]]，此刻在[[ADDRESS:万达广场]]地铁口，大家快来堵他", "inciting"),
        ("骗子[[NAME:王芳]]，确诊艾滋病，[[PHONE:13500052619]]", "hostile"),
        ("镇长[[NAME:陈刚]]，[[PHONE:13500052619]]，贪污公款", "hostile"),
        ("[[NAME:陈国强]]，75岁，住[[ADDRESS:桔园小区3栋]]，打人", "hostile"),
        ("我叫[[NAME:王芳]]，老婆[[NAME:李梅]][[PHONE:13500052619]]", "hostile"),
    ],
)
def test_invisible_characters_hide_nothing(post, stance, sign):
    text, entities, _ = marked(post)
    hiding = [Entity(2 * each.start, 2 * each.end - 1, each.type, sign.join(each.text), each.text) for each in entities]
    plainly = judge(text, entities, sure("third_party", stance), MODERATION).to_record()
    hidden = judge(sign.join(text), hiding, sure("third_party", stance), MODERATION).to_record()
    for person in plainly["persons"]:
        for spans in (person["spans"], person["names"]):
            spans[:] = [[2 * start, 2 * end - 1] for start, end in spans]
    assert hidden == plainly


def test_the_spans_of_a_verdict_are_those_that_were_given():
    text = "\u200b骗子\u200b李国强\u200b，骗\u200b钱"
    name = Entity(3, 7, EntityType.NAME, "\u200b李国强", "李国强")
    nothing = Entity(7, 8, EntityType.PHONE, "\u200b")
    (found,) = judge(text, [name, nothing], sure("third_party", "hostile"), MODERATION).persons
    assert (found.person.spans, found.person.names, found.person.called) == ((name,), (name,), (name,))


def test_masked_values_lead_to_nobody():
    masked = verdict("[[NAME:张某]]，[[PHONE:138****8000]]，[[ID_CARD:4301021998********]]")
    assert masked.sub_label == "profile"
    assert not {"sensitive", "combined", "reachable", "unique"} & codes(masked)


def test_disguises_are_given_as_a_reason():
    text, (name, phone), _ = marked("[[NAME:李国强]]，[[PHONE:一三五00052619]]")
    disguised = type(phone)(
        phone.start, phone.end, phone.type, phone.text, "13500052619", evasion=(NoiseKind.CHINESE_NUMERAL,)
    )
    assert "disguised" in codes(judge(text, [name, disguised], sure("third_party", "hostile"), MODERATION))
    assert judge(text, [name, phone], sure("third_party", "neutral"), MODERATION).level == 1
    assert judge(text, [name, disguised], sure("third_party", "neutral"), MODERATION).level == 2


@pytest.mark.parametrize(
    ("name", "disguised"),
    [("陈 明", False), ("陈\u3000明", False), ("陈·明", True), ("陈/明", True), ("陈 小 明", True), ("陈  明", True)],
)
def test_a_name_of_two_characters_may_be_spaced_as_in_a_list(name, disguised):
    value = "".join(filter(str.isalpha, name))
    spans = [
        Entity(0, len(name), EntityType.NAME, name, value, evasion=(NoiseKind.SEPARATOR,)),
        Entity(len(name) + 1, len(name) + 12, EntityType.PHONE, "13500052619"),
    ]
    found = judge(f"{name}，13500052619", spans, sure("third_party", "neutral"), MODERATION)
    assert ("disguised" in codes(found)) == disguised
    assert found.level == (2 if disguised else 1)


@pytest.mark.parametrize(
    ("third_party", "hostile", "suggestion"),
    [(1.0, 1.0, "block"), (1.0, 0.8, "block"), (0.9, 0.6, "review"), (0.6, 0.6, "review"), (0.9, 0.4, "pass")],
)
def test_a_doubtful_block_is_a_review_and_doubtful_ill_will_passes(third_party, hostile, suggestion):
    text, entities, _ = marked("[[NAME:李国强]]，[[PHONE:13500052619]]")
    scores = PostScores(
        {"third_party": third_party, "self": 1 - third_party},
        {"hostile": hostile, "neutral": 1 - hostile},
    )
    assert judge(text, entities, scores, MODERATION).suggestion == suggestion


def test_labels_that_are_not_the_likeliest_are_reviewed_where_they_are_likely_enough_together():
    text, entities, _ = marked("[[NAME:李国强]]，[[PHONE:13500052619]]")
    scores = PostScores({"third_party": 1.0}, {"neutral": 0.4, "hostile": 0.35, "inciting": 0.25})
    found = judge(text, entities, scores, MODERATION)
    assert (found.stance, found.level, found.suggestion) == ("neutral", 1, "review")


def test_the_score_is_the_level_that_is_to_be_expected():
    text, entities, _ = marked("骗子[[NAME:李国强]]，[[PHONE:13500052619]]")
    doubtful = PostScores({"none": 0.5, "third_party": 0.5}, {"hostile": 1.0})
    sure_score = judge(text, entities, sure("third_party", "hostile"), MODERATION).score
    none_score = judge(text, entities, sure("none", "hostile"), MODERATION).score
    assert judge(text, entities, doubtful, MODERATION).score == round((sure_score + none_score) / 2)


@pytest.mark.parametrize(
    ("post", "level"),
    [
        ("育才小学6年级数学老师[[NAME:张丽]][[PHONE:13500052610]]，体罚学生，垃圾", 3),
        ("育才小学6年级[[NAME:张小丽]][[PHONE:13500052610]]，打同学，垃圾", 4),
        ("[[NAME:段伟]][[PHONE:13500052610]]，开10岁的奥迪装阔", 3),
        ("[[NAME:段伟]][[PHONE:13500052610]]，湖大计院二年级的垃圾", 3),
    ],
)
def test_the_age_of_a_child_makes_nothing_worse_for_a_grown_up(post, level):
    assert verdict(post).level == level


@pytest.mark.parametrize("page", ["chinese.js", "english.js"])
def test_the_page_names_every_label(page):
    shown = (Path(__file__).parents[3] / "serving" / "http" / "page" / page).read_text(encoding="utf-8")
    assert {label.sub_label for label in MODERATION.table.labels if f" {label.sub_label}: " not in shown} == set()


def test_the_reasons_say_what_they_mean():
    reasons = {reason.code: (reason.zh, reason.en) for reason in MODERATION.table.reasons}
    assert reasons["solicits"][0] == "求取、提供、买卖他人信息，或者传授查找他人信息的方法。"
    assert "门牌户号" in reasons["at_the_door"][0]
    assert "their own data" in reasons["self_disclosure"][1]


def test_children_are_told_by_their_year_of_birth_on_the_day():
    post = "[[NAME:左小丫]]，[[BIRTH_DATE:2015-03-05]]生"
    assert "minor_under_14" in codes(verdict(post, today=date(2026, 5, 1)))
    assert not {"minor_under_14", "minor_under_18"} & codes(verdict(post, today=date(2040, 5, 1)))


def test_laws_are_given_with_name_and_date_and_only_when_in_force():
    post = "骗子[[NAME:李国强]]，[[ID_CARD:430111197203054322]]"
    codes_of = {law.code for law in verdict(post, today=date(2026, 1, 1)).laws}
    assert {
        "pipl_10",
        "pipl_28",
        "gbt_45574",
        "interpretation_2017_5",
        "cyberviolence_2024",
        "public_security_56",
    } <= codes_of
    assert "public_security_56" not in {law.code for law in verdict(post, today=date(2025, 12, 31)).laws}
    record = verdict(post).to_record()
    (art_5,) = [law for law in record["laws"] if law["code"] == "interpretation_2017_5"]
    assert art_5["tiers"] == {
        "whereabouts_property": {"count": 0, "serious_from": 50},
        "lodging_health": {"count": 0, "serious_from": 500},
        "other": {"count": 2, "serious_from": 5000},
    }
    assert all(date.fromisoformat(law["published"]) <= date.fromisoformat(law["in_force"]) for law in record["laws"])
    assert "不构成法律意见" in record["note"]["zh"] and "no legal advice" in record["note"]["en"]


@pytest.mark.parametrize("intent", ["none", "third_party"])
def test_who_is_named_as_a_victim_of_sexual_violence_is_looked_at(intent):
    found = verdict("三班的[[NAME:左梦婷]]去年被她继父性侵，现在转学了", intent, "neutral")
    assert (found.level, found.suggestion, f"{found.label}/{found.sub_label}") == (2, "review", "exposure/intimate")
    assert "intimate" in codes(found) and {"pipl_28", "gbt_45574"} <= {law.code for law in found.laws}
    assert verdict("我是[[NAME:左梦婷]]，被继父性侵过", "self", "neutral").level == 0
    assert verdict("女星[[NAME:左梦婷]]自曝曾被性侵", intent, "neutral").level == 0


def test_the_authors_health_is_told_of_nobody_else():
    post = "[[NAME:左志远]]，[[PHONE:13500052610]]，"
    assert "health" not in codes(verdict(f"骗子{post}我现在抑郁了"))
    assert "health" not in codes(verdict(f"骗子{post}我老婆怀孕了还被他骂"))
    assert "health" in codes(verdict(f"骗子{post}他现在抑郁了"))
    assert "health" in codes(verdict(f"我前夫吸毒，{post}别嫁他"))
    assert "health" in codes(verdict("我叫[[NAME:左志远]]，[[PHONE:13500052610]]，我现在抑郁了", "self", "neutral"))


def test_every_reason_and_law_of_the_table_is_given_for_some_post():
    table = load_table()
    posts = [
        *EXAMPLES.values(),
        *(post for _, _, post, *_ in LEVELS),
        "\n".join(
            f"[[NAME:钟慧{character}]] [[PHONE:135000526{place:02}]]"
            for place, character in enumerate("甲乙丙丁戊己庚辛壬癸")
        ),
        "[[NAME:李国强]]开房记录，艾滋，欠款，[[BANK_CARD:6222021901001234567]]",
        "[[NAME:王芳]]，[[SCHOOL:湖南大学]]，14岁以上",
        "[[SCHOOL:湖南大学桔园校区]]，寻人启事",
        "[[SCHOOL:长郡中学]]那个，[[WORKPLACE:三一重工]]",
        "[[NAME:王芳]]有艾滋病",
        "求人肉他",
        "求开锁师傅电话",
        "谁认识这位奶奶，迷路了，快通知家属",
        "开盒太可怕了，国家管管",
    ]
    seen = set()
    for post, intent, stance in product(posts, Intent, Stance):
        found = verdict(post, intent, stance)
        seen |= codes(found) | {law.code for law in found.laws}
    assert {each.code for each in (*table.reasons, *table.laws)} - seen <= {"disguised", "doubtful", "listed"}


def test_a_record_is_json_and_holds_no_text_of_the_post():
    record = json.dumps(verdict("骗子[[NAME:李国强]]，[[PHONE:13500052619]]").to_record(), ensure_ascii=False)
    assert "李国强" not in record and "13500052619" not in record


def test_evidence_is_the_same_for_the_same_and_holds_no_text():
    text, entities, _ = marked("骗子[[NAME:李国强]]，[[PHONE:13500052619]]")
    found = judge(text, entities, sure("third_party", "hostile"), MODERATION)
    time = datetime(2026, 5, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    model = {"version": "1", "operating_point": "balanced"}
    first, second = (evidence(text, entities, found, dict(reversed(model.items())), time) for _ in range(2))
    assert json.dumps(first) == json.dumps(second) == json.dumps(evidence(text, entities, found, model, time))
    assert first["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert first["time"] == "2026-05-01T00:00:00+00:00"
    assert first["verdict"]["policy"] == {"name": "moderation", "version": "9", "table": "gaihe", "table_version": "14"}
    assert "李国强" not in json.dumps(first, ensure_ascii=False)
    assert first["types"] is None
    assert evidence(text, entities, found, model, time, {"PHONE", "NAME"})["types"] == ["NAME", "PHONE"]
    with pytest.raises(ValueError, match="time zone"):
        evidence(text, entities, found, model, datetime(2026, 5, 1))


SCORES = st.builds(
    PostScores,
    st.fixed_dictionaries({intent.value: st.floats(0, 1) for intent in Intent}),
    st.fixed_dictionaries({stance.value: st.floats(0, 1) for stance in Stance}),
)


@given(found_posts(), SCORES, st.sampled_from([MODERATION, STRICT]), st.dates(date(2000, 1, 1)))
def test_any_post_is_judged_and_always_alike(post, scores, policy, today):
    text, entities = post
    found = judge(text, entities, scores, policy, today)
    assert 0 <= found.level <= 4 and 0 <= found.score <= 100
    assert found.intent != "self" or found.suggestion is not Suggestion.BLOCK
    record = json.dumps(found.to_record())
    assert record == json.dumps(judge(text, entities, scores, policy, today).to_record())
    assert evidence(text, entities, found, {}, datetime(2026, 5, 1, tzinfo=UTC))["verdict"]
