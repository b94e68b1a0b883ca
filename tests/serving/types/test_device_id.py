from ipaddress import IPv6Address

import pytest
from gaihe.serving.core.schema import EntityType
from gaihe.serving.types import sheet_of
from gaihe.serving.types.device_id import canonical, valid
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("114.247.50.2", "114.247.50.2"),
        ("114.247.50.2:8080", "114.247.50.2"),
        ("114.247.50.2/24", "114.247.50.2"),
        ("240E:00F7::0003", "240e:f7::3"),
        ("[240e:f7::3]:8080", "240e:f7::3"),
        ("[240e:f7::3]", "240e:f7::3"),
        ("240e:f7::3/60", "240e:f7::3"),
        ("fe80::1%eth0", "fe80::1"),
        ("240E:00F7::0003%3", "240e:f7::3"),
        ("[240e:f7::3%25wlan0]:8080", "240e:f7::3"),
        ("240e:f7::3%en0/64", "240e:f7::3"),
        ("240e:f7:*::3%en0", "240e:f7:*::3"),
        ("240e:f7::3%", "240e:f7::3%"),
        ("64:ff9b::*.7.50.2%eth0", "64:ff9b::*.7.50.2"),
        ("[::ffff:*.7.50.2%25wlan0]:8080", "::ffff:*.7.50.2"),
        ("[114.247.50.2]:80", "[114.247.50.2]:80"),
        ("114.247.50.2%eth0", "114.247.50.2%eth0"),
        ("AA-BB-CC-DD-EE-FF", "aa:bb:cc:dd:ee:ff"),
        ("aabb.ccdd.eeff", "aa:bb:cc:dd:ee:ff"),
        ("35 209900 176148 1", "352099001761481"),
        ("1.2.*.*", "1.2.*.*"),
        ("本机", "本机"),
    ],
)
def test_everyday_surfaces_have_one_canonical_form(surface, value):
    assert canonical(surface) == value


@pytest.mark.parametrize("surface", ["{}%eth0", "[{}]:80", "[{}]", "{}/96", "{}/128", "{}%3/64", "[{}%eth0]:80"])
@pytest.mark.parametrize("address", ["::ffff:114.247.50.2", "64:FF9B::114.247.50.2", "240e:f7:0:0:0:0:114.247.50.2"])
def test_an_address_whose_end_is_written_as_an_old_one_has_the_same_form(address, surface):
    plain, disguises = sheet_of(EntityType.DEVICE_ID).reveal(surface.format(address))
    assert disguises == ()
    assert canonical(plain) == str(IPv6Address(address))


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("114.247.50.2", True),
        ("240e:f7:4f01:c::3", True),
        ("192.168.1.1", False),
        ("127.0.0.1", False),
        ("10.0.0.8", False),
        ("192.0.2.1", False),
        ("224.0.0.1", False),
        ("2001:db8::1", False),
        ("300.1.1.1", False),
        ("aa:bb:cc:dd:ee:ff", True),
        ("01:00:5e:00:00:01", False),
        ("352099001761481", True),
        ("352099001761482", False),
        ("1.2.*.*", None),
    ],
)
def test_the_registry_decides(value, verdict):
    assert valid(value) is verdict


def test_the_zone_of_an_address_is_no_disguise():
    assert sheet_of(EntityType.DEVICE_ID).reveal("240e:f7::3%eth0") == ("240e:f7::3%eth0", ())


@given(st.text() | st.text("0123456789abcdef:.- *%[]/"))
def test_canonical_is_idempotent_and_nothing_raises(text):
    value = canonical(text)
    assert canonical(value) == value
    valid(value)
