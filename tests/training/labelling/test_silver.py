from pathlib import Path

import pytest
from gaihe.serving import Entity, EntityType, Post, read_posts
from gaihe.serving.cli import main
from gaihe.training.labelling.silver import HeadTagger, LacTagger, agreed, follows_guideline, varied

BASE = str(Path(__file__).parents[3] / "models" / "base")


def test_a_post_is_kept_only_where_both_taggers_find_the_same_names():
    texts = ["昨天刘德华在北京开演唱会", "今天天气真好，我们去公园玩吧", ""]
    left, right = HeadTagger(BASE), LacTagger()
    expected = [
        text for text, a, b in zip(texts, left.names(texts), right.names(texts), strict=True) if text and a == b
    ]
    kept = list(agreed([Post(str(i), text) for i, text in enumerate(texts[:2])], left, right))
    assert [post.text for post in kept] == expected
    assert texts[1] in expected
    for post in kept:
        assert EntityType.SCHOOL not in post.types and EntityType.PHONE in post.types
        assert all(entity.type is EntityType.NAME for entity in post.entities)


def test_both_taggers_know_a_famous_name():
    text = "记者王建国报道，刘德华昨天在北京开演唱会"
    start = text.index("刘德华")
    assert (start, start + 3) in HeadTagger(BASE).names([text])[0]
    assert (start, start + 3) in LacTagger().names([text])[0]


def test_the_command_writes_posts_that_training_reads(tmp_path):
    source, target = tmp_path / "raw.jsonl", tmp_path / "silver.jsonl"
    source.write_text('{"id": "1", "text": "今天天气真好，我们去公园玩吧"}\n', encoding="utf-8")
    assert main(["silver", "--input", str(source), "--output", str(target), "--base", BASE]) == 0
    (post,) = read_posts(target)
    assert post.entities == () and EntityType.WORKPLACE not in post.types


@pytest.mark.parametrize(
    ("text", "name", "kept"),
    [
        ("昨天遇到张建国了", "张建国", True),
        ("昨天遇到王老师了", "王老师", False),
        ("今天好累[允悲]啊", "允悲", False),
        ("我家毛毛又拆家", "毛毛", False),
        ("小明今天没来", "小明", False),
        ("孙悟空大闹天宫", "孙悟空", False),
        ("[微笑]刘翔跑得真快[微笑]", "刘翔", True),
    ],
)
def test_what_the_guideline_excludes_is_no_silver_name(text, name, kept):
    start = text.index(name)
    assert follows_guideline(text, start, start + len(name)) is kept


def test_a_name_comes_only_so_often_but_brings_new_ones_along():
    def post(*names):
        text = "和".join(names)
        return Post(text, text, tuple(Entity(text.index(n), text.index(n) + len(n), EntityType.NAME, n) for n in names))

    posts = [post("姜平")] * 4 + [post("姜平", "李秀英"), Post("0", "今天下雨")]
    kept = list(varied(posts, 2))
    assert [len(p.entities) for p in kept] == [1, 1, 2, 0]
