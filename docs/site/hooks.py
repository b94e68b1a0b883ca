"""Gathers the site's pages from where they stand in the repository, before MkDocs reads them.

The files stay where they are and read well there. Copies of them are gathered in ``outputs/pages``: links lead from
page to page, and what the site does not have is named without a link.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "outputs" / "pages"
AT_THE_ROOT = ("ANNOTATION.md", "ANNOTATION.zh.md", "CHANGELOG.md", "CONTRIBUTING.md", "MODEL_CARD.md", "SECURITY.md")
START = {"README.md": "index.md", "README.zh.md": "index.zh.md"}
LEFT_OUT = re.compile(
    r"^\*\[[^\]]+\]\([A-Z]+[.\w]*\)\*\n\n|^## (?:Guides|指南|The repository|仓库里有什么)\n.*?(?=^## )",
    re.MULTILINE | re.DOTALL,
)
"""The link to the other language; of the READMEs also the list of guides, which the menu has, and the table of
folders."""

_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?P<label>!?\[(?:[^\[\]]|\[[^\]]*\])*\])\((?P<target>[^()\s]+)\)")
_CJK = "[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’…]"
_BROKEN = re.compile(rf"(?<={_CJK})\n *(?={_CJK})")
"""A line's end within a Chinese sentence, which a browser would show as a space."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Gather the pages, once a build, and let MkDocs read them; those that no menu names stand under *More*."""
    if Path(config.docs_dir) != PAGES:
        gather(PAGES)
        config.docs_dir = str(PAGES)
        named = set(_named(config.nav))
        more = [
            name for name in sources().values() if name.endswith(".md") and ".zh." not in name and name not in named
        ]
        config.nav += [{"More": more}] if more else []
    return config


def _named(menu: object) -> Iterator[str]:
    if isinstance(menu, str):
        yield menu
    else:
        for entry in menu.values() if isinstance(menu, dict) else menu:
            yield from _named(entry)


def gather(folder: Path) -> None:
    """Write the pages, pictures and style sheets into a folder, in place of what is there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    names = sources()
    for source, name in names.items():
        path = ROOT / source
        if path.suffix == ".md":
            (folder / name).write_text(page(path.read_text(encoding="utf-8"), source, names), encoding="utf-8")
        else:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / name)


def sources() -> dict[str, str]:
    """The site's files: path in the repository, and name in the site."""
    docs = ROOT / "docs"
    inside = [path for pattern in ("*.md", "**/*.svg", "site/*.css") for path in sorted(docs.glob(pattern))]
    return {
        **START,
        **{name: name for name in AT_THE_ROOT},
        **{
            path.relative_to(ROOT).as_posix(): path.relative_to(docs).as_posix().removeprefix("site/")
            for path in inside
        },
    }


def page(text: str, source: str, names: dict[str, str]) -> str:
    """A page's text as the site needs it.

    Args:
        text: of the file.
        source: the file's path in the repository.
        names: as `sources` gives them.
    """
    text, parts, position = LEFT_OUT.sub("", text), [], 0
    for block in _FENCED.finditer(text):
        parts += [_linked(text[position : block.start()], source, names), block[0]]
        position = block.end()
    return "".join([*parts, _linked(text[position:], source, names)])


def _linked(text: str, source: str, names: dict[str, str]) -> str:
    def link(found: re.Match[str]) -> str:
        label, target = found["label"], found["target"]
        named, parts = label.removeprefix("!")[1:-1], urlsplit(target)
        if parts.scheme or not parts.path:
            return found[0]
        path = _resolved(PurePosixPath(source).parent / parts.path)
        if path not in names:
            return named
        anchor = f"#{parts.fragment}" if parts.fragment else ""
        name = PurePosixPath(names[path])
        if ".zh." in source and name.suffix == ".md" and f"{name.stem}.zh.md" in names.values():
            return f'<a href="../{name.stem}.html{anchor}">{named}</a>'
        return f"{label}({name}{anchor})"

    return _LINK.sub(link, _BROKEN.sub("", text) if ".zh." in source else text)


def _resolved(path: PurePosixPath) -> str:
    """A path in the repository without ``..``.

    Raises:
        ValueError: it leads above the root.
    """
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and not parts:
            raise ValueError(f"{path} leads above the root of the repository")
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
