"""The OpenAPI document of a service: what can be asked, with examples, and what is answered."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from gaihe.serving.core.operating_points import DEFAULT_OPERATING_POINT
from gaihe.serving.core.schema import Intent, NoiseKind, Stance
from gaihe.serving.core.version import installed_version
from gaihe.serving.http.messages import Action
from gaihe.serving.http.orders import FIELDS, Known
from gaihe.serving.http.redaction_orders import LONGEST_KEPT, MOST_KEPT
from gaihe.serving.redaction.operators import SHORTEST_KEY, Operator
from gaihe.serving.redaction.policy import BRACKETS, REDACTION_PRESETS
from gaihe.serving.verdict.policy import Suggestion
from gaihe.serving.verdict.table import HIGHEST

Schema = dict[str, Any]
_KEYLESS = ("/healthz", "/readyz")
_BYTES_OF_A_CHARACTER = 4
_SUMMARIES = {
    Action.DETECT: "Find personal data",
    Action.JUDGE: "Say what a post does with personal data, and what follows",
    Action.REDACT: "Replace personal data; with pseudonyms the texts of a request are one thread, with one mapping",
    Action.RESTORE: "Bring back what pseudonyms stand for",
}
_REFUSALS = {
    400: "The body is no JSON, or not UTF-8.",
    401: "A good API key is needed.",
    408: "The body did not come in time.",
    413: "Body, text or batch is larger than the service takes.",
    415: "The body is not application/json.",
    421: "The service does not answer for this host name.",
    422: "A field is wrong: its name is in error.field, what it may be in error.known.",
    429: "Too much waits already: come back after Retry-After seconds.",
    431: "Request line and headers are larger than the service takes.",
    500: "A fault of the program.",
    503: "The service is about to end: come back after Retry-After seconds.",
    504: "The answer took too long.",
}
_CANNOT_SEAL = "Sealed mappings need the extra seal, which the service has not."
_NOT_IMPLEMENTED = {
    Action.JUDGE: "The loaded model cannot judge.",
    Action.REDACT: _CANNOT_SEAL,
    Action.RESTORE: _CANNOT_SEAL,
}
"""What status 501 says, by what is done."""
_POLICY_GONE = "The policy was removed by a reload: name another."


def document(known: Known) -> Schema:
    """The document for the model that is served."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gaihe 盖盒",
            "version": installed_version(),
            "description": "Finds doxxing entities (开盒) in Chinese posts. Offsets count Unicode code points.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {f"/v1/{action}": {"post": _operation(action)} for action in FIELDS} | _questions(),
        "components": {
            "schemas": _schemas(known) | {name: _request(action, known) for action, name in _names("Request")},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"key": []}],
    }


def _names(ending: str) -> list[tuple[Action, str]]:
    return [(action, action.value.capitalize() + ending) for action in FIELDS]


def _operation(action: Action) -> Schema:
    name = action.value.capitalize()
    examples = _examples()[action.value]
    result = _reference(f"{name}Result")
    fault = _object({"data_id": {"type": "string"}, "error": _reference("Error")}, ["error"])
    results = {"results": {"type": "array", "items": {"anyOf": [result, fault]}}}
    batch = _object(results | ({"mapping": {"type": "object"}} if action is Action.REDACT else {}), ["results"])
    refusals = _REFUSALS | ({501: _NOT_IMPLEMENTED[action]} if action in _NOT_IMPLEMENTED else {})
    refusals |= {409: _POLICY_GONE} if action is Action.JUDGE else {}
    return {
        "operationId": action.value,
        "summary": _SUMMARIES[action],
        "requestBody": {"required": True, "content": _content(_reference(f"{name}Request"), examples, "request")},
        "responses": {
            "200": {
                "description": "The result, or the results in the order of the texts.",
                "content": _content({"anyOf": [result, batch]}, examples, "response"),
            },
            **{str(status): _refusal(status, refusals[status]) for status in sorted(refusals)},
        },
    }


def _questions() -> Schema:
    model = _object({"version": {"type": "string"}, "digest": {"type": "string"}})
    count = {"type": "integer"}
    ready = _object({"status": {}, "workers": _object({"ready": count, "wanted": count}), "model": model})
    types = {"types": {"type": "array", "items": {"type": "object"}}, "operating_points": {"type": "object"}}
    policies = {"policies": {"type": "array", "items": {"type": "object"}}, "redaction_policies": {"type": "array"}}
    pages: list[tuple[str, str, str, Schema]] = [
        ("/v1/types", "types", "The types that are found, and the operating points", _object(types)),
        ("/v1/policies", "policies", "The policies that a request may name", _object(policies)),
        ("/healthz", "health", "Whether the process answers", _object({"status": {}, "version": {}})),
        ("/readyz", "ready", "Whether requests should be sent here; 503 if not", ready),
    ]
    paths = {
        path: {"get": _question(path, name, summary, {"application/json": {"schema": schema}})}
        for path, name, summary, schema in pages
    }
    text = {"text/plain": {"schema": {"type": "string"}}}
    return paths | {"/metrics": {"get": _question("/metrics", "metrics", "Metrics, for Prometheus", text)}}


def _question(path: str, name: str, summary: str, content: Schema) -> Schema:
    keyless = path in _KEYLESS
    statuses = (421, 431, 503) if keyless else (401, 421, 431, 503)
    return {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": {"description": "As asked.", "content": content},
            **{str(status): _refusal(status, _REFUSALS[status]) for status in statuses},
        },
    } | ({"security": []} if keyless else {})


def _refusal(status: int, description: str) -> Schema:
    wait = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}} if status in (429, 503) else {}
    content = {"application/json": {"schema": _object({"error": _reference("Error")})}}
    return {"description": description, "content": content} | ({"headers": wait} if wait else {})


def _request(action: Action, known: Known) -> Schema:
    limits = known.limits
    data_id = {"type": "string", "maxLength": limits.data_id_characters}
    one = {
        "text": {"type": "string", "maxLength": limits.text_characters, "description": "A post."},
        "data_id": data_id,
    }
    many = {
        "texts": {
            "type": "array",
            "items": {"type": "string"},
            "maxItems": limits.batch_texts,
            "description": "Posts; one that is too long has an error in the place of its result.",
        },
        "data_ids": {"type": "array", "items": data_id, "description": "The caller's ids, one for each text; echoed."},
    }
    options = {name: schema for name, schema in _options(action, known).items() if name in FIELDS[action]}
    needed = ["mapping"] if action is Action.RESTORE else []
    return {
        "oneOf": [_object(one | options, ["text", *needed]), _object(many | options, ["texts", *needed])],
        "not": {"required": ["operating_point", "threshold"]},
    }


def _options(action: Action, known: Known) -> Schema:
    names = [kind["type"] for kind in known.facts.types]
    return {
        "operating_point": {"enum": list(known.facts.operating_points), "default": DEFAULT_OPERATING_POINT},
        "threshold": {"type": "number", "minimum": 0, "maximum": 1, "description": "The lowest score of a span."},
        "types": {
            "type": "array",
            "items": {"enum": names},
            "minItems": 1,
            "description": "The types that count (default: all).",
        },
        "policy": _redaction_policy(names) if action is Action.REDACT else {"enum": list(known.policies)},
        "evidence": {
            "type": "boolean",
            "default": False,
            "description": "Add a record of what was judged, by what, and which types counted.",
        },
        "key": {
            "type": "string",
            "minLength": math.ceil(SHORTEST_KEY / _BYTES_OF_A_CHARACTER),
            "description": f"The caller's secret, at least {SHORTEST_KEY} bytes of UTF-8: decides hashes and "
            "pseudonyms, seals the mapping. It is not kept.",
        },
        "mapping": {"type": "object", "description": "The mapping that a redaction answered; a redaction extends it."},
        "seal": {"type": "boolean", "default": False, "description": "Answer the mapping encrypted with the key."},
    }


def _redaction_policy(types: Sequence[str]) -> Schema:
    """A preset's name, or a policy as its TOML file would hold it."""
    operator, share = {"enum": list(Operator)}, {"type": "number", "minimum": 0, "maximum": 1}
    string = {"type": "string", "maxLength": LONGEST_KEPT}

    def by_type(schema: Schema) -> Schema:
        return {"type": "object", "propertyNames": {"enum": list(types)}, "additionalProperties": schema}

    fields = {
        "name": string,
        "version": string,
        "operator": operator,
        "operators": by_type(operator),
        "brackets": {"enum": list(BRACKETS)},
        "threshold": share,
        "thresholds": by_type(share),
        "types": by_type({"type": "boolean"}),
        "keep": {"type": "array", "items": string | {"minLength": 1}, "maxItems": MOST_KEPT},
    }
    own = _object(fields, []) | {"description": "A policy of one's own, as in docs/REDACTION.md."}
    return {"anyOf": [{"enum": list(REDACTION_PRESETS)}, own]}


def _schemas(known: Known) -> Schema:
    integer, string, number = {"type": "integer"}, {"type": "string"}, {"type": "number"}
    level = {"type": "integer", "minimum": 0, "maximum": HIGHEST}
    entities = {"type": "array", "items": _reference("Entity")}
    data_id = {"data_id": string}
    objects = {"type": "array", "items": {"type": "object"}}
    verdict = {
        "level": level,
        "suggestion": {"enum": list(Suggestion)},
        "label": string,
        "sub_label": string,
        "score": {"type": "integer", "minimum": 0, "maximum": 100},
        "intent": {"enum": list(Intent)},
        "stance": {"enum": list(Stance)},
        "persons": objects,
        "reasons": objects,
        "laws": objects,
        "policy": {"type": "object"},
        "note": {"type": "object"},
    }
    entity = {
        "start": integer,
        "end": integer,
        "type": {"enum": [kind["type"] for kind in known.facts.types]},
        "text": string,
        "score": number,
        "value": {"type": ["string", "null"], "description": "The canonical value: the disguise undone."},
        "valid": {"type": ["boolean", "null"], "description": "Outcome of the type's check; null where none can say."},
        "evasion": {"type": "array", "items": {"enum": list(NoiseKind)}, "description": "How it was disguised."},
    }
    error = {"code": string, "message": string, "field": string, "known": {"type": "array"}, "request_id": string}
    evidence = {"evidence": {"type": "object"}}
    return {
        "Entity": _object(entity),
        "Verdict": _object(verdict),
        "Error": _object(error, ["code", "message"]),
        "DetectResult": _object(data_id | {"entities": entities}, ["entities"]),
        "JudgeResult": _object(
            data_id | {"verdict": _reference("Verdict"), "entities": entities} | evidence, ["verdict", "entities"]
        ),
        "RedactResult": _object(
            data_id | {"text": string, "spans": objects, "mapping": {"type": "object"}}, ["text", "spans"]
        ),
        "RestoreResult": _object(data_id | {"text": string}, ["text"]),
    }


def _object(properties: Mapping[str, Any], required: Sequence[str] | None = None) -> Schema:
    needed = list(properties if required is None else required)
    return {"type": "object", "properties": dict(properties), "required": needed, "additionalProperties": False}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(schema: Schema, examples: Mapping[str, Any], side: str) -> Schema:
    shown = {name: {"summary": one["summary"], "value": one[side]} for name, one in examples.items()}
    return {"application/json": {"schema": schema, "examples": shown}}


@cache
def _examples() -> Any:  # noqa: ANN401
    """Requests with what the released model answers, by action and name."""
    return json.loads((resources.files("gaihe.serving.http") / "examples.json").read_text(encoding="utf-8"))
