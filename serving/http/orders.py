"""What a body asks for: every field is checked, and one that nobody knows is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gaihe.serving.core.operating_points import DEFAULT_OPERATING_POINT
from gaihe.serving.core.schema import EntityType
from gaihe.serving.http.checks import flag, named, strings, wrong
from gaihe.serving.http.messages import Action, Facts, Task
from gaihe.serving.http.redaction_orders import redacting
from gaihe.serving.http.refusals import RefusalError, too_long
from gaihe.serving.http.settings import Limits
from gaihe.serving.verdict.policy import DEFAULT_POLICY

_COMMON = ("text", "texts", "data_id", "data_ids")
_MODEL = ("operating_point", "threshold", "types")
FIELDS: Mapping[Action, tuple[str, ...]] = {
    Action.DETECT: (*_COMMON, *_MODEL),
    Action.JUDGE: (*_COMMON, *_MODEL, "policy", "evidence"),
    Action.REDACT: (*_COMMON, *_MODEL, "policy", "key", "mapping", "seal"),
    Action.RESTORE: (*_COMMON, "mapping", "key"),
}
"""The fields of a body, by what is done."""
_SHOWN = re.compile(r"[a-z][a-z_]{0,29}")
"""Names of fields that an error may repeat; others may hold anything."""


@dataclass(frozen=True, slots=True)
class Known:
    """What callers may name.

    Attributes:
        facts: of the model.
        policies: names of policies of verdicts.
        limits: of a request.
    """

    facts: Facts
    policies: Sequence[str]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Order:
    """What a body asks for.

    Attributes:
        task: what is done.
        texts: with what; of a text that is too long ``None``.
        data_ids: the caller's ids of the texts, if any.
        single: whether it is one text, not a batch of one.
    """

    task: Task
    texts: list[str | None] = field(repr=False)
    data_ids: list[str] | None = field(repr=False)
    single: bool


def order(action: Action, body: object, known: Known) -> Order:
    """Read the decoded body of a request.

    Raises:
        RefusalError: 422 with the field that is wrong, or 413 for more than the service takes.
    """
    if not isinstance(body, dict):
        raise wrong("", 'an object is needed, such as {"text": "…"}')
    _check_names(action, body)
    single = "text" in body
    if single == ("texts" in body):
        raise wrong("text", "give either text or texts")
    if ("data_ids" if single else "data_id") in body:
        raise wrong("data_ids" if single else "data_id", "data_id goes with text, data_ids with texts")
    texts = strings("texts", [body["text"]] if single else body["texts"], "text" if single else "")
    if len(texts) > known.limits.batch_texts:
        raise RefusalError(413, "too_many_texts", f"a request may have {known.limits.batch_texts} texts: send several")
    longest = known.limits.text_characters
    if single and len(texts[0]) > longest:
        raise too_long(longest)
    return Order(
        _task(action, body, known),
        [text if len(text) <= longest else None for text in texts],
        _data_ids(body, single, len(texts), known.limits),
        single,
    )


def _check_names(action: Action, body: Mapping[str, object]) -> None:
    fields = FIELDS[action]
    for name in body:
        if name not in fields:
            shown = name if _SHOWN.fullmatch(name) else ""
            raise wrong(shown, f"there is no such field; known: {', '.join(fields)}", known=list(fields))


def _data_ids(body: Mapping[str, Any], single: bool, count: int, limits: Limits) -> list[str] | None:
    name = "data_id" if single else "data_ids"
    if name not in body:
        return None
    ids = strings("data_ids", [body[name]] if single else body[name], name if single else "")
    if len(ids) != count:
        raise wrong(name, f"there must be one for each text: {count}, not {len(ids)}")
    if any(len(one) > limits.data_id_characters for one in ids):
        raise wrong(name, f"an id may have {limits.data_id_characters} characters")
    return ids


def _task(action: Action, body: Mapping[str, Any], known: Known) -> Task:
    if action in (Action.REDACT, Action.RESTORE):
        redaction = redacting(action, body, {*EntityType, *_type_names(known.facts)})
        if action is Action.RESTORE:
            return Task(action, redaction=redaction)
        point, threshold = _threshold(body, known.facts)
        return Task(action, threshold, _types(body, known.facts), point=point, redaction=redaction)
    point, threshold = _threshold(body, known.facts)
    policy = named("policy", body.get("policy", DEFAULT_POLICY), known.policies) if action is Action.JUDGE else ""
    return Task(action, threshold, _types(body, known.facts), policy, flag(body, "evidence"), point)


def _threshold(body: Mapping[str, Any], facts: Facts) -> tuple[str, float]:
    if "threshold" not in body:
        point = named(
            "operating_point", body.get("operating_point", DEFAULT_OPERATING_POINT), list(facts.operating_points)
        )
        return point, facts.operating_points[point]
    if "operating_point" in body:
        raise wrong("threshold", "give either operating_point or threshold")
    threshold = body["threshold"]
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 <= threshold <= 1:
        raise wrong("threshold", "must be a number from 0 to 1")
    return "", float(threshold)


def _types(body: Mapping[str, Any], facts: Facts) -> frozenset[str] | None:
    if "types" not in body:
        return None
    names = _type_names(facts)
    given = strings("types", body["types"])
    if not given:
        raise wrong("types", "name at least one, or leave the field out")
    return frozenset(named(f"types[{place}]", name, names) for place, name in enumerate(given))


def _type_names(facts: Facts) -> list[str]:
    return [kind["type"] for kind in facts.types]
