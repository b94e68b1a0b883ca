"""The folder: the weights as they are, what other libraries must know of labels and window, the README.

The encoder has more positions than the windows that it was taught on; past these it finds little. The length of the
tokenizer is the window's, therefore.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gaihe.serving.core.atomic_files import new_folder
from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.windows import WINDOW
from gaihe.training.hub.card import Facts, Scores, readme

CONFIG = "config.json"
TOKENIZER = "tokenizer_config.json"
_NEEDED = (CONFIG, "model.safetensors", "tokenizer.json", TOKENIZER)
_WITH_THEM = ("LINEAGE.md", "post_head.safetensors", "post_ngrams.safetensors")
PIPELINE = "gaihe_pipeline.py"
TASK = "personal-data"
_SPECIAL = 2
"""Tokens around a window of characters: start and end."""
_ARCHITECTURE = "BertForTokenClassification"


def write_hub_folder(weights: Path, target: Path, facts: Facts, scores: Sequence[Scores] = ()) -> None:
    """Write what `transformers.pipeline` reads and the hub shows.

    Args:
        weights: a folder of fine-tuned weights, as a run writes it.
        target: the new folder.
        facts: of the owner.
        scores: for the README and its ``model-index``.

    Raises:
        CommandError: there are no such weights.
        OutputError: the folder cannot be made.
    """
    if absent := [name for name in _NEEDED if not (weights / name).is_file()]:
        raise CommandError(f"{weights} has no {', '.join(absent)}: give the folder of a run's weights, RUN/weights")
    config = json.loads((weights / CONFIG).read_text(encoding="utf-8"))
    labels = _labels(config, weights)
    with new_folder(target, private=False) as folder:
        for name in (*_NEEDED, *_WITH_THEM):
            if (weights / name).is_file():
                shutil.copyfile(weights / name, folder / name)
        (folder / CONFIG).write_text(config_text(config, labels), encoding="utf-8")
        shutil.copyfile(Path(__file__).with_name(PIPELINE), folder / PIPELINE)
        tokenizer = json.loads((weights / TOKENIZER).read_text(encoding="utf-8"))
        (folder / TOKENIZER).write_text(_json(tokenizer | {"model_max_length": WINDOW + _SPECIAL}), encoding="utf-8")
        page = readme(facts, labels, scores)
        (folder / "README.md").write_text(page, encoding="utf-8")


def config_text(config: dict[str, Any], labels: LabelSet) -> str:
    """A configuration whose labels the usual pipeline puts together to whole spans, and that names the exact one.

    Args:
        config: of the weights.
        labels: of the weights.
    """
    names = labels.bio_names
    ids = {name: number for number, name in reversed(list(enumerate(names)))}
    named = {
        "id2label": {str(number): name for number, name in enumerate(names)},
        "label2id": dict(sorted(ids.items())),
    }
    pipelines = {TASK: {"impl": "gaihe_pipeline.PersonalDataPipeline", "pt": ["AutoModelForTokenClassification"]}}
    return _json(config | named | {"custom_pipelines": pipelines})


def _json(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def _labels(config: dict[str, Any], weights: Path) -> LabelSet:
    if config.get("architectures") != [_ARCHITECTURE]:
        raise CommandError(f"{weights} holds no tagger: {CONFIG} must say {_ARCHITECTURE}")
    names = config.get("id2label", {})
    try:
        return LabelSet.from_names([names[str(number)] for number in range(len(names))], bio=True)
    except (KeyError, ValueError) as error:
        raise CommandError(f"the labels in {weights / CONFIG} are not those of a tagger of ours: {error}") from None
