"""The Chinese catalogue of types says what the English one says, which is written from the sheets."""

import re

from tests.docs.guides import ROOT

WORDS = {
    "general": "一般",
    "sensitive": "敏感",
    "telling": "可裁决",
    "others may decide": "可被改判",
    "none": "不涉及",
    "passes": "通过",
    "cannot say": "无从核对",
}


def rows(name):
    """Of each type its row, and of its examples what is written, the value and the check."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    facts = re.findall(r"^\| \[`(\w+)`\]\(#(\w+)\) \| (\S+) \| .* \| (\w+) \| [^|]+ \| ([^|]+) \|$", text, re.MULTILINE)
    sections = [
        (section.splitlines()[0], re.findall(r"^\| (`.+?`) \| (`.+?`) \| (.+?) \|$", section, re.MULTILINE))
        for section in text.split("\n## ")[1:]
    ]
    return facts, sections


def test_the_two_pages_agree():
    facts, sections = rows("TYPES.md")
    assert len(facts) == len(sections) == 16
    translated = [(*fact[:3], WORDS[fact[3]], WORDS[fact[4]]) for fact in facts]
    examples = [(kind, [(shown, value, WORDS[check]) for shown, value, check in found]) for kind, found in sections]
    assert rows("TYPES.zh.md") == (translated, examples)
