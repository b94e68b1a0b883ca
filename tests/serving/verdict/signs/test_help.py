import pytest
from gaihe.serving.verdict.judgement import judge
from gaihe.serving.verdict.policy import load_policy

from tests.serving.verdict.marked import marked, sure

MODERATION = load_policy("moderation")


@pytest.mark.parametrize(
    ("post", "suggestion"),
    [
        ("有没有人认识这位爷爷，坐在[[ADDRESS:芙蓉广场地铁站4号口]]，说不清家在哪，衣服里缝了个名字叫[[NAME:钟德发]]", "review"),
        ("谁认识这位老奶奶？在火车站迷路了，有认识的赶紧通知家属", "review"),
        ("有认识这个小朋友的家长吗，在超市门口哭，说叫乐乐，请来服务台", "review"),
        ("有人认识这个小男孩吗？在万达一楼服务台", "review"),
        ("谁认识3栋的张奶奶？她在小区门口摔了，快通知她家人", "review"),
        ("捡到钱包里有身份证，[[NAME:刘思源]]，湖南衡阳人，谁认识他，让他联系我", "review"),
        ("谁认识[[SCHOOL:湖大]]的[[NAME:刘思源]]，捡到他的校园卡了", "review"),
        ("求救命恩人的联系方式！昨天救我儿子的那位大哥，想当面谢谢", "review"),
        ("求助：有谁知道[[ADDRESS:3栋502]]业主的电话，他家水管爆了往楼下漏", "review"),
        ("谁有楼上602的联系方式，家里没人一直冒烟！", "review"),
        ("求[[PLATE:湘A12345]]车主电话，堵住消防通道了，老人要送医院", "review"),
        ("捡到她身份证，谁认识她，帮我把她家地址人肉出来", "block"),
        ("捡到他手机了，这人肇事逃逸，谁认识他", "block"),
        ("捡到她的校园卡，谁有她的定位和开房记录", "block"),
        ("捡到一张卡，谁能查机主户籍", "block"),
        ("捡到一张卡，谁能查机主电话，有偿", "block"),
        ("捡到身份证[[ID_CARD:430111197203054322]]，谁能查到机主电话", "block"),
        ("谁认识这个撞了老人跑的，老人都摔了", "block"),
        ("谁认识这个小男孩，长得真好看", "block"),
        ("求[[PLATE:湘A12345]]车主电话，别了我一路", "block"),
        ("求好心人告诉我她的电话", "block"),
        ("捡到她手机，谁知道她住哪，几点下班", "block"),
        ("专业寻人，走失、救命恩人都能找，报名字和电话", "block"),
        ("有没有燃气公司的朋友，能查业主电话吗", "block"),
        ("谁知道楼下业主的电话，她家煤气味好重", "review"),
        ("楼上漏水，谁有她全家的信息，曝光她", "block"),
        ("挪车，求[[PLATE:湘A12345]]车主的住址和身份证号", "block"),
        ("挪车，求[[PLATE:湘A12345]]车主信息", "block"),
        ("捡到她手机，谁知道她住哪", "block"),
        ("捡到她手机，求她的照片和单位", "block"),
        ("捡到她校园卡，谁认识她，在哪个班", "block"),
        ("捡到她校园卡，求她公司电话", "block"),
        ("捡到她手机，求她身份证", "block"),
        ("谁的身份证掉了，[[NAME:刘思源]]，捡到的在保安室", "review"),
        ("谁认识小区门口这位迷路的奶奶", "review"),
        ("谁有[[ADDRESS:桔园小区3栋502]]业主微信，家里漏水了", "review"),
        ("捡到工卡，谁认识[[WORKPLACE:三一公司]]的[[NAME:刘思源]]", "review"),
        ("捡到她工卡，谁认识她公司的人", "block"),
        ("谁认识照片上这位迷路的奶奶，说老家在衡阳", "review"),
        ("捡到她的包，谁认识她，求她生日和老家", "block"),
        ("走失的猫是她偷的，求她电话", "block"),
        ("捡到她手机，她是哪个小区的，谁知道在哪个小区", "block"),
        ("捡到她校园卡，谁认识她，一见钟情了", "block"),
        ("捡到他身份证，谁能查一下机主电话", "block"),
        ("捡到一只耳环，谁认识那个女孩，想约她", "block"),
        ("求[[NAME:陈刚]]的电话，他捡到我手机不还", "block"),
        ("代找人，走失老人孩子都能找，加微信[[WECHAT:zhaoren_88]]", "block"),
        ("[[NAME:王芳]]，[[PHONE:13812345678]]，住[[ADDRESS:桔园小区3栋502]]，楼上漏水，谁认识她", "block"),
        ("[[NAME:王芳]]，住[[ADDRESS:桔园小区3栋502]]，楼上漏水，谁认识她", "review"),
        ("谁认识[[SCHOOL:湖大]]的这个女生，想跟她一起火锅", "block"),
        ("昨天坐着火车遇到的女生，谁认识她", "block"),
        ("谁有[[NAME:陈刚]]新号码，他转移车辆", "block"),
        ("求[[NAME:陈刚]]的手机号，他消失主要是躲我", "block"),
        ("谁有[[NAME:陈刚]]的电话，让他当面谢罪", "block"),
        ("谁有[[NAME:陈刚]]的电话，让他回不了家", "block"),
        ("晕倒，谁认识这个女的，求微信", "block"),
        ("谁有[[NAME:王芳]]的电话，气得我手机都摔了", "block"),
        ("谁有[[NAME:陈思涵]]家长电话，她早恋，我要通知家长", "block"),
        ("谁认识这个女孩，她在万达一楼服务台上班，求微信", "block"),
        ("求这个女孩的微信，在岳麓派出所旁边的奶茶店", "block"),
        ("有个女的在地铁上晕倒了，救护车来了，谁认识她", "review"),
        ("捡了个钱包，里面有[[NAME:刘思源]]的身份证，谁认识他", "review"),
        ("捡到校园卡，[[SCHOOL:湖南大学]]会计专业的[[NAME:刘思源]]，谁认识他", "review"),
        ("捡到户口本，户主[[NAME:刘思源]]，谁认识他", "review"),
        ("老人晕倒了正在医院抢救，谁认识他家里人", "review"),
        ("楼上水管爆了哗哗流水，要抢修，谁有[[ADDRESS:3栋502]]业主电话", "review"),
        ("在全家便利店捡到钱包，[[NAME:刘思源]]，谁认识他", "review"),
        ("社工遇到一位迷路的老人，谁认识他家人", "review"),
        ("捡到手机，屏保背景是一家三口，谁认识机主", "review"),
        ("收拾教室捡到[[NAME:刘思源]]的学生证，怕骗子冒领，谁认识他", "review"),
        ("谁认识这位被撞的老人，他昏迷了，手机欠费联系不上家人", "review"),
        ("谁认识这位打着伞摔倒的奶奶", "review"),
        ("求[[PLATE:湘A12345]]车主电话，车停我车位上了，麻烦挪一下", "review"),
    ],
)  # fmt: skip
def test_who_calls_for_help_is_not_blocked(post, suggestion):
    text, entities, _ = marked(post)
    found = judge(text, entities, sure("solicit", "neutral"), MODERATION)
    codes, laws = ({each.code for each in part} for part in (found.reasons, found.laws))
    helps = suggestion == "review"
    assert found.suggestion == suggestion
    assert ("solicits_to_help" in codes, "solicits" in codes, "pipl_10" in laws) == (helps, not helps, not helps)
    assert judge(text, entities, sure("solicit", "hostile"), MODERATION).suggestion == "block"


@pytest.mark.parametrize("word", ["漏水", "被淹"])
def test_a_word_of_help_takes_no_law_from_a_post_that_exposes_somebody(word):
    post = f"我家{word}，楼上是[[NAME:陈刚]]，[[PHONE:13812345678]]，在[[WORKPLACE:三一重工]]上班"
    text, entities, _ = marked(post)
    found = judge(text, entities, sure("third_party", "neutral"), MODERATION)
    assert {"pipl_10", "public_security_56"} <= {law.code for law in found.laws}


def test_running_water_is_no_account_statement():
    text, entities, _ = marked("楼上水管爆了哗哗流水，谁有[[ADDRESS:3栋502]]业主电话")
    found = judge(text, entities, sure("solicit", "neutral"), MODERATION)
    assert "money" not in {reason.code for reason in found.reasons}
