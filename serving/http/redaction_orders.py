"""What a body asks of a redaction: policy, key and mapping; and how the mapping is answered."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from gaihe.serving.http.checks import flag, named, wrong
from gaihe.serving.http.messages import Action, Redacting
from gaihe.serving.http.refusals import RefusalError
from gaihe.serving.redaction.operators import SHORTEST_KEY
from gaihe.serving.redaction.policy import (
    DEFAULT_REDACTION,
    REDACTION_PRESETS,
    RedactionPolicy,
    load_redaction_policy,
    redaction_policy,
)
from gaihe.serving.redaction.pseudonyms import LONGEST, MappingError, PseudonymMap
from gaihe.serving.redaction.sealing import check_sealing, seal, unsealed
from gaihe.serving.verdict.policy import PolicyError

MOST_PSEUDONYMS = 10_000
MOST_KEPT = 1_000
LONGEST_KEPT = 100
"""Characters of a value that a policy of the caller keeps, of its name and of its version."""


def redacting(action: Action, body: Mapping[str, Any], types: Container[str]) -> Redacting:
    """What a body asks of a redaction.

    Args:
        action: what is done.
        body: the decoded body.
        types: names of the types that a mapping may have.

    Raises:
        RefusalError: policy, key or mapping cannot be used, or sealing needs an extra that is not installed.
    """
    key = _key(body)
    if action is Action.RESTORE:
        if "mapping" not in body:
            raise wrong("mapping", "is needed: the object that a redaction answered")
        return Redacting(load_redaction_policy(DEFAULT_REDACTION), key, _mapping(body, key, types))
    policy, sealed = _policy(body), flag(body, "seal")
    if (policy.needs_key or sealed) and key is None:
        raise wrong("key", f"is needed for this policy or to seal: a secret of {SHORTEST_KEY} bytes or more")
    if not policy.reversible and ("mapping" in body or sealed):
        raise wrong("mapping" if "mapping" in body else "seal", "goes with a policy that makes pseudonyms, such as llm")
    if sealed:
        _check_sealing()
    return Redacting(policy, key, _mapping(body, key, types), sealed or _is_sealed(body.get("mapping")))


def begun_mapping(redaction: Redacting) -> PseudonymMap:
    """The pseudonyms that a request begins with."""
    return PseudonymMap() if redaction.mapping is None else PseudonymMap.from_record(redaction.mapping)


def mapping_record(redaction: Redacting, mapping: PseudonymMap) -> dict[str, Any]:
    """Pseudonyms as they are answered: sealed, where that was asked or the mapping came so."""
    return seal(mapping, redaction.key) if redaction.seal and redaction.key is not None else mapping.to_record()


def _policy(body: Mapping[str, Any]) -> RedactionPolicy:
    policy = body.get("policy", DEFAULT_REDACTION)
    if not isinstance(policy, dict):
        return load_redaction_policy(named("policy", policy, REDACTION_PRESETS))
    kept = policy.get("keep")
    values = [policy.get("name"), policy.get("version"), *(kept if isinstance(kept, list) else ())]
    if len(values) > MOST_KEPT + 2 or any(isinstance(value, str) and len(value) > LONGEST_KEPT for value in values):
        message = (
            f"a policy may keep {MOST_KEPT} values; they, its name and its version may have {LONGEST_KEPT} characters"
        )
        raise RefusalError(413, "policy_too_large", message)
    try:
        return redaction_policy({"name": "own", "version": "1", **policy}, "of the request", quotes=False)
    except PolicyError as error:
        raise wrong("policy", str(error)) from None


def _key(body: Mapping[str, Any]) -> bytes | None:
    if "key" not in body:
        return None
    key = body["key"].encode("utf-8", "surrogatepass") if isinstance(body["key"], str) else b""
    if len(key) < SHORTEST_KEY:
        raise wrong("key", f"must be a string of {SHORTEST_KEY} bytes or more")
    return key


def _mapping(body: Mapping[str, Any], key: bytes | None, types: Container[str]) -> Mapping[str, Any] | None:
    """The mapping of a body, checked and unsealed; how long it is comes first, as types are kept once they are read."""
    if "mapping" not in body:
        return None
    record = body["mapping"]
    sealed = _is_sealed(record)
    if sealed and key is None:
        raise wrong("key", "is needed: the mapping is sealed")
    if sealed:
        _check_sealing()
    try:
        if sealed and key is not None:
            record = unsealed(record, key)
        listed = record.get("pseudonyms") if isinstance(record, dict) else None
        if isinstance(listed, list) and len(listed) > MOST_PSEUDONYMS:
            raise _too_large()
        found = PseudonymMap.from_record(record, types)
    except MappingError as error:
        raise wrong("mapping", str(error)) from None
    if any(len(one.text) > LONGEST for one in found):
        raise _too_large()
    return found.to_record()


def _check_sealing() -> None:
    try:
        check_sealing()
    except ModuleNotFoundError as error:
        raise RefusalError(501, "sealing_not_installed", str(error)) from None


def _is_sealed(record: object) -> bool:
    return isinstance(record, dict) and "sealed" in record


def _too_large() -> RefusalError:
    limits = f"{MOST_PSEUDONYMS} pseudonyms of {LONGEST} characters"
    return RefusalError(413, "mapping_too_large", f"a mapping may have {limits}: begin another thread")
