"""What is answered on each path."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from gaihe.serving.core.version import installed_version
from gaihe.serving.http.answers import HeldAnswer
from gaihe.serving.http.jobs import Job
from gaihe.serving.http.messages import Action, Fault
from gaihe.serving.http.metrics import CONTENT_TYPE
from gaihe.serving.http.openapi import document
from gaihe.serving.http.orders import Known, Order, order
from gaihe.serving.http.redaction_orders import begun_mapping, mapping_record
from gaihe.serving.http.refusals import RefusalError, fault, retry_later, too_long
from gaihe.serving.http.service import Service
from gaihe.serving.redaction.policy import REDACTION_PRESETS
from gaihe.serving.verdict.policy import Policy
from starlette.requests import Request
from starlette.responses import Response


class Endpoints:
    """The endpoints of a service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def detect(self, request: Request) -> Response:
        """Spans of texts."""
        return await self._worked(request, Action.DETECT)

    async def judge(self, request: Request) -> Response:
        """Verdicts on texts."""
        return await self._worked(request, Action.JUDGE)

    async def redact(self, request: Request) -> Response:
        """Texts without personal data."""
        return await self._worked(request, Action.REDACT)

    async def restore(self, request: Request) -> Response:
        """Texts with what their pseudonyms stand for."""
        return await self._worked(request, Action.RESTORE)

    async def openapi(self, _: Request) -> Response:
        """What can be asked."""
        return _json(document(self._known()))

    async def types(self, _: Request) -> Response:
        """The types that the model finds, and its operating points."""
        facts = self._service.pool.facts
        return _json({"types": list(map(dict, facts.types)), "operating_points": dict(facts.operating_points)})

    async def policies(self, _: Request) -> Response:
        """The policies that callers may name."""
        verdicts = [_policy(name, policy) for name, policy in self._service.policies.items()]
        return _json({"policies": verdicts, "redaction_policies": list(REDACTION_PRESETS)})

    async def health(self, _: Request) -> Response:
        """Whether the process answers."""
        return _json({"status": "ok", "version": installed_version()})

    async def ready(self, _: Request) -> Response:
        """Whether requests should be sent here."""
        pool = self._service.pool
        if self._service.draining:
            raise retry_later(503, "draining", "the service is about to end", 1)
        if not pool.ready:
            raise retry_later(503, "no_workers", "no worker serves at the moment", 1)
        model = {"version": pool.facts.version, "digest": pool.facts.digest}
        return _json({"status": "ready", "workers": {"ready": pool.ready, "wanted": pool.size}, "model": model})

    async def metrics(self, _: Request) -> Response:
        """What is counted, for Prometheus."""
        return Response(self._service.metrics.page(), headers={"Content-Type": CONTENT_TYPE})

    async def _worked(self, request: Request, action: Action) -> Response:
        service = self._service
        async with service.bodies.decoded(request) as body:
            limits = service.settings.limits
            known = self._known()
            if isinstance(body, dict) and ("mapping" in body or isinstance(body.get("policy"), dict)):
                wanted = await asyncio.to_thread(order, action, body, known)
            else:
                wanted = order(action, body, known)
            if service.draining:
                raise retry_later(503, "draining", "the service is about to end: ask again", 1)
            texts = [text for text in wanted.texts if text is not None]
            connection = getattr(request.state, "connection", None)
            job = Job(texts, wanted.task, limits.answer_seconds, lambda: connection is None or connection.is_open)
            request.state.texts, request.state.tokens = len(texts), job.tokens
            results = await service.pool.answer(job) if texts else []
            content = _answer(wanted, results, limits.text_characters)
            if (mapping := job.mapping or await _kept_mapping(wanted)) is not None:
                content = content[:-1] + b', "mapping": ' + mapping + b"}"
        return HeldAnswer(content, service.bodies, connection)

    def _known(self) -> Known:
        return Known(self._service.pool.facts, list(self._service.policies), self._service.settings.limits)


def _answer(wanted: Order, results: Sequence[bytes | Fault], longest: int) -> bytes:
    """The body of an answer, out of the objects that workers wrote."""
    found = iter(results)
    if wanted.single:
        (result,) = found
        if isinstance(result, Fault):
            raise fault(result.code)
        return _labelled(result, wanted, 0)
    objects = [
        _labelled(_item(too_long(longest) if text is None else next(found)), wanted, position)
        for position, text in enumerate(wanted.texts)
    ]
    return b'{"results": [' + b", ".join(objects) + b"]}"


async def _kept_mapping(wanted: Order) -> bytes | None:
    """The mapping of a redaction that worked on no text: the one that was sent, or an empty one."""
    redaction = wanted.task.redaction
    if redaction is None or not redaction.policy.reversible:
        return None
    record = await asyncio.to_thread(lambda: mapping_record(redaction, begun_mapping(redaction)))
    return json.dumps(record).encode()


def _item(result: bytes | Fault | RefusalError) -> bytes:
    if isinstance(result, bytes):
        return result
    refusal = fault(result.code) if isinstance(result, Fault) else result
    return refusal.body()


def _labelled(content: bytes, wanted: Order, position: int) -> bytes:
    """A JSON object with the caller's id of its text in front."""
    if wanted.data_ids is None:
        return content
    return b'{"data_id": ' + json.dumps(wanted.data_ids[position]).encode() + b", " + content[1:]


def _policy(name: str, policy: Policy) -> dict[str, Any]:
    table = policy.table
    return {
        "name": name,
        "version": policy.version,
        "review_from": policy.review_from,
        "block_from": policy.block_from,
        "table": table.name,
        "table_version": table.version,
    }


def _json(content: object) -> Response:
    return Response(json.dumps(content, ensure_ascii=False).encode(), media_type="application/json")
