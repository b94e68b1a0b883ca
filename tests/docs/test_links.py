"""Links between files, and to headings in them, lead somewhere on GitHub."""

import re
import unicodedata
from urllib.parse import unquote, urlsplit

import pytest

from tests.docs.guides import ROOT, markdown_files, prose

LINK = re.compile(r"(?<!\\)\]\(([^()\s]+)\)")


def anchors(path):
    """The names that GitHub gives to the headings of a file."""
    found = []
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", prose(path), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "").lower()
        kept = (sign for sign in plain if sign in " -_" or unicodedata.category(sign)[0] in "LN")
        name = "".join(kept).replace(" ", "-")
        found.append(f"{name}-{found.count(name)}" if name in found else name)
    return found


@pytest.mark.parametrize("path", markdown_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path):
    broken = []
    for target in LINK.findall(re.sub(r"`[^`\n]*`", "`", prose(path))):
        parts = urlsplit(target)
        if parts.scheme:
            continue
        to = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if (
            not to.exists()
            or not to.is_relative_to(ROOT)
            or (parts.fragment and to.suffix == ".md" and unquote(parts.fragment) not in anchors(to))
        ):
            broken.append(target)
    assert broken == []


def test_chinese_pages_lead_to_chinese_pages():
    """Where there is one, unless the link says that it is the English one."""
    for path in markdown_files():
        if ".zh" not in path.suffixes:
            continue
        for label, target in re.findall(r"\[([^\]]*)\]\(([^()\s#]+\.md)", prose(path)):
            chinese = (path.parent / target).with_suffix(".zh.md")
            assert ".zh." in target or not chinese.exists() or "英文" in label or label == "English", (
                f"{path.name}: {target}"
            )
