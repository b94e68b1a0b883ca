import pytest
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.schema import Entity, EntityType, Intent, NoiseKind, Post, Stance
from gaihe.serving.exchange import FORMATS, Source, Target
from gaihe.serving.exchange.offsets import Offsets, OffsetUnit
from gaihe.serving.exchange.sides import parse_types
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.serving.exchange.strategies import posts, texts

FILES = sorted(set(FORMATS) - {"brat"})


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=60)
@given(many=st.lists(posts(), max_size=3))
def test_a_file_gives_back_every_post(tmp_path_factory, name, many):
    path = tmp_path_factory.mktemp("exchange") / "posts"
    assert FORMATS[name].write(many, path, Target()) == len(many)
    assert list(FORMATS[name].read(path, Source())) == many


def _can_stand_in_brat(post):
    surfaces = [entity.text.splitlines() for entity in post.entities]
    return all(lines[0] and lines[-1] for lines in surfaces) and not any(
        entity.text[-1] in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029" for entity in post.entities
    )


@settings(max_examples=60)
@given(
    many=st.lists(
        posts(text=texts, ids=texts.filter(bool)).filter(_can_stand_in_brat), max_size=3, unique_by=lambda post: post.id
    )
)
def test_a_brat_folder_gives_back_every_post(tmp_path_factory, many):
    assume(many)
    path = tmp_path_factory.mktemp("exchange") / "brat"
    assert FORMATS["brat"].write(many, path, Target()) == len(many)
    assert {post.id: post for post in FORMATS["brat"].read(path, Source())} == {post.id: post for post in many}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_own_label_names_go_out_and_come_back(tmp_path, name):
    post = Post("p", "张丽，QQ 12345", (Entity(0, 2, EntityType.NAME, "张丽"), Entity(6, 11, EntityType.QQ, "12345")))
    path = tmp_path / "posts"
    FORMATS[name].write([post], path, Target({EntityType.NAME: "人名"}))
    assert list(FORMATS[name].read(path, Source(types=parse_types(["人名=NAME"])))) == [post]
    (without_names,) = FORMATS[name].read(path, Source(types=parse_types(["人名="])))
    assert without_names.entities == post.entities[1:]
    with pytest.raises(PostError, match=r"unknown label '人名'; translate it with --map 人名=TYPE"):
        list(FORMATS[name].read(path, Source()))


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_what_the_annotation_covers_is_stated_where_the_file_does_not(tmp_path, name):
    path = tmp_path / "posts"
    FORMATS[name].write([Post("p", "张丽", (Entity(0, 2, EntityType.NAME, "张丽"),))], path, Target())
    (post,) = FORMATS[name].read(path, Source(covers=(EntityType.NAME,)))
    assert post.types == (EntityType.NAME,)
    with pytest.raises(PostError, match="said to cover QQ only"):
        list(FORMATS[name].read(path, Source(covers=(EntityType.QQ,))))


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_everything_that_a_post_has_is_kept(tmp_path, name):
    entity = Entity(1, 6, EntityType.PHONE, "一三\n八0", "1380")
    post = Post(
        id="贴 1/2",
        text="😀一三\n八0 ",
        entities=(entity,),
        scene="fan_war",
        noise=(NoiseKind.CHINESE_NUMERAL,),
        intent=Intent.SELF,
        stance=Stance.NEUTRAL,
        types=(EntityType.PHONE,),
    )
    FORMATS[name].write([post], tmp_path / "posts", Target())
    assert list(FORMATS[name].read(tmp_path / "posts", Source())) == [post]


@given(texts)
def test_offsets_in_utf_16_are_those_of_the_encoding(text):
    offsets = Offsets(text, OffsetUnit.UTF_16)
    for position in range(len(text) + 1):
        units = len(text[:position].encode("utf-16-le")) // 2
        assert offsets.from_code_point(position) == units
        assert offsets.to_code_point(units) == position


def test_an_offset_inside_a_character_is_refused():
    with pytest.raises(PostError, match="offset 2 lies inside a character"):
        Offsets("a😀b", OffsetUnit.UTF_16).to_code_point(2)
