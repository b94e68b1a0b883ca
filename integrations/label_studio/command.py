"""The command ``gaihe label-studio``."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.listening import check_port, listen

_EPILOG = """examples:
  gaihe label-studio --folder annotated
  gaihe label-studio --folder annotated --train-after 200 trainer.epochs=2

Connect the address in Label Studio: Settings, Model. It refuses one of its own machine or of a private network unless
started with LABEL_STUDIO_ML_BLOCK_LOCAL_IP=false and LABEL_STUDIO_SSRF_PROTECTION_ENABLED=false. Labels named as
our types, in English or Chinese, are found in the project's own configuration; others say predicted_values="NAME". What
is annotated from then on is kept in the folder, and "Start training" runs "gaihe train experiment=further" on it; the
model that comes out makes the next predictions.
Training needs gaihe[train], and models/default where the command is given."""


def label_studio(words: Sequence[str]) -> None:
    """``gaihe label-studio --folder DIR [--host H] [--port P] [--model FILE.onnx] [--train-after N] [OVERRIDE …]``."""
    parser = argparse.ArgumentParser(
        prog="gaihe label-studio",
        description="Be the machine-learning backend of Label Studio projects.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("overrides", nargs="*", metavar="OVERRIDE", help="for gaihe train, KEY=VALUE")
    parser.add_argument("--folder", required=True, metavar="DIR", help="where annotated tasks and training runs lie")
    parser.add_argument("--host", default="127.0.0.1", metavar="H", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=9090, metavar="P", help="port (default: 9090)")
    parser.add_argument("--model", metavar="FILE.onnx", help="the model to begin with (default: the released one)")
    parser.add_argument(
        "--train-after", type=int, default=0, metavar="N",
        help="train whenever N more tasks are annotated (default: 0, when Label Studio says so)",
    )  # fmt: skip
    arguments = parser.parse_args(words)

    import uvicorn
    from gaihe.integrations.label_studio.application import application
    from gaihe.integrations.label_studio.backend import ProjectBackend
    from gaihe.integrations.texts import loaded

    check_port(arguments.port)
    if arguments.train_after < 0:
        raise CommandError(f"--train-after must be at least 0, not {arguments.train_after}")
    loaded(arguments.model)
    make = partial(
        ProjectBackend, model=arguments.model, train_after=arguments.train_after, overrides=arguments.overrides
    )
    folder = _usable(arguments.folder)
    config = uvicorn.Config(application(folder, make), host=arguments.host, port=arguments.port)
    with listen(arguments.host, arguments.port) as listener, suppress(KeyboardInterrupt):
        logging.getLogger("uvicorn.error").info("listening on %s, port %d", *listener.getsockname()[:2])
        uvicorn.Server(config).run(sockets=[listener])


def _usable(folder: str) -> Path:
    """A folder in which files can be made, itself made where it is not there."""
    try:
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return Path(folder)
    except OSError as error:
        raise CommandError(f"cannot keep annotations in {folder}: {error.strerror}") from None
