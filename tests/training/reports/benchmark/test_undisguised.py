from gaihe.data.files.markup import parse_markup
from gaihe.serving.core.schema import EntityType, NoiseKind, Post
from gaihe.training.reports.benchmark.errors import WorstErrors
from gaihe.training.reports.benchmark.results import result_of
from gaihe.training.reports.benchmark.run import Run
from gaihe.training.reports.benchmark.sets import PostSet, SetFacts
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


def test_a_span_has_the_kinds_of_its_own_disguise_not_those_of_its_post():
    both = (NoiseKind.CHINESE_NUMERAL, NoiseKind.NAME_SPLIT, NoiseKind.CUE_SLANG)
    twin = undisguised(post("找[[NAME:弓长丽=>张丽]]，[[PHONE:一三八零零一三八零零零=>13800138000]]", *both))
    assert [original.evasion for original, _ in twin.pairs] == [(NoiseKind.NAME_SPLIT,), (NoiseKind.CHINESE_NUMERAL,)]


def test_a_span_that_shows_no_kind_has_the_only_one_that_its_post_names():
    reversed_card = "[[BANK_CARD:8138782936122302226=>6222032216392878318]]"
    alone = undisguised(post(reversed_card, NoiseKind.CUE_SLANG, NoiseKind.REVERSED))
    assert [original.evasion for original, _ in alone.pairs] == [(NoiseKind.REVERSED,)]
    among_others = undisguised(post(reversed_card, NoiseKind.REVERSED, NoiseKind.PINYIN))
    assert [original.evasion for original, _ in among_others.pairs] == [()]


def test_a_disguise_costs_what_it_costs_the_spans_that_have_it():
    kinds = (NoiseKind.CHINESE_NUMERAL, NoiseKind.NAME_SPLIT)
    two = post("找[[NAME:弓长丽=>张丽]]，[[PHONE:一三八零零一三八零零零=>13800138000]]", *kinds)
    name_only = post("找[[NAME:木子明=>李明]]", NoiseKind.NAME_SPLIT)
    facts, run = SetFacts(), Run("posts", "system", tuple(EntityType), WorstErrors(0))
    for number, (given, found) in enumerate([(two, two.entities[1:]), (name_only, ())]):
        facts.add(given)
        run.add(given, found)
        run.twins.add(number, run.twin(given), found)
        run.twins.add_undisguised(run.twin(given), run.twin(given).post.entities)
    rows = result_of(run, PostSet("posts", "made", iter, facts), 2)["undisguised"]
    assert [(row["label"], row["posts"], row["spans"], row["disguised"]["value"]) for row in rows] == [
        ("all kinds", 2, 3, 1 / 3),
        ("chinese_numeral", 1, 1, 1.0),
        ("name_split", 2, 2, 0.0),
    ]
    assert {row["undisguised"]["value"] for row in rows} == {1.0}
