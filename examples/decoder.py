"""Finds personal data with a model file, by numpy and onnxruntime alone: what docs/MODEL_FORMAT.md says, in code."""

import json
import re
import sys
from itertools import accumulate, pairwise

import numpy as np
import onnxruntime

INVISIBLE = re.compile("[\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff]")


class Model:
    """A model file; ``spans`` gives ``(type, start, end, score)`` of a text, in code points."""

    def __init__(self, path: str) -> None:
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        stored = self.session.get_modelmeta().custom_metadata_map
        assert stored["gaihe.format"] in ("6", "7", "8"), "another format"
        self.read = read = {key[6:]: json.loads(text) for key, text in stored.items() if text[0] in "[{"}
        self.ids = {entry: number for number, entry in enumerate(read["vocabulary"])}
        self.ids |= {source: self.ids[target] for source, target in zip(*read["folding"], strict=True)}
        leaves, needs = (np.array([name[2:] * (name[0] in which) for name in read["labels"]]) for which in ("BI", "IE"))
        self.legal = np.where(leaves[:, None] == needs, 0, -np.inf)  # what is added where a label follows another

    def spans(self, whole: str) -> list[tuple[str, int, int, float]]:
        """The spans of the best legal path (Viterbi, back from the end) that reach the threshold."""
        places = [place for place, character in enumerate(whole) if not INVISIBLE.match(character)]
        for run in reversed([*re.finditer(r"(?<=\s)\s{2,}", "".join(whole[place] for place in places))]):
            del places[run.start() : run.end()]
        scores = self.label_scores("".join(whole[place] for place in places))
        rest = [*accumulate(scores[::-1], lambda best, row: (self.legal + row + best).max(1), initial=self.legal[:, 0])]
        label, logs, found, (slope, offset, _, floor) = 0, [0.0], [], self.read["scores"]
        for last, (row, best) in enumerate(zip(scores, rest[-2::-1], strict=True)):
            prefix, _, kind = self.read["labels"][label := (self.legal[label] + row + best).argmax()].partition("-")
            logs = [*logs, row[label]] if prefix in "IE" else [row[label]]
            raw = np.clip(np.exp(np.mean(logs, dtype=float)), 1e-6, 1 - 1e-6)
            score = max(round(1 / (1 + np.exp(-slope * np.log(raw / (1 - raw)) - offset)), 4), floor)
            found += [(kind, places[last + 1 - len(logs)], places[last] + 1, score)] * (prefix in "ES")
        return [span for span in found if span[3] >= self.read["points"]["balanced"]]

    def label_scores(self, text: str) -> np.ndarray:
        """Log-probabilities, ``(characters, labels)``; a long text is read by lines of up to 90 characters."""
        rows, (window, shared), (_, unknown, start, end) = [], self.read["windows"], self.read["special"]
        parts = re.findall(r"(?s:.*?[^\r\n]{16}[\r\n]+(?=[^\r\n]{16})|.+)", text) if len(text) > window else []
        numerals = r"(?:(?:[^\w\r\n]|[\d①-⑨⓪〇零一二三四五六七八九幺]){1,9}(?:[\r\n]+|\Z))*"
        lines = rf"(?:(?s:.{{1,90}})(?:(?<=[\r\n])(?![\r\n])|\Z)|[^\r\n]*[\r\n]+|[^\r\n]+){numerals}"
        for block in [block for part in parts for block in re.findall(lines, part)] or [text]:
            count = 1 + max(0, -(-(len(block) - window) // (window - shared)))
            width = -(-(len(block) + (count - 1) * shared) // count)
            starts = [number * (len(block) - width) // max(count - 1, 1) for number in range(count)]
            cuts = [0, *((left + width + right) // 2 for left, right in pairwise(starts)), len(block)]
            for at, (low, high) in zip(starts, pairwise(cuts), strict=True):
                ids = np.array([[start, *(self.ids.get(c, unknown) for c in block[at : at + width]), end]], np.int32)
                rows.append(self.session.run(["label_scores"], {"input_ids": ids})[0][0, 1 + low - at : 1 + high - at])
        return np.concatenate(rows)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(Model(sys.argv[1]).spans(sys.argv[2])) + "\n")
