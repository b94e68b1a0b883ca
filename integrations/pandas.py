"""Columns of pandas: ``frame["entities"] = detect(frame["text"])``, ``frame["text"] = redact(frame["text"])``.

A result has the index of its texts. A missing text (``None``, ``NaN``, ``pd.NA``) has a missing result.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from gaihe.integrations.texts import detected, redacted
from gaihe.serving.recognition.detection import FIELDS
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.redaction.policy import DEFAULT_REDACTION, RedactionPolicy


def detect(texts: pd.Series, recognizer: Recognizer | None = None, threads: int | None = None) -> pd.Series:
    """The entities of each text: a list of dictionaries as ``gaihe detect`` writes them.

    Args:
        texts: the texts.
        recognizer: the released model when left out.
        threads: as in `Recognizer.detect_batch`.

    Raises:
        TypeError: something that is neither a string nor missing.
        ValueError: ``threads`` is below 1.
        TextsFailedError: texts that could not be processed.
    """
    return _column(detected(_present(texts), recognizer, threads), texts)


def redact(
    texts: pd.Series,
    recognizer: Recognizer | None = None,
    threads: int | None = None,
    policy: RedactionPolicy | str | Path = DEFAULT_REDACTION,
    key: bytes | None = None,
) -> pd.Series:
    """Each text with its entities replaced.

    Args:
        texts: the texts.
        recognizer: the released model when left out.
        threads: as in `Recognizer.detect_batch`.
        policy: a preset's name, a file, or a policy (docs/REDACTION.md).
        key: for policies that need one.

    Raises:
        PolicyError: the policy cannot be used.
        TypeError: something that is neither a string nor missing; a policy or key of another type.
        ValueError: a key that is missing or too short; ``threads`` is below 1.
        TextsFailedError: texts that could not be processed.
    """
    return _column(redacted(_present(texts), recognizer, threads, policy, key), texts)


def entities(texts: pd.Series, recognizer: Recognizer | None = None, threads: int | None = None) -> pd.DataFrame:
    """One row an entity, under the index of its text; arguments and errors as for `detect`."""
    found = detect(texts, recognizer, threads).dropna().explode().dropna()
    return pd.DataFrame(found.tolist(), index=found.index, columns=list(FIELDS))


def _present(texts: pd.Series) -> list[Any]:
    return [None if missing else text for text, missing in zip(texts, texts.isna(), strict=True)]


def _column(values: list[Any], texts: pd.Series) -> pd.Series:
    return pd.Series(values, index=texts.index, dtype=object, name=texts.name)
