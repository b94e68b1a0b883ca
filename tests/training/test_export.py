import pytest
from gaihe.serving import Post, Recognizer
from gaihe.serving.labels import LabelSet
from gaihe.training.config import ExportConfig, ModelConfig
from gaihe.training.export import ParityError, export, logit_difference
from gaihe.training.tagger import build_tagger

from tests.training.wordpiece import wordpiece_bert

POSTS = [Post("1", "abc，12345"), Post("2", "一丁丂")]


@pytest.fixture(scope="module")
def tagger(tmp_path_factory):
    base = wordpiece_bert(tmp_path_factory.mktemp("base") / "bert")
    return build_tagger(ModelConfig(str(base), True, 0.1), LabelSet())


def run(tagger, target, **settings):
    model, vocabulary = tagger
    config = ExportConfig(**{"quantize": True, "tolerance": 1.0, "logit_tolerance": 0.01, **settings})
    return export(model, vocabulary, LabelSet(), POSTS, {}, config, {"seed": 7}, target)


def test_the_file_carries_what_decoding_needs(tagger, tmp_path):
    target = tmp_path / "model.onnx"
    figures = run(tagger, target)
    assert figures["logit_difference_fp32"] < 0.01
    metadata = Recognizer.load(target).metadata
    model, vocabulary = tagger
    assert metadata.facts == {"seed": 7}
    assert metadata.labels == LabelSet()
    assert metadata.vocabulary.entries == vocabulary.entries
    assert metadata.vocabulary.folded == vocabulary.folded
    assert metadata.operating_points.keys() == {"balanced"}
    assert logit_difference(model, tmp_path / "model.fp32.onnx", vocabulary, ["一丁" * 60]) < 0.01
    assert target.stat().st_size < (tmp_path / "model.fp32.onnx").stat().st_size


def test_a_model_that_differs_from_pytorch_leaves_the_good_one_in_place(tagger, tmp_path):
    target = tmp_path / "model.onnx"
    target.write_bytes(b"good")
    with pytest.raises(ParityError):
        run(tagger, target, logit_tolerance=-1.0)
    assert target.read_bytes() == b"good"
    assert [file.name for file in tmp_path.iterdir()] == ["model.onnx"]


def test_int8_that_loses_too_much_gives_way_to_fp32(tagger, tmp_path):
    figures = run(tagger, tmp_path / "model.onnx", tolerance=-1.0)
    assert figures["quantized"] is False
    assert (tmp_path / "model.onnx").read_bytes() == (tmp_path / "model.fp32.onnx").read_bytes()


def test_without_quantisation_both_files_are_alike(tagger, tmp_path):
    run(tagger, tmp_path / "model.onnx", quantize=False)
    assert (tmp_path / "model.onnx").read_bytes() == (tmp_path / "model.fp32.onnx").read_bytes()
