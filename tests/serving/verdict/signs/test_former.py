import pytest
from gaihe.serving.verdict.signs.former import left
from gaihe.serving.verdict.text import plain

from tests.serving.verdict.marked import marked


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
        ("[[NAME:陈刚]]，原住[[ADDRESS:桔园小区3栋502]]", True),
        ("原家住[[ADDRESS:桔园小区3栋502]]", True),
        ("从[[ADDRESS:桔园小区3栋502]]搬到万科城", True),
        ("从[[ADDRESS:桔园小区3栋502]]搬走了", True),
        ("[[ADDRESS:桔园小区3栋502]]的房子已经卖了，人走了", True),
        ("[[ADDRESS:桔园小区3栋502]]已退租", True),
        ("旧址[[ADDRESS:桔园小区3栋502]]，新址", True),
        ("[[WORKPLACE:三一重工]]，已经离职", True),
        ("[[WORKPLACE:三一重工]]把他开除了", True),
        ("被[[WORKPLACE:三一重工]]开除，老赖", True),
        ("[[WORKPLACE:三一重工]]，被逼离职", True),
        ("[[WORKPLACE:三一重工]]，干了没多久离职", True),
        ("[[WORKPLACE:三一重工]]，上个月被辞退", True),
        ("[[ADDRESS:桔园小区]]，不久前搬走", True),
        ("之前住[[ADDRESS:桔园小区3栋502]]", True),
        ("[[NAME:陈刚]]，[[ADDRESS:桔园小区]]，死活不搬走", False),
        ("[[NAME:陈刚]]，[[ADDRESS:桔园小区]]，逼邻居搬走", False),
        ("[[NAME:陈刚]]，[[WORKPLACE:三一重工]]，不会离职的", False),
        ("[[NAME:陈刚]]，[[WORKPLACE:三一重工]]，赖着不离职", False),
        ("[[NAME:陈刚]]，[[WORKPLACE:三一重工]]，逼走同事辞职", False),
        ("[[NAME:陈刚]]，[[WORKPLACE:三一重工]]，开除了十几个人", False),
        ("[[WORKPLACE:三一重工]]，还没离职", False),
        ("[[WORKPLACE:三一重工]]还没离职", False),
        ("没有搬走，还住[[ADDRESS:桔园小区3栋502]]", False),
        ("[[ADDRESS:桔园小区3栋502]]，下个月准备搬走", False),
        ("[[ADDRESS:桔园小区3栋502]]，去年搬到这里的", False),
        ("现住[[ADDRESS:桔园小区3栋502]]，把我家房子卖了", False),
        ("原住民[[ADDRESS:桔园村]]", False),
        ("[[ADDRESS:桔园小区3栋502]]，房东不让退租", False),
        ("从万科城搬到[[ADDRESS:桔园小区3栋502]]", False),
        ("[[WORKPLACE:三一重工]]，快退休了", False),
        ("[[NAME:曾丽]]住[[ADDRESS:桔园小区3栋502]]", False),
        ("[[NAME:曾丽]]曾住[[ADDRESS:桔园小区3栋502]]", True),
    ],
)
def test_a_place_is_left_where_somebody_is_said_to_be_there_no_more(post, expected):
    text, entities, _ = marked(post)
    assert bool(left(plain(text), entities)) == expected
