"""The command ``gaihe serve``."""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from gaihe.serving.commands.signals import hang_ups_remembered
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.listening import check_port
from gaihe.serving.http.settings import Limits, Settings
from gaihe.serving.recognition.batches import available_cores

_EPILOG = """example:
  gaihe serve --port 8000
  curl -s localhost:8000/v1/detect -H 'Content-Type: application/json' -d '{"text": "张丽，电话一三八00138000"}'

SIGTERM finishes what was accepted and ends; SIGHUP loads model, policies, keys and certificate anew."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gaihe serve",
        description="Answer POST /v1/detect, /v1/judge, /v1/redact and /v1/restore over HTTP.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", metavar="H", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, metavar="P", help="port; 0: a free one (default: 8000)")
    parser.add_argument("--workers", type=int, metavar="N", help="processes that run the model (default: one a core)")
    parser.add_argument("--model", type=Path, metavar="FILE.onnx", help="an exported model (default: the released one)")
    parser.add_argument(
        "--policy", type=Path, action="append", default=[], metavar="FILE.toml",
        help="a policy that requests may name, beside the presets; repeatable",
    )  # fmt: skip
    parser.add_argument("--keys", type=Path, metavar="FILE", help="hashes of API keys, one a line")
    parser.add_argument("--new-key", action="store_true", help="make an API key, show it and its hash, and end")
    parser.add_argument(
        "--allowed-host", action="append", default=[], metavar="NAME",
        help="a name that the Host header may hold; repeatable (default: on a loopback address its names, else any)",
    )  # fmt: skip
    parser.add_argument("--tls-cert", type=Path, metavar="FILE.pem", help="certificate chain; makes it HTTPS")
    parser.add_argument("--tls-key", type=Path, metavar="FILE.pem", help="its private key")
    parser.add_argument("--log-requests", action="store_true", help="log every request, not failures alone")
    limits = parser.add_argument_group("limits")
    told = dict(re.findall(r"^ +(\w+): (.+)\.$", Limits.__doc__ or "", re.MULTILINE))
    for limit in fields(Limits):
        name = "--" + limit.name.replace("_", "-")
        what = f"{told.get(limit.name, '')} (default: {limit.default})".strip()
        limits.add_argument(name, type=type(limit.default), default=limit.default, metavar="N", help=what)
    return parser


def serve(words: Sequence[str]) -> None:
    """``gaihe serve [--host H] [--port P] [--workers N] [--model FILE.onnx] …``."""
    with hang_ups_remembered() as hung_up:
        arguments = _parser().parse_args(words)

        from gaihe.serving.http.access import hash_of, new_key
        from gaihe.serving.http.server import run

        if arguments.new_key:
            key = new_key()
            sys.stdout.write(f"key, for the caller: {key}\nhash, for --keys:    {hash_of(key)}\n")
            return
        run(_settings(arguments), hung_up)


def _settings(arguments: argparse.Namespace) -> Settings:
    check_port(arguments.port)
    if arguments.workers is not None and arguments.workers < 1:
        raise CommandError(f"--workers must be at least 1, not {arguments.workers}")
    if (arguments.tls_cert is None) != (arguments.tls_key is None):
        raise CommandError("--tls-cert and --tls-key go together")
    limits = {limit.name: getattr(arguments, limit.name) for limit in fields(Limits)}
    for name, value in limits.items():
        if not 0 < value < math.inf:
            raise CommandError(f"--{name.replace('_', '-')} must be above 0 and finite, not {value:g}")
    if arguments.bodies_bytes < arguments.body_bytes:
        raise CommandError(
            f"--bodies-bytes must be at least --body-bytes, {arguments.body_bytes}, not {arguments.bodies_bytes}"
        )
    return Settings(
        host=arguments.host,
        port=arguments.port,
        workers=arguments.workers or available_cores(),
        model=arguments.model,
        policies=tuple(arguments.policy),
        keys=arguments.keys,
        hosts=tuple(arguments.allowed_host),
        certificate=arguments.tls_cert,
        private_key=arguments.tls_key,
        log_requests=arguments.log_requests,
        limits=Limits(**limits),
    )
