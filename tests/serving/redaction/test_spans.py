from gaihe.serving.core.schema import EntityType
from gaihe.serving.redaction.operators import Operator
from gaihe.serving.redaction.spans import RedactedSpan, composed
from hypothesis import given, settings
from hypothesis import strategies as st


@st.composite
def steps(draw, text):
    """Some stretches of a text replaced: the new text, and the spans."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pieces, spans, position, length = [], [], 0, 0
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        if start == end or start < position:
            continue
        new = draw(st.text("#%", max_size=3))
        begin = length + start - position
        pieces += [text[position:start], new]
        length = begin + len(new)
        spans.append(RedactedSpan(begin, length, EntityType.NAME, Operator.LABEL, start, end))
        position = end
    return "".join([*pieces, text[position:]]), spans


@settings(max_examples=500)
@given(st.data())
def test_two_steps_are_one_that_keeps_what_both_keep(data):
    text = "".join(chr(0x4E00 + place) for place in range(data.draw(st.integers(0, 14))))
    middle, first = data.draw(steps(text))
    last, second = data.draw(steps(middle))
    spans = composed(first, second)
    position = source = 0
    for span in spans:
        assert position <= span.start <= span.end
        assert source <= span.source_start < span.source_end
        assert last[position : span.start] == text[source : span.source_start]
        position, source = span.end, span.source_end
    assert last[position:] == text[source:]
