"""The mean of several taggers' parameters, as a run that trains on nothing."""

import json

import pytest
import torch
from gaihe.serving import Recognizer
from gaihe.serving.commands.cli import main
from gaihe.serving.core.labels import LabelSet
from gaihe.training.config import ConfigError, load_config
from gaihe.training.model.encoder import CheckpointError
from gaihe.training.model.tagger import average_weights, build_tagger, load_weights
from gaihe.training.model.tokenizer import character_tokenizer
from gaihe.training.runs.records import WEIGHTS, sha256
from safetensors.torch import load_file

from tests.training.model.wordpiece import wordpiece_bert


@pytest.fixture(scope="module")
def taggers(tmp_path_factory):
    """Weights folders of three taggers of one shape, and of one with a layer less."""
    folder = tmp_path_factory.mktemp("taggers")
    base = wordpiece_bert(folder / "bert")
    made = []
    for seed, layers in ((1, "[]"), (2, "[]"), (3, "[]"), (4, "[0]")):
        torch.manual_seed(seed)
        model, vocabulary = build_tagger(
            load_config([f"model.base={base}", f"model.layers={layers}"]).model, LabelSet()
        )
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(torch.randn_like(parameter) / 10)
        made.append(folder / f"tagger-{seed}" / "weights")
        model.save_pretrained(made[-1])
        character_tokenizer(vocabulary, model.config.max_position_embeddings).save_pretrained(made[-1])
    return made


@pytest.mark.slow
def test_a_run_without_epochs_exports_the_mean_of_several_taggers(taggers, tmp_path):
    first, second, third, _ = taggers
    words = ["train", "experiment=tiny", "trainer.epochs=0", f"model.base={first}", f"output={tmp_path / 'run'}"]
    words += [f"model.average=[{second},{third}]", f"data.folder={tmp_path / 'data'}", "export.calibrate=false"]
    assert main([*words, "data.validation=20", "data.test=20"]) == 0
    parts = [load_file(folder / WEIGHTS) for folder in taggers[:3]]
    found = load_file(tmp_path / "run" / "weights" / WEIGHTS)
    for name, tensor in found.items():
        assert torch.allclose(tensor, sum(part[name] for part in parts) / 3, atol=1e-6)
    recognizer = Recognizer.load(tmp_path / "run" / "model.onnx")
    assert recognizer.label_scores("张丽").shape == (2, len(recognizer.metadata.labels.names))
    assert recognizer.metadata.posts is None, "a head that nothing trained"
    record = json.loads((tmp_path / "run" / "sources.json").read_text(encoding="utf-8"))
    assert record["averaged"] == [sha256(second / WEIGHTS), sha256(third / WEIGHTS)]
    assert record["written"] is None and record["annotated"] == []
    assert not list((tmp_path / "data").glob("*/train.jsonl"))


def test_taggers_of_another_shape_are_refused(taggers):
    model, vocabulary = load_weights(taggers[0])
    with pytest.raises(CheckpointError, match="tagger-4.*another shape"):
        average_weights(model, vocabulary, [str(taggers[1]), str(taggers[3])])


def test_a_run_without_epochs_learns_nothing_but_ngrams():
    words = ["trainer.epochs=0", "data.sources=[posts.jsonl]"]
    assert load_config(words).data.written == 1
    assert load_config(["trainer.epochs=0", "post_labels.ngrams=0"]).data.written == 0
    for more in ("post_labels.ngrams=0", "data.written=0", "distill.posts=[posts.jsonl]"):
        with pytest.raises(ConfigError, match=r"leave out distill\.posts, and data\.sources too"):
            load_config([*words, more])
    with pytest.raises(ConfigError, match="at least 0"):
        load_config(["trainer.epochs=-1"])
