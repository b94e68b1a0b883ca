import os
import stat

import pytest
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.schema import Entity, EntityType, Post
from gaihe.serving.exchange import FORMATS, Source, Target
from gaihe.serving.exchange.offsets import OffsetUnit

BRAT = FORMATS["brat"]
SAMPLE = """T1\tNAME 0 2\t张丽
T2\tPHONE 5 8;9 17\t138 00138000
R1\tOwns Arg1:T1 Arg2:T2\t
E1\tNAME:T1
A1\tSure T1
N1\tReference T1 Wikipedia:1\t张丽
#1\tAnnotatorNotes T2\tover two lines
#2\tValue T2\t13800138000
*\tEquiv T1 T2
"""


def folder(path, text="张丽 电话138\n00138000", annotations=SAMPLE):
    path.mkdir()
    (path / "doc.txt").write_text(text, encoding="utf-8", newline="")
    (path / "doc.ann").write_text(annotations, encoding="utf-8", newline="")
    return path


def test_a_project_of_brat_with_all_its_kinds_of_lines(tmp_path):
    (post,) = BRAT.read(folder(tmp_path / "b"), Source())
    assert post.id == "doc"
    assert [(e.start, e.end, e.type, e.value) for e in post.entities] == [
        (0, 2, EntityType.NAME, None),
        (5, 17, EntityType.PHONE, "13800138000"),
    ]


def test_folders_in_the_folder_are_part_of_the_id_and_texts_without_annotation_are_left_out(tmp_path):
    folder(tmp_path / "b")
    folder(tmp_path / "b" / "day 1", "x", "")
    (tmp_path / "b" / "new.txt").write_text("y")
    source = Source()
    assert [post.id for post in BRAT.read(tmp_path / "b", source)] == ["day 1/doc", "doc"]
    assert source.left_out == {"texts without an .ann file": 1}


def test_a_span_over_lines_is_written_as_fragments(tmp_path):
    post = Post(
        "a/b", "在\n张\r\n丽😀1", (Entity(2, 6, EntityType.NAME, "张\r\n丽"), Entity(7, 8, EntityType.QQ, "1", "一"))
    )
    BRAT.write([post], tmp_path / "b", Target(offsets=OffsetUnit.UTF_16))
    names = sorted(file.name for file in (tmp_path / "b").iterdir())
    assert names == ["a%2Fb.ann", "a%2Fb.txt", "annotation.conf"]
    lines = (tmp_path / "b" / "a%2Fb.ann").read_text(encoding="utf-8").splitlines()
    assert lines == ["T1\tNAME 2 3;5 6\t张 丽", "T2\tQQ 8 9\t1", "#2\tValue T2\t一"]
    assert "[entities]\nNAME\n" in (tmp_path / "b" / "annotation.conf").read_text()
    assert list(BRAT.read(tmp_path / "b", Source(offsets=OffsetUnit.UTF_16))) == [post]


@pytest.mark.parametrize(
    ("annotations", "reason"),
    [
        ("T1\tNAME 0 2\t李丽\n", "line 1: the annotation's text is not what 0 2 holds.*--input-offsets"),
        ("T1\tNAME 0 2\n", "line 1: expected 'T1⇥TYPE START END⇥TEXT'"),
        ("\nT1\tPER 0 2\t张丽\n", "line 2: unknown label 'PER'"),
        ("T1\tNAME 0 2\t张丽\nT2\tQQ 1 2\t丽\n", "entities overlap"),
        ("T1\tNAME 2 2\t\n", r"offsets \[2, 2\) do not fit"),
    ],
)
def test_a_bad_annotation_is_named_with_its_reason(tmp_path, annotations, reason):
    with pytest.raises(PostError, match=rf"doc\.ann(, |: ){reason}"):
        list(BRAT.read(folder(tmp_path / "b", annotations=annotations), Source()))


def test_a_folder_without_annotations_and_an_annotation_without_text_are_refused(tmp_path):
    with pytest.raises(PostError, match="no folder with .ann files"):
        list(BRAT.read(tmp_path, Source()))
    (tmp_path / "a.ann").write_text("")
    with pytest.raises(PostError, match="there is no a.txt beside it"):
        list(BRAT.read(tmp_path, Source()))


@pytest.mark.parametrize(
    ("post", "reason"),
    [
        (Post("", "x"), "empty id"),
        (Post("p", "\ud800"), "post 'p' has a lone surrogate"),
        (Post("p", "张\n", (Entity(0, 2, EntityType.NAME, "张\n"),)), "begins or ends with a line break"),
        (Post("长" * 90, "x"), "post '长+: the id is too long"),
        (Post("a" * 246, "x"), "post 'a+: the id is too long"),
    ],
)
def test_what_brat_cannot_hold_is_refused_and_leaves_no_folder(tmp_path, post, reason):
    with pytest.raises(PostError, match=reason):
        BRAT.write([Post("first", "x"), post], tmp_path / "b", Target())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_files_and_an_id_that_comes_twice_are_refused(tmp_path):
    (tmp_path / "b").mkdir()
    with pytest.raises(PostError, match="two posts with the id 'p'"):
        BRAT.write([Post("p", "x"), Post("p", "y")], tmp_path / "b", Target())
    BRAT.write([Post("p", "x")], tmp_path / "b", Target())
    with pytest.raises(PostError, match="exists and is not an empty folder"):
        BRAT.write([Post("p", "x")], tmp_path / "b", Target())


@pytest.mark.parametrize("posts", [[], [Post("a" * 245, "x", scene="s")]])
def test_no_posts_and_a_long_id_can_be_read_back(tmp_path, posts):
    BRAT.write(posts, tmp_path / "b", Target())
    assert list(BRAT.read(tmp_path / "b", Source())) == posts


def test_links_and_pipes_are_not_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("张丽 电话138\n00138000", encoding="utf-8")
    linked = folder(tmp_path / "linked")
    (linked / "doc.txt").unlink()
    (linked / "doc.txt").symlink_to(secret)
    with pytest.raises(PostError, match=r"doc\.txt is a link, which is not followed"):
        list(BRAT.read(linked, Source()))
    piped = folder(tmp_path / "piped")
    (piped / "doc.ann").unlink()
    os.mkfifo(piped / "doc.ann")
    with pytest.raises(PostError, match=r"doc\.ann is no regular file"):
        list(BRAT.read(piped, Source()))
    outside = folder(tmp_path / "outside")
    (outside / "doc.meta.json").symlink_to(secret)
    with pytest.raises(PostError, match=r"doc\.meta\.json is a link"):
        list(BRAT.read(outside, Source()))


def test_linked_folders_are_left_out_and_said(tmp_path):
    folder(tmp_path / "other")
    (folder(tmp_path / "b") / "more").symlink_to(tmp_path / "other")
    source = Source()
    assert [post.id for post in BRAT.read(tmp_path / "b", source)] == ["doc"]
    assert source.left_out == {"folders that are links": 1}


@pytest.mark.parametrize("offsets", ["9" * 5000, "0 " + "9" * 5000])
def test_offsets_of_thousands_of_digits_are_a_bad_line(tmp_path, offsets):
    with pytest.raises(PostError, match=r"doc\.ann, line 1: expected"):
        list(BRAT.read(folder(tmp_path / "b", annotations=f"T1\tNAME {offsets}\t张丽\n"), Source()))


def test_a_new_folder_is_for_its_owner_alone_and_an_empty_one_keeps_its_mode(tmp_path):
    BRAT.write([Post("p", "x")], tmp_path / "new", Target())
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    (tmp_path / "old").mkdir(mode=0o755)
    (tmp_path / "link").symlink_to(tmp_path / "old")
    BRAT.write([Post("p", "x")], tmp_path / "link", Target())
    assert (tmp_path / "link").is_symlink() and (tmp_path / "old" / "p.txt").is_file()
    assert stat.S_IMODE((tmp_path / "old").stat().st_mode) == 0o755
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "old").iterdir()} == {0o600}
