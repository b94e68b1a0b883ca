"""The address on which a service listens."""

import pytest
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.listening import check_port, listen


def test_a_socket_listens_by_address_and_by_name():
    for host in ("127.0.0.1", "localhost"):
        with listen(host, 0) as listener:
            assert listener.getsockname()[1] > 0


@pytest.mark.parametrize("host", ["\udcff", "a" * 64, "no host"])
def test_a_host_that_is_no_address_is_told(host):
    with pytest.raises(CommandError, match="cannot listen on "):
        listen(host, 0)


def test_ports_have_sixteen_bits():
    check_port(0)
    check_port(65_535)
    for port in (-1, 65_536):
        with pytest.raises(CommandError, match="--port must lie between 0 and 65535, not "):
            check_port(port)
