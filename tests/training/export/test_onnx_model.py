import json

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from gaihe.serving import Entity, EntityType, Post, Recognizer, write_posts
from gaihe.serving.commands.cli import main
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import BUILT_IN
from gaihe.serving.model.model_file import default_model
from gaihe.training.config import ExportConfig, load_config
from gaihe.training.export.graph import activation_names, build_graph
from gaihe.training.export.onnx_model import ParityError, TrainedBundle, ValidationPosts, export, largest_difference
from gaihe.training.export.quantization import activation_ranges
from gaihe.training.export.recalibration import recalibrate
from gaihe.training.model.tagger import build_tagger

from tests.serving.model_files import write_model
from tests.training.model.wordpiece import wordpiece_bert

POSTS = [Post("1", "abc，12345"), Post("2", "一丁丂")]


@pytest.fixture(scope="module")
def tagger(tmp_path_factory):
    base = wordpiece_bert(tmp_path_factory.mktemp("base") / "bert")
    return build_tagger(load_config([f"model.base={base}"]).model, LabelSet())


def run(tagger, target, **settings):
    model, vocabulary = tagger
    plain = {"quantize": True, "tolerance": 1.0, "logit_tolerance": 0.01, "calibrate": False, "posts": []}
    config = ExportConfig(**{**plain, **settings})
    return export(TrainedBundle(model, vocabulary, LabelSet()), ValidationPosts(POSTS), config, {"seed": 7}, target)


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
    assert largest_difference(model, tmp_path / "model.fp32.onnx", vocabulary, ["一丁" * 60]) < 0.01
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


def test_int8_is_held_against_fp32_on_each_group_and_on_all_posts(tagger, tmp_path):
    figures = run(tagger, tmp_path / "model.onnx")
    assert figures["quantized"] is True
    assert figures["f1_gold"] == figures["f1_all"]
    assert figures["f1_gold"].keys() == {"fp32", "int8", "chance"} and figures["f1_gold"]["chance"] >= 0


def test_without_quantisation_both_files_are_alike(tagger, tmp_path):
    run(tagger, tmp_path / "model.onnx", quantize=False)
    assert (tmp_path / "model.onnx").read_bytes() == (tmp_path / "model.fp32.onnx").read_bytes()


def int8_session(tagger):
    model, vocabulary = tagger
    graph = build_graph(model.eval(), activation_ranges(model, vocabulary, [post.text for post in POSTS]))
    onnx.checker.check_model(graph)
    return ort.InferenceSession(graph.SerializeToString()), graph


def test_weights_and_characters_are_int8(tagger):
    model, _ = tagger
    _, graph = int8_session(tagger)
    tables = {constant.name: constant for constant in graph.graph.initializer}
    assert tables["characters"].data_type == onnx.TensorProto.INT8
    products = [node for node in graph.graph.node if node.op_type == "MatMulIntegerToFloat"]
    assert len(products) == 6 * model.config.num_hidden_layers + 1
    assert all(tables[node.input[1]].data_type == onnx.TensorProto.INT8 for node in products)
    assert not [node.op_type for node in graph.graph.node if node.op_type == "MatMul"]


def test_a_row_of_a_batch_has_the_very_logits_that_it_has_alone(tagger):
    session, _ = int8_session(tagger)
    for width in (3, 17, 66):
        ids = np.random.default_rng(width).integers(0, 40, (5, width)).astype(np.int32)
        (together,) = session.run(None, {"input_ids": ids})
        assert all(
            (together[row] == session.run(None, {"input_ids": ids[row : row + 1]})[0][0]).all() for row in range(5)
        )


def test_every_activation_that_is_quantised_has_a_range_of_real_posts(tagger):
    model, vocabulary = tagger
    ranges = activation_ranges(model, vocabulary, ["", "abc，12345", "一丁丂"])
    assert list(ranges) == activation_names(model)
    assert all(low < high for low, high in ranges.values())
    with pytest.raises(ValueError, match="at least one text"):
        activation_ranges(model, vocabulary, ["", ""])


def test_an_activation_function_that_the_graph_does_not_know_is_refused(tagger):
    model, _ = tagger
    model.config.hidden_act = "silu"
    try:
        with pytest.raises(ValueError, match="hidden_act='silu'.*gelu"):
            build_graph(model)
    finally:
        model.config.hidden_act = "gelu"


def test_calibration_puts_three_points_and_a_scale_into_the_file(tagger, tmp_path):
    figures = run(tagger, tmp_path / "model.onnx", calibrate=True)
    metadata = Recognizer.load(tmp_path / "model.onnx", "high_recall").metadata
    assert metadata.operating_points.keys() == {"balanced", "high_recall", "high_precision"}
    assert figures["operating_points"].keys() == metadata.operating_points.keys()
    assert figures["calibration_error"].keys() == {"raw", "scaled"}
    assert metadata.facts["operating_points"].keys() == metadata.operating_points.keys()


def test_points_are_found_anew_without_a_change_to_the_graph(tmp_path):
    released, target = default_model().read_bytes(), tmp_path / "calibrated.onnx"
    text, entity = "李娜来了", Entity(0, 2, EntityType.NAME, "李娜")
    gold = [Post(str(number), text, (entity,)) for number in range(4)]
    figures = recalibrate(default_model(), gold, {"clean": [Post("5", "今天天气好")]}, target)
    assert default_model().read_bytes() == released
    before, after = (onnx.load(str(path)).graph for path in (default_model(), target))
    assert before == after
    metadata = Recognizer.load(target).metadata
    assert figures["operating_points"]["balanced"]["threshold"] == metadata.operating_points["balanced"]
    assert figures["operating_points"]["balanced"]["recall"] == 1


def test_posts_of_the_package_say_nothing_of_a_type_of_ones_own_when_points_are_found_anew(tmp_path, monkeypatch):
    labels = json.dumps(LabelSet().names).replace("PHONE", "CAT")
    model = write_model(tmp_path / "cats.onnx", {"gaihe.labels": labels})
    write_posts([Post("1", "好"), Post("2", "好", types=(EntityType.NAME,))], tmp_path / "mine.jsonl")
    given = {}

    def keep(path, gold, others, target):
        given.update(others, gold=gold)
        return {"operating_points": {}}

    monkeypatch.setattr("gaihe.training.export.recalibration.recalibrate", keep)
    assert main(["calibrate", str(model), "--posts", str(tmp_path / "mine.jsonl")]) == 0
    known = [kind for kind in BUILT_IN if kind != EntityType.PHONE]
    for name in ("gold", "written_validation"):
        assert given[name] and all(list(post.types) == known for post in given[name])
    assert [set(post.types) for post in given["mine"]] == [{*known, EntityType.named("CAT")}, {EntityType.NAME}]


def test_spans_that_a_model_cannot_find_are_told_when_points_are_found_anew(tmp_path, monkeypatch, capsys):
    labels = json.dumps(LabelSet().names).replace("PHONE", "CAT")
    model = write_model(tmp_path / "cats.onnx", {"gaihe.labels": labels})
    spans = (Entity(0, 2, EntityType.NAME, "张丽"), Entity(2, 13, EntityType.PHONE, "13800138000"))
    write_posts([Post(str(n), "张丽13800138000", spans) for n in range(3)], tmp_path / "mine.jsonl")
    done = {"operating_points": {}}
    monkeypatch.setattr("gaihe.training.export.recalibration.recalibrate", lambda *_: done)
    assert main(["calibrate", str(model), "--posts", str(tmp_path / "mine.jsonl")]) == 0
    assert f"{tmp_path / 'mine.jsonl'} has spans of types that the model does not find, left out: PHONE (3)" in (
        capsys.readouterr().err
    )


def test_found_points_do_not_take_the_place_of_the_posts(tmp_path, monkeypatch, capsys):
    mine = tmp_path / "mine.jsonl"
    write_posts([Post("1", "好", types=(EntityType.NAME,))], mine)
    held = mine.read_bytes()
    monkeypatch.setattr(
        "gaihe.training.export.recalibration.recalibrate", lambda *given: given[-1].write_bytes(b"model")
    )
    assert main(["calibrate", str(default_model()), "--posts", str(mine), "--output", str(mine)]) == 2
    assert f"cannot write {mine}: it is the input {mine}" in capsys.readouterr().err
    assert mine.read_bytes() == held


def test_points_are_not_found_on_a_file_without_text(tmp_path, capsys):
    (tmp_path / "mine.jsonl").touch()
    assert main(["calibrate", str(default_model()), "--posts", str(tmp_path / "mine.jsonl")]) == 2
    assert f"--posts: {tmp_path / 'mine.jsonl'} holds no post with text" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["model.onnx", "model.fp32.onnx"])
def test_the_graph_gives_log_probabilities(tagger, tmp_path, name):
    run(tagger, tmp_path / "model.onnx")
    session = ort.InferenceSession(tmp_path / name, providers=["CPUExecutionProvider"])
    (logs,) = session.run(None, {"input_ids": np.array([[2, 5, 6, 7, 3]], dtype=np.int32)})
    assert np.allclose(np.exp(logs).sum(axis=-1), 1.0, atol=1e-5)
