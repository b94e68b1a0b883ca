from collections import defaultdict

import pytest
from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.persons.person import persons
from hypothesis import given
from hypothesis import strategies as st

from tests.serving.verdict.marked import lines, marked

POSTS = lines("persons/persons.txt")


def test_there_are_enough_posts():
    assert len(POSTS) >= 40


@pytest.mark.parametrize("post", POSTS)
def test_spans_are_joined_to_the_persons_that_they_are_said_of(post):
    text, entities, owners = marked(post)
    expected = defaultdict(list)
    for entity, signs in zip(entities, owners, strict=True):
        for sign in signs:
            expected[sign].append(entity)
    found = {tuple(person.spans): person for person in persons(text, entities)}
    assert set(found) == {tuple(spans) for spans in expected.values()}
    for sign, spans in expected.items():
        assert found[tuple(spans)].is_author == (sign == "A")


def test_relatives_are_named_by_their_relation():
    text, entities, _ = marked("[[NAME:左梦婷]]，她妈妈叫[[NAME:李秀英]]，老公电话[[PHONE:13500052611]]")
    assert [(person.relation, len(person.names)) for person in persons(text, entities)] == [
        ("", 1),
        ("妈妈", 1),
        ("老公", 0),
    ]


@pytest.mark.parametrize(
    ("post", "relations"),
    [
        ("我男朋友，我男朋友的前女友叫[[NAME:左梦婷]]，她QQ[[QQ:283019922]]", ["男朋友的前女友"]),
        ("我前夫的现任老婆叫[[NAME:左梦婷]]", ["前夫的现任老婆"]),
        ("她现任老公叫[[NAME:左志远]]", ["现任老公"]),
        ("我前女友的朋友都知道，她住[[ADDRESS:桔园小区3栋402]]", ["前女友"]),
        ("她妈是[[WORKPLACE:税务局]]副局长。她叫[[NAME:左梦婷]]", ["妈", ""]),
        ("他妈的这个司机绕路，[[PLATE:湘A8K921]]", [""]),
        ("他妈的手机[[PHONE:13500052611]]", ["妈"]),
        ("[[NAME:左志远]]，[[WORKPLACE:湘雅医院]]的医生，电话[[PHONE:13500052611]]", [""]),
        ("她老公是[[WORKPLACE:三一重工]]工程师[[NAME:左志远]]，电话[[PHONE:13500052611]]", ["老公"]),
        ("他爸是[[WORKPLACE:市税务局]]副局长[[NAME:左志远]]", ["爸"]),
        ("我老公出轨对象叫[[NAME:左梦婷]]，电话[[PHONE:13500052611]]", [""]),
        ("我男朋友劈腿的女生叫[[NAME:左梦婷]]，电话[[PHONE:13500052611]]", [""]),
        ("我儿子班上有个叫[[NAME:左志远]]的", [""]),
        ("[[NAME:左志远]]有个女儿在[[SCHOOL:岳麓一小]]读四年级", ["", "女儿"]),
        ("[[NAME:左志远]]绑架我儿子，住[[ADDRESS:桔园小区3栋402]]", [""]),
        ("[[NAME:左志远]]把我爸治坏了，病历号[[MEMBER_ID:4471902]]", ["", "爸"]),
    ],
)
def test_relatives_of_relatives_are_told_apart_and_a_curse_is_none(post, relations):
    text, entities, _ = marked(post)
    assert [person.relation for person in persons(text, entities)] == relations


@pytest.mark.parametrize(
    ("post", "plain"),
    [
        ("请查处拖欠工资的公司。投诉人[[NAME:李梅]]，电话[[PHONE:13987654321]]，住[[ADDRESS:桔园小区3栋502]]", True),
        ("我叫[[NAME:李梅]]，住[[ADDRESS:桔园小区3栋502]]", False),
        ("我家[[ADDRESS:桔园小区3栋502]]的快递被偷了", True),
        ("我住[[ADDRESS:桔园小区3栋502]]，楼上天天漏水", True),
        ("我家[[ADDRESS:桔园小区3栋502]]的租客欠租跑了", False),
        ("我家[[ADDRESS:桔园小区3栋602]]那户天天半夜蹦迪", False),
        ("我家[[ADDRESS:桔园小区3栋602]]楼上天天半夜蹦迪", False),
    ],
)
def test_who_signs_or_tells_where_they_live_is_plainly_the_author(post, plain):
    text, entities, _ = marked(post)
    (author,) = persons(text, entities)
    assert author.is_author
    assert author.plain is plain


@pytest.mark.parametrize(
    ("post", "relations"),
    [
        ("[[NAME:左志远]]，[[SCHOOL:湖南大学]]，导师电话[[PHONE:13500052611]]", ["", "导师"]),
        ("[[NAME:左志远]]，太太电话[[PHONE:13500052611]]", ["", "太太"]),
        ("[[NAME:左志远]]，父[[PHONE:13500052611]]，母[[PHONE:13500052612]]", ["", "父", "母"]),
        ("[[NAME:左志远]]，老板，[[PHONE:13500052611]]", [""]),
        ("导师[[NAME:左志远]]压榨学生，导师电话[[PHONE:13500052611]]", [""]),
        ("姓名：[[NAME:左志远]]\n配偶：[[NAME:左梦婷]]", ["", "配偶"]),
    ],
)
def test_those_around_somebody_are_told_by_their_contact(post, relations):
    text, entities, _ = marked(post)
    assert [person.relation for person in persons(text, entities)] == relations


def test_traditional_characters_are_read_as_simplified_ones():
    text, entities, _ = marked("我媽媽[[NAME:李秀英]]，她電話[[PHONE:0912345678]]，她的兒子[[NAME:王大明]]")
    assert [person.relation for person in persons(text, entities)] == ["妈妈", "儿子"]


def test_a_name_without_data_is_a_person_and_nothing_is_nobody():
    text, entities, _ = marked("[[NAME:左梦婷]]真好看")
    assert [person.spans for person in persons(text, entities)] == [tuple(entities)]
    assert persons("今天天气真好", []) == []


WORDS = "我 她 他 的 妈妈 爸 老公 叫 是 电话 ， 。 、 和 \n 1. （ ） 姓名： 分别 联系 骗了 本人 同学 张丽 138 —— ① \u200b é 媽"


@st.composite
def found_posts(draw):
    """Any text of the words that the rules read, and any spans in it, overlapping ones too."""
    text = draw(st.lists(st.sampled_from(WORDS.split(" ")) | st.characters(), max_size=40).map("".join))
    spans = []
    for _ in range(draw(st.integers(0, 8)) if text else 0):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, min(len(text), start + 12)))
        spans.append(Entity(start, end, draw(st.sampled_from(list(EntityType))), text[start:end]))
    return text, spans


@given(found_posts())
def test_every_span_is_said_of_somebody_and_nobody_is_empty(post):
    text, entities = post
    found = persons(text, entities)
    assert {span for person in found for span in person.spans} == set(entities)
    assert all(person.spans for person in found)
    assert sum(person.is_author for person in found) <= 1
    assert found == persons(text, entities)
