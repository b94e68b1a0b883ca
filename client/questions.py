"""What is asked of a service, and how its answer is read; the same for both clients."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Generic, TypedDict, TypeVar

import httpx
from gaihe.client.errors import AnswerError, GaiheError, RefusedError
from gaihe.client.results import Detection, Judgement, Record, Redaction, TextError, picked, restored_of

BATCH_TEXTS = 200
"""Texts of one question; of many, several are asked."""
BATCH_CHARACTERS = 100_000
LOOPBACK = ("all://localhost", "all://127.0.0.1", "all://[::1]")
"""What is on this machine is asked directly, whatever proxy the environment names: that would get the texts."""
_Result = TypeVar("_Result")
Policy = str | Mapping[str, Any]


class Counted(TypedDict, total=False):
    """Which spans count: an operating point or a threshold on the score, and the types."""

    operating_point: str
    threshold: float
    types: Sequence[str]


@dataclass(frozen=True, slots=True)
class Question(Generic[_Result]):
    """A question about texts.

    Attributes:
        path: where it is asked.
        options: the fields of the body beside the texts.
        read: makes the result of a JSON object.
    """

    path: str
    options: Mapping[str, Any]
    read: Callable[[Record], _Result]

    def one(self, text: str) -> dict[str, Any]:
        """The body for one text."""
        return {"text": text, **self.options}

    def many(self, texts: Sequence[str]) -> dict[str, Any]:
        """The body for several texts."""
        return {"texts": list(texts), **self.options}

    def results(self, answer: Record, count: int) -> list[_Result | TextError]:
        """The results of several texts.

        Raises:
            AnswerError: there are not as many as texts, or one cannot be read.
        """
        found = answer.get("results")
        if not isinstance(found, list) or len(found) != count:
            raise AnswerError(f"the answer does not have the results of {count} texts: is this a service of Gaihe?")
        return [self._result_or_error(one) for one in found]

    def result(self, answer: Record) -> _Result:
        """The result of one text.

        Raises:
            AnswerError: it is no such result.
        """
        try:
            return self.read(answer)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise AnswerError(f"the answer to {self.path} cannot be read: is this a service of Gaihe?") from None

    def _result_or_error(self, one: Record) -> _Result | TextError:
        if isinstance(one, dict) and "error" in one:
            return picked(TextError, one["error"], mapping=None)
        return self.result(one)


def detecting(counted: Counted) -> Question[Detection]:
    """What personal data is there?"""
    return Question("/v1/detect", _given(**counted), Detection.of)


def judging(policy: str | None, evidence: bool, counted: Counted) -> Question[Judgement]:
    """What does the post do with it, and what follows?"""
    return Question("/v1/judge", _given(policy=policy, evidence=evidence or None, **counted), Judgement.of)


def redacting(
    policy: Policy | None, key: str | None, mapping: Record | None, seal: bool, counted: Counted
) -> Question[Redaction]:
    """How does the text read without it?"""
    options = _given(policy=policy, key=key, mapping=mapping, seal=seal or None, **counted)
    return Question("/v1/redact", options, Redaction.of)


def restoring(mapping: Record, key: str | None) -> Question[str]:
    """How does the text read with what its pseudonyms stand for?"""
    return Question("/v1/restore", _given(mapping=mapping, key=key), restored_of)


def following(question: Question[_Result], answer: Record) -> Question[_Result]:
    """The question about the next texts of a thread, which goes on with the pseudonyms so far."""
    mapping = answer.get("mapping")
    return question if mapping is None else replace(question, options={**question.options, "mapping": mapping})


def mapped(result: Redaction | TextError, question: Question[_Result]) -> Redaction | TextError:
    """The result of a text with the mapping of its thread, which the question about the next texts has."""
    return replace(result, mapping=question.options.get("mapping"))


@contextmanager
def kept(found: Sequence[object]) -> Iterator[None]:
    """Let an error in the block tell what was found before."""
    try:
        yield
    except GaiheError as error:
        error.done = found
        raise


def batches(given: Iterable[str]) -> Iterator[Sequence[str]]:
    """Texts in groups that fit into a question, in order.

    Raises:
        TypeError: one text, whose characters are no texts, or what holds no texts.
    """
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(
            f"a batch is a list of texts, not {'one text' if isinstance(given, str) else type(given).__name__}"
        )
    texts = list(given)
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"text {place} is {type(text).__name__}, not str")
    start = characters = 0
    for place, text in enumerate(texts):
        if place > start and (place - start == BATCH_TEXTS or characters + len(text) > BATCH_CHARACTERS):
            yield texts[start:place]
            start, characters = place, 0
        characters += len(text)
    if start < len(texts):
        yield texts[start:]


def answer_of(response: httpx.Response, content: bytes) -> Record:
    """The JSON object of an answer.

    Args:
        response: its status.
        content: its body.

    Raises:
        RefusedError: the service refused.
        AnswerError: it is no JSON object.
    """
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise AnswerError(f"the answer ({response.status_code}) is no JSON object: is this a service of Gaihe?")
    if response.is_success:
        return answer
    error = answer.get("error")
    raise RefusedError(response.status_code, error if isinstance(error, dict) else {})


def refused(error: RefusedError, texts: Sequence[str]) -> Record:
    """What stands for the answer about a text that makes a body larger than the service takes: its error.

    Raises:
        RefusedError: the service refused something else, or there are several texts.
    """
    if error.code != "body_too_large" or len(texts) > 1:
        raise error
    return {"results": [{"error": {"code": error.code, "message": error.message}}]}


def content_of(body: Mapping[str, Any]) -> bytes:
    """A body as JSON in UTF-8; a lone surrogate becomes its escape."""
    written = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return written.encode("utf-8", "backslashreplace")


def check_address(address: str) -> None:
    """Refuse what can be no service's address.

    Raises:
        ValueError: what would be right.
    """
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"the address must be like http://127.0.0.1:8000, not {address.rpartition('@')[2]!r}")


def shown(url: httpx.URL) -> str:
    """An address as messages show it: without a name and a password."""
    return str(url.copy_with(userinfo=b""))


def headers(key: str | None) -> dict[str, str]:
    """The headers of every question.

    Raises:
        ValueError: the key has characters that no header holds.
    """
    key = (key or "").strip()
    if not (key.isascii() and key.isprintable()):
        raise ValueError(
            "the key has characters that no key has: it is ASCII in one line; gaihe serve --new-key makes one"
        )
    return {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})


def _given(**options: object) -> dict[str, object]:
    """The options that were given.

    Raises:
        TypeError: the types are one name, whose characters are no names.
    """
    named = {name: value for name, value in options.items() if value is not None}
    if isinstance(named.get("types"), str):
        raise TypeError("types is a list of names, not one name")
    return named | ({"types": list(named["types"])} if "types" in named else {})  # type: ignore[call-overload]
