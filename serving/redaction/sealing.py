"""Maps of pseudonyms that may lie beside the text: encrypted and authenticated with the caller's key.

Source: encrypt-then-MAC (Bellare and Namprempre 2000) of a keystream; HMAC with SHA-512 as a pseudorandom function over
a random nonce and a counter gives the keystream, HMAC with SHA-256 the tag; the two keys are derived from the caller's.
"""

from __future__ import annotations

import hmac
import json
import secrets
from typing import Any

from gaihe.serving.redaction.operators import SHORTEST_KEY
from gaihe.serving.redaction.pseudonyms import FORMAT, MappingError, PseudonymMap

_NONCE = 16
_TAG = 32
_BLOCK = 64


def seal(mapping: PseudonymMap, key: bytes) -> dict[str, Any]:
    """The map as a JSON object that nobody reads or changes without the key.

    Raises:
        ValueError: a key that is too short.
    """
    nonce = secrets.token_bytes(_NONCE)
    content = json.dumps(mapping.to_record()).encode("ascii")
    hidden = _mixed(content, nonce, key)
    return {"format": FORMAT, "sealed": (nonce + hidden + _tag(nonce + hidden, key)).hex()}


def unseal(record: object, key: bytes) -> PseudonymMap:
    """The map that was sealed with a key.

    Raises:
        MappingError: as `unsealed` says.
        ValueError: a key that is too short.
    """
    return PseudonymMap.from_record(unsealed(record, key))


def unsealed(record: object, key: bytes) -> Any:  # noqa: ANN401
    """The decoded JSON object of the map that was sealed with a key.

    Raises:
        MappingError: the object is no sealed map, was changed, or was sealed with another key.
        ValueError: a key that is too short.
    """
    if not isinstance(record, dict) or record.get("format") != FORMAT or not isinstance(record.get("sealed"), str):
        raise MappingError(f'a sealed map of pseudonyms is an object with "format": {FORMAT} and "sealed"')
    try:
        content = bytes.fromhex(record["sealed"])
    except ValueError:
        raise MappingError('"sealed" of a map must be hexadecimal digits') from None
    body, tag = content[:-_TAG], content[-_TAG:]
    if len(body) < _NONCE or not hmac.compare_digest(tag, _tag(body, key)):
        raise MappingError("the sealed map of pseudonyms was changed, or sealed with another key")
    return json.loads(_mixed(body[_NONCE:], body[:_NONCE], key))


def _mixed(content: bytes, nonce: bytes, key: bytes) -> bytes:
    """The content with the keystream added; twice, it is the content."""
    own = _derived(key, b"encryption")
    blocks = range(-(-len(content) // _BLOCK))
    stream = b"".join(hmac.digest(own, nonce + block.to_bytes(8), "sha512") for block in blocks)
    mixed = int.from_bytes(content) ^ int.from_bytes(stream[: len(content)])
    return mixed.to_bytes(len(content))


def _tag(body: bytes, key: bytes) -> bytes:
    return hmac.digest(_derived(key, b"authentication"), body, "sha256")


def _derived(key: bytes, purpose: bytes) -> bytes:
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"a key must have {SHORTEST_KEY} bytes or more, not {len(key)}")
    return hmac.digest(key, b"map of pseudonyms\0" + purpose, "sha256")
