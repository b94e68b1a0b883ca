"""Bold text is bold: between CJK punctuation and a letter, GitHub shows the asterisks instead."""

import re
import unicodedata

import pytest

from tests.docs.guides import ROOT, markdown_files, prose

BOLD = re.compile(r"(.?)\*\*([^*\n]+)\*\*(.?)")


def blocked(inner, outer):
    """Whether a mark between these two characters neither opens nor closes, by CommonMark."""
    return unicodedata.category(inner)[0] in "PS" and bool(outer.strip()) and unicodedata.category(outer)[0] not in "PS"


def shown_with_asterisks(text):
    bare = re.sub(r"`[^`\n]*`", "`", text)
    return [
        found[0] for found in BOLD.finditer(bare) if blocked(found[2][0], found[1]) or blocked(found[2][-1], found[3])
    ]


@pytest.mark.parametrize("path", markdown_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_asterisks_are_shown(path):
    assert shown_with_asterisks(prose(path)) == []


def test_what_is_shown_so_is_found():
    assert shown_with_asterisks("**才学得会。**五遍") == ["**才学得会。**五"]
    assert shown_with_asterisks("**才学得会。** 五遍，**五遍**，**一**二") == []
