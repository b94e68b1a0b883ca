"""What the adapters share: a recogniser loaded once a process, and columns of texts with gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from gaihe.serving.core.failures import all_found
from gaihe.serving.recognition.detection import detection_record
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.redaction.policy import DEFAULT_REDACTION, RedactionPolicy
from gaihe.serving.redaction.redactor import Redactor

_Result = TypeVar("_Result")


@cache
def loaded(model: str | None = None, threshold: float | None = None) -> Recognizer:
    """A recogniser, loaded when it is first asked for in a process.

    Args:
        model: the path of an exported model; the released one when left out.
        threshold: as in `Recognizer.at`; that of the operating point ``balanced`` when left out.

    Raises:
        ModelError: the file is missing or no model of this project.
        ValueError: a threshold outside 0 to 1.
    """
    if threshold is not None:
        return loaded(model).at(threshold)
    return Recognizer.load(model)


def detected(
    texts: Sequence[str | None], recognizer: Recognizer | None = None, threads: int | None = None
) -> list[list[dict[str, Any]] | None]:
    """The entities of each text as objects of the detection contract; ``None`` where there is no text.

    Args:
        texts: the texts.
        recognizer: the released model when left out.
        threads: as in `Recognizer.detect_batch`.

    Raises:
        TypeError: something that is neither a string nor ``None``.
        TextsFailedError: as `Recognizer.detect_batch`.
    """
    found = (recognizer or loaded()).detect_batch(_present(texts), threads)
    return _with_gaps(texts, ([detection_record(entity) for entity in entities] for entities in found))


def redacted(
    texts: Sequence[str | None],
    recognizer: Recognizer | None = None,
    threads: int | None = None,
    policy: RedactionPolicy | str | Path = DEFAULT_REDACTION,
    key: bytes | None = None,
) -> list[str | None]:
    """Each text with something in place of its entities; ``None`` where there is no text.

    Args:
        texts: the texts.
        recognizer: the released model when left out.
        threads: as in `Recognizer.detect_batch`.
        policy: as in `gaihe.serving.redaction.redactor.Redactor`; the way back from pseudonyms is not kept.
        key: as there.

    Raises:
        TypeError: as `detected`.
        TextsFailedError: as `detected`.
        PolicyError: the policy cannot be used.
        ValueError: a key that is missing or too short.
    """
    redactor = Redactor(recognizer or loaded(), policy, key=key)
    return _with_gaps(texts, all_found(redactor.attempt_batch(_present(texts), threads)))


def _present(texts: Sequence[str | None]) -> list[str]:
    return [text for text in texts if text is not None]


def _with_gaps(texts: Sequence[str | None], results: Iterable[_Result]) -> list[_Result | None]:
    following: Iterator[_Result] = iter(results)
    return [None if text is None else next(following) for text in texts]
