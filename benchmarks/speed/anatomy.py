"""Where the time of a post goes, and how near the whole comes to the chip's limit."""

from __future__ import annotations

import json
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
import torch
from gaihe.serving import Recognizer
from gaihe.serving.model.model_file import INPUTS, default_model
from gaihe.serving.model.runtime import onnxruntime as ort
from gaihe.serving.recognition.batches import BATCH_TOKENS
from onnx import TensorProto, helper, numpy_helper

from benchmarks.speed.texts import texts_of_length
from benchmarks.speed.timing import take_turns

RUNS = 200
SQUARE = 1024


class _WatchedSession:
    """A session that adds up the seconds that its runs take."""

    def __init__(self, session: ort.InferenceSession) -> None:
        self._session = session
        self.seconds = 0.0

    def run(self, outputs: None, feed: dict[str, Any]) -> list[Any]:
        begun = time.perf_counter()
        found = self._session.run(outputs, feed)
        self.seconds += time.perf_counter() - begun
        return found


def overhead(recognizer: Recognizer, texts: list[str], rounds: int, rows: int = 1) -> float:
    """What a call takes beside its runs of the model, as a share of the time of these runs made alone.

    Both are medians over the rounds of each call, summed over the calls.

    Args:
        recognizer: the loaded model.
        texts: texts of one length.
        rounds: turns of each.
        rows: texts a call; one goes through `Recognizer.detect`, more through `Recognizer.detect_batch`.
    """
    session = recognizer._scoring.session
    watched = _WatchedSession(session)
    timed = Recognizer(cast(ort.InferenceSession, watched), recognizer.metadata, recognizer.operating_point)
    groups = [texts[first : first + rows] for first in range(0, len(texts), rows)]
    size = max(1, min(rows, BATCH_TOKENS // (len(texts[0]) + 2)))
    inputs = [
        [recognizer.metadata.vocabulary.tokens(group[first : first + size]) for first in range(0, len(group), size)]
        for group in groups
    ]
    beside, alone = np.zeros((rounds, len(groups))), np.zeros((rounds, len(groups)))
    for turn in range(-1, rounds):
        for place, group in enumerate(groups):
            watched.seconds = 0.0
            begun = time.perf_counter()
            timed.detect(group[0]) if rows == 1 else timed.detect_batch(group, threads=1)
            beside[turn, place] = time.perf_counter() - begun - watched.seconds
        for place, runs in enumerate(inputs):
            begun = time.perf_counter()
            for ids in runs:
                session.run(None, {INPUTS[0]: ids})
            alone[turn, place] = time.perf_counter() - begun
    return float(np.median(beside, axis=0).sum() / np.median(alone, axis=0).sum())


def kernels(path: Path, length: int) -> tuple[dict[str, float], float]:
    """Median microseconds of every kind of operator in one run at so many characters, and of the whole run.

    The profiler itself takes time: the operators' shares count, not the sum.
    """
    with tempfile.TemporaryDirectory() as folder:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.enable_profiling = True
        options.log_severity_level = 3
        options.profile_file_prefix = str(Path(folder) / "profile")
        session = ort.InferenceSession(path, options)
        ids = np.random.default_rng(0).integers(10, 5000, (1, length + 2)).astype(np.int32)
        for _ in range(RUNS):
            session.run(None, {INPUTS[0]: ids})
        events = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    nodes: dict[tuple[str, str], list[float]] = defaultdict(list)
    runs = [event["dur"] for event in events if event["name"] == "model_run"]
    for event in events:
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
            nodes[event["args"]["op_name"], event["name"]].append(event["dur"])
    operators: Counter[str] = Counter()
    for (operator, _), found in nodes.items():
        operators[operator] += float(np.median(found))
    return dict(operators.most_common()), float(np.median(runs))


def operations(path: Path, length: int) -> int:
    """Multiplications and additions of matrix products at so many characters: those with weights, and attention."""
    graph = onnx.load(str(path)).graph
    weights = {constant.name: tuple(constant.dims) for constant in graph.initializer}
    tokens = length + 2
    total = 0
    for node in graph.node:
        if node.op_type in ("MatMul", "MatMulIntegerToFloat"):
            total += 2 * tokens * int(np.prod(weights[node.input[1]]))
            width = weights[node.input[1]][1]
        elif node.op_type == "Attention":
            total += 4 * tokens * tokens * width
    return total


def int8_peak(rounds: int) -> dict[str, float]:
    """Operations a second of one core in a large int8 matrix product, by onnxruntime and by PyTorch."""
    random = np.random.default_rng(0)
    weights = numpy_helper.from_array(random.integers(-127, 127, (SQUARE, SQUARE)).astype(np.int8), "weights")
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["values", "weights"], ["product"])],
        "product",
        [helper.make_tensor_value_info("values", TensorProto.UINT8, [SQUARE, SQUARE])],
        [helper.make_tensor_value_info("product", TensorProto.INT32, [SQUARE, SQUARE])],
        [weights],
    )
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    session = ort.InferenceSession(model.SerializeToString(), options)
    values = random.integers(0, 255, (SQUARE, SQUARE)).astype(np.uint8)
    left = torch.randint(-127, 127, (SQUARE, SQUARE), dtype=torch.int8)
    right = left.t().contiguous().t()
    torch.set_num_threads(1)
    found = take_turns(
        {
            "onnxruntime": lambda: [session.run(None, {"values": values}) for _ in range(10)],
            "PyTorch": lambda: [torch._int_mm(left, right) for _ in range(10)],
        },
        rounds,
        time.process_time,
    )
    return {name: 10 * 2 * SQUARE**3 / min(timing.seconds) for name, timing in found.items()}


def roofline(recognizer: Recognizer, path: Path, length: int, rounds: int) -> dict[str, float]:
    """Operations a second of a whole `detect_batch` on one thread, the measured peak, and the share."""
    texts = texts_of_length(length, 128)
    work = take_turns({"batch": lambda: recognizer.detect_batch(texts, threads=1)}, rounds, time.process_time)
    reached = operations(path, length) * len(texts) / work["batch"].median
    peak = max(int8_peak(rounds).values())
    return {"reached": reached, "peak": peak, "share": reached / peak}


def model_path(model: str | None) -> Path:
    """A model's path; the released one where none is given."""
    return default_model() if model is None else Path(model)
