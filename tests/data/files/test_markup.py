from collections import Counter
from functools import cache

import pytest
from gaihe.data.files.markup import (
    gold_posts,
    parse_markup,
    parse_posts,
    validation_posts,
    verdict_posts,
    written_posts,
)
from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.schema import EntityType, Intent, NoiseKind, Stance
from gaihe.training.pretrain.overlap import Overlap

written = cache(written_posts)


def test_markup_gives_text_spans_and_values():
    text, entities = parse_markup(r"叫[[NAME:弓长丽=>张丽]]，\n电话[[PHONE:1\u200b38 0013 8000=>13800138000]]")
    assert text == "叫弓长丽，\n电话1\u200b38 0013 8000"
    assert [(text[e.start : e.end], e.type, e.value) for e in entities] == [
        ("弓长丽", EntityType.NAME, "张丽"),
        ("1\u200b38 0013 8000", EntityType.PHONE, "13800138000"),
    ]


def test_a_stance_may_stand_behind_the_intent():
    with_stance, without = parse_posts("third_party/inciting | x | - | 好\nself | x | - | 好", "g")
    assert (with_stance.intent, with_stance.stance) == (Intent.THIRD_PARTY, Stance.INCITING)
    assert (without.intent, without.stance) == (Intent.SELF, None)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("none | x | -", "expected"),
        ("none | x | magic | 好", "magic"),
        ("none | x | - | [[CAT:喵]]", "unknown entity type"),
        ("none | x | - | [[NAME:张丽", "brackets"),
        ("odd | x | - | 好", "odd"),
        ("self/odd | x | - | 好", "odd"),
        ("self/ | x | - | 好", "''"),
    ],
)
def test_a_bad_line_is_named(line, reason):
    with pytest.raises(PostError, match="g.txt, line 2") as error:
        list(parse_posts("# 题\n" + line, "g"))
    assert reason in str(error.value)


def test_the_gold_posts_hold_every_type_and_noise_kind_in_both_parts():
    for split in (Split.VALIDATION, Split.TEST):
        posts = gold_posts(split)
        assert len(posts) >= 250
        assert {entity.type for post in posts for entity in post.entities} == set(EntityType)
        assert {kind for post in posts for kind in post.noise} == set(NoiseKind)
        assert sum(not post.entities for post in posts) > 50
    assert gold_posts(Split.TRAIN) == []


def test_every_post_that_measures_says_intent_and_stance():
    for split in (Split.VALIDATION, Split.TEST):
        assert all(post.intent and post.stance for post in [*gold_posts(split), *verdict_posts(split)])


def test_the_verdict_posts_are_a_set_of_their_own_with_every_intent_and_stance_in_both_parts():
    for split in (Split.VALIDATION, Split.TEST):
        posts = verdict_posts(split)
        assert len(posts) == 150
        assert Counter(post.intent for post in posts).keys() == set(Intent)
        assert Counter(post.stance for post in posts).keys() == set(Stance)
        assert not {post.id for post in posts} & {post.id for post in gold_posts(split)}
    assert verdict_posts(Split.TRAIN) == []


def test_the_written_posts_share_no_passage_with_the_gold_posts():
    parts = [read(split) for read in (gold_posts, verdict_posts) for split in (Split.VALIDATION, Split.TEST)]
    measured = Overlap(post.text for part in parts for post in part)
    assert [post.id for post in [*written(), *validation_posts()] if measured.touches(post.text)] == []


def test_the_validation_posts_are_none_of_those_that_are_trained_on():
    kept_aside = Overlap(post.text for post in validation_posts())
    assert [post.id for post in written() if kept_aside.touches(post.text)] == []


@pytest.mark.parametrize(("read", "minimum"), [(written, 1000), (validation_posts, 500)])
def test_both_hold_every_type_and_noise_kind_and_many_posts_without_data(read, minimum):
    posts = read()
    assert len(posts) >= minimum
    assert {entity.type for post in posts for entity in post.entities} == set(EntityType)
    assert {kind for post in posts for kind in post.noise} == set(NoiseKind)
    assert sum(not post.entities for post in posts) >= 0.2 * len(posts)


def test_their_spans_begin_and_end_without_spaces_and_stops():
    measured = [*verdict_posts(Split.VALIDATION), *verdict_posts(Split.TEST)]
    surfaces = [entity.text for post in [*written(), *validation_posts(), *measured] for entity in post.entities]
    assert [surface for surface in surfaces if surface != surface.strip(" \n，。、；：！？,.;:!?“”")] == []
