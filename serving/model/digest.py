"""The digest at the end of a model file, by which a damaged file is told from a whole one.

A model file ends with 82 bytes: an ONNX metadata property ``gaihe.digest`` whose value is the SHA-256 of all bytes
before it, in 64 hexadecimal digits. Protocol buffers allow a field to be appended, so that the file stays an ONNX model
and no other tool is needed to write or to check the digest::

    head -c -82 model.onnx | sha256sum
    tail -c 64 model.onnx

It protects against accidents, not against forgery: whoever can change a file can stamp it anew.
"""

from __future__ import annotations

import hashlib

_DIGITS = 64
_KEY = b"gaihe.digest"
_VALUE = bytes([0x12, _DIGITS])
_ENTRY = bytes([0x0A, len(_KEY)]) + _KEY + _VALUE
_HEAD = bytes([0x72, len(_ENTRY) + _DIGITS]) + _ENTRY
"""Field 14 of ``ModelProto``, ``metadata_props``: a key (field 1) and a value (field 2), each after its length."""
_LENGTH = len(_HEAD) + _DIGITS


def stamped(content: bytes) -> bytes:
    """The bytes of a model file with its digest at the end, in place of the one that stands there."""
    body = content[:-_LENGTH] if has_digest(content) else content
    return body + _HEAD + _digest(memoryview(body))


def has_digest(content: bytes) -> bool:
    """Whether the bytes of a model file end with a digest, right or wrong."""
    return content[-_LENGTH:-_DIGITS] == _HEAD


def is_whole(content: bytes) -> bool:
    """Whether the bytes of a model file end with the digest of what stands before it."""
    return has_digest(content) and content[-_DIGITS:] == _digest(memoryview(content)[:-_LENGTH])


def digest_in(content: bytes) -> str:
    """The digest at the end of a model file, in hexadecimal; empty where there is none."""
    return content[-_DIGITS:].decode("ascii") if has_digest(content) else ""


def _digest(body: memoryview) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()
