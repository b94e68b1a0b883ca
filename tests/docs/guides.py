"""The guides of the repository, and the fenced blocks in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCED = re.compile(r"^```([\w-]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def markdown_files() -> list[Path]:
    """Every Markdown file that people read where it stands; templates of reports are none."""
    patterns = ("*.md", "docs/*.md", "data/**/*.md", "lab/*.md", "models/**/*.md", "examples/**/*.md")
    return sorted({path for pattern in patterns for path in ROOT.glob(pattern)})


def guides() -> list[Path]:
    """The files whose blocks do what they say today; diary and changelog tell of commands of their day."""
    return [path for path in markdown_files() if path.parent.name != "lab" and path.name != "CHANGELOG.md"]


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        page: the file's path in the repository.
        line: of its first line of text, from 1.
        language: what stands after the fence.
        text: between the fences.
    """

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(*languages: str) -> list[Block]:
    """The blocks of the guides in some languages; without one, in all."""
    found = []
    for path in guides():
        text = path.read_text(encoding="utf-8")
        for fence in _FENCED.finditer(text):
            line = text.count("\n", 0, fence.start(2)) + 1
            found.append(Block(path.relative_to(ROOT).as_posix(), line, fence[1], fence[2]))
    return [block for block in found if not languages or block.language in languages]


def prose(path: Path) -> str:
    """A file's text without its fenced blocks."""
    return _FENCED.sub("", path.read_text(encoding="utf-8"))
