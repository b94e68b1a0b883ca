"""Maps of pseudonyms that may lie beside the text: encrypted and authenticated with the caller's key.

Source: AES-256-GCM (NIST SP 800-38D) of the package `cryptography`, under a key that HKDF with SHA-256 (RFC 5869)
derives from the caller's and a new salt. HKDF is quick, so the caller's key must be a random secret, not a password.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gaihe.serving.redaction.operators import check_secret
from gaihe.serving.redaction.pseudonyms import FORMAT, MappingError, PseudonymMap, has_format

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_SALT, _NONCE, _AES_KEY = 16, 12, 32
"""Lengths in bytes."""
_PURPOSE = b"gaihe map of pseudonyms"


def check_sealing() -> None:
    """Learn early whether maps can be sealed and unsealed.

    Raises:
        ModuleNotFoundError: the extra ``seal`` is not installed.
    """
    try:
        import cryptography  # noqa: F401
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "sealed maps of pseudonyms need cryptography, which is not installed: pip install 'gaihe[seal]'",
            name="cryptography",
        ) from None


def seal(mapping: PseudonymMap, key: bytes, after: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The map as a JSON object that nobody reads or changes without the key.

    Args:
        mapping: the map.
        key: a random secret of `SHORTEST_KEY` bytes or more.
        after: the sealed map that this one goes on from, behind which alone it can be read.

    Raises:
        ModuleNotFoundError: the extra ``seal`` is not installed.
        TypeError: a key that is not bytes.
        ValueError: a key that is too short.
    """
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    content = json.dumps(mapping.to_record()).encode("ascii")
    hidden = _cipher(key, salt).encrypt(nonce, content, _bound(after))
    return {"format": FORMAT, "sealed": (salt + nonce + hidden).hex()}


def unseal(record: object, key: bytes) -> PseudonymMap:
    """The map that was sealed with a key.

    Raises:
        MappingError: as `unsealed` says.
        ModuleNotFoundError: the extra ``seal`` is not installed.
        TypeError: a key that is not bytes.
        ValueError: a key that is too short.
    """
    return PseudonymMap.from_record(unsealed(record, key))


def unsealed(record: object, key: bytes, after: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401
    """The decoded JSON object of the map that was sealed with a key.

    Args:
        record: the sealed map.
        key: the key.
        after: the sealed map that it goes on from.

    Raises:
        MappingError: the object is no sealed map, was changed, was sealed with another key, or goes on from another.
        ModuleNotFoundError: the extra ``seal`` is not installed.
        TypeError: a key that is not bytes.
        ValueError: a key that is too short.
    """
    if not isinstance(record, dict) or not has_format(record) or not isinstance(record.get("sealed"), str):
        raise MappingError(f'a sealed map of pseudonyms is an object with "format": {FORMAT} and "sealed"')
    try:
        content = bytes.fromhex(record["sealed"])
    except ValueError:
        raise MappingError('"sealed" of a map must be hexadecimal digits') from None
    salt, nonce, hidden = content[:_SALT], content[_SALT : _SALT + _NONCE], content[_SALT + _NONCE :]
    cipher = _cipher(key, salt)
    from cryptography.exceptions import InvalidTag

    try:
        opened = cipher.decrypt(nonce, hidden, _bound(after))
    except (InvalidTag, ValueError):  # ValueError: the nonce is cut short
        raise MappingError("the sealed map of pseudonyms was changed, or sealed with another key") from None
    return json.loads(opened)


def _bound(after: Mapping[str, Any] | None) -> bytes | None:
    """What is authenticated beside the content: that another map comes before."""
    return None if after is None else str(after["sealed"]).encode("ascii")


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    check_secret(key)
    check_sealing()
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(SHA256(), _AES_KEY, salt, _PURPOSE).derive(key))
