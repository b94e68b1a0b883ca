"""From configuration to an ONNX file: posts, fine-tuning, export, evaluation; each stage done once."""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import transformers
from datasets import disable_progress_bars
from gaihe.data.files.markup import gold_posts, validation_posts
from gaihe.data.files.parquet import post_files, read_any
from gaihe.data.generator.corpus import CorpusSettings, write_corpus
from gaihe.data.generator.digest import generator_digest
from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.atomic_files import new_folder
from gaihe.serving.core.posts import read_posts
from gaihe.serving.core.schema import BUILT_IN, EntityType
from gaihe.serving.core.vocabulary import Vocabulary
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.training.config import Config, DataConfig, config_yaml
from gaihe.training.evaluate.evaluation import evaluate, table
from gaihe.training.export.onnx_model import TrainedBundle, ValidationPosts, export
from gaihe.training.finetune.post_head import begun_head, calibrate_head
from gaihe.training.finetune.quantization_aware import quantization_aware
from gaihe.training.finetune.trainer import fine_tune
from gaihe.training.finetune.windows import labelled_windows
from gaihe.training.model.adaptation import add_adaptation
from gaihe.training.model.attention_pruning import silence_heads
from gaihe.training.model.encoder import CheckpointError, checkpoint_config
from gaihe.training.model.features import features
from gaihe.training.model.post_head import PostHead, load_head, save_head
from gaihe.training.model.post_ngrams import PostNgrams, fit_ngrams, load_ngrams, mean_ngrams, save_ngrams
from gaihe.training.model.tagger import average_weights, build_tagger, check_weights, labels_of, load_weights
from gaihe.training.model.tokenizer import character_tokenizer
from gaihe.training.runs.coverage import covered, unused
from gaihe.training.runs.environment import environment
from gaihe.training.runs.folder import PACKAGES, claimed
from gaihe.training.runs.given_posts import check_given
from gaihe.training.runs.memory import keep_freed_memory
from gaihe.training.runs.processes import first_before_others, is_first, join, leave, per_process
from gaihe.training.runs.records import write_json
from gaihe.training.runs.sources import record_sources, validation_file, written_file
from gaihe.training.validation_sets import by_name
from transformers import BertForTokenClassification, PreTrainedTokenizerFast, set_seed

SAMPLE = 192
"""Windows of the training posts from which heads and ranges are chosen."""
_GATES = {"gold": "the gold posts", "all": "all posts"}
"""What int8 is held against fp32 on."""


def _say(message: str) -> None:
    if is_first():
        sys.stderr.write(f"gaihe train: {message}\n")


def corpus_folder(config: DataConfig, types: Sequence[EntityType] = BUILT_IN) -> Path:
    """Where the posts of a data configuration lie: a folder named after everything that decides their bytes."""
    recipe: list[object] = [config.train, config.validation, config.test, config.seed, config.noise, config.clean]
    recipe += [*map(version, ("gaihe", "faker", "pypinyin", "opencc")), generator_digest()]
    recipe += [kind.value for kind in types if kind not in BUILT_IN]
    return Path(config.folder) / hashlib.sha256(json.dumps(recipe).encode()).hexdigest()[:12]


def make_corpus(config: DataConfig, trains: bool = True, types: tuple[EntityType, ...] = BUILT_IN) -> dict[Split, Path]:
    """Generate the posts of every split that is not there yet, those to train on if any are needed."""
    folder = corpus_folder(config, types)
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for split, count in zip(Split, (config.train, config.validation, config.test), strict=True):
        paths[split] = folder / f"{split.value}.jsonl"
        if not paths[split].is_file() and (trains or split is not Split.TRAIN):
            _say(f"generating {count} {split.value} posts")
            settings = CorpusSettings(split, config.seed, config.noise, config.clean, types)
            write_corpus(paths[split], count, settings, config.workers or os.cpu_count() or 1)
    return paths


@dataclass(frozen=True)
class _Begun:
    """What a run begins to train.

    Attributes:
        model: the tagger.
        vocabulary: its characters.
        tokenizer: of these characters, for other programs.
        head: labels whole posts; none where the run has no such labels.
        folders: weights folders whose labels of whole posts are kept.
    """

    model: BertForTokenClassification
    vocabulary: Vocabulary
    tokenizer: PreTrainedTokenizerFast
    head: PostHead | None
    folders: Sequence[str]


def train_weights(config: Config, folder: Path, corpus: dict[Split, Path]) -> Path:
    """Fine-tune, resuming a run that was cut off; the weights folder appears only when complete.

    Raises:
        ConfigError: what the run learns from, or has learned from, changed since it began.
        PostError: posts that cannot be read.
    """
    weights = folder / "weights"
    with first_before_others():
        if is_first():
            record_sources(config, folder, corpus)
    if weights.is_dir():
        _say(f"weights are there already: {weights}")
        return weights
    set_seed(config.seed)
    begun = _begun(config)
    metrics: dict[str, Any] = {"validation": {}, "log": []}
    if config.trainer.epochs:
        metrics = _fine_tune(config, folder, corpus, begun)
    if is_first():
        ngrams = _finish_head(config, folder, begun.head, begun) if begun.head is not None else None
        write_json(metrics, folder / "metrics.json")
        _save(weights, begun, ngrams)
        shutil.rmtree(folder / "cache", ignore_errors=True)
    return weights


def _check_beginnings(config: Config) -> None:
    """Refuse files and checkpoints with which a run cannot do its work, before anything is made for it.

    Raises:
        ConfigError: posts that measure are trained on too.
        PostError: posts that cannot be read, or a file without text.
        CheckpointError: a checkpoint that is not there, or cannot be used.
    """
    check_given(config)
    _tell_unused(config)
    checkpoint_config(config.model.base)
    for encoder in config.model.adapted:
        checkpoint_config(encoder, "model.adapted")
    for tagger in config.model.average:
        check_weights(tagger)
    if config.trainer.epochs and config.distill.teacher is not None:
        check_weights(config.distill.teacher)


def _tell_unused(config: Config) -> None:
    """Say which annotated spans of given posts are of types that the run does not learn."""
    types = config.labels.types
    if set(EntityType) <= set(types):
        return
    for path in (*config.data.sources, *config.export.posts):
        if spans := unused(read_any(path), types):
            _say(f"{path} has spans of types that stand neither in types nor in extra_types, left out: {spans}")


def _begun(config: Config) -> _Begun:
    """The tagger and the head that the configuration begins from."""
    model, vocabulary = build_tagger(config.model, config.labels)
    average_weights(model, vocabulary, config.model.average)
    add_adaptation(model, vocabulary, config.model)
    tokenizer = character_tokenizer(vocabulary, model.config.max_position_embeddings)
    folders = [] if config.model.layers else [config.model.base, *config.model.average]
    trains = config.trainer.epochs > 0
    learned = config.post_labels if trains else replace(config.post_labels, weight=0.0)
    head = begun_head(learned, folders, model.config) if learned.weight or not trains else None
    return _Begun(model, vocabulary, tokenizer, head, folders)


def _finish_head(config: Config, folder: Path, head: PostHead, begun: _Begun) -> PostNgrams | None:
    """Give the head its n-grams, and find what a probability of theirs means."""
    ngrams = _ngrams(config, folder, begun.vocabulary, begun.folders)
    posts = [replace(post, entities=()) for post in (*gold_posts(Split.VALIDATION), *validation_posts())]
    calibrate_head(begun.model, head, features(posts, begun.vocabulary, config.labels), ngrams)
    return ngrams


def _ngrams(config: Config, folder: Path, vocabulary: Vocabulary, folders: Sequence[str]) -> PostNgrams | None:
    """What is added to the head's logits: learned from written and given posts, or kept where the run has none written.

    Raises:
        CheckpointError: what would be kept is damaged.
        PostError: posts that cannot be read.
    """
    if not config.post_labels.ngrams:
        return None
    written = written_file(config, folder)
    if written is None:
        return mean_ngrams(folders)
    _say("learning the n-grams of whole posts")
    files = [written, *(file for source in config.data.sources for file in post_files(Path(source)))]
    posts = (post for file in files for post in read_any(file) if post.intent or post.stance)
    return fit_ngrams(features(posts, vocabulary, config.labels), config.post_labels.ngrams, config.seed)


def _save(weights: Path, begun: _Begun, ngrams: PostNgrams | None) -> None:
    with new_folder(weights, private=False) as aside:
        begun.model.save_pretrained(aside)
        begun.tokenizer.save_pretrained(aside)
        if begun.head is not None:
            save_head(begun.head, aside)
        if ngrams is not None:
            save_ngrams(ngrams, aside)


def _fine_tune(config: Config, folder: Path, corpus: dict[Split, Path], begun: _Begun) -> dict[str, Any]:
    windows = labelled_windows(config, folder, corpus, begun.vocabulary)
    teacher = _teacher(config, begun.vocabulary)
    sample = windows.train[:: -(-len(windows.train) // SAMPLE)]["input_ids"]
    if config.model.heads:
        _say("choosing attention heads")
        silence_heads(begun.model, config.model.heads, sample)
    with quantization_aware(begun.model, sample) if config.trainer.quantization_aware else nullcontext():
        return fine_tune(begun.model, begun.tokenizer, windows, config, folder, teacher, begun.head)


def _teacher(config: Config, vocabulary: Vocabulary) -> BertForTokenClassification | None:
    if config.distill.teacher is None:
        return None
    teacher, known = load_weights(config.distill.teacher)
    if not set(labels_of(teacher).types) & set(config.labels.types):
        raise CheckpointError(
            f"distill.teacher={config.distill.teacher} knows none of types and extra_types: leave it out, distill=none"
        )
    if missing := [kind.value for kind in config.labels.types if kind not in labels_of(teacher).types]:
        _say(f"distill.teacher={config.distill.teacher} knows nothing of {', '.join(missing)}: posts alone teach that")
    if known.entries != vocabulary.entries:
        raise CheckpointError(f"distill.teacher={config.distill.teacher} has other characters than {config.model.base}")
    return teacher


def export_model(config: Config, folder: Path, weights: Path, corpus: dict[Split, Path]) -> Path:
    """Export the weights to ``model.onnx`` in the run's folder, with the figures beside it, where one of them lacks."""
    target, record = folder / "model.onnx", folder / "export.json"
    if target.is_file() and record.is_file():
        _say(f"the model is there already: {target}")
        return target
    _say("exporting")
    model, vocabulary = load_weights(weights)
    bundle = TrainedBundle(model, vocabulary, labels_of(model), load_head(weights), load_ngrams(weights))
    facts = {"config": config_yaml(config), "environment": environment(PACKAGES)}
    figures = export(bundle, _validation_posts(config, folder, corpus), config.export, facts, target)
    write_json(figures, record)
    if config.export.quantize and not figures["quantized"]:
        reached = {where: figures[f"f1_{name}"] for name, where in _GATES.items()}
        lost = max(f1["fp32"] - f1["int8"] for f1 in reached.values())
        told = ", ".join(f"F1 {f1['fp32']:.4f} → {f1['int8']:.4f} on {where}" for where, f1 in reached.items())
        _say(
            f"int8 loses more than export.tolerance={config.export.tolerance}: {told}; the model is fp32, larger and "
            f"slower. An int8 model of the same weights: gaihe train model.base={weights} trainer.epochs=0 "
            f"data.train=100 export.tolerance={math.ceil(1000 * lost) / 1000} output=ANOTHER/FOLDER"
        )
    return target


def _validation_posts(config: Config, folder: Path, corpus: dict[Split, Path]) -> ValidationPosts:
    types = config.labels.types
    aside = {"synthetic_validation": corpus[Split.VALIDATION], "written_validation": validation_file(config, folder)}
    return ValidationPosts(
        covered(gold_posts(Split.VALIDATION), types, BUILT_IN),
        {name: covered(read_posts(path), types) for name, path in aside.items()},
        {name: covered(read_any(path, evaluation=True), types) for name, path in by_name(config.export.posts).items()},
    )


def run(config: Config) -> tuple[Path, str] | None:
    """Run the whole pipeline, together with the other processes that a launcher started, if it did.

    Returns:
        The ONNX file, and a table of its scores on the gold posts and the synthetic test posts. Of several processes
        the first one makes them; the others are done with the training.
    """
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    disable_progress_bars()
    keep_freed_memory()
    per_process("trainer.batch_size", config.trainer.batch_size)
    join()
    with claimed(config) as folder:
        with first_before_others():
            if is_first() and not (folder / "weights").is_dir():
                _check_beginnings(config)
            corpus = make_corpus(config.data, config.trainer.epochs > 0, config.labels.types)
        weights = train_weights(config, folder, corpus)
        leave()
        return _finished(config, folder, corpus, weights) if is_first() else None


def _finished(config: Config, folder: Path, corpus: dict[Split, Path], weights: Path) -> tuple[Path, str]:
    """Export and evaluate what was trained."""
    types = config.labels.types
    model = export_model(config, folder, weights, corpus)
    report_path = folder / "report.json"
    if not report_path.is_file():
        _say("evaluating")
        recognizer = Recognizer.load(model)
        sets = {
            "gold test": covered(gold_posts(Split.TEST), types, BUILT_IN),
            "synthetic test": covered(read_posts(corpus[Split.TEST]), types),
        }
        reports = {
            name: evaluate(recognizer, posts, folder / f"{name.replace(' ', '_')}.predictions.jsonl")
            for name, posts in sets.items()
        }
        write_json(reports, report_path)
    return model, table(json.loads(report_path.read_text(encoding="utf-8")))
