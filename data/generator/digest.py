"""A digest of what synthetic posts are made by, so that posts of another making are told from them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

_MAKERS = {
    "gaihe.data": ("generator", "disguise", "lexicon", "providers", "texts/carriers"),
    "gaihe.serving": ("core", "reveal", "tables", "types"),
}
"""The folders of each package whose files decide what a post looks like."""


@cache
def generator_digest() -> str:
    """The SHA-256, in hexadecimal, of the names and contents of the generator's code, word lists and carriers."""
    digest = hashlib.sha256()
    for package, folders in _MAKERS.items():
        for folder in folders:
            for name, content in _files(resources.files(package).joinpath(*folder.split("/")), f"{package}/{folder}"):
                digest.update(f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode())
    return digest.hexdigest()


def _files(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _files(entry, f"{name}/{entry.name}")
        elif entry.is_file() and not entry.name.endswith(".pyc"):
            yield f"{name}/{entry.name}", entry.read_bytes()
