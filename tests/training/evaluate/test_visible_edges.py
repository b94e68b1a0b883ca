"""What nobody sees at the edges of an annotated span decides nothing."""

import pytest
from gaihe.serving import Entity, EntityType, Post, Recognizer, write_posts
from gaihe.training.evaluate.evaluation import evaluate
from gaihe.training.evaluate.systems import detect_posts
from gaihe.training.evaluate.visible_edges import with_visible_edges
from gaihe.training.reports.benchmark.sets import open_sets

TEXT = "联系\u200b张丽\u200b，微信 abc_12345\u200b，电话138\u200b00138000"
POST = Post(
    "1",
    TEXT,
    (
        Entity(2, 6, EntityType.NAME, "\u200b张丽\u200b"),
        Entity(10, 20, EntityType.WECHAT, "abc_12345\u200b"),
        Entity(23, 35, EntityType.PHONE, "138\u200b00138000"),
    ),
)
VISIBLE = ["张丽", "abc_12345", "138\u200b00138000"]


class Everything:
    """Finds what is annotated, as it is annotated."""

    def detect(self, texts):
        return [list(POST.entities) for _ in texts]


def surfaces(post):
    assert all(post.text[span.start : span.end] == span.text for span in post.entities)
    return [span.text for span in post.entities]


def test_spans_end_at_what_is_seen():
    assert surfaces(with_visible_edges(POST)) == VISIBLE
    hearts = Post("1", "小红❤\ufe0f", (Entity(0, 4, EntityType.NAME, "小红❤\ufe0f"),))
    assert surfaces(with_visible_edges(hearts)) == ["小红❤"]
    spaces = Post("1", "QQ    1372849561", (Entity(4, 16, EntityType.QQ, "  1372849561"),))
    assert surfaces(with_visible_edges(spaces)) == ["1372849561"]
    nothing = Post("1", "张\u200b丽", (Entity(1, 2, EntityType.NAME, "\u200b"),))
    assert surfaces(with_visible_edges(nothing)) == []


@pytest.mark.parametrize("text", ["张丽", " 张丽 ", "张\u200b丽"])
def test_spans_without_such_edges_stay_as_they_are(text):
    post = Post("1", text, (Entity(0, len(text), EntityType.NAME, text),))
    assert with_visible_edges(post) == post


def test_what_is_found_at_visible_edges_is_right(tmp_path):
    report = evaluate(Recognizer.load(), [POST], tmp_path / "found.jsonl")
    assert (report["overall"]["gold"], report["overall"]["f1"], report["leaked"]) == (3, 1.0, 0.0)
    assert report["characters"] == sum(map(len, VISIBLE))
    assert report["seqeval"]["micro avg"]["f1-score"] == 1.0


def test_a_benchmark_reads_annotation_and_answers_alike(tmp_path):
    write_posts([POST], tmp_path / "mine.jsonl")
    (posts,) = open_sets([str(tmp_path / "mine.jsonl")])
    ((post, found),) = detect_posts(Everything(), posts.read())
    assert surfaces(post) == VISIBLE == [span.text for span in found]
    assert posts.facts.spans == 3
