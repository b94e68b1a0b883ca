"""What the adapters share: a recogniser loaded once a process, and columns of texts with gaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from gaihe.serving.core.schema import Entity
from gaihe.serving.recognition.detection import detection_record
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.redaction.redact import RedactionStyle, redact

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
    return _each(texts, recognizer, threads, lambda _, entities: [detection_record(entity) for entity in entities])


def redacted(
    texts: Sequence[str | None],
    recognizer: Recognizer | None = None,
    threads: int | None = None,
    style: RedactionStyle | str = RedactionStyle.LABEL,
) -> list[str | None]:
    """Each text with labels or bars in place of its entities; ``None`` where there is no text.

    Args:
        texts: the texts.
        recognizer: the released model when left out.
        threads: as in `Recognizer.detect_batch`.
        style: as in `gaihe.serving.redaction.redact.redact`.

    Raises:
        TypeError: as `detected`.
        TextsFailedError: as `detected`.
    """
    return _each(texts, recognizer, threads, lambda text, entities: redact(text, entities, RedactionStyle(style)))


def _each(
    texts: Sequence[str | None],
    recognizer: Recognizer | None,
    threads: int | None,
    result: Callable[[str, list[Entity]], _Result],
) -> list[_Result | None]:
    present = [text for text in texts if text is not None]
    found = iter((recognizer or loaded()).detect_batch(present, threads))
    return [None if text is None else result(text, next(found)) for text in texts]
