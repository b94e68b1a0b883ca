"""Columns of Polars, eager and lazy: ``frame.with_columns(entities=detect("text"), shown=redact("text"))``.

Offsets count Unicode code points (``str.len_chars``, not ``str.len_bytes``). A null text has a null result.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from gaihe.integrations.texts import detected, redacted
from gaihe.serving.recognition.detection import FIELDS
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.redaction.policy import DEFAULT_REDACTION, RedactionPolicy

_TYPES: Mapping[object, Any] = {
    int: pl.Int32,
    float: pl.Float64,
    bool: pl.Boolean,
    str: pl.String,
    list[str]: pl.List(pl.String),
}
ENTITIES = pl.List(pl.Struct({name: _TYPES[kind] for name, kind in FIELDS.items()}))
"""The type of a text's entities."""


def detect(texts: str | pl.Expr, recognizer: Recognizer | None = None, threads: int | None = None) -> pl.Expr:
    """An expression for the entities of each text, of type `ENTITIES`.

    Args:
        texts: a column's name, or an expression for it.
        recognizer: the released model when left out.
        threads: as in `Recognizer.detect_batch`.
    """

    def run(column: pl.Series) -> pl.Series:
        return pl.Series(column.name, detected(column.to_list(), recognizer, threads), ENTITIES)

    return _column(texts).map_batches(run, return_dtype=ENTITIES)


def redact(
    texts: str | pl.Expr,
    recognizer: Recognizer | None = None,
    threads: int | None = None,
    policy: RedactionPolicy | str | Path = DEFAULT_REDACTION,
    key: bytes | None = None,
) -> pl.Expr:
    """An expression for each text with its entities replaced; arguments as for `detect`.

    Args:
        texts: a column's name, or an expression for it.
        recognizer: the released model when left out.
        threads: as in `Recognizer.detect_batch`.
        policy: a preset's name, a file, or a policy (docs/REDACTION.md).
        key: for policies that need one.
    """

    def run(column: pl.Series) -> pl.Series:
        return pl.Series(column.name, redacted(column.to_list(), recognizer, threads, policy, key), pl.String)

    return _column(texts).map_batches(run, return_dtype=pl.String)


def _column(texts: str | pl.Expr) -> pl.Expr:
    return pl.col(texts) if isinstance(texts, str) else texts
