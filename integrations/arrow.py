"""Arrays of PyArrow: ``table.append_column("entities", detect(table["text"]))``.

Offsets count Unicode code points. A null text has a null result.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from gaihe.integrations.texts import detected, redacted
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.redaction.policy import DEFAULT_REDACTION, RedactionPolicy

ENTITIES = pa.list_(
    pa.struct(
        {
            "start": pa.int32(),
            "end": pa.int32(),
            "type": pa.string(),
            "text": pa.string(),
            "score": pa.float64(),
            "value": pa.string(),
            "valid": pa.bool_(),
            "evasion": pa.list_(pa.string()),
        }
    )
)
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
    """
    return pa.array(detected(texts.to_pylist(), recognizer, threads), type=ENTITIES)


def redact(
    texts: pa.Array | pa.ChunkedArray,
    recognizer: Recognizer | None = None,
    threads: int | None = None,
    policy: RedactionPolicy | str | Path = DEFAULT_REDACTION,
    key: bytes | None = None,
) -> pa.Array:
    """Each text with its entities replaced; arguments and errors as for `detect`.

    Args:
        texts: the texts.
        recognizer: the released model when left out.
        threads: as in `Recognizer.detect_batch`.
        policy: a preset's name, a file, or a policy (docs/REDACTION.md).
        key: for policies that need one.
    """
    return pa.array(redacted(texts.to_pylist(), recognizer, threads, policy, key), type=pa.string())
