"""Surfaces for property tests: any Unicode, unassigned code points and lone surrogates, and what disguises are made of."""

from gaihe.serving.core.invisible import INVISIBLE
from gaihe.serving.reveal.tables import (
    EMOJI_DIGITS,
    FILLERS,
    HOMOPHONES,
    LOOKALIKES,
    NUMERALS,
    PROVINCES,
    SPOKEN,
    UNICODE_STYLES,
    name_splits,
)
from hypothesis import strategies as st

_TABLES = (NUMERALS, HOMOPHONES, LOOKALIKES, SPOKEN)
_SIGNS = "".join(sorted({*"".join(UNICODE_STYLES), *"".join("".join(table.values()) for table in _TABLES), *INVISIBLE}))
_STYLED = "⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳🅰🅱Ⓐⓩ🄐⒜㋀㏠㍘½Ⅷⅻ\u20e3\ufe0f\u0300\u0316"
_PARTS = (
    *FILLERS,
    *name_splits(),
    *(sign for signs in EMOJI_DIGITS.values() for sign in signs),
    "[doge]",
    "下划线",
    "www.",
)
CHARACTERS = st.characters(blacklist_categories=())
SURFACES = st.text(CHARACTERS, max_size=40) | st.lists(
    st.sampled_from(_SIGNS)
    | st.sampled_from(_STYLED)
    | st.sampled_from(_PARTS)
    | st.sampled_from("0123456789xXabz*#_?- .,:@/()（）[]{}+·•。，→\n" + PROVINCES)
    | CHARACTERS,
    max_size=25,
).map("".join)
