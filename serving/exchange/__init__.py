"""Annotations in the formats of other tools, in both directions; one module a format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from gaihe.serving.core.schema import Post
from gaihe.serving.exchange import brat, conll, doccano, label_studio, project
from gaihe.serving.exchange.sides import Source, Target

__all__ = ["FORMATS", "Format", "Source", "Target"]


class Format(NamedTuple):
    """A format: what it is, how to read its posts one at a time, and how to write them (returns their number)."""

    description: str
    read: Callable[[str | Path, Source], Iterator[Post]]
    write: Callable[[Iterable[Post], str | Path, Target], int]


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "jsonl": Format("the project's JSON lines", project.read, project.write),
        "conll": Format("CoNLL columns, BIO tags, one character a line", conll.read, conll.write_bio),
        "conll-bioes": Format("the same with BIOES tags", conll.read, conll.write_bioes),
        "brat": Format("a folder of .txt and .ann files", brat.read, brat.write),
        "doccano": Format("doccano's JSON lines, import and export", doccano.read, doccano.write),
        "label-studio": Format(
            "Label Studio's JSON with annotations", label_studio.read_annotations, label_studio.write_annotations
        ),
        "label-studio-predictions": Format(
            "the same with predictions, to be corrected", label_studio.read_predictions, label_studio.write_predictions
        ),
    }
)
