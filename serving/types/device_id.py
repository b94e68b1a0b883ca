"""Network addresses and device numbers: IP, MAC, IMEI.

Sources: RFC 791, RFC 4291 and RFC 4007 (IP), the IANA registries of special-purpose addresses as Python's ``ipaddress``
holds them, IEEE 802 (MAC), 3GPP TS 23.003 (IMEI with its Luhn digit).
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.plans import GROUPS, NumberPlan, shape
from gaihe.serving.types.checksum import luhn
from gaihe.serving.types.sheet import Severity, Sheet
from gaihe.serving.types.text import alphanumeric, compact, masked

_MAC = re.compile(r"[0-9A-Fa-f]{2}([-:.]?)(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}")
_FURTHER = re.compile(r"(?<=\.)(?P<end>\d{1,3})(?::\d{1,5}|/\d{1,2})$", re.ASCII)
"""The end of an IPv4 address with the port or the length of the network's prefix, which say nothing of a person."""
_ZONE = r"%[0-9A-Za-z][0-9A-Za-z._~-]{0,31}"
"""The zone of an IPv6 address: which interface of the device it is at, as in fe80::1%eth0."""
_DIGITS_OF_SIX = r"[0-9A-Fa-f:*]+(?:(?<=:)[0-9*]{1,3}(?:\.[0-9*]{1,3}){3})?"
"""An IPv6 address, whose end may be written as IPv4."""
_FURTHER_OF_SIX = re.compile(
    rf"\[(?P<bracketed>{_DIGITS_OF_SIX})(?:{_ZONE})?\](?::\d{{1,5}})?"
    rf"|(?P<bare>{_DIGITS_OF_SIX})(?:{_ZONE})?(?:/\d{{1,3}})?",
    re.ASCII,
)
"""An IPv6 address with the same, or with its zone."""
_CANONICAL_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_IMEI = re.compile(r"\d{15}")


def canonical(text: str) -> str:
    """IP addresses in their shortest form without port and zone, MACs as ``aa:bb:cc:dd:ee:ff``, IMEIs as 15 digits."""
    plain = compact(text)
    bare = _FURTHER.sub(r"\g<end>", plain)
    if six := _FURTHER_OF_SIX.fullmatch(plain):
        bare = plain = six["bracketed"] or six["bare"]
    if address := _address(bare):
        return str(address)
    number = alphanumeric(text)
    if _IMEI.fullmatch(number):
        return number
    if _MAC.fullmatch(plain) and len(number) == 12:
        return ":".join(number[at : at + 2] for at in range(0, 12, 2)).lower()
    return plain


def valid(value: str) -> bool | None:
    """Whether a public IP address, a device's MAC or an IMEI with its check digit; ``None`` if masked.

    Private, example, loopback and other special addresses are not valid: they point to nobody.
    """
    if masked(value):
        return None
    if address := _address(value):
        return address.is_global and not address.is_multicast
    if _CANONICAL_MAC.fullmatch(value):
        return int(value[:2], 16) % 2 == 0 and value != "00:00:00:00:00:00"
    return _IMEI.fullmatch(value) is not None and luhn(value)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


_IP = r"#{1,3}(?:\.#{1,3}){3}"
_HEXADECIMAL = (
    r"[0-9A-Fa-f*]{0,4}(?::{1,2}[0-9A-Fa-f*]{1,4}){2,7}(?:::)?|[0-9A-Fa-f*]{0,4}::[0-9A-Fa-f*]{1,4}",
    r"[0-9A-Fa-f*]{4}(?:\.[0-9A-Fa-f*]{4}){2}",
    r"(?:[0-9A-Fa-f*]{2}-){5}[0-9A-Fa-f*]{2}",
)
_SIX = r"[0-9A-Fa-f*]{0,4}(?::{1,2}[0-9A-Fa-f*]{1,4}){2,7}(?:::)?"
_GROUP = r"[0-9A-Fa-f*]{1,4}"
_SIX_WITH_FOUR = rf"(?:(?:{_GROUP}(?::{_GROUP}){{0,4}})?::(?:{_GROUP}:){{0,4}}|(?:{_GROUP}:){{6}}){_IP}"
_SIX_AND_FURTHER = (
    rf"\[(?:{_SIX}|{_SIX_WITH_FOUR})(?:{_ZONE})?\](?::\d{{1,5}})?",
    rf"{_SIX_WITH_FOUR}(?:{_ZONE})?(?:/\d{{1,3}})?",
    rf"{_SIX}/\d{{1,3}}",
    rf"(?:{_SIX}|[0-9A-Fa-f*]{{0,4}}::[0-9A-Fa-f*]{{1,4}}){_ZONE}(?:/\d{{1,3}})?",
)
SHEET = Sheet(
    type=EntityType.DEVICE_ID,
    english="an IP address, MAC or IMEI",
    chinese="设备/网络标识",
    format="an IP address in its shortest form, a MAC as ``aa:bb:cc:dd:ee:ff``, an IMEI as 15 digits",
    source="RFC 791, RFC 4291, RFC 4007 and the IANA registries; IEEE 802; 3GPP TS 23.003 (Luhn)",
    severity=Severity.GENERAL,
    examples=("36点152点44点96", "A0-B2-C3-D4-E5-F6"),
    canonical=canonical,
    valid=valid,
    plan=NumberPlan(
        plausible=shape(rf"{_IP}(?::\d{{1,5}})?", r"#{15}", *_HEXADECIMAL, *_SIX_AND_FURTHER),
        everyday=shape(
            rf"{_IP}(?::\d{{1,5}}|/\d{{1,2}})?", *_HEXADECIMAL, *_SIX_AND_FURTHER, GROUPS, r"#{2}[- ]#{6}[- ]#{6}[- ]#"
        ),
        dotted=True,
    ),
    number_like=True,
    telling=True,
)
