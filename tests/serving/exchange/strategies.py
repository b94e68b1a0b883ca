"""Posts with all that can get lost on the way: line breaks, tabs, emoji, zero-width characters, lone surrogates."""

from gaihe.serving.core.schema import Entity, EntityType, Intent, NoiseKind, Post, Stance
from hypothesis import strategies as st

AWKWARD = " \t\n\r\v\x1c\x85\xa0\u3000\u2028\u200b\u200d\ufe0f\ufeff\\#\"'|/%.-😀👨🏽👩\U0001f48b\U000e0041"
texts = st.text(
    st.sampled_from(AWKWARD) | st.sampled_from("张丽住在138O_BI") | st.characters(codec="utf-8"), max_size=30
)
any_texts = st.text(st.sampled_from(AWKWARD + "张丽138\ud800") | st.characters(codec="utf-8"), max_size=30)


@st.composite
def posts(draw, text=any_texts, ids=any_texts):
    content = draw(text)
    entities, position = [], 0
    while position < len(content) and draw(st.booleans()):
        start = draw(st.integers(position, len(content) - 1))
        end = draw(st.integers(start + 1, len(content)))
        value = draw(st.none() | st.text(st.characters(codec="utf-8"), max_size=5))
        entities.append(Entity(start, end, draw(st.sampled_from(EntityType)), content[start:end], value))
        position = end
    kinds = {entity.type for entity in entities}
    return Post(
        id=draw(ids),
        text=content,
        entities=tuple(entities),
        scene=draw(st.none() | st.text(st.characters(codec="utf-8"), max_size=5)),
        noise=tuple(draw(st.lists(st.sampled_from(NoiseKind), unique=True, max_size=3))),
        intent=draw(st.none() | st.sampled_from(Intent)),
        stance=draw(st.none() | st.sampled_from(Stance)),
        types=draw(
            st.none() | st.sampled_from([tuple(EntityType), tuple(kind for kind in EntityType if kind in kinds)])
        ),
    )
