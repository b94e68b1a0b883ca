"""Finds personal data with a model file, by numpy and onnxruntime alone: what docs/MODEL_FORMAT.md says, in code."""

import json
import re
import sys
from itertools import pairwise
from math import exp, log, log1p

import numpy as np
import onnxruntime

RANGES = "AD-AD 34F-34F 61C-61C 180E-180E 200B-200F 202A-202E 2060-2064 2066-2069 FE0E-FE0F FEFF-FEFF"
ENDS = [[int(end, 16) for end in both.split("-")] for both in RANGES.split()]
INVISIBLE = {chr(code) for first, last in ENDS for code in range(first, last + 1)}


class Model:
    """A model file; ``spans`` gives ``(type, start, end, score)`` of a text, in code points."""

    def __init__(self, path: str) -> None:
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        stored = self.session.get_modelmeta().custom_metadata_map
        assert stored["gaihe.format"] in ("6", "7"), "another format"
        read = {key: json.loads(stored[f"gaihe.{key}"]) for key in ("vocabulary", "folding", "special", "labels")}
        self.window, self.overlap = json.loads(stored["gaihe.windows"])
        self.slope, self.offset, _, self.floor = json.loads(stored["gaihe.scores"])
        self.threshold = json.loads(stored["gaihe.points"])["balanced"]
        _, self.unknown, self.start, self.end = read["special"]
        self.ids = {entry: number for number, entry in enumerate(read["vocabulary"]) if len(entry) == 1}
        self.ids |= {source: self.ids[target] for source, target in zip(*read["folding"], strict=True)}
        self.types = [label[2:] for label in read["labels"] if label.startswith("B-")]
        kinds, none = np.arange(1, len(self.types) + 1), np.zeros(len(self.types), int)
        self.needs = np.concatenate(([0], none, kinds, kinds, none))  # the type that is open before O, B-, I-, E-, S-
        self.leaves = np.concatenate(([0], kinds, kinds, none, none))  # the type that is open after it; 0 is none
        self.steps = np.where(self.leaves[:, None] == self.needs, 0.0, -np.inf)

    def spans(self, whole: str) -> list[tuple[str, int, int, float]]:
        """The spans of the best legal path that reach the threshold."""
        places = [place for place, character in enumerate(whole) if character not in INVISIBLE]
        text = [whole[place] for place in places]
        if not text:
            return []
        scores = self.label_scores(text)
        path, found, first = self.best_path(scores), [], 0
        for last, label in enumerate(path):
            prefix, kind = divmod(label - 1, len(self.types))  # B-, I-, E-, S- are 0, 1, 2, 3
            first = last if prefix in (0, 3) else first
            if prefix in (2, 3):
                mean = sum(float(scores[i, path[i]]) for i in range(first, last + 1)) / (last + 1 - first)
                raw = min(max(exp(mean), 1e-6), 1 - 1e-6)
                odds = self.slope * (log(raw) - log1p(-raw)) + self.offset
                score = max(round(1 / (1 + exp(-odds)), 4), self.floor)
                if score >= self.threshold:
                    found.append((self.types[kind], places[first], places[last] + 1, score))
        return found

    def label_scores(self, text: list[str]) -> np.ndarray:
        """Log-probabilities, shape ``(characters, labels)``: of windows of whole lines where the text is long."""
        blocks = self.blocks("".join(text)) if len(text) > self.window else [(0, len(text))]
        return np.concatenate([self.block_scores(text[start:end]) for start, end in blocks])

    def blocks(self, text: str) -> list[tuple[int, int]]:
        """Where lines of at most 90 characters together, or one longer one, start and end."""
        found = [(0, 0)]
        for line in re.finditer(r"[^\n]*\n+|[^\n]+", text):
            first = found.pop()[0] if line.end() - found[-1][0] <= 90 or found[-1] == (0, 0) else line.start()
            found.append((first, line.end()))
        return found

    def block_scores(self, text: list[str]) -> np.ndarray:
        """The same of a block, from as few windows as cover it."""
        length, shared = len(text), self.overlap
        count = 1 + max(0, -(-(length - self.window) // (self.window - shared)))
        width = -(-(length + (count - 1) * shared) // count)
        starts = [number * (length - width) // max(count - 1, 1) for number in range(count)]
        cuts = [0, *((left + width + right) // 2 for left, right in pairwise(starts)), length]
        rows = []
        for begin, (low, high) in zip(starts, pairwise(cuts), strict=True):
            ids = [self.ids.get(character, self.unknown) for character in text[begin : begin + width]]
            tokens = np.array([[self.start, *ids, self.end]], np.int32)
            (row,) = self.session.run(["label_scores"], {"input_ids": tokens})[0]
            rows.append(row[1 + low - begin : 1 + high - begin])
        return np.concatenate(rows)

    def best_path(self, scores: np.ndarray) -> list[int]:
        """Viterbi: the most probable labels of which each needs what the one before it leaves open."""
        total, came = np.where(self.needs == 0, scores[0].astype(float), -np.inf), []
        for row in scores[1:]:
            ways = total[:, None] + self.steps
            came.append(ways.argmax(axis=0))
            total = ways.max(axis=0) + row
        path = [int(np.where(self.leaves == 0, total, -np.inf).argmax())]
        for before in reversed(came):
            path.append(int(before[path[-1]]))
        return path[::-1]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(Model(sys.argv[1]).spans(sys.argv[2])) + "\n")
