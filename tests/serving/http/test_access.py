"""Who may ask: keys, hosts, TLS; and what the command refuses before it listens."""

import asyncio
import http.client
import re
import signal
import ssl
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path

import pytest
from gaihe.serving.commands.cli import main
from gaihe.serving.core.errors import CommandError
from gaihe.serving.http.access import Access, access_of, hash_of, host_name, load_hashes, new_key
from gaihe.serving.http.refusals import RefusalError
from gaihe.serving.http.server import _reload
from gaihe.serving.http.service import Service
from gaihe.serving.http.settings import Limits, Settings
from gaihe.serving.model.digest import stamped

from tests.serving.http.served import serving


def test_a_key_is_asked_for_known_by_its_hash_and_exchanged_by_sighup(tmp_path):
    first, second = new_key(), new_key()
    keys = tmp_path / "keys"
    keys.write_text(f"# callers\n{hash_of(first)}  # moderation\n", encoding="utf-8")
    with serving("--keys", keys, "--host", "0.0.0.0") as service:
        body = {"text": "今天天气真好"}
        status, headers, answer = service.ask("/v1/detect", body)
        assert (status, answer["error"]["code"], headers["www-authenticate"]) == (401, "unauthorized", "Bearer")
        for header in (f"Bearer {second}", f"Basic {first}", "Bearer ", f"Bearer {hash_of(first)}"):
            assert service.ask("/v1/detect", body, {"Authorization": header})[0] == 401
        assert service.ask("/v1/detect", body, {"Authorization": f"Bearer {first}"})[0] == 200
        assert service.ask("/v1/types", headers={"Host": "x/healthz?"})[0] == 401, "a name is no path"
        assert [service.ask(path)[0] for path in ("/metrics", "/v1/types", "/healthz", "/readyz")] == [
            401,
            401,
            200,
            200,
        ]
        for path, methods in service.ask("/openapi.json")[2]["paths"].items():
            for method, operation in methods.items():
                asked = service.ask(path, {} if method == "post" else None)[0] == 401
                assert asked == ("401" in operation["responses"]) == (operation.get("security") is None), path
        keys.write_text(hash_of(second), encoding="utf-8")
        service.signal(signal.SIGHUP)
        service.wait_for("model loaded", 2)
        assert service.ask("/v1/detect", body, {"Authorization": f"Bearer {first}"})[0] == 401
        assert service.ask("/v1/detect", body, {"Authorization": f"Bearer {second}"})[0] == 200
        assert first not in service.log_text and second not in service.log_text


def test_keys_come_from_the_environment_too():
    key = new_key()
    with serving(environment={"GAIHE_API_KEYS": f"{hash_of(key)}, {'0' * 64}"}) as service:
        assert service.ask("/v1/types")[0] == 401
        assert service.ask("/v1/types", headers={"Authorization": f"bearer {key}"})[0] == 200


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--host", "0.0.0.0"], "give API keys with --keys FILE"),
        (["--port", "70000"], "--port must lie between"),
        (["--workers", "0"], "--workers must be at least 1"),
        (["--body-bytes", "0"], "--body-bytes must be above 0"),
        (["--idle-seconds", "inf"], "--idle-seconds must be above 0 and finite, not inf"),
        (
            ["--model", "none.onnx", "--bodies-bytes", "8388607"],
            "--bodies-bytes must be at least --body-bytes, 8388608, not 8388607",
        ),
        (["--tls-cert", "a.pem"], "go together"),
        (["--tls-cert", "a.pem", "--tls-key", "b.pem"], "cannot be used"),
        (["--model", "none.onnx"], "no model at none.onnx"),
        (["--policy", "none.toml"], "cannot read the policy none.toml"),
        (["--keys", "none.txt"], "cannot read the API keys none.txt"),
    ],
)
def test_what_cannot_work_is_refused_before_the_service_listens(words, reason, capsys):
    assert main(["serve", "--port", "0", *words]) == 2
    assert reason in capsys.readouterr().err


def test_help_tells_limits_to_the_last_digit(capsys):
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "--body-bytes N of one request (default: 8388608)" in told
    assert "--head-seconds N to send them (default: 10.0)" in told


def test_help_says_what_every_limit_is_of(capsys):
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert told.count("(default:") > len(fields(Limits)) and not re.search(r" N \(default: ", told)
    assert "/v1/restore" in told


def test_a_file_with_a_digest_that_is_no_model_is_refused_by_the_first_worker(tmp_path, capsys):
    model = tmp_path / "own.onnx"
    model.write_bytes(stamped(b"no model"))
    assert main(["serve", "--port", "0", "--workers", "1", "--model", str(model)]) == 2
    assert f"{model} cannot be loaded as an ONNX model" in capsys.readouterr().err


def test_a_port_that_is_taken_is_named(capsys, service):
    assert main(["serve", "--port", str(service.port)]) == 2
    assert f"cannot listen on 127.0.0.1 port {service.port}: Address already in use" in capsys.readouterr().err


def test_a_key_in_the_place_of_a_hash_is_refused_and_not_repeated(tmp_path, capsys):
    keys = tmp_path / "keys"
    keys.write_text(key := new_key(), encoding="utf-8")
    assert main(["serve", "--keys", str(keys)]) == 2
    message = capsys.readouterr().err
    assert "line 1" in message and key not in message


def test_a_byte_order_mark_is_no_part_of_a_hash(tmp_path):
    keys = tmp_path / "keys"
    keys.write_text(hash_of("a"), encoding="utf-8-sig")
    assert load_hashes(keys, {}) == (hash_of("a"),)


def test_a_new_key_is_shown_with_its_hash(capsys):
    assert main(["serve", "--new-key"]) == 0
    key, hashed = (line.split()[-1] for line in capsys.readouterr().out.splitlines())
    assert hash_of(key) == hashed and key.startswith("gaihe_")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("localhost", "localhost"),
        ("LocalHost:80", "localhost"),
        ("[::1]:8000", "[::1]"),
        ("[::1]", "[::1]"),
        ("::1", "::1"),
        ("", ""),
    ],
)
def test_the_name_of_a_host_is_read_without_its_port(header, name):
    assert host_name(header) == name


def test_hosts_that_are_not_named_are_refused():
    for named in ("gaihe.internal", "Gaihe.internal:8000"):
        access = Access([], [named])
        access.check_host("gaihe.internal:8000")
        access.check_host("gaihe.internal")
        with pytest.raises(RefusalError):
            access.check_host("localhost")


@pytest.mark.parametrize("hosts", [("127.0.0.1", "evil.example"), ("evil.example", "127.0.0.1"), ()])
def test_a_request_is_for_one_host(service, hosts):
    names = "".join(f"Host: {host}\r\n" for host in hosts)
    with service.socket() as connection:
        connection.sendall(f"GET /healthz HTTP/1.1\r\n{names}\r\n".encode())
        assert connection.recv(99).startswith(b"HTTP/1.1 421 ")


@pytest.mark.parametrize(
    ("host", "header"), [("127.0.0.2", "127.0.0.2:8000"), ("127.0.0.1", "localhost"), ("::1", "[::1]:8000")]
)
def test_a_loopback_address_answers_its_own_names_alone(host, header):
    access = access_of(Settings(host=host), {})
    access.check_host(header)
    with pytest.raises(RefusalError):
        access.check_host("evil.example")


@pytest.mark.parametrize("host", ["127.example.org", "0.0.0.0", "::", "192.168.0.1"])
def test_what_is_no_loopback_address_needs_keys(host):
    with pytest.raises(CommandError, match="others can reach the service"):
        access_of(Settings(host=host), {})


def write_certificate(certificate, key):
    """A certificate for localhost, signed by itself."""
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate]
    subprocess.run([*command, *names], check=True, capture_output=True)


@pytest.mark.slow
def test_a_certificate_is_renewed_by_sighup_together_with_its_key_or_not_at_all(tmp_path):
    certificate, key, next_key = (tmp_path / name for name in ("cert.pem", "key.pem", "next.pem"))

    def shown():
        return ssl.get_server_certificate(("127.0.0.1", service.port), timeout=30)

    write_certificate(certificate, key)
    with serving("--tls-cert", certificate, "--tls-key", key) as service:
        first = shown()
        write_certificate(certificate, next_key)
        service.signal(signal.SIGHUP)
        refused = service.wait_for("the reload is refused, what was loaded stays")
        assert "the certificate or its key cannot be used" in refused["reason"]
        assert shown() == first and len(service.events("model loaded")) == 1
        next_key.replace(key)
        service.signal(signal.SIGHUP)
        service.wait_for("model loaded", 2)
        end = time.monotonic() + 10
        while shown() == first:
            assert time.monotonic() < end, "the certificate is not renewed"
        assert shown().split() == certificate.read_text(encoding="ascii").split()


@pytest.mark.slow
def test_a_certificate_does_not_change_where_the_rest_of_a_reload_is_refused(tmp_path):
    certificate, key, policy = tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "own.toml"
    write_certificate(certificate, key)
    policy.write_text('name = "own"\nversion = "1"\n', encoding="utf-8")
    with serving("--tls-cert", certificate, "--tls-key", key, "--policy", policy) as service:
        first = ssl.get_server_certificate(("127.0.0.1", service.port), timeout=30)
        write_certificate(certificate, key)
        policy.write_text("name = 1", encoding="utf-8")
        service.signal(signal.SIGHUP)
        service.wait_for("the reload is refused, what was loaded stays")
        time.sleep(0.2)
        assert ssl.get_server_certificate(("127.0.0.1", service.port), timeout=30) == first


def test_whatever_happens_in_a_reload_is_logged(caplog):
    class Failing:
        settings = Settings()

        async def reload(self):
            raise ValueError("張")

    asyncio.run(_reload(Failing(), None))
    assert caplog.messages == ["the reload failed"]


def test_a_refused_reload_repeats_no_unknown_key(tmp_path, caplog):
    policy = tmp_path / "own.toml"
    policy.write_text('name = "own"\nversion = "1"\n"张丽13800138000" = 1\n', encoding="utf-8")
    assert not asyncio.run(Service(Settings(policies=(policy,))).reload())
    (record,) = caplog.records
    assert "own.toml: a key: is unknown" in record.reason and "张丽" not in record.reason


def test_with_a_certificate_the_service_speaks_https(tmp_path):
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    write_certificate(certificate, key)
    with serving("--tls-cert", certificate, "--tls-key", key) as service:
        context = ssl.create_default_context(cafile=certificate)
        assert service.address.startswith("https://")
        connection = http.client.HTTPSConnection("localhost", service.port, context=context, timeout=30)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
        connection.close()
        with service.socket() as plain:
            plain.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
            assert b"200" not in plain.recv(1_000)


@pytest.mark.slow
def test_connections_without_a_handshake_are_bounded_in_number_and_time(tmp_path):
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    write_certificate(certificate, key)
    with serving("--tls-cert", certificate, "--tls-key", key, "--connections", 8, "--head-seconds", 1) as service:
        files = Path(f"/proc/{service.process.pid}/fd")
        before = len(list(files.iterdir()))
        opened = [service.socket() for _ in range(100)]
        time.sleep(0.1)
        assert len(list(files.iterdir())) <= before + 8 + Limits(connections=8).spare_connections
        end = time.monotonic() + 10
        while len(list(files.iterdir())) > before:
            assert time.monotonic() < end, "connections are still open"
            time.sleep(0.05)
        assert ssl.get_server_certificate(("127.0.0.1", service.port), timeout=30)
        for connection in opened:
            connection.close()


def test_the_front_process_loads_no_model_library():
    command = "import sys, gaihe.serving.commands.cli, gaihe.serving.commands.serve, gaihe.serving.http.server; sys.exit('onnxruntime' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", command], check=False).returncode == 0
