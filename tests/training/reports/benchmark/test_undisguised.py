from gaihe.data.files.markup import parse_markup
from gaihe.serving.core.schema import NoiseKind, Post
from gaihe.training.reports.benchmark.undisguised import undisguised


def post(marked, *noise):
    text, entities = parse_markup(marked)
    return Post("1", text, entities, noise=noise)


def test_disguised_spans_give_way_to_their_values_and_the_others_move():
    twin = undisguised(
        post(
            "找[[NAME:弓长丽=>张丽]]，[[PHONE:一三八零零一三八零零零=>13800138000]]，住[[ADDRESS:麓山南路932号]]",
            NoiseKind.NAME_SPLIT,
        )
    )
    assert twin.post.text == "找张丽，13800138000，住麓山南路932号"
    assert [e.text for e in twin.post.entities] == ["张丽", "13800138000", "麓山南路932号"]
    for entity in twin.post.entities:
        assert twin.post.text[entity.start : entity.end] == entity.text
    assert [(a.text, b.text) for a, b in twin.pairs] == [("弓长丽", "张丽"), ("一三八零零一三八零零零", "13800138000")]
    assert twin.post.noise == ()


def test_no_twin_without_noise_without_values_or_with_masked_ones():
    assert undisguised(post("[[NAME:弓长丽=>张丽]]")) is None
    assert undisguised(post("[[NAME:张丽]]的V信", NoiseKind.CUE_SLANG)) is None
    assert undisguised(post("[[PHONE:138****8000]]", NoiseKind.MASKED)) is None


def test_common_grouping_is_no_disguise():
    assert undisguised(post("[[PHONE:138-0013-8000]] V我", NoiseKind.CUE_SLANG)) is None
