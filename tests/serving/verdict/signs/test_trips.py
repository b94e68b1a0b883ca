from datetime import date

import pytest
from gaihe.serving.verdict.signs.trips import travels
from gaihe.serving.verdict.text import plain

from tests.serving.verdict.marked import marked


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("正在G6113高铁上，[[NAME:陈刚]]", True),
        ("坐今晚CA1321航班去北京，[[NAME:陈刚]]", True),
        ("明天G6113次高铁到广州南，[[NAME:陈刚]]", True),
        ("[[NAME:陈刚]]，12月5日G6113高铁去广州", True),
        ("[[NAME:陈刚]]，1月5日CA1321航班落地", True),
        ("[[NAME:陈刚]]，12月1日的航班CA1321", True),
        ("坐高铁G79去深圳", True),
        ("骗子[[NAME:陈刚]]，[[PHONE:13812345678]]，家里落地窗对着K11商场", False),
        ("政策落地，G318自驾", False),
        ("[[NAME:陈刚]]，G6113高铁，11月3日，[[PHONE:13812345678]]", False),
        ("[[NAME:陈刚]]霸座，G6113高铁，[[BIRTH_DATE:11月3日]]", False),
        ("卖高铁票，G6113的加价两百", False),
        ("乘务员[[NAME:陈刚]]，G6113高铁，态度差", False),
        ("空姐[[NAME:王芳]]，CZ3101航班", False),
        ("[[NAME:陈刚]]2023年坐G6113高铁霸座", False),
        ("[[NAME:陈刚]]经常坐G6113高铁", False),
        ("每周五坐G6113高铁回家", False),
        ("落地灯型号D320", False),
        ("开C260奔驰去接机", False),
        ("高铁新村旁，G107国道", False),
        ("高铁T恤，G3尺码", False),
        ("项目落地，A轮D100", False),
        ("在G4高速，坐高铁的都别信", False),
        ("[[NAME:陈刚]]昨天坐G6113高铁霸座", False),
        ("昨天[[NAME:陈刚]]坐G6113高铁", False),
        ("落地窗，T2航站楼边上", False),
        ("接机牌子上写G20", False),
        ("动车组C1库工人", False),
        ("高铁站旁边，开D1车队", False),
        ("坐飞机的照片都是P的，K歌之王，G7", False),
        ("[[NAME:陈刚]]是高铁列车长，G6113，", False),
    ],
)
def test_a_trip_is_told_by_a_number_near_a_word_of_travelling_and_is_not_gone_by(post, expected):
    text, entities, _ = marked(post)
    assert travels(plain(text), entities, date(2026, 12, 1)) == expected
