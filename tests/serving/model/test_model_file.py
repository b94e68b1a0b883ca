"""A model file is loaded whole or refused in words: damaged bytes, damaged metadata, a graph that does not fit it."""

import hashlib
import json
import subprocess
import sys

import numpy as np
import onnx
import pytest
from gaihe.serving import EntityType, ModelError, Recognizer
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import BUILT_IN
from gaihe.serving.model.digest import has_digest, is_whole, stamped
from gaihe.serving.model.model_file import default_model, open_session
from gaihe.serving.model.stamp import main, stamp

from tests.serving.model_files import write_model

RELEASED = default_model().read_bytes()
PROPERTIES = open_session(default_model())[0].get_modelmeta().custom_metadata_map
ENTRIES = json.loads(PROPERTIES["gaihe.vocabulary"])
LABELS = json.loads(PROPERTIES["gaihe.labels"])
MORE_LABELS = LabelSet((*BUILT_IN, EntityType.named("CAT"))).names


def test_the_released_file_names_no_folder_of_the_machine_that_made_it():
    assert [name for name, value in PROPERTIES.items() if name != "gaihe.vocabulary" and " /" in value] == []


def overwritten(start, content):
    return RELEASED[:start] + content + RELEASED[start + len(content) :]


def flipped(place):
    return overwritten(place, bytes([RELEASED[place] ^ 0x10]))


DAMAGED = {
    "no bytes": b"",
    "text": "no model 张".encode(),
    "the head alone": RELEASED[:100],
    "the first half": RELEASED[: len(RELEASED) // 2],
    "a byte short": RELEASED[:-1],
    "without its digest": RELEASED[:-82],
    "a byte long": RELEASED + b"\0",
    "twice": RELEASED + RELEASED,
    "digest of zeros": RELEASED[:-64] + b"0" * 64,
    "digest in capitals": RELEASED[:-64] + RELEASED[-64:].upper(),
    "a digest and nothing before it": stamped(b""),
    "a digest of garbage": stamped(b"\xff" * 5000),
    "100 KB of zeros in the weights": overwritten(4_000_000, bytes(100_000)),
    "100 KB of noise in the weights": overwritten(2_000_000, np.random.default_rng(1).bytes(100_000)),
    "two blocks exchanged": overwritten(3_000_000, RELEASED[5_000_000:5_004_096]),
    **{f"bit {place}": flipped(place) for place in (0, 9, 500, 50_000, 1_000_000, 4_321_000, len(RELEASED) - 70)},
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_file_of_damaged_bytes_is_refused_with_what_to_do(tmp_path, content):
    path = tmp_path / "damaged.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"damaged\.onnx (does not end with|is damaged|cannot be loaded)"):
        Recognizer.load(path)


BIASED = {
    "gaihe.format": "5",
    "gaihe.scores": "[0.6, -0.9]",
    "gaihe.transitions": json.dumps({"scheme": "BIOES", "enter": {"balanced": {}, "high_recall": {"NAME": 4.0}}}),
}


METADATA = [
    ("gaihe.format", None, "'gaihe.format'"),
    ("gaihe.format", "1", "format 1.*export it again"),
    ("gaihe.version", None, "'gaihe.version' is missing"),
    ("gaihe.vocabulary", None, "'gaihe.vocabulary' is missing"),
    ("gaihe.vocabulary", "[", "'gaihe.vocabulary' is not JSON"),
    ("gaihe.vocabulary", "[" * 100_000, "'gaihe.vocabulary' is not JSON"),
    ("gaihe.vocabulary", "{}", "'gaihe.vocabulary' must be a list"),
    ("gaihe.vocabulary", json.dumps([*ENTRIES[:-1], 7]), "'gaihe.vocabulary' must hold texts, not a number"),
    ("gaihe.vocabulary", json.dumps([*ENTRIES[:-1], None]), "'gaihe.vocabulary' must hold texts, not null"),
    ("gaihe.vocabulary", json.dumps([*ENTRIES[:-1], ""]), "'gaihe.vocabulary' must hold texts, not an empty one"),
    ("gaihe.vocabulary", json.dumps([*ENTRIES[:-1], ENTRIES[9]]), "'gaihe.vocabulary' holds an entry twice"),
    ("gaihe.vocabulary", json.dumps([*ENTRIES, "\ue123"]), "'gaihe.vocabulary'"),
    ("gaihe.vocabulary", json.dumps(ENTRIES[:-1]), "'gaihe.vocabulary'|'gaihe.folding'"),
    ("gaihe.special", "[0, 1, 2]", "'gaihe.special' must hold 4 numbers"),
    ("gaihe.special", "[0, 1, 2, 99999]", "'gaihe.special' must lie between 0 and 9388"),
    ("gaihe.special", "[0, 1, 2, -1]", "'gaihe.special' must lie"),
    ("gaihe.special", "[0, 1, 2, true]", "'gaihe.special' must hold whole numbers"),
    ("gaihe.special", "[0, 1, 1, 2]", "'gaihe.special' must hold four ids that differ"),
    ("gaihe.folding", '["ab", "a"]', "'gaihe.folding' must hold two texts of one length"),
    ("gaihe.folding", '["a", "\\ue123"]', "'gaihe.folding' must lead"),
    ("gaihe.labels", '["O", "B-CAT"]', "'gaihe.labels'"),
    ("gaihe.labels", json.dumps(LABELS[:-1]), "'gaihe.labels'"),
    ("gaihe.labels", '["O", "B-NAME", "I-NAME", "E-NAME", "S-NAME"]', "has 5 labels, but its outputs"),
    ("gaihe.labels", json.dumps(MORE_LABELS), "'gaihe.labels' has 69 labels"),
    ("gaihe.labels", "[]", "'gaihe.labels'"),
    ("gaihe.windows", "[256]", "'gaihe.windows' must hold 2 numbers"),
    ("gaihe.windows", "[256, 256]", "'gaihe.windows' must hold a window and a smaller overlap"),
    ("gaihe.windows", "[256.0, 64]", "'gaihe.windows' must hold whole numbers"),
    ("gaihe.windows", "[1000, 64]", "'gaihe.windows'"),
    ("gaihe.windows", "[1e99, 64]", "'gaihe.windows'"),
    ("gaihe.scores", "[NaN, 0.0, 0.0, 0.3]", "'gaihe.scores' is not JSON, or holds a number that is not finite"),
    ("gaihe.scores", "[1e999, 0.0, 0.0, 0.3]", "'gaihe.scores' must lie"),
    ("gaihe.scores", "[1.0]", "'gaihe.scores' must hold a slope, two offsets and a floor"),
    ("gaihe.scores", "[-1.0, 0.0, 0.0, 0.3]", "'gaihe.scores' must lie between 0"),
    ("gaihe.scores", "[1.0, 0.0, 0.5, 0.3]", "'gaihe.scores' must lie between -40"),
    ("gaihe.scores", "[1.0, 0.0, 0.0, 0.0]", "the floor of 'gaihe.scores'"),
    ("gaihe.transitions", '{"scheme": "IOB"}', "scheme"),
    ("gaihe.points", None, "'gaihe.points' is missing"),
    ("gaihe.points", '{"other": 0.5}', "no operating point 'balanced'"),
    ("gaihe.points", '{"balanced": 1.5}', "'balanced' in 'gaihe.points' must lie between 0 and 1"),
    ("gaihe.points", '{"balanced": NaN}', "'gaihe.points' is not JSON, or holds a number that is not finite"),
    ("gaihe.points", "[0.5]", "'gaihe.points' must be an object"),
    ("gaihe.facts", "7", "'gaihe.facts' must be an object"),
]


@pytest.mark.parametrize(
    ("key", "content", "named"), METADATA, ids=[f"{key} {number}" for number, (key, _, _) in enumerate(METADATA)]
)
def test_metadata_that_cannot_be_right_is_refused_by_name_though_the_digest_fits(tmp_path, key, content, named):
    path = write_model(tmp_path / "damaged.onnx", {key: content})
    with pytest.raises(ModelError, match=named) as refused:
        Recognizer.load(path)
    assert len(str(refused.value)) < 500


def test_a_file_of_the_format_before_gives_the_best_path(tmp_path):
    old = Recognizer.load(write_model(tmp_path / "old.onnx", BIASED | {"gaihe.points": None}))
    assert old.metadata.operating_points == {"balanced": old.metadata.scores.floor}
    text = "就是他张伟强，手机13800138000，家住朝阳路那边"
    best = Recognizer.load().at(Recognizer.load().metadata.scores.floor)
    assert [(e.start, e.end, e.type) for e in old.detect(text)] == [(e.start, e.end, e.type) for e in best.detect(text)]
    with pytest.raises(ModelError, match="unknown operating point 'high_recall'; the model has: balanced"):
        Recognizer.load(tmp_path / "old.onnx", "high_recall")


@pytest.mark.parametrize("setting", [{"enter": {"balanced": {"NAME": 1.5}}}, {"rejects": ["balanced"]}])
def test_biases_of_the_format_before_are_refused(tmp_path, setting):
    transitions = json.dumps({"scheme": "BIOES", **setting})
    path = write_model(tmp_path / "biased.onnx", BIASED | {"gaihe.transitions": transitions})
    with pytest.raises(ModelError, match="'balanced' has biases of format 5"):
        Recognizer.load(path)


def test_metadata_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "damaged.onnx").write_bytes(stamped(RELEASED.replace(b"gaihe.windows", b"gaihe.w\xff\xfeows")))
    with pytest.raises(ModelError, match="damaged.onnx"):
        Recognizer.load(tmp_path / "damaged.onnx")


def test_a_graph_that_adds_biases_unless_they_are_given_loads_and_finds_the_same(tmp_path):
    model = onnx.load(str(default_model()))
    graph, biases = model.graph, np.zeros(len(LABELS), dtype=np.float32)
    (last,) = [node for node in graph.node if "label_scores" in node.output]
    last.output[0] = "unbiased"
    graph.node.append(onnx.helper.make_node("Add", ["unbiased", "biases"], ["label_scores"]))
    graph.initializer.append(onnx.numpy_helper.from_array(biases, "biases"))
    graph.input.append(onnx.helper.make_tensor_value_info("biases", onnx.TensorProto.FLOAT, biases.shape))
    (tmp_path / "biased.onnx").write_bytes(stamped(model.SerializeToString()))
    text = "就是他张伟强，手机13800138000，家住朝阳路那边"
    assert Recognizer.load(tmp_path / "biased.onnx").detect(text) == Recognizer.load().detect(text) != []


def test_weights_that_are_not_finite_are_refused(tmp_path):
    model = onnx.load(str(default_model()))
    (tensor,) = [one for one in model.graph.initializer if one.name == "classifier.bias"]
    values = np.full_like(onnx.numpy_helper.to_array(tensor), np.nan)
    tensor.CopyFrom(onnx.numpy_helper.from_array(values, tensor.name))
    (tmp_path / "nan.onnx").write_bytes(stamped(model.SerializeToString()))
    with pytest.raises(ModelError, match="finite number for every label"):
        Recognizer.load(tmp_path / "nan.onnx")


def test_an_output_of_another_name_is_refused(tmp_path):
    model = onnx.load(str(default_model()))
    (last,) = [node for node in model.graph.node if "label_scores" in node.output]
    model.graph.output[0].name = last.output[0] = "other"
    (tmp_path / "other.onnx").write_bytes(stamped(model.SerializeToString()))
    with pytest.raises(ModelError, match="its outputs are.*other"):
        Recognizer.load(tmp_path / "other.onnx")


def test_the_released_model_ends_with_the_sha256_of_what_stands_before():
    assert is_whole(RELEASED)
    assert RELEASED[-64:].decode() == hashlib.sha256(RELEASED[:-82]).hexdigest()
    (entry,) = [one for one in onnx.load_from_string(RELEASED).metadata_props if one.key == "gaihe.digest"]
    assert entry.value == RELEASED[-64:].decode()


def test_a_stamp_changes_nothing_but_the_digest():
    assert stamped(RELEASED[:-82]) == stamped(RELEASED) == RELEASED
    assert not has_digest(RELEASED[:-82])


def test_an_older_file_is_refused_with_the_command_that_stamps_it(tmp_path, capsys):
    path = tmp_path / "old.onnx"
    path.write_bytes(RELEASED[:-82])
    with pytest.raises(ModelError, match=f"python -m gaihe.serving.model.stamp {path}"):
        Recognizer.load(path)
    done = subprocess.run(
        [sys.executable, "-m", "gaihe.serving.model.stamp", str(path)], capture_output=True, check=True
    )
    assert done.stderr == b""
    assert path.read_bytes() == RELEASED
    assert Recognizer.load(path).detect("电话13800138000")


@pytest.mark.parametrize("content", [b"", b"root:x:0:0:root:/root:/bin/bash\n", b"PK\x03\x04"])
def test_no_stamp_is_advised_for_what_is_no_onnx_model(tmp_path, content):
    (tmp_path / "passwd").write_bytes(content)
    with pytest.raises(ModelError, match="another kind of file, no ONNX model$"):
        Recognizer.load(tmp_path / "passwd")


def test_stamping_keeps_the_mode_of_a_file_and_follows_links(tmp_path):
    path, link = tmp_path / "old.onnx", tmp_path / "link.onnx"
    path.write_bytes(RELEASED[:-82])
    path.chmod(0o640)
    link.symlink_to(path)
    beside = tmp_path / "link.onnx.tmp"
    beside.write_bytes(b"another's")
    assert main([str(link)]) == 0
    assert link.is_symlink() and path.read_bytes() == RELEASED and path.stat().st_mode & 0o777 == 0o640
    assert beside.read_bytes() == b"another's"


@pytest.mark.parametrize("content", [None, b"no model"])
def test_what_is_no_model_is_not_stamped(tmp_path, capsys, content):
    path = tmp_path / "x.onnx"
    if content is not None:
        path.write_bytes(content)
    assert main([str(path)]) == 2
    assert "x.onnx" in capsys.readouterr().err
    assert [file.read_bytes() for file in tmp_path.iterdir()] == ([] if content is None else [content])
    with pytest.raises(ModelError):
        stamp(path)
    assert main([]) == 2
