from datetime import date

import pytest
from gaihe.data.lexicon.regions import short
from gaihe.data.lexicon.tables import rows
from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.addresses import Precision, precision
from gaihe.serving.verdict.minors import youngest
from gaihe.serving.verdict.rarity import fitting
from gaihe.serving.verdict.requests import hunts, seeks
from gaihe.serving.verdict.said import said
from gaihe.serving.verdict.signs import left, public_role, travels, whereabouts
from gaihe.serving.verdict.text import number, plain
from hypothesis import given

from tests.serving.surfaces import SURFACES
from tests.serving.verdict.marked import lines, marked

ADDRESSES = [line.split("\t") for line in lines("addresses.txt")]


def spans(*pairs):
    return [Entity(0, len(text), EntityType(kind), text) for kind, text in pairs]


def test_there_are_enough_addresses_of_every_precision():
    assert len(ADDRESSES) >= 60
    assert {name for name, _ in ADDRESSES} == {kind.name.lower() for kind in Precision}


@pytest.mark.parametrize(("expected", "address"), ADDRESSES)
def test_an_address_is_as_precise_as_its_finest_part(expected, address):
    assert precision(address).name.lower() == expected


def test_names_of_divisions_alone_are_as_precise_as_a_district():
    for code, province, city, county, *_ in rows("divisions"):
        names = (short(city or province), short(county))
        assert precision("".join(names)) is Precision.DISTRICT, code


@given(SURFACES)
def test_any_address_has_a_precision(address):
    assert precision(address) in Precision


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("她现在就在[[ADDRESS:五一广场春天百货]]", True),
        ("刚刚在[[SCHOOL:湘南幼师]]门口看到他", True),
        ("人在[[ADDRESS:桔园小区]]，快来", True),
        ("[[ADDRESS:桔园小区3栋]]，刚到", True),
        ("明天飞长沙，航班CZ3125，接机的快来，[[NAME:左梦婷]]", True),
        ("她现在住[[ADDRESS:桔园小区3栋402]]", False),
        ("他目前在[[WORKPLACE:三一重工]]上班", False),
        ("[[NAME:左梦婷]]，[[SCHOOL:湘南幼师]]的", False),
        ("现在的人啊。[[ADDRESS:桔园小区]]去年拆了", False),
        ("此刻他正坐在[[WORKPLACE:三一重工]]食堂", True),
        ("今晚她要去[[ADDRESS:解放西路蓝调KTV]]", True),
        ("他现在[[ADDRESS:五一广场]]，速来", True),
        ("他现在躲在[[ADDRESS:桔园小区3栋402]]", True),
        ("我现在就在[[ADDRESS:五一广场]]二楼，想来的赶紧", True),
        ("她现在人就在[[SCHOOL:湖南大学]]", True),
        ("我刚才在[[SCHOOL:湘南幼师]]后门碰到她了", True),
        ("[[SCHOOL:湘南幼师]]门口刚刚看到他", True),
        ("[[ADDRESS:五一广场]]，她现在就在", True),
        ("张丽，[[WORKPLACE:三一重工]]的，今天骗了我五百块", False),
        ("[[WORKPLACE:三一重工]]的张丽今天骗了我五百块", False),
        ("她现在是[[WORKPLACE:三一重工]]的经理", False),
        ("目前在[[SCHOOL:湖南大学]]读大三", False),
        ("目前在[[WORKPLACE:三一重工]]当会计", False),
        ("她现在在[[SCHOOL:湖南大学]]，学校知道吗", False),
        ("刚刚才知道她是[[SCHOOL:湖南大学]]的", False),
        ("我今天去[[WORKPLACE:三一重工]]投诉他", False),
        ("今天拿到[[SCHOOL:湖南大学]]的毕业证", False),
        ("正在找[[SCHOOL:湖南大学]]的张丽", False),
        ("[[SCHOOL:湖南大学]]，今天还在网上骂人", False),
        ("有人在[[WORKPLACE:三一重工]]干过吗", False),
        ("我的快递还在[[WORKPLACE:合肥中转站]]躺着", False),
        ("那只猫还在[[ADDRESS:桔园小区]]门口", False),
        ("她人还在[[WORKPLACE:合肥中转站]]", True),
        ("这狗东西现在就在[[ADDRESS:桔园小区]]门口", True),
        ("快递员现在人在[[WORKPLACE:三一重工]]", True),
        ("拿了我快递，人还在[[ADDRESS:桔园小区]]", True),
        ("住[[ADDRESS:长沙市雨花区高铁新城C3栋402]]，欠钱不还", False),
        ("在高铁站停车场刮我车，车牌[[PLATE:湘AK8921]]", False),
        ("坐高铁来的，G1103，[[NAME:左梦婷]]", True),
        ("老人在[[ADDRESS:桔园小区]]走失", False),
        ("老人在[[ADDRESS:桔园小区]]摔倒", False),
        ("工人在[[WORKPLACE:三一重工]]罢工", False),
        ("那个男人在[[WORKPLACE:三一重工]]", False),
        ("那个女人在[[WORKPLACE:三一重工]]", False),
        ("我家人在[[ADDRESS:桔园小区]]", False),
        ("客人在[[WORKPLACE:桔园饭店]]丢了包", False),
        ("病人在[[WORKPLACE:人民医院]]", False),
        ("证人在[[ADDRESS:桔园小区]]", False),
        ("别人在[[ADDRESS:桔园小区]]看到过", False),
        ("本人在[[WORKPLACE:三一重工]]，诚心交友", False),
        ("他本人在[[ADDRESS:五一广场]]，大家快去堵", True),
        ("此人在[[WORKPLACE:三一重工]]，叫[[NAME:左志远]]", False),
        ("那人在[[SCHOOL:湘南幼师]]", False),
        ("此人在[[ADDRESS:五一广场]]", True),
        ("此刻此人在[[WORKPLACE:三一重工]]", True),
        ("她人在[[WORKPLACE:三一重工]]", True),
        ("今早从[[ADDRESS:桔园小区]]走失，看到请联系", False),
        ("他今早从[[ADDRESS:桔园小区]]出门", True),
        ("今天带娃去[[SCHOOL:桔园小学]]报名", False),
        ("今天去[[ADDRESS:桔园小区]]看房", False),
        ("刚刚在[[ADDRESS:人民医院]]排队", False),
        ("今天面试了一家公司在[[ADDRESS:五一广场写字楼18楼]]", False),
        ("今天去[[ADDRESS:桔园小区]]看房。中介叫[[NAME:左志远]]", False),
        ("渣男[[NAME:左志远]]，今晚在[[ADDRESS:蓝调KTV]]喝酒", True),
        ("那个骗捐的老师今晚在[[ADDRESS:蓝调KTV]]喝酒", True),
        ("今晚在[[ADDRESS:蓝调KTV]]，速来", True),
        ("刚刚出现在[[ADDRESS:五一广场]]买奶茶", True),
        ("她还在[[WORKPLACE:桔园银行]]", False),
        ("他还在[[WORKPLACE:三一重工]]，我已经跳槽了", False),
        ("他还在[[WORKPLACE:三一重工]]门口", True),
        ("他此刻还在[[WORKPLACE:三一重工]]", True),
        ("他还在[[ADDRESS:五一广场]]", True),
        ("当事人在[[SCHOOL:湖南农业大学]]", False),
        ("嫌疑人在[[WORKPLACE:三一重工]]", False),
        ("法人在[[ADDRESS:桔园路18号]]", False),
        ("骗子人在[[ADDRESS:五一广场]]", True),
        ("她今天从[[WORKPLACE:三一重工]]离职了", False),
        ("他刚刚从[[SCHOOL:湖南大学]]毕业", False),
        ("她今天从[[ADDRESS:桔园小区]]搬走了", False),
        ("他目前在[[ADDRESS:太平街]]开了家奶茶店", False),
        ("他现在在[[ADDRESS:太平街]]摆摊", False),
        ("她户口还在[[ADDRESS:桔园村]]", False),
        ("他档案还在[[SCHOOL:长沙学院]]", False),
        ("快递寄错了，写的老地址，现在在[[ADDRESS:桔园小区5栋]]", False),
        ("她偷了快递，现在还在[[ADDRESS:桔园小区]]", True),
        ("渣男[[NAME:左志远]]，上周还在[[ADDRESS:桔园小区3栋]]出现过", False),
        ("三年前出现在[[ADDRESS:桔园小区]]门口，骗了我妈", False),
        ("昨天人在[[ADDRESS:桔园小区]]，不要脸", False),
        ("去年今天在[[ADDRESS:桔园小区]]打人", False),
        ("他现在不在[[ADDRESS:桔园小区3栋]]了", False),
        ("他今天没去[[ADDRESS:五一广场]]", False),
        ("出轨，上个月坐G79次高铁去深圳", False),
        ("昨天骗了我，现在人在[[ADDRESS:桔园小区]]", True),
        ("昨晚到现在他还在[[ADDRESS:桔园小区]]", True),
        ("他今晚8点之前在[[ADDRESS:蓝调KTV]]", True),
        ("昨天买了明天G79次高铁的票", True),
        ("上个月分手，明天坐G79次高铁去深圳", True),
    ],
)
def test_whereabouts_are_live_where_somebody_is_there_now(post, expected):
    text, entities, _ = marked(post)
    folded = plain(text)
    assert (bool(whereabouts(folded, entities)) or travels(folded, entities)) == expected


@pytest.mark.parametrize(
    ("post", "name", "expected"),
    [
        ("[[NAME:左梦婷]]在[[WORKPLACE:希尔顿酒店]]做前台", "lodging", False),
        ("[[NAME:左梦婷]]住[[ADDRESS:星沙如家酒店]]附近", "lodging", False),
        ("[[NAME:左梦婷]]在[[WORKPLACE:人民医院住院部]]上班", "health", False),
        ("[[NAME:左梦婷]]，[[ADDRESS:人民医院住院部7楼23床]]", "health", True),
        ("[[NAME:左梦婷]]在[[ADDRESS:星沙如家酒店]]开房", "lodging", True),
        ("[[NAME:左梦婷]]在[[ADDRESS:星沙如家酒店8515]]", "lodging", True),
        ("[[NAME:左梦婷]]昨晚住酒店", "lodging", True),
        ("[[NAME:左梦婷]]自2015年入住[[ADDRESS:桔园小区]]以来", "lodging", False),
        ("[[NAME:左梦婷]]的入住记录", "lodging", True),
        ("[[NAME:左梦婷]]家的麻将馆威胁生命财产安全", "money", False),
        ("[[NAME:左梦婷]]拖欠民工工资", "money", False),
        ("[[NAME:左梦婷]]，房产项目烂尾", "money", False),
        ("[[NAME:左梦婷]]月薪八千", "money", True),
        ("[[NAME:左梦婷]]名下房产三套", "money", True),
        ("[[NAME:左梦婷]]的银行流水", "money", True),
        ("[[NAME:左梦婷]]在我们酒店做前台，偷客人东西", "lodging", False),
        ("[[NAME:左梦婷]]在那家民宿里上班", "lodging", False),
        ("小李民宿，预订电话[[PHONE:13500052610]]", "lodging", False),
        ("[[NAME:左梦婷]]在酒店做了什么自己清楚", "lodging", True),
        ("[[NAME:左梦婷]]在湘江宾馆，前台看到了", "lodging", True),
        ("[[NAME:左志远]]，酒店后厨的", "lodging", False),
        ("[[NAME:左志远]]，酒店管理专业", "lodging", False),
        ("[[NAME:左志远]]，酒店总经理", "lodging", False),
        ("[[NAME:左志远]]家里开宾馆的", "lodging", False),
        ("[[NAME:左志远]]做民宿生意的", "lodging", False),
        ("[[NAME:左志远]]开了家民宿", "lodging", False),
        ("[[NAME:左志远]]带她去酒店", "lodging", True),
        ("[[NAME:左志远]]，我被他打得住院三天", "health", False),
        ("[[NAME:左志远]]，我都被他气得抑郁了", "health", False),
        ("[[NAME:左志远]]害我流产", "health", False),
        ("[[NAME:左志远]]，精神病吧你", "health", False),
        ("[[NAME:左志远]]卖保健品说能治癌症", "health", False),
        ("产检医生[[NAME:左梦婷]]", "health", False),
        ("[[NAME:左志远]]被打得住院三天", "health", True),
        ("[[NAME:左志远]]，我被他传染了梅毒", "health", True),
        ("[[NAME:左志远]]去治抑郁症了", "health", True),
        ("[[NAME:左志远]]是精神病", "health", True),
        ("[[NAME:左梦婷]]，[[SCHOOL:湖南大学新闻学院]]的", "public_interest", False),
        ("[[NAME:左梦婷]]上了新闻", "public_interest", True),
        ("[[NAME:左梦婷]]，血型A", "public_interest", False),
        ("[[NAME:左梦婷]]住院，急需血小板", "public_interest", True),
    ],
)
def test_names_of_firms_and_houses_tell_nothing_of_health_and_lodging(post, name, expected):
    text, entities, _ = marked(post)
    assert bool(said(plain(text), name, entities)) == expected


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
        ("举报了没用，大家人肉他", True),
    ],
)
def test_a_hunt_is_called_for_and_not_refused_or_reported(text, expected):
    assert hunts(plain(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("她女儿今年八岁", 8),
        ("十三岁的孩子", 13),
        ("她才16岁", 16),
        ("在桔园小学三年级2班", 13),
        ("读幼儿园大班", 13),
        ("长郡中学高二", 17),
        ("初三的学生", 17),
        ("今年25岁", None),
        ("小学老师", None),
        ("桔园小学三年级2班班主任", None),
        ("桔园小学四年级(3)班的老师", None),
        ("桔园小学三年级2班同学", 13),
        ("桔园小学三年级2班，班主任姓王", 13),
        ("幼儿园园长打人", None),
        ("毕业于桔园小学", None),
        ("6岁的时候就认识", None),
        ("大年初一", None),
        ("年初一", None),
        ("五月初一", None),
        ("初一到初七都在家", None),
        ("今年初一，在长郡中学", 13),
        ("湖南大学一年级的张丽", None),
        ("研究生二年级", None),
        ("计算机系三年级", None),
        ("高中二年级", 17),
        ("初中三年级", 17),
        ("初中一年级", 13),
        ("湖南大学附属小学三年级", 13),
        ("张丽，比我大3岁", None),
        ("比我小一岁", None),
        ("两人差了八岁", None),
        ("他大我整整10岁", None),
        ("我家猫三岁", None),
        ("最小的3岁", 3),
        ("老大9岁", 9),
        ("今年多大？9岁", 9),
        ("大小一样", None),
        ("声音小一点", None),
        ("小三小四都有", None),
        ("那娃读小一", 13),
        ("附小四2班的", 13),
        ("育英二小六(3)班", 13),
        ("好看的小一只", None),
        ("在桔园小学当保安", None),
        ("中小学生的营养餐被挪用", None),
        ("桔园小学现校长", None),
        ("桔园小学本部对面", None),
        ("桔园一中初一3班", 13),
        ("桔园一中高二3班", 17),
        ("桔园小学食堂的", None),
        ("在桔园小学教书", None),
        ("长郡中学高二年级", 17),
        ("初二年级", 17),
        ("湖南大学大一年级", None),
        ("小学文化", None),
        ("初中文化，无业", None),
        ("高中物理老师", None),
        ("小学语文教师", None),
        ("今年8 岁", 8),
        ("不满14周岁", 13),
        ("未满十八岁", 17),
        ("年满14周岁", 14),
        ("姓名左小丫 年龄11 桔园路", 11),
        ("年龄：12", 12),
        ("年龄是9，在读", 9),
        ("年龄18-25", None),
        ("年龄12-18", None),
        ("年龄16以上", None),
        ("年龄：35岁", None),
        ("年龄50", None),
        ("心理年龄5", None),
        ("三岁小孩都知道的道理", None),
        ("三岁的孩子也会", None),
        ("8岁小孩都不放过", 8),
        ("店开了8岁啦", None),
        ("养了13岁的金毛走丢了", None),
        ("养了8岁的女儿", 8),
        ("我八岁就认识她", None),
        ("驾龄10年，车龄5岁", None),
        ("6岁被拐，至今没找到家", None),
        ("才八岁就偷东西", 8),
        ("擅长小学初中数学", None),
        ("承接小学初中高中作业辅导", None),
        ("初中物理家教", None),
        ("小学生作业辅导", None),
        ("小学部教务处张老师", None),
        ("高中部主任", None),
        ("桔园学校小学部的左小丫", 13),
        ("长郡初中英语课代表左小丫", 17),
        ("长郡中学初中部的", 17),
        ("身高一米七八，三一重工的", None),
        ("身高一七五", None),
        ("身高中等", None),
        ("个子高一米八几", None),
        ("出价高一点", None),
        ("比我高一届", None),
        ("台阶高二十公分", None),
        ("高一3班，身高一米七", 17),
        ("高三十二班", 17),
        ("高一个女生", 17),
        ("桔园小学的会计", None),
        ("在桔园小学做会计", None),
        ("在桔园小学当门卫", None),
        ("桔园小学教务主任谭志强", None),
        ("桔园小学三年级2班家委会联系人", None),
        ("教三年级语文的彭芳", None),
        ("教我们初二数学的", None),
        ("教初三的", None),
        ("带初三两个班", None),
        ("带初三女生开房", 17),
        ("教初三女生抽烟", 17),
        ("天主教小学四年级", 13),
        ("通山职教高三的", 17),
        ("13岁辍学，坐过牢", None),
        ("15岁就进厂", None),
        ("今年13岁，辍学", 13),
        ("才13岁就辍学打工", 13),
        ("13岁辍学少女", 13),
        ("小时候在桔园小学读书", None),
        ("初中没读完", None),
        ("小学水平", None),
        ("我的QQ号都12岁了", None),
        ("店铺八岁生日", None),
        ("公司今年10岁了", None),
        ("公司楼下那个10岁的", 10),
        ("家里狗狗乐乐走丢了，公的，三岁了", None),
        ("一只泰迪走丢了，叫豆豆，今年5岁", None),
        ("养狗的左小丫，她9岁", 9),
        ("在青少年宫学琴", None),
        ("在厂里上中班", None),
        ("孩子上中班", 13),
        ("新来的小学妹", None),
        ("雅礼7年级，QQ123456789", 13),
        ("雅礼8年级", 17),
        ("桔园6年级3班", 13),
        ("初1的学生", 13),
        ("雅礼初2(3)班", 17),
        ("雅礼高1，班长", 17),
        ("5年2班的左小丫", 13),
        ("三年二班", 13),
        ("天一高中三年二班", 17),
        ("桔园中学二年4班", 17),
        ("在小学学三年级语文", 13),
        ("湘江附小美术组的", None),
        ("在湘江附小教美术", None),
        ("云师附小带毕业班", None),
        ("一百零八岁", None),
        ("孙子9岁没爹没妈", 9),
        ("四（3）班的", 13),
        ("九(2)班的", 17),
        ("湖大附小的", 13),
        ("小六女生", 13),
        ("在桔园读小5", 13),
        ("她上小四", 13),
        ("还没成年", 17),
        ("提高3%", None),
        ("最初1个月", None),
        ("最初一年", None),
        ("当初一起开店", None),
        ("高1米8", None),
        ("排名高3位", 17),
        ("11年级国际班", None),
        ("2020年级大会", None),
        ("三班倒，干了5年2班倒", None),
        ("在公司了3年2班", None),
        ("小三的女儿", None),
        ("不要脸的小三女生", None),
        ("小三学生左小丫", 13),
        ("小5元", None),
        ("上小一码的鞋", None),
        ("附小区平面图", None),
        ("没成年人管", None),
        ("软件(3)班的", None),
        ("育才小学6年级数学老师", None),
        ("育才小学6年级3班体育老师", None),
        ("育才小学6年级数学课代表", 13),
        ("开10岁的奥迪装阔", None),
        ("8岁的车还卖五万", None),
        ("8岁的宝宝", 8),
        ("17、8岁小姑娘", 17),
        ("12、13岁的学生", 12),
        ("十七八岁的女生", 17),
        ("十三四岁的女生", 13),
        ("七八岁的女娃", 7),
        ("1、17岁女生", 17),
        ("五六十岁", None),
        ("二十七八岁", None),
        ("智商只有5岁", None),
        ("心理年龄不超过10岁", None),
        ("像个三岁小孩一样", None),
        ("像个小学生", None),
        ("5岁丧父，家里穷", None),
        ("5岁就没了爸", None),
        ("才5岁就没了爸", 5),
        ("小学生水平", None),
        ("小学生都不如", None),
        ("小学生行为", None),
        ("经营一家幼儿园", None),
        ("开了家托班", None),
        ("开了个小学生托管班", None),
        ("住实验小学家属院3栋2单元402", None),
        ("住实验小学，3栋", 13),
        ("未成年勿加", None),
        ("未成年人请勿扰", None),
        ("小学生、初中生勿加", None),
        ("拒绝未成年", None),
        ("未成年人保护法", None),
        ("她未成年，别加了", 17),
        ("我高中室友", None),
        ("我初中死党", None),
        ("高三刚毕业", None),
        ("初三刚毕业", 17),
        ("湖大计院二年级", None),
        ("软件工程2年级", None),
        ("法学三年级", None),
        ("护士学校二年级", None),
        ("计科系三(2)班", None),
        ("雨花学校二年级", 13),
        ("联系六年级左小丫", 13),
        ("入学一年级", 13),
        ("", None),
    ],
)
def test_children_are_told_by_age_and_school(text, expected):
    assert youngest(plain(text), []) == expected


def test_ages_are_worked_out_from_years_of_birth_on_the_day_of_the_judgement():
    today = date(2026, 5, 1)
    assert youngest("2015年生", [], today) == 10
    assert youngest("2015年3月生", [], today) == 11
    assert youngest("2015年3月生于桔园", [], today) == 11
    assert youngest("2020年生了二胎", [], today) is None
    assert youngest("2019年生日那天", [], today) is None
    assert youngest("", spans(("BIRTH_DATE", "2012-03-05")), today) == 14
    assert youngest("", spans(("ID_CARD", "430111201203054321")), today) == 14
    assert youngest("", spans(("ID_CARD", "430111199203054321")), today) is None
    new_year = date(2026, 1, 2)
    assert youngest("", spans(("BIRTH_DATE", "2012-12-31")), new_year) == 13
    assert youngest("", spans(("ID_CARD", "430111201212314321")), new_year) == 13
    assert youngest("", spans(("BIRTH_DATE", "2012-01-02")), new_year) == 14
    assert youngest("", spans(("BIRTH_DATE", "2008-01-03")), new_year) == 17
    assert youngest("", spans(("BIRTH_DATE", "2012")), new_year) == 13
    assert youngest("", spans(("BIRTH_DATE", "2026")), new_year) == 0
    assert youngest("2015年生", []) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13年生", 12),
        ("13年3月生，长沙人", 13),
        ("一三年生的", 12),
        ("二〇一三年生", 12),
        ("2013出生", 12),
        ("生于2013年，长沙人", 12),
        ("她出生于2013年", 12),
        ("出生日期：2013年3月5日", 13),
        ("10后，长沙人", 15),
        ("一五后女生", 10),
        ("89年生", None),
        ("13年生意做下来", None),
        ("结婚13年生了二胎", None),
        ("2019年出生率", None),
        ("发生于2013年", None),
        ("张先生于2013年入职", None),
        ("毕业生于2013年，", None),
        ("00后", None),
        ("晚上10后卫", None),
        ("19:10后，", None),
        ("满10后的", None),
        ("2030年生", None),
    ],
)
def test_years_of_birth_are_read_as_people_write_them(text, expected):
    assert youngest(plain(text), [], date(2026, 5, 1)) == expected


@pytest.mark.parametrize(
    ("post", "relations", "expected"),
    [
        ("幼儿园和小学都在对面，" + "小区里的路灯坏了三个月没人修，" * 5 + "电话[[PHONE:13500052610]]", [], None),
        ("那孩子8岁，" + "成天在楼道里乱跑，" * 4 + "她妈电话[[PHONE:13500052610]]", [], 8),
        ("我女儿8岁，班主任[[NAME:张丽]]电话[[PHONE:13500052610]]", [], None),
        ("班主任[[NAME:张丽]]打我儿子，他才8岁，电话[[PHONE:13500052610]]", [], None),
        ("我们家孩子在桔园小学三年级，老师[[NAME:张丽]]电话[[PHONE:13500052610]]", [], None),
        ("[[NAME:张丽]]，孩子上小学一年级，她去接", [], 13),
        ("我女儿[[NAME:左小丫]]，8岁，电话[[PHONE:13500052610]]", [], 8),
        ("我女儿8岁，在[[SCHOOL:桔园小学]]", ["女儿"], 8),
        ("我女儿的同学[[NAME:左小丫]]，8岁", [], 8),
        ("打我儿子的那个8岁小孩，[[SCHOOL:长沙的小学]]", [], 8),
        ("她女儿8岁，电话[[PHONE:13500052610]]", ["女儿"], 8),
        ("欠钱不还的[[NAME:段伟]]，电话[[PHONE:13500052610]]，还有个5岁的女儿", [], None),
        ("[[NAME:段伟]]，电话[[PHONE:13500052610]]，他儿子今年8岁", [], None),
        ("[[NAME:段伟]]打了他8岁的儿子，电话[[PHONE:13500052610]]", [], None),
        ("[[NAME:段伟]]，电话[[PHONE:13500052610]]，有个8岁的女儿[[NAME:段小丫]]", [], 8),
        ("[[NAME:段伟]]，他女儿8岁，在[[SCHOOL:桔园实验学校]]", [], 8),
        ("[[NAME:段伟]]的女儿8岁，电话[[PHONE:13500052610]]", ["表姐的女儿"], 8),
        ("我儿子被打了。[[NAME:左小丫]]8岁", [], 8),
        ("[[NAME:段伟]]骗我13岁的妹妹，电话[[PHONE:13500052610]]", [], None),
        ("我13岁的妹妹[[NAME:左小丫]]，电话[[PHONE:13500052610]]", ["妹妹"], 13),
        ("[[NAME:段伟]]专骗17、8岁小姑娘，电话[[PHONE:13500052610]]", [], None),
        ("[[NAME:段伟]]拐走3岁男孩，住[[ADDRESS:桔园小区]]", [], None),
        ("[[NAME:段伟]]骚扰高中女生，[[PHONE:13500052610]]", [], None),
        ("骚扰高中女生的[[NAME:段伟]]，[[PHONE:13500052610]]", [], None),
        ("[[NAME:段伟]]猥亵了一名8岁女童，[[WORKPLACE:三一重工]]的", [], None),
        ("[[NAME:段伟]]猥亵8岁女孩[[NAME:左小丫]]", [], 8),
        ("[[NAME:段伟]]欺负8岁的[[NAME:左小丫]]", [], 8),
        ("[[NAME:段伟]]骚扰[[SCHOOL:长郡高中]]女生", [], 17),
        ("[[NAME:段伟]]拐走3岁男孩，孩子叫[[NAME:左小宝]]", [], 3),
        ("被骗的13岁女孩[[NAME:左小丫]]", [], 13),
        ("被[[NAME:段伟]]骗的是13岁女孩，电话[[PHONE:13500052610]]", [], None),
        ("欺负她才8岁，[[NAME:左小丫]]", [], 8),
        ("撞了我弟弟还跑的初三学生，电话[[PHONE:13500052610]]", [], 17),
        ("我弟弟读的三年级，老师[[NAME:张丽]]，电话[[PHONE:13500052610]]", [], None),
        ("你打了我弟弟，我记住你了，五年三班[[NAME:左小龙]]", [], 13),
        ("专在群里物色十二三岁的孩子，电话[[PHONE:13500052610]]", [], None),
    ],
)
def test_what_is_said_of_an_own_child_is_not_said_of_others(post, relations, expected):
    text, entities, _ = marked(post)
    assert youngest(plain(text), entities, relations=relations) == expected


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("老婆[[NAME:钟慧]]在[[SCHOOL:实验小学]]", None),
        ("她妈在[[SCHOOL:桔园小学]]", None),
        ("李老师（[[NAME:李强]]），[[SCHOOL:桔园小学]]", None),
        ("体育老师[[NAME:李强]]，[[SCHOOL:桔园小学]]的", None),
        ("教三年级语文的[[NAME:彭芳]]，[[SCHOOL:桔园小学]]的", None),
        ("[[NAME:钟慧]]，经营一家[[SCHOOL:桔园幼儿园]]", None),
        ("[[NAME:左小丫]]，8岁的[[NAME:车小丫]]", 8),
        ("[[SCHOOL:湘江附小]]的[[NAME:冉雪]]老师", None),
        ("[[SCHOOL:湘江附小]]的[[NAME:左小丫]]骂老师", 13),
        ("她妈说她在[[SCHOOL:桔园小学]]", 13),
        ("老公的儿子在[[SCHOOL:桔园小学]]", 13),
        ("班主任李老师，[[SCHOOL:桔园小学三年级2班]]的", 13),
        ("打人的李老师，[[SCHOOL:桔园小学]][[NAME:左小丫]]的", 13),
        ("我家猫叫[[NAME:李小花]]，今年三岁", None),
        ("这条狗[[NAME:张丽]]，15岁", 15),
    ],
)
def test_who_works_at_a_school_and_who_is_an_animal_is_no_child(post, expected):
    text, entities, _ = marked(post)
    assert youngest(plain(text), entities) == expected


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("演员[[NAME:左梦婷]]又塌房了", True),
        ("[[NAME:胡建平]]局长收钱不办事", True),
        ("外交部发言人[[NAME:胡建平]]表示", True),
        ("[[NAME:左梦婷]]，著名歌手", True),
        ("[[NAME:左梦婷]]是我同学", False),
        ("演员的粉丝骂人，她叫[[NAME:左梦婷]]", False),
        ("[[NAME:胡建平]]局长的儿子打人", False),
        ("[[NAME:胡建平]]局长司机打人", False),
        ("桔园村党支部书记[[NAME:胡建平]]把路占了", True),
        ("找了村主任[[NAME:胡建平]]三次都不见人", True),
        ("[[NAME:胡建平]]镇长在会上发火", True),
        ("城关派出所所长[[NAME:胡建平]]", True),
        ("被举报人[[NAME:胡建平]]，现任桔园镇副镇长", True),
        ("[[NAME:胡建平]]系桔园社区居委会主任，低保名额全给亲戚", True),
        ("拆迁办主任[[NAME:胡建平]]签的字", True),
        ("桔园村村干部[[NAME:胡建平]]", True),
        ("治安大队长[[NAME:胡建平]]带队检查", True),
        ("课代表[[NAME:左梦婷]]收作业", False),
        ("学习委员[[NAME:左梦婷]]", False),
        ("[[NAME:左梦婷]]是我们班团支书", False),
        ("班主任[[NAME:左梦婷]]", False),
        ("骨科主任[[NAME:左梦婷]]", False),
        ("[[NAME:左梦婷]]是局长的女儿", False),
        ("[[NAME:左梦婷]]是给校长开车的", False),
        ("骗子[[NAME:左志远]]是冒充民警骗钱", False),
        ("[[NAME:左志远]]是打了村干部那个", False),
        ("[[NAME:左志远]]，民警不管，都打电话", False),
        ("[[NAME:左志远]]，知名演员", True),
        ("[[NAME:左志远]]导演了这场骗局", False),
        ("[[NAME:左志远]]代表公司收钱", False),
        ("[[NAME:左志远]]记者会上骂人", False),
        ("[[NAME:左志远]]导演的戏", True),
        ("[[NAME:左志远]]导演的这场骗局", False),
        ("恶霸[[NAME:左志远]]是局长李强的小舅子，住桔园", False),
        ("[[NAME:左梦婷]]是歌手王菲的粉丝，", False),
        ("[[NAME:左志远]]是主播小美的房东，", False),
        ("[[NAME:左志远]]是桔园区副局长李强的司机", False),
        ("[[NAME:胡建平]]是镇长，打人的事都知道", True),
        ("[[NAME:胡建平]]是镇长打人的事都知道", True),
        ("[[NAME:胡建平]]局长打人的视频", True),
        ("销售公司代表[[NAME:左志远]]", False),
        ("业主的代表[[NAME:左志远]]", False),
        ("人大代表[[NAME:左志远]]", True),
        ("健身房教练[[NAME:左志远]]骗课", False),
        ("[[NAME:左志远]]教练骗课时费", False),
        ("主教练[[NAME:左志远]]下课", True),
        ("学生会外联部长[[NAME:左志远]]", False),
        ("[[NAME:左志远]]是学生会副部长", False),
        ("文艺部部长[[NAME:左志远]]", False),
        ("外交部部长[[NAME:左志远]]", True),
        ("奇葩选手[[NAME:左梦婷]]", False),
        ("戏精演员[[NAME:左梦婷]]", False),
        ("海王影帝[[NAME:左志远]]", False),
        ("影帝[[NAME:左志远]]又装病", False),
        ("影帝[[NAME:左志远]]又装修了一套房", True),
        ("谣言作者[[NAME:左梦婷]]", False),
        ("社团书记[[NAME:左梦婷]]", False),
        ("[[NAME:左梦婷]]是社团书记", False),
        ("小红书博主[[NAME:左梦婷]]，300粉", False),
        ("小红书博主[[NAME:左梦婷]]，300万粉", True),
        ("小博主[[NAME:左梦婷]]", False),
        ("业委会委员[[NAME:左志远]]", False),
        ("房产中介销售冠军[[NAME:左志远]]", False),
        ("世界冠军[[NAME:左志远]]", True),
        ("桔园实小校长[[NAME:左志远]]", True),
        ("业余联赛的裁判[[NAME:左志远]]", False),
        ("补习班校长[[NAME:左志远]]", False),
        ("[[NAME:左志远]]，补习班校长", False),
        ("微商团队创始人[[NAME:左梦婷]]", False),
        ("黑心公司总经理[[NAME:左志远]]", False),
        ("黑心局长[[NAME:左志远]]", True),
        ("销售公司总经理[[NAME:左志远]]", True),
    ],
)
def test_a_public_role_stands_next_to_the_name(post, expected):
    text, entities, _ = marked(post)
    assert public_role(plain(text), entities) == expected


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("现在没在[[WORKPLACE:三一重工]]上班了", True),
        ("早不在[[WORKPLACE:三一重工]]了", True),
        ("不再住[[ADDRESS:桔园小区]]", True),
        ("在[[WORKPLACE:三一重工]]早不干了", True),
        ("是不是在[[WORKPLACE:三一重工]]上班", False),
        ("还在不在[[WORKPLACE:三一重工]]", False),
        ("有没有在[[WORKPLACE:三一重工]]的朋友", False),
        ("在[[WORKPLACE:三一重工]]上班", False),
    ],
)
def test_a_place_is_left_where_somebody_is_said_to_be_there_no_more(post, expected):
    text, entities, _ = marked(post)
    assert bool(left(plain(text), entities)) == expected


def test_the_more_is_told_the_fewer_fit():
    common = fitting(spans(("NAME", "张伟")))
    assert 30_000 < common < 1_000_000
    assert fitting(spans(("NAME", "左梦婷"))) < common / 100
    school = fitting(spans(("NAME", "王芳"), ("SCHOOL", "湖南大学")))
    assert school < fitting(spans(("SCHOOL", "湖南大学"))) < fitting(spans(("NAME", "张某"), ("ADDRESS", "雨花区")))
    assert fitting(spans(("SCHOOL", "长郡中学高二3班"))) < fitting(spans(("SCHOOL", "长郡中学")))
    assert fitting(spans(("NAME", "王芳"), ("BIRTH_DATE", "1998-03-05"))) < fitting(spans(("NAME", "王芳")))


def test_of_a_date_of_birth_without_its_day_more_fit():
    whole, month = ("BIRTH_DATE", "1953-10-05"), ("BIRTH_DATE", "1953-10")
    assert 20 < fitting(spans(("NAME", "张伟"), month)) / fitting(spans(("NAME", "张伟"), whole)) < 45


def test_a_number_has_one_bearer_and_a_masked_one_tells_nothing():
    assert fitting(spans(("PHONE", "13800138000"))) == 1
    assert fitting(spans(("PHONE", "138****8000"))) == fitting([]) == 1_400_000_000


@given(SURFACES)
def test_any_span_fits_somebody(surface):
    for kind in EntityType:
        assert 1 <= fitting([Entity(0, len(surface), kind, surface)]) <= 1_400_000_000


def test_numbers_below_a_hundred_are_read_in_digits_and_words():
    assert [number(word) for word in ("7", "十", "十三", "二十", "三十五", "八", "十十", "人")] == [
        7, 10, 13, 20, 35, 8, None, None,
    ]  # fmt: skip
