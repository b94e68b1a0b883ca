import json
import lzma
import tracemalloc
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from gaihe.data.files.standoff import LONGEST, LONGEST_LINE, Annotation, digest, joined, read_standoff, write_standoff
from gaihe.serving import Entity, Post, write_posts
from gaihe.serving.commands.cli import main
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import read_posts
from gaihe.serving.core.schema import BUILT_IN, EntityType, Intent, Stance
from hypothesis import given, settings
from hypothesis import strategies as st

READ = Path(__file__).parents[3] / "data" / "texts" / "read"
POSTS = [
    Post("1", "我是张丽，你是李雷", (Entity(2, 4, EntityType.NAME, "张丽"), Entity(7, 9, EntityType.NAME, "李雷"))),
    Post("2", "今天天气不错"),
    Post("3", "😀电话13800138000", (Entity(3, 14, EntityType.PHONE, "13800138000"),)),
]


@st.composite
def annotated(draw):
    text = draw(st.text(min_size=1))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return Post("p", text, tuple(Entity(a, b, draw(st.sampled_from(BUILT_IN)), text[a:b]) for a, b in pairs))


@settings(max_examples=40)
@given(posts=st.lists(annotated(), unique_by=lambda post: post.text))
def test_texts_and_spans_come_together_again(posts, tmp_path_factory):
    path = tmp_path_factory.mktemp("standoff") / "spans.tsv.xz"
    assert write_standoff(posts, path) == len(posts)
    bare = [Post(post.id, post.text) for post in posts]
    assert list(joined(bare, read_standoff(path))) == posts


def test_nothing_of_a_text_stands_in_the_file(tmp_path):
    write_standoff(POSTS, tmp_path / "spans.tsv.xz")
    content = lzma.decompress((tmp_path / "spans.tsv.xz").read_bytes()).decode("ascii")
    assert sorted(content.splitlines()) == content.splitlines()
    assert f"{digest(POSTS[0].text)}\t2-4:NAME 7-9:NAME\n" in content
    assert f"{digest(POSTS[1].text)}\t\n" in content


def test_the_command_takes_and_joins_and_leaves_out_what_it_does_not_know(tmp_path, capsys):
    mine, spans, texts, back = (tmp_path / name for name in ("mine.jsonl", "spans.tsv.xz", "texts.jsonl", "back.jsonl"))
    write_posts(POSTS, mine)
    write_posts([Post("a", POSTS[2].text), Post("b", POSTS[2].text + "。"), Post("c", POSTS[1].text)], texts)
    assert main(["standoff", "take", "--input", str(mine), "--output", str(spans)]) == 0
    assert main(["standoff", "join", "--annotation", str(spans), "--input", str(texts), "--output", str(back)]) == 0
    assert capsys.readouterr().err == "3 texts\n2 posts with annotation; it is there for 3 texts\n"
    assert [(post.id, post.entities) for post in read_posts(back)] == [("a", POSTS[2].entities), ("c", ())]
    assert json.loads(back.read_text(encoding="utf-8").splitlines()[0])["entities"][0]["text"] == "13800138000"


def test_labels_of_whole_posts_are_kept_with_or_without_spans(tmp_path):
    posts = [
        replace(POSTS[0], intent=Intent.THIRD_PARTY, stance=Stance.HOSTILE),
        replace(POSTS[1], intent=Intent.NONE),
        Post("3", "大家去举报他", intent=Intent.NONE, stance=Stance.INCITING, types=()),
        Post("4", "谁看过这本书", types=()),
    ]
    path = tmp_path / "labels.tsv.xz"
    assert write_standoff(posts, path) == 4
    assert list(joined([Post(post.id, post.text) for post in posts], read_standoff(path))) == posts
    assert f"{digest('大家去举报他')}\t-\tnone/inciting\n" in lzma.decompress(path.read_bytes()).decode()


def test_annotation_of_some_types_cannot_be_kept(tmp_path):
    with pytest.raises(PostError, match="'1'.*covers some types only"):
        write_standoff([replace(POSTS[0], types=(EntityType.NAME,))], tmp_path / "spans.tsv.xz")


def test_one_text_with_two_annotations_is_refused(tmp_path):
    with pytest.raises(PostError, match="'again'.*other spans"):
        write_standoff([*POSTS, Post("again", POSTS[0].text)], tmp_path / "spans.tsv.xz")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"0123456789abcdef\t0-2:NAME\nwrong\n", "line 2: expected a digest"),
        (b"0123456789abcdef\t0-2:NICKNAME\n", "line 1: unknown entity type NICKNAME; known: NAME, PHONE"),
        (b"0123456789abcdef\t0-" + b"9" * 5000 + b":NAME\n", "line 1: expected a digest"),
        (b"0123456789abcdef\t-\tnone/angry\n", "line 1: 'angry' is not a valid Stance"),
        (b"0123456789abcdef\t-\tnone\n", "line 1: expected a digest"),
        (b"0123456789abcdef\t\n" * 2, "line 2: digests must be sorted and different"),
        (b"0" * (LONGEST_LINE + 1), "has a line of more than"),
        ("张丽".encode(), "is no xz file of spans"),
    ],
)
def test_bad_lines_are_named(tmp_path, content, reason):
    path = tmp_path / "spans.tsv.xz"
    path.write_bytes(lzma.compress(content))
    with pytest.raises(PostError, match=reason):
        read_standoff(path)


def test_other_files_are_refused(tmp_path, capsys):
    path = tmp_path / "spans.tsv.xz"
    path.write_text("no xz", encoding="utf-8")
    assert main(["standoff", "join", "--annotation", str(path), "--input", "-", "--output", "-"]) == 2
    assert "is no xz file of spans" in capsys.readouterr().err
    assert main(["standoff", "join", "--annotation", "missing.xz", "--input", "-", "--output", "-"]) == 2
    assert "cannot read missing.xz" in capsys.readouterr().err


def test_a_file_that_unpacks_to_gigabytes_is_refused_in_little_memory(tmp_path):
    path = tmp_path / "bomb.tsv.xz"
    with lzma.open(path, "wb", preset=1) as stream:
        line = b"0123456789abcdef\t" + b"0-1:NAME " * 90_000 + b"0-1:NAME\n"
        for _ in range(LONGEST // len(line) + 2):
            stream.write(line)
    tracemalloc.start()
    with pytest.raises(PostError, match="sorted and different"):
        read_standoff(path)
    blank = tmp_path / "blank.xz"
    blank.write_bytes(lzma.compress(b"\0" * (LONGEST + 1), preset=1))
    with pytest.raises(PostError, match="has a line of more than"):
        read_standoff(blank)
    assert tracemalloc.get_traced_memory()[1] < 300 << 20
    tracemalloc.stop()


def test_an_annotation_larger_than_may_be_is_refused_whole(tmp_path, monkeypatch):
    write_standoff(POSTS, tmp_path / "spans.tsv.xz")
    monkeypatch.setattr("gaihe.data.files.standoff.LONGEST", 40)
    with pytest.raises(PostError, match="unpacks to more than 40 bytes"):
        read_standoff(tmp_path / "spans.tsv.xz")
    with pytest.raises(PostError, match="take them in several files"):
        write_standoff(POSTS, tmp_path / "spans.tsv.xz")


def test_a_file_cut_off_is_refused(tmp_path):
    write_standoff(POSTS, tmp_path / "spans.tsv.xz")
    (tmp_path / "cut.xz").write_bytes((tmp_path / "spans.tsv.xz").read_bytes()[:-20])
    with pytest.raises(PostError, match="is no xz file of spans"):
        read_standoff(tmp_path / "cut.xz")


def test_posts_that_nobody_annotated_are_not_taken_as_empty(tmp_path, capsys):
    (tmp_path / "in.jsonl").write_text('{"id": "1", "text": "x"}\n')
    words = ["standoff", "take", "--input", str(tmp_path / "in.jsonl"), "--output", str(tmp_path / "out.xz")]
    assert main(words) == 2
    assert "line 1: the post has no 'entities'" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["in.jsonl"]


def test_spans_beyond_a_text_are_refused():
    with pytest.raises(PostError, match="'1'.*do not fit its 9 characters"):
        list(joined(POSTS[:1], {digest(POSTS[0].text): Annotation(((7, 10, EntityType.NAME),))}))


@pytest.mark.parametrize(
    ("name", "minimum"), [("unsure", 44_000), ("less_unsure", 24_000), ("news_and_ties", 27_000), ("random", 3_400)]
)
def test_the_annotation_of_read_posts_is_whole(name, minimum):
    annotation = read_standoff(READ / f"{name}.tsv.xz")
    assert len(annotation) >= minimum
    found = [own.spans or () for own in annotation.values()]
    for spans in found:
        assert all(start < end for start, end, _ in spans)
        assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert sum(map(bool, found)) > len(annotation) / 20


def test_no_read_post_is_both_trained_on_and_measured_with():
    sample = read_standoff(READ / "random.tsv.xz").keys()
    for name in ("unsure", "less_unsure", "news_and_ties"):
        assert sample.isdisjoint(read_standoff(READ / f"{name}.tsv.xz"))


@pytest.mark.parametrize(("file", "minimum"), [("verdicts", 2000), ("doubted_verdicts", 3000)])
def test_the_labels_of_read_posts_are_whole(file, minimum):
    labels = read_standoff(READ / f"{file}.tsv.xz")
    assert len(labels) > minimum
    assert all(own.spans is None and own.intent and own.stance for own in labels.values())
    for name in ("random", "real_validation", "real_test"):
        assert labels.keys().isdisjoint(read_standoff(READ / f"{name}.tsv.xz"))


def test_no_read_post_has_labels_twice():
    first, second = (read_standoff(READ / f"{name}.tsv.xz") for name in ("verdicts", "doubted_verdicts"))
    assert first.keys().isdisjoint(second)
