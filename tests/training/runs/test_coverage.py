from gaihe.serving import Entity
from gaihe.serving.core.schema import BUILT_IN, EntityType, Post
from gaihe.training.runs.coverage import covered, unused

CAT = EntityType.named("CAT")
MORE = (*BUILT_IN, CAT)


def types_of(post, types, annotated=None):
    (found,) = covered([post], types, annotated)
    return found.types


def test_posts_stay_as_they_are_for_the_built_in_types():
    post = Post("1", "好")
    assert covered([post], BUILT_IN)[0] is post


def test_posts_that_the_package_brings_say_nothing_of_further_types():
    assert types_of(Post("1", "好"), MORE, BUILT_IN) == BUILT_IN


def test_posts_of_ones_own_count_for_all_types_unless_they_name_theirs():
    assert types_of(Post("1", "好"), MORE) == MORE
    assert types_of(Post("1", "好", types=(CAT,)), MORE, BUILT_IN) == (CAT,)
    assert types_of(Post("1", "好", types=()), MORE) == ()


def test_posts_count_for_no_type_that_the_model_lacks():
    assert types_of(Post("1", "好"), (EntityType.NAME,), BUILT_IN) == (EntityType.NAME,)
    assert types_of(Post("1", "好", types=(CAT, EntityType.NAME)), (EntityType.NAME,)) == (EntityType.NAME,)


def test_spans_of_types_that_a_model_lacks_are_counted():
    spans = (Entity(0, 2, EntityType.NAME, "张丽"), Entity(2, 4, EntityType.QQ, "11"))
    posts = [Post("a", "张丽11", spans), Post("b", "张丽11", spans[1:])]
    assert unused(posts, (EntityType.NAME,)) == "QQ (2)"
    assert unused(posts, (EntityType.QQ, EntityType.NAME)) == ""
