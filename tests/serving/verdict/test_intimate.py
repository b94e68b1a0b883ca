"""What harms by itself who is named with it."""

import pytest
from gaihe.serving.verdict.intimate import tells_the_intimate
from gaihe.serving.verdict.text import plain

from tests.serving.verdict.marked import marked


@pytest.mark.parametrize(
    "post",
    [
        "我们村的[[NAME:左梦婷]]被强奸了，大家知道吗",
        "[[NAME:左梦婷]]去年被她继父性侵，转学了",
        "就是那个[[NAME:左梦婷]]，以前被校长猥亵过",
        "[[NAME:左梦婷]]，她被校长猥亵过，谁都知道",
        "隔壁[[NAME:周大山]]家闺女被人强奸了",
        "[[NAME:周大山]]的女儿被人强奸未遂",
        "听说教练性侵了[[NAME:左梦婷]]",
        "体育老师猥亵过班里的[[NAME:左梦婷]]",
        "[[NAME:左志远]]有艾滋病，离他远点",
        "[[NAME:左志远]]，有性病，别碰",
        "我同事[[NAME:左梦婷]]得過梅毒",
        "[[NAME:左梦婷]]体检查出ＨＩＶ阳性",
        "梅毒患者[[NAME:左梦婷]]，电话[[PHONE:13500052610]]，到处约",
        "[[NAME:左梦婷]]，电话[[PHONE:13500052610]]，艾滋病患者",
        "[[NAME:左梦婷]]（[[PHONE:13500052610]]）得了艾滋病",
        "[[NAME:左梦婷]]，电话[[PHONE:13500052610]]，住[[ADDRESS:桔园小区3栋402]]，得了艾滋病",
        "[[NAME:左梦婷]]没想到得了艾滋病",
        "被性侵的女生叫[[NAME:左梦婷]]，[[SCHOOL:长郡中学高一3班]]",
        "左志远强奸案受害人[[NAME:左梦婷]]",
        "[[NAME:左志远]]对[[NAME:左梦婷]]实施了强奸",
        "他把[[NAME:左梦婷]]强奸了",
        "[[NAME:左梦婷]]被性侵的事都传开了",
        "强奸案受害女生叫[[NAME:左梦婷]]，在湖南大学读书",
        "性侵案受害女童叫[[NAME:左梦婷]]",
        "[[NAME:左梦婷]]HIV阳性",
        "[[NAME:左梦婷]]（HIV阳性）",
        "[[NAME:左梦婷]]疑似艾滋病感染者，大家小心",
        "[[NAME:左梦婷]]是艾滋病患者",
        "[[NAME:左梦婷]]被继父侵犯多年",
        "[[NAME:左梦婷]]被他性騷擾",
        "教练性骚扰了[[NAME:左梦婷]]",
        "[[NAME:左梦婷]]得了艾滋病，不是假的",
        "[[NAME:左梦婷]]被班主任性骚扰，没人管",
    ],
)
def test_told_of_a_name(post):
    text, entities, _ = marked(post)
    assert tells_the_intimate(plain(text), entities)


@pytest.mark.parametrize(
    "post",
    [
        "[[NAME:左志远]]被举报性侵学生",
        "[[NAME:左志远]]被网友爆料涉嫌强奸",
        "[[NAME:左志远]]因强奸被判七年",
        "[[NAME:左志远]]被定罪为二级强奸罪",
        "[[NAME:左志远]]目睹女生被强奸不报警",
        "[[NAME:左志远]]否认被指性侵",
        "[[NAME:左志远]]的新片里女主被强奸",
        "班主任[[NAME:左志远]]，女生被猥亵",
        "猥亵她的人叫[[NAME:左志远]]",
        "[[NAME:张某]]被强奸一案今日开庭",
        "[[NAME:李XX]]被强奸",
        "[[NAME:左梦婷]]（化名）被继父性侵",
        "[[NAME:左梦婷]]没有艾滋病",
        "[[NAME:左梦婷]]是艾滋病防治专家",
        "[[NAME:左梦婷]]有性病防治经验",
        "[[NAME:左梦婷]]有个同学。艾滋病要早查",
        "[[SCHOOL:长沙学院]]有人被强奸",
        "地铁上被猥亵，请报警",
        "[[NAME:左梦婷]]并未患梅毒，别造谣",
        "[[NAME:左梦婷]]从来没有感染梅毒",
        "[[NAME:左梦婷]]被造谣得了性病，大家别信",
        "[[NAME:左梦婷]]的前男友得了艾滋病",
        "志愿者[[NAME:左梦婷]]帮助被性侵的女孩",
        "[[NAME:左梦婷]]采访了感染艾滋病的村民",
        "[[NAME:左梦婷]]教孩子如何避免被性侵",
        "[[NAME:左梦婷]]演过被强奸的戏",
        "[[NAME:左梦婷]]，电话[[PHONE:13500052610]]，照顾艾滋病患者",
        "被强奸的不是[[NAME:左梦婷]]",
        "被指性侵的老师叫[[NAME:左志远]]",
        "对[[NAME:左志远]]强奸案立案侦查",
        "网传[[NAME:左梦婷]]得了艾滋病，假的",
        "[[NAME:左梦婷]]得了艾滋病是谣言",
        "[[NAME:左梦婷]]被强奸的事是造谣",
        "[[NAME:左梦婷]]的肖像权被侵犯",
        "[[NAME:左梦婷]]被侵犯了隐私",
        "[[NAME:左梦婷]]被投诉性骚扰学生",
        "[[NAME:左梦婷]]被学校开除，因性骚扰女生",
        "[[NAME:左梦婷]]性骚扰女同事",
        "[[NAME:左梦婷]]HIV阳性吗",
        "[[NAME:左梦婷]]是HIV阳性患者的医生",
        "[[NAME:左梦婷]]，艾滋病患者家属",
        "性侵案受害女生的老师叫[[NAME:左梦婷]]",
    ],
)
def test_not_told_of_a_name(post):
    text, entities, _ = marked(post)
    assert not tells_the_intimate(plain(text), entities)
