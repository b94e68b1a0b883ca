"""A client for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import httpx
from gaihe.client import questions
from gaihe.client.errors import AnswerError, RefusedError, UnreachableError
from gaihe.client.questions import Counted, Policy, Question
from gaihe.client.results import Detection, Judgement, Record, Redaction, TextError
from gaihe.client.retries import Retry, TimeLeft

_Result = TypeVar("_Result")


class AsyncClient:
    """Asks a service; ``async with AsyncClient(…) as client`` closes its connections.

    Args:
        address: of the service, as in ``http://127.0.0.1:8000``.
        key: an API key, where the service asks for one.
        timeout: seconds for the answer to a question, with all tries and waits; many texts are several questions.
        retry: when to ask again, while there is time.
        transport: of httpx, such as one with certificates of one's own.

    Every question may raise `RefusedError`, `UnreachableError` and `AnswerError`.

    Raises:
        ValueError: the address or the key can be none.
    """

    def __init__(
        self,
        address: str = "http://127.0.0.1:8000",
        *,
        key: str | None = None,
        timeout: float = 90.0,
        retry: Retry | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._retry = retry or Retry()
        self._timeout = timeout
        questions.check_address(address)
        self._http = httpx.AsyncClient(
            base_url=address,
            headers=questions.headers(key),
            timeout=timeout,
            transport=transport,
            mounts=dict.fromkeys(questions.LOOPBACK),
        )
        self._shown = questions.shown(self._http.base_url)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def detect(self, text: str, **counted: Unpack[Counted]) -> Detection:
        """The personal data in a text."""
        return await self._one(questions.detecting(counted), text)

    async def detect_batch(self, texts: Iterable[str], **counted: Unpack[Counted]) -> list[Detection | TextError]:
        """The personal data in each text."""
        return await self._many(questions.detecting(counted), texts)

    async def judge(
        self, text: str, *, policy: str | None = None, evidence: bool = False, **counted: Unpack[Counted]
    ) -> Judgement:
        """What a text does with personal data, and what follows by a policy."""
        return await self._one(questions.judging(policy, evidence, counted), text)

    async def judge_batch(
        self, texts: Iterable[str], *, policy: str | None = None, evidence: bool = False, **counted: Unpack[Counted]
    ) -> list[Judgement | TextError]:
        """The same of each text."""
        return await self._many(questions.judging(policy, evidence, counted), texts)

    async def redact(
        self,
        text: str,
        *,
        policy: Policy | None = None,
        key: str | None = None,
        mapping: Record | None = None,
        seal: bool = False,
        **counted: Unpack[Counted],
    ) -> Redaction:
        """A text without its personal data.

        Args:
            text: the text.
            policy: a preset's name, or a policy as a mapping; the service's default when left out.
            key: the caller's secret, for hashes, steady pseudonyms and sealed mappings.
            mapping: of the texts before it in a thread.
            seal: whether the mapping comes back sealed with the key.
            counted: which spans count.
        """
        return await self._one(questions.redacting(policy, key, mapping, seal, counted), text)

    async def redact_batch(
        self,
        texts: Iterable[str],
        *,
        policy: Policy | None = None,
        key: str | None = None,
        mapping: Record | None = None,
        seal: bool = False,
        **counted: Unpack[Counted],
    ) -> list[Redaction | TextError]:
        """The same of each text of a thread; the mapping of the last result, a `TextError` too, has all pseudonyms."""
        question = questions.redacting(policy, key, mapping, seal, counted)
        found: list[Redaction | TextError] = []
        with questions.kept(found):
            for batch in questions.batches(texts):
                answer = await self._ask_many(question, batch)
                question = questions.following(question, answer)
                found += [questions.mapped(result, question) for result in question.results(answer, len(batch))]
        return found

    async def restore(self, text: str, mapping: Record | None, *, key: str | None = None) -> str:
        """A text with what its pseudonyms stand for; without a mapping, as of a policy that makes none, as it is."""
        if mapping is None:
            return text
        return await self._one(questions.restoring(mapping, key), text)

    async def restore_batch(
        self, texts: Iterable[str], mapping: Record, *, key: str | None = None
    ) -> list[str | TextError]:
        """The same of each text."""
        return await self._many(questions.restoring(mapping, key), texts)

    async def types(self) -> Record:
        """The types that the model finds, and its operating points."""
        return await self._ask("/v1/types")

    async def policies(self) -> Record:
        """The policies that a question may name."""
        return await self._ask("/v1/policies")

    async def _one(self, question: Question[_Result], text: str) -> _Result:
        return question.result(await self._ask(question.path, question.one(text)))

    async def _many(self, question: Question[_Result], texts: Iterable[str]) -> list[_Result | TextError]:
        found: list[_Result | TextError] = []
        with questions.kept(found):
            for batch in questions.batches(texts):
                found += question.results(await self._ask_many(question, batch), len(batch))
        return found

    async def _ask_many(self, question: Question[_Result], texts: Sequence[str]) -> Record:
        try:
            return await self._ask(question.path, question.many(texts))
        except RefusedError as error:
            return questions.refused(error, texts)

    async def _ask(self, path: str, body: dict[str, Any] | None = None) -> Record:
        content = None if body is None else questions.content_of(body)
        left = TimeLeft(self._timeout)
        tried = 0
        while True:
            response = problem = None
            answer = b""
            try:
                async with asyncio.timeout(left.seconds):
                    response = await self._http.request(
                        "GET" if content is None else "POST", path, content=content, extensions={"timeout": left}
                    )
                    answer = response.content
            except (httpx.TimeoutException, TimeoutError):
                raise UnreachableError(f"no answer from {self._shown} within the timeout") from None
            except httpx.DecodingError:
                raise AnswerError("the answer is compressed in a way that cannot be read") from None
            except (httpx.TransportError, UnicodeError) as error:
                problem = type(error).__name__
            tried += 1
            wait = self._retry.wait(tried, response)
            if wait is not None and wait < left.seconds:
                await asyncio.sleep(wait)
            elif response is None:
                raise UnreachableError(f"no answer from {self._shown}: {problem}")
            else:
                return questions.answer_of(response, answer)
