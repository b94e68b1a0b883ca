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
