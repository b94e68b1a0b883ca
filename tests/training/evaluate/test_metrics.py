import pytest
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import Entity, EntityType, NoiseKind, Post
from gaihe.training.evaluate.metrics import SpanScorer, seqeval_report
from hypothesis import given, settings
from hypothesis import strategies as st

TYPES = [EntityType.NAME, EntityType.PHONE, EntityType.QQ]
TEXT = "零一二三四五六七八九十"


def entity(start, end, kind):
    return Entity(start, end, kind, TEXT[start:end])


@st.composite
def annotations(draw):
    spans, position = [], 0
    while position < len(TEXT) and draw(st.integers(0, 3)):
        start = draw(st.integers(position, min(position + 2, len(TEXT) - 1)))
        end = draw(st.integers(start + 1, min(start + 3, len(TEXT))))
        spans.append(entity(start, end, draw(st.sampled_from(TYPES))))
        position = end
    return tuple(spans)


@settings(max_examples=60)
@given(st.lists(st.tuples(annotations(), annotations()), min_size=1, max_size=8))
def test_the_span_scorer_and_seqeval_agree(pairs):
    scorer = SpanScorer()
    posts = [Post(str(i), TEXT, gold) for i, (gold, _) in enumerate(pairs)]
    for post, (_, found) in zip(posts, pairs, strict=True):
        scorer.add(post, found)
    if not any(gold for gold, _ in pairs):
        return
    expected = seqeval_report(LabelSet(), posts, [found for _, found in pairs])
    report = scorer.report()
    for ours, theirs in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
        assert report["overall"][ours] == pytest.approx(expected["micro avg"][theirs])
        for kind, figures in report["types"].items():
            if kind in expected:
                assert figures[ours] == pytest.approx(expected[kind][theirs])


def test_figures_of_a_known_case():
    scorer = SpanScorer()
    name, phone = entity(0, 2, EntityType.NAME), entity(4, 8, EntityType.PHONE)
    scorer.add(Post("1", TEXT, (name, phone), noise=(NoiseKind.SEPARATOR,)), [name, entity(4, 7, EntityType.PHONE)])
    scorer.add(Post("2", TEXT), [entity(1, 2, EntityType.QQ)])
    scorer.add(Post("3", TEXT), [])
    report = scorer.report()
    assert report["overall"] == {"precision": 1 / 3, "recall": 0.5, "f1": 0.4, "gold": 2, "found": 3}
    assert report["leaked"] == pytest.approx(1 / 6)
    assert report["alarms_per_1000"] == 500.0
    assert report["alarms"] == {"QQ": 1}
    assert report["noise"]["separator"]["recall"] == 0.5


def test_a_post_that_annotates_no_type_is_not_clean():
    scorer = SpanScorer()
    for number, types in enumerate([None, (), ()]):
        scorer.add(Post(str(number), TEXT, types=types), [entity(0, 2, EntityType.NAME)])
    report = scorer.report()
    assert (report["clean_posts"], report["alarms_per_1000"]) == (1, 1000.0)


def test_seqeval_has_nothing_to_say_where_no_span_counts():
    name = entity(0, 2, EntityType.NAME)
    other = Post("1", TEXT, (name,), types=(EntityType.NAME,))
    assert seqeval_report(LabelSet(), [], []) == {}
    assert seqeval_report(LabelSet(), [Post("1", TEXT)], [[]]) == {}
    assert seqeval_report(LabelSet((EntityType.PHONE,)), [other], [[name]]) == {}
    assert seqeval_report(LabelSet(), [Post("1", TEXT)], [[name]])["NAME"]["precision"] == 0


def test_only_the_annotated_types_count():
    scorer = SpanScorer()
    post = Post("1", TEXT, (entity(0, 2, EntityType.NAME),), types=(EntityType.NAME,))
    scorer.add(post, [entity(0, 2, EntityType.NAME), entity(4, 8, EntityType.PHONE)])
    assert scorer.report()["overall"]["precision"] == 1.0
