"""What an encoder gained is given to taggers that began from it."""

import json

import pytest
import torch
from gaihe.serving.commands.cli import main
from gaihe.serving.core.labels import LabelSet
from gaihe.training.config import ConfigError, load_config
from gaihe.training.model.adaptation import add_adaptation
from gaihe.training.model.attention_heads import live_heads
from gaihe.training.model.attention_pruning import silence_heads
from gaihe.training.model.encoder import CheckpointError, keep_neurons
from gaihe.training.model.tagger import build_tagger
from gaihe.training.model.tokenizer import character_tokenizer
from gaihe.training.runs.records import WEIGHTS, sha256
from safetensors.torch import load_file
from transformers import BertModel

from tests.training.model.wordpiece import wordpiece_bert


def moved(source, target, seed):
    """A copy of an encoder with every weight moved a little."""
    wordpiece_bert(target)
    model = BertModel.from_pretrained(source, add_pooling_layer=False)
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.003)
    model.save_pretrained(target)
    return target


@pytest.fixture(scope="module")
def encoders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("encoders")
    before = wordpiece_bert(folder / "before")
    return before, moved(before, folder / "after", 8)


def tagger(base, *settings):
    config = load_config([f"model.base={base}", *settings])
    torch.manual_seed(1)
    model, vocabulary = build_tagger(config.model, LabelSet())
    return model, vocabulary, config.model


def test_a_cut_tagger_gets_the_change_of_its_own_layers_and_neurons(encoders):
    before, after = encoders
    settings = [f"model.adapted=[{before},{after}]", "model.adapted_weight=1.0", "model.layers=[1]"]
    model, vocabulary, config = tagger(before, *settings)
    _, _, wide = tagger(before, "model.intermediate=40")
    kept, _, _ = tagger(before, "model.layers=[1]", f"model.intermediate={wide.intermediate}")
    own = model.bert.encoder.layer[0].intermediate.dense.weight
    neurons = [int((own == row).all(dim=1).nonzero()) for row in kept.bert.encoder.layer[0].intermediate.dense.weight]
    add_adaptation(kept, vocabulary, config)
    expected = BertModel.from_pretrained(after, add_pooling_layer=False).encoder.layer[1]
    found = kept.bert.encoder.layer[0]
    assert len(neurons) == 40
    assert torch.allclose(found.intermediate.dense.weight, expected.intermediate.dense.weight[neurons], atol=1e-6)
    assert torch.allclose(found.intermediate.dense.bias, expected.intermediate.dense.bias[neurons], atol=1e-6)
    assert torch.allclose(found.output.dense.weight, expected.output.dense.weight[:, neurons], atol=1e-6)
    assert torch.allclose(found.attention.self.query.weight, expected.attention.self.query.weight, atol=1e-6)
    assert torch.allclose(found.attention.output.LayerNorm.bias, expected.attention.output.LayerNorm.bias, atol=1e-6)


def test_silent_heads_stay_silent(encoders):
    before, after = encoders
    model, vocabulary, config = tagger(before, f"model.adapted=[{before},{after}]")
    live = silence_heads(model, 5, [[2, 5, 6, 7, 3], [2, 8, 3]])
    add_adaptation(model, vocabulary, config)
    for layer, count in zip(model.bert.encoder.layer, live, strict=True):
        dense = layer.attention.output.dense.weight.detach().numpy()
        assert live_heads(dense, 4).sum() == count
        assert (layer.attention.self.value.weight.reshape(4, -1) != 0).any(dim=1).sum() == count


@pytest.mark.slow
def test_a_run_adds_a_share_of_the_change_and_records_whose(encoders, tmp_path):
    before, after = encoders
    model, vocabulary, _ = tagger(before)
    weights = tmp_path / "tagger" / "weights"
    model.save_pretrained(weights)
    character_tokenizer(vocabulary, model.config.max_position_embeddings).save_pretrained(weights)
    words = ["train", "experiment=tiny", "trainer.epochs=0", f"model.base={weights}", f"output={tmp_path / 'run'}"]
    words += [f"model.adapted=[{before},{after}]", "model.adapted_weight=0.25", f"data.folder={tmp_path / 'data'}"]
    assert main([*words, "export.calibrate=false", "data.validation=20", "data.test=20"]) == 0
    first, last, found = (load_file(path / WEIGHTS) for path in (weights, after, tmp_path / "run" / "weights"))
    name = "encoder.layer.0.attention.self.key.weight"
    change = last[name] - first[f"bert.{name}"]
    assert change.abs().max() > 1e-3
    assert torch.allclose(found[f"bert.{name}"], first[f"bert.{name}"] + 0.25 * change, atol=1e-6)
    assert torch.equal(found["classifier.weight"], first["classifier.weight"])
    record = json.loads((tmp_path / "run" / "sources.json").read_text(encoding="utf-8"))
    assert record["adapted"] == [sha256(before / WEIGHTS), sha256(after / WEIGHTS)]


def test_a_tagger_of_another_origin_is_refused(encoders):
    before, after = encoders
    model, vocabulary, config = tagger(before, f"model.adapted=[{before},{after}]")
    with torch.no_grad():
        model.bert.encoder.layer[1].intermediate.dense.weight.normal_()
    with pytest.raises(CheckpointError, match="layer 1 of the tagger stems from none of"):
        add_adaptation(model, vocabulary, config)


def test_one_encoder_alone_is_refused():
    with pytest.raises(ConfigError, match=r"two encoders, \[BEFORE,AFTER\]"):
        load_config(["model.adapted=[models/base]"])


def test_two_layers_of_one_origin_with_other_neurons_both_get_its_change(encoders):
    before, after = encoders
    settings = [f"model.adapted=[{before},{after}]", "model.adapted_weight=1.0", "model.layers=[1,1]"]
    model, vocabulary, config = tagger(before, *settings)
    kept = torch.arange(40), torch.arange(24, 64)
    model.bert.encoder.layer[1].load_state_dict(model.bert.encoder.layer[0].state_dict())
    for layer, neurons in zip(model.bert.encoder.layer, kept, strict=True):
        keep_neurons(layer, neurons)
    add_adaptation(model, vocabulary, config)
    expected = BertModel.from_pretrained(after, add_pooling_layer=False).encoder.layer[1].output.dense.weight
    for layer, neurons in zip(model.bert.encoder.layer, kept, strict=True):
        assert torch.allclose(layer.output.dense.weight, expected[:, neurons], atol=1e-6)
