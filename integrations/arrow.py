"""Arrays of PyArrow: ``table.append_column("entities", detect(table["text"]))``.

Offsets count Unicode code points. A null text has a null result.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
from gaihe.integrations.texts import detected, redacted
from gaihe.serving.recognition.detection import FIELDS
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.redaction.policy import DEFAULT_REDACTION, RedactionPolicy

_TYPES: Mapping[object, pa.DataType] = {
    int: pa.int32(),
    float: pa.float64(),
    bool: pa.bool_(),
    str: pa.string(),
    list[str]: pa.list_(pa.string()),
}
ENTITIES = pa.list_(pa.struct({name: _TYPES[kind] for name, kind in FIELDS.items()}))
"""The type of a text's entities."""


def detect(
    texts: pa.Array | pa.ChunkedArray, recognizer: Recognizer | None = None, threads: int | None = None
) -> pa.Array:
    """The entities of each text, of type `ENTITIES`.

    Args:
        texts: the texts.
        recognizer: the released model when left out.
        threads: as in `Recognizer.detect_batch`.

    Raises:
        TypeError: the array holds no strings.
        ValueError: ``threads`` is below 1.
        TextsFailedError: texts that could not be processed.
    """
    return pa.array(detected(texts.to_pylist(), recognizer, threads), type=ENTITIES)


def redact(
    texts: pa.Array | pa.ChunkedArray,
    recognizer: Recognizer | None = None,
    threads: int | None = None,
    policy: RedactionPolicy | str | Path = DEFAULT_REDACTION,
    key: bytes | None = None,
) -> pa.Array:
    """Each text with its entities replaced.

    Args:
        texts: the texts.
        recognizer: the released model when left out.
        threads: as in `Recognizer.detect_batch`.
        policy: a preset's name, a file, or a policy (docs/REDACTION.md).
        key: for policies that need one.

    Raises:
        PolicyError: the policy cannot be used.
        TypeError: the array holds no strings; a policy or key of another type.
        ValueError: a key that is missing or too short; ``threads`` is below 1.
        TextsFailedError: texts that could not be processed.
    """
    return pa.array(redacted(texts.to_pylist(), recognizer, threads, policy, key), type=pa.string())
