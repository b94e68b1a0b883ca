"""Posts, spans and hypothesis strategies for the tests of the reports."""

from gaihe.serving.core.schema import Entity, EntityType, Post
from hypothesis import strategies as st

TEXT = "甲乙丙丁戊己庚辛"
TYPES = (EntityType.NAME, EntityType.PHONE)


def span(start, end, kind=EntityType.NAME, score=None, text=TEXT, value=None):
    return Entity(start, end, kind, text[start:end], value, score)


@st.composite
def annotations(draw):
    spans, position = [], 0
    while position < len(TEXT) and draw(st.booleans()):
        start = draw(st.integers(position, min(position + 2, len(TEXT) - 1)))
        end = draw(st.integers(start + 1, min(start + 3, len(TEXT))))
        spans.append(span(start, end, draw(st.sampled_from(TYPES)), draw(st.sampled_from([0.2, 0.5, 0.9]))))
        position = end
    return tuple(spans)


@st.composite
def judged_posts(draw):
    """Posts with what a system found in them."""
    pairs = draw(st.lists(st.tuples(annotations(), annotations()), min_size=1, max_size=8))
    return [(Post(str(i), TEXT, gold), list(found)) for i, (gold, found) in enumerate(pairs)]


def scored(judged):
    """The counts of judged posts."""
    from gaihe.training.evaluate.metrics import SpanScorer

    scorer = SpanScorer()
    for post, found in judged:
        scorer.add(post, found)
    return scorer.counts
