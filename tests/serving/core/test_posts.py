import gzip
import json

import pytest
from gaihe.serving.core.atomic_files import open_output
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.posts import json_line, post_from_record, post_to_record, read_posts, write_posts
from gaihe.serving.core.schema import BUILT_IN, Entity, EntityType, Intent, NoiseKind, Post, Stance
from hypothesis import given
from hypothesis import strategies as st

text_with_surrogates = st.text(st.characters(blacklist_categories=()), max_size=40)


@st.composite
def posts(draw):
    text = draw(text_with_surrogates)
    entities, position = [], 0
    while position < len(text) and draw(st.booleans()):
        start = draw(st.integers(position, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        kind = draw(st.sampled_from(BUILT_IN))
        entities.append(Entity(start, end, kind, text[start:end], draw(st.none() | st.text(max_size=5))))
        position = end
    return Post(
        id=draw(st.text(max_size=8)),
        text=text,
        entities=tuple(entities),
        scene=draw(st.none() | st.just("fan_war")),
        noise=tuple(draw(st.lists(st.sampled_from(NoiseKind), unique=True, max_size=3))),
        intent=draw(st.none() | st.sampled_from(Intent)),
        stance=draw(st.none() | st.sampled_from(Stance)),
        types=draw(st.none() | st.just((EntityType.NAME,))),
    )


@given(posts())
def test_a_post_comes_back_from_its_line(post):
    line = json_line(post_to_record(post))
    assert line.count("\n") == 1
    assert post_from_record(json.loads(line.encode("utf-8"))) == post


@given(st.lists(posts(), max_size=4))
def test_posts_come_back_from_a_file(tmp_path_factory, many):
    path = tmp_path_factory.mktemp("posts") / "posts.jsonl"
    assert write_posts(many, path) == len(many)
    assert list(read_posts(path)) == many


GOOD = '{"id": "1", "text": "张丽来了", "entities": [{"start": 0, "end": 2, "type": "NAME", "text": "张丽"}]}\n'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "2", "text": ', "not JSON"),
        ('["张丽"]', "expected an object"),
        ('{"id": "2", "text": "张丽", "text": "好"}', "not JSON: a name stands twice in an object"),
        ('{"id": "2"}', "missing 'text'"),
        ('{"text": "张丽"}', "missing 'id'"),
        ('{"id": "2", "text": null}', "'text' must be str, not null"),
        ('{"id": 2, "text": "张丽"}', "'id' must be str, not int"),
        ('{"id": "2", "text": "张丽", "entities": [{"start": 0, "end": 3, "type": "NAME"}]}', "do not fit a text of 2"),
        ('{"id": "2", "text": "张丽", "entities": [{"start": 1, "end": 1, "type": "NAME"}]}', "do not fit"),
        (
            '{"id": "2", "text": "张丽", "entities": [{"start": 0, "end": 1, "type": "NAME", "text": "丽"}]}',
            "the entity's text is not what [0, 1) holds",
        ),
        (
            '{"id": "2", "text": "张丽", "entities": [{"start": 0, "end": 1, "type": "CAT"}]}',
            "unknown entity type 'CAT'",
        ),
        ('{"id": "2", "text": "张丽", "entities": [{"start": true, "end": 1, "type": "NAME"}]}', "'start' must be int"),
        (
            '{"id": "2", "text": "张丽", "entities": [{"start": 0, "end": 2, "type": "NAME"}, '
            '{"start": 1, "end": 2, "type": "QQ"}]}',
            "entities overlap",
        ),
        ('{"id": "2", "text": "张丽", "noise": ["magic"]}', "unknown noise kind 'magic'"),
        ('{"id": "2", "text": "张丽", "intent": "evil"}', "unknown intent 'evil'"),
        ('{"id": "2", "text": "张丽", "stance": "cross"}', "unknown stance 'cross'; known: neutral, hostile, inciting"),
        ('{"id": "2", "text": "张丽", "stance": 1}', "'stance' must be str, not int"),
    ],
)
def test_a_bad_line_is_named_with_file_line_and_reason(tmp_path, line, reason):
    path = tmp_path / "bad.jsonl"
    path.write_text(GOOD + line + "\n", encoding="utf-8")
    with pytest.raises(PostError) as error:
        list(read_posts(path))
    assert f"{path}, line 2: " in str(error.value)
    assert reason in str(error.value)


def test_bytes_that_are_not_utf8_are_named(tmp_path):
    path = tmp_path / "gbk.jsonl"
    path.write_bytes(GOOD.encode() + '{"id": "2", "text": "张丽"}\n'.encode("gbk"))
    with pytest.raises(PostError, match=r"gbk\.jsonl, line 2: not UTF-8"):
        list(read_posts(path))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (GOOD.encode("gbk"), "from another encoding: iconv -f GB18030 -t UTF-8, or -f UTF-16"),
        (GOOD.encode("utf-16"), "this is UTF-16: iconv"),
        (b"\xfe\xff" + GOOD.encode("utf-16-be"), "this is UTF-16: iconv"),
        (gzip.compress(GOOD.encode(), mtime=0), "this is gzip: unpack it first"),
    ],
    ids=["gb18030", "utf-16", "utf-16-be", "gzip"],
)
def test_what_a_file_is_that_is_not_utf8_is_told(tmp_path, content, reason):
    path = tmp_path / "other.jsonl"
    path.write_bytes(content)
    with pytest.raises(PostError, match=rf"other\.jsonl, line 1: not UTF-8: .*{reason}"):
        list(read_posts(path))


@pytest.mark.parametrize(("content", "reason"), [(b"PAR1\x15\x04\n", "JSON"), (b"PAR1\x15\xcc\n", "UTF-8")])
def test_a_parquet_file_is_called_so_whatever_its_first_line_holds(tmp_path, content, reason):
    path = tmp_path / "other.jsonl"
    path.write_bytes(content)
    with pytest.raises(PostError, match=rf"other\.jsonl, line 1: not {reason}: this is Parquet"):
        list(read_posts(path))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PostError, match="cannot read .*absent"):
        list(read_posts(tmp_path / "absent.jsonl"))


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "posts.jsonl"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(RuntimeError), open_output(path) as stream:
        stream.write("half")
        raise RuntimeError
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_annotated_post_has_no_entity_of_a_type_that_its_types_do_not_name(tmp_path):
    record = {"id": "1", "text": "张丽", "entities": [{"start": 0, "end": 2, "type": "NAME"}], "types": ["PHONE"]}
    assert post_from_record(record).entities
    with pytest.raises(PostError, match=r"^NAME at \[0, 2\) is annotated, but 'types' names only PHONE$"):
        post_from_record(record, annotated=True)
    with pytest.raises(PostError, match="'types' names only no type$"):
        post_from_record(record | {"types": []}, annotated=True)
    assert post_from_record(record | {"types": ["NAME"]}, annotated=True).types == (EntityType.NAME,)
