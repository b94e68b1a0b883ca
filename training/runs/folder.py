"""The folder of a run: one process at a time, its resolved configuration, the environment that it ran in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gaihe.serving.core.atomic_files import PUBLIC, open_output
from gaihe.serving.core.locks import lock
from gaihe.training.config import Config, ConfigError, HeadConfig, PretrainConfig, config_yaml
from gaihe.training.runs.environment import environment
from gaihe.training.runs.processes import is_first, number, wait
from gaihe.training.runs.records import write_json
from gaihe.training.runs.sources import SOURCES, WRITTEN, WRITTEN_VALIDATION

LOCK = "run.lock"
RESULTS = ("checkpoints/*/complete", "words/*.npz", "weights", "base", "figures.json", "model.onnx", "model.fp32.onnx")
"""What a run has made and another configuration must not go on with; patterns of paths in its folder."""
BEGINNINGS = (
    *("config.yaml", "environment.json", SOURCES, WRITTEN, WRITTEN_VALIDATION),
    *("cache", "checkpoints", "words", "weights.tmp", "base.tmp", "metrics.json"),
)
"""What a run leaves that ended before it had made anything."""
PACKAGES = ("torch", "transformers", "datasets", "numpy", "onnx", "onnxruntime", "faker", "gaihe")
"""Those whose versions a run records."""


@contextmanager
def claimed(config: Config | HeadConfig | PretrainConfig) -> Iterator[Path]:
    """The run's folder, with the resolved configuration in it, for this run alone until the end of the block.

    A folder in which a run of another configuration began and made nothing is cleared and claimed anew; one in which no
    run began is claimed where it holds logs at most (``… >FOLDER/train.log``), so that nothing foreign is ever cleared.
    Of several processes the first one claims it.

    Raises:
        ConfigError: none is named, the folder holds another run or other files, another process works in it, or it
            cannot be made; or the processes of the run do not see one folder or have different configurations.
    """
    if not config.output:
        raise ConfigError("output names no folder: give output=FOLDER")
    folder = Path(config.output)
    resolved = config_yaml(config)
    saved = folder / "config.yaml"
    if not is_first():
        wait()
        if not saved.is_file() or saved.read_text(encoding="utf-8") != resolved:
            raise ConfigError(
                f"process {number()} does not find its configuration in {saved}: start every process with the same "
                "words, and give an output=FOLDER that all machines share"
            )
        yield folder
        return
    of_a_run = (folder / LOCK).is_file()
    made = any(next(folder.glob(pattern), None) for pattern in RESULTS)
    known = of_a_run or made or saved.is_file()
    if not known and folder.is_dir() and any(map(_is_foreign, folder.iterdir())):
        raise ConfigError(f"output={folder} is not empty and holds no run: give output=NEW/FOLDER")
    with _locked(folder):
        made = any(next(folder.glob(pattern), None) for pattern in RESULTS)
        if saved.is_file() and saved.read_text(encoding="utf-8") != resolved:
            if made or not of_a_run:
                if not of_a_run:
                    (folder / LOCK).unlink()
                raise ConfigError(
                    f"{folder} holds another configuration (see {saved}), or a run with it: "
                    "give output=ANOTHER/FOLDER, or remove it"
                )
            _clear(folder)
        with open_output(saved, private=False) as stream:
            stream.write(resolved)
        if not made or not (folder / "environment.json").is_file():
            write_json(environment(PACKAGES), folder / "environment.json")
        wait()
        yield folder


def _is_foreign(path: Path) -> bool:
    return path.is_dir() or path.suffix != ".log"


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a lock on a folder, which is made where it is missing; the system frees it when the process ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = lock(folder / LOCK, PUBLIC)
    except OSError as error:
        raise ConfigError(f"output={folder} cannot be written: {error.strerror}") from None
    if held is None:
        raise ConfigError(f"another process trains in {folder}: wait for its end, or give output=ANOTHER/FOLDER")
    with held:
        yield


def _clear(folder: Path) -> None:
    for name in BEGINNINGS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
