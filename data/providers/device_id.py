"""Public IP addresses, MAC addresses and IMEIs.

Sources: address blocks that APNIC has given to Chinese carriers (first octets and IPv6 prefixes only), 3GPP TS 23.003.
"""

from __future__ import annotations

from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import ValueProvider
from gaihe.serving.types.checksum import luhn_digit

_VERSION_6_SHARE = 0.12
_SHORTENED_SHARE = 0.3

_FIRST_OCTETS = (1, 14, 27, 36, 39, 42, 49, *range(58, 62), 101, 106, *range(110, 126), 139, 144, 171, 175, 180, 182)
_FIRST_OCTETS += (183, 202, 210, 211, *range(218, 224))
_IPV6_PREFIX = Weighted({"240e": 4, "2408": 3, "2409": 3})
_TYPE_ALLOCATIONS = ("35", "86", "86", "01")
_MAC_FORM = Weighted({":upper": 42, ":lower": 30, "-upper": 24, "-lower": 4})


class DeviceIdProvider(ValueProvider):
    """Identifiers of devices and connections."""

    def ip(self) -> str:
        """A public IP address, one in eight of version 6."""
        draw = self.random.randrange
        if self.random.random() > _VERSION_6_SHARE:
            return f"{self.random.choice(_FIRST_OCTETS)}.{draw(1, 255)}.{draw(256)}.{draw(1, 255)}"
        prefix = _IPV6_PREFIX.pick(self.random)
        if self.random.random() < _SHORTENED_SHARE:
            return f"{prefix}:{draw(1, 0x1000):x}:{draw(1, 0x10000):x}::{draw(1, 0x100):x}"
        return f"{prefix}:{':'.join(f'{draw(1, 0x10000):x}' for _ in range(7))}"

    def mac(self) -> str:
        """A MAC address of a single device, with colons or hyphens."""
        octets = [self.random.randrange(0, 256, 4), *(self.random.randrange(256) for _ in range(5))]
        octets[0] = octets[0] or 4
        separator, case = (form := _MAC_FORM.pick(self.random))[0], form[1:]
        address = separator.join(f"{octet:02x}" for octet in octets)
        return address.upper() if case == "upper" else address

    def imei(self) -> str:
        """A 15-digit IMEI with its check digit."""
        payload = self.random.choice(_TYPE_ALLOCATIONS) + self.digits(12)
        return payload + luhn_digit(payload)
