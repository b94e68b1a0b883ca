"""Who may ask: API keys, of which hashes alone are known, and host names."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from gaihe.serving.core.errors import CommandError
from gaihe.serving.http.refusals import RefusalError
from gaihe.serving.http.settings import LOOPBACK, Settings

VARIABLE = "GAIHE_API_KEYS"
"""Environment variable with hashes of keys, apart by commas or white space."""
_HASH = re.compile(r"[0-9a-f]{64}")


def hash_of(key: str) -> str:
    """What is known of a key: its SHA-256. A key of `new_key` is too long to be guessed from it."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def new_key() -> str:
    """A key of 256 random bits."""
    return "gaihe_" + secrets.token_urlsafe(32)


def load_hashes(path: Path | None, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The hashes of the keys that are good, from a file and the environment; in the file, ``#`` begins a remark.

    Raises:
        CommandError: the file cannot be read, or there is something that is no hash; it is not repeated.
    """
    found = _hashes(environment.get(VARIABLE, "").replace(",", "\n"), VARIABLE)
    if path is not None:
        try:
            content = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise CommandError(f"cannot read the API keys {path}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise CommandError(f"the API keys {path} are not UTF-8") from None
        found += _hashes(content, str(path))
        if not found:
            raise CommandError(f"there is no hash of a key in {path}: gaihe serve --new-key makes one")
    return tuple(dict.fromkeys(found))


def _hashes(content: str, place: str) -> list[str]:
    found = []
    for number, line in enumerate(content.splitlines(), start=1):
        for word in line.partition("#")[0].split():
            if not _HASH.fullmatch(word):
                raise CommandError(
                    f"{place}, line {number}: a hash is 64 hexadecimal digits in small letters, as "
                    "gaihe serve --new-key gives; keys themselves are not kept"
                )
            found.append(word)
    return found


class Access:
    """Lets a request in or refuses it.

    Args:
        hashes: of the keys that are good; without any, none is asked for.
        hosts: names that a ``Host`` header may hold, with any port; any name when empty.
    """

    def __init__(self, hashes: Sequence[str], hosts: Sequence[str]) -> None:
        self.hashes = tuple(hashes)
        self._hosts = frozenset(map(host_name, hosts))

    def check_host(self, header: str) -> None:
        """Refuse a request for another host, as a page sends it whose name was made to lead here.

        Raises:
            RefusalError: the name is not one of ours.
        """
        if self._hosts and host_name(header) not in self._hosts:
            raise RefusalError(
                421, "unknown_host", "the service does not answer for this host name: see --allowed-host"
            )

    def check_key(self, header: str) -> None:
        """Refuse a request without a good key.

        Raises:
            RefusalError: a key is asked for, and none or a wrong one was sent.
        """
        if not self.hashes:
            return
        scheme, _, key = header.partition(" ")
        given = hash_of(key.strip())
        good = [hmac.compare_digest(given, one) for one in self.hashes]
        if scheme.lower() != "bearer" or not any(good):
            message = "a good API key is needed, as in Authorization: Bearer gaihe_…"
            raise RefusalError(401, "unauthorized", message, {"WWW-Authenticate": "Bearer"})


def host_name(header: str) -> str:
    """The name in a ``Host`` header, without its port."""
    whole = header.strip().lower()
    name, _, port = whole.rpartition(":")
    return name if port.isdigit() and (":" not in name or name.endswith("]")) else whole


def access_of(settings: Settings, environment: Mapping[str, str]) -> Access:
    """What the settings let in.

    Raises:
        CommandError: the keys cannot be read, or others could reach the service without one.
    """
    hashes = load_hashes(settings.keys, environment)
    if not hashes and not settings.loopback:
        raise CommandError(
            f"on {settings.host} others can reach the service: give API keys with --keys FILE or {VARIABLE} "
            "(gaihe serve --new-key makes one), or listen on 127.0.0.1"
        )
    local = ("[::1]", *LOOPBACK, f"[{settings.host}]" if ":" in settings.host else settings.host)
    return Access(hashes, settings.hosts or (local if settings.loopback else ()))
