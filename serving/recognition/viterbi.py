"""The most probable legal BIOES path of a text, at next to no cost where the model is sure.

The best label of every character, taken alone, is an upper bound: where these labels form a legal path, it is the
best one. Where they do not, a search is needed, in a long text only around the fault: setting the faulty run of
labels to ``O`` gives a legal path that loses a known amount, and any other path that crosses a character labelled
``O`` loses at least that character's margin. A character whose margins, summed up to the nearest faults, exceed what
the faults lose keeps its ``O`` in every best path. Between such characters the exact search runs; it is the same in
the whole text.

Most faults need no search. Of the two neighbours that do not fit, one has to change, so that every legal path loses at
least what the cheaper of the two loses with its second-best label; faults that share no character lose so one by one.
Where these changes make the path legal, it is the best one.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from gaihe.serving.recognition.stretches import largest_sum_across, runs
from numpy.typing import NDArray

ROUNDING = 1e-3
SHORT = 512
_IMPOSSIBLE = 1e9
_BEGIN, _END, _SINGLE = 0, 2, 3
"""The places of ``B``, ``E`` and ``S`` among the prefixes."""


class Decoder:
    """Finds the best legal path for labels ordered as in `LabelSet`.

    Args:
        count: the number of types.
        short: characters of a row up to which a fault is mended by searching the whole row.
    """

    def __init__(self, count: int, short: int = SHORT) -> None:
        self._count = count
        self._short = short
        kinds = np.arange(1, count + 1)
        nothing = np.zeros(count, dtype=np.int64)
        self._left_open = np.concatenate(([0], kinds, kinds, nothing, nothing))
        self._continued = np.concatenate(([0], nothing, kinds, kinds, nothing))
        self._steps = list(zip(self._continued.tolist(), self._left_open.tolist(), strict=True))

    def decode(self, scores: NDArray[np.float32]) -> NDArray[np.int64]:
        """Find the best legal label path of every row.

        Args:
            scores: logits or log-probabilities, shape ``(rows, characters, labels)``.

        Returns:
            Label ids, shape ``(rows, characters)``.
        """
        paths = self.paths(scores)
        if paths is None:
            return np.zeros(scores.shape[:2], dtype=np.int64)
        return np.array(paths, dtype=np.int64).reshape(scores.shape[:2])

    def paths(self, scores: NDArray[np.float32]) -> list[list[int]] | None:
        """Find the best legal label path of every row.

        Args:
            scores: as for `decode`.

        Returns:
            Label ids, a list a row; ``None`` where all labels are ``O``.
        """
        best = scores.argmax(axis=2)
        paths: list[list[int]] = best.tolist()
        if not any(map(any, paths)):
            return None
        for row, labels in enumerate(paths):
            if not self._legal(labels) and not self._patch(scores[row], labels):
                if len(labels) <= self._short:
                    paths[row] = self._search_around(scores[row], labels)
                else:
                    self._mend(scores[row], best[row], labels)
                    paths[row] = best[row].tolist()
        return paths

    def _legal(self, labels: list[int]) -> bool:
        open_ = 0
        for label in labels:
            if label:
                continued, left_open = self._steps[label]
                if continued != open_:
                    return False
                open_ = left_open
            elif open_:
                return False
        return open_ == 0

    def _patch(self, scores: NDArray[np.float32], labels: list[int]) -> bool:
        """Mend faults by second-best labels, in place; whether that surely gives the best legal path.

        Args:
            scores: of the row, shape ``(characters, labels)``.
            labels: the best label of every character; unchanged where the answer is no.
        """
        patches: dict[int, int] = {}
        before = open_ = 0
        touched = -1
        for position in range(len(labels) + 1):
            inner = position < len(labels)
            continued, left_open = self._steps[labels[position]] if inner else (0, 0)
            if continued != open_:
                if position - 1 <= touched:
                    return False
                touched = position
                loss, label = self._second(scores[position], labels[position]) if inner else (np.inf, 0)
                other, earlier = self._second(scores[position - 1], labels[position - 1]) if position else (np.inf, 0)
                if other < loss:
                    needs, gives = self._steps[earlier]
                    if needs != before or gives != continued:
                        return False
                    patches[position - 1] = earlier
                else:
                    needs, left_open = self._steps[label]
                    if needs != open_:
                        return False
                    patches[position] = label
            before, open_ = open_, left_open
        for position, label in patches.items():
            labels[position] = label
        return True

    @staticmethod
    def _second(scores: NDArray[np.float32], best: int) -> tuple[float, int]:
        """What the second-best label of a character loses against the best, and the label."""
        values: list[float] = scores.tolist()
        top, values[best] = values[best], -np.inf
        second = max(values)
        return top - second, values.index(second)

    def _mend(self, scores: NDArray[np.float32], path: NDArray[np.int64], labels: list[int]) -> None:
        """Make a long row's path legal in place, searching only where the best path may differ from it."""
        faults = np.concatenate(([0], self._left_open[path])) != np.concatenate((self._continued[path], [0]))
        inside = path != 0
        lead = (scores[:, 1:].max(axis=1) - scores[:, 0]).astype(np.float64)
        open_ = np.zeros(len(path), dtype=np.bool_)
        for start, end in runs(inside):
            open_[start:end] = faults[start : end + 1].any()
        loss = np.where(inside & ~open_, 0.0, lead)
        open_ |= ~inside & (largest_sum_across(loss) >= -ROUNDING)
        for start, end in runs(open_ | inside):
            if open_[start:end].any():
                path[start:end], _ = self._search(scores[start:end], labels[start:end])

    def _search_around(self, scores: NDArray[np.float32], labels: list[int]) -> list[int]:
        """The best legal path of a short row, searched in a stretch around each fault, from one ``O`` to another.

        What these paths lose together, no better path can lose at one character: an ``O`` with a larger margin is
        certain. Stretches that do not end beside certain ones are searched again, out to the next that are.

        Args:
            scores: of the row, shape ``(characters, labels)``.
            labels: the best label of every character.
        """
        stretches = _united(_step_out(labels, fault) for fault in self._faults(labels))
        found = [self._search(scores[start:end], labels[start:end]) for start, end in stretches]
        lost = sum(loss for _, loss in found) + ROUNDING
        wider = _united(self._certain_around(scores, labels, stretch, lost) for stretch in stretches)
        known = dict(zip(stretches, found, strict=True))
        path = labels.copy()
        for start, end in wider:
            path[start:end], _ = known.get((start, end)) or self._search(scores[start:end], labels[start:end])
        return path

    def _faults(self, labels: list[int]) -> list[int]:
        """The positions whose label does not fit what is before it; the row's end is one."""
        faults = []
        open_ = 0
        for position, label in enumerate(labels):
            if label or open_:
                continued, left_open = self._steps[label]
                if continued != open_:
                    faults.append(position)
                open_ = left_open
        if open_:
            faults.append(len(labels))
        return faults

    def _certain_around(
        self, scores: NDArray[np.float32], labels: list[int], stretch: tuple[int, int], lost: float
    ) -> tuple[int, int]:
        """The nearest stretch around another at whose ends the row ends or an ``O`` with more margin stands outside."""
        start, end = stretch
        while start and (labels[start - 1] or self._second(scores[start - 1], 0)[0] <= lost):
            start -= 1
        while end < len(labels) and (labels[end] or self._second(scores[end], 0)[0] <= lost):
            end += 1
        return start, end

    def _search(self, scores: NDArray[np.float32], labels: list[int]) -> tuple[list[int], float]:
        """The Viterbi path of one stretch, and what it loses against the best labels.

        Few types matter in a stretch. The types that are best somewhere are searched first. What that path loses
        against the best label of every character bounds what another type may cost: it is searched too only if its
        cheapest span, its ``S`` or its ``B`` and ``E``, loses no more.

        Args:
            scores: of the stretch, shape ``(characters, labels)``.
            labels: the best label of every character.
        """
        count = self._count
        losses = scores.max(axis=1, keepdims=True) - scores
        kinds = sorted({(label - 1) % count for label in labels if label})
        lost, path = self._best_path(losses, kinds)
        least = losses.min(axis=0).tolist()
        begin, end, single = (least[1 + prefix * count :] for prefix in (_BEGIN, _END, _SINGLE))
        room = lost + ROUNDING
        wider = [
            kind for kind in range(count) if single[kind] <= room or begin[kind] + end[kind] <= room or kind in kinds
        ]
        if wider != kinds:
            lost, path = self._best_path(losses, wider)
        return path, lost

    def _best_path(self, losses: NDArray[np.float32], kinds: list[int]) -> tuple[float, list[int]]:
        """What the best path that uses only some types loses, and the path.

        BIOES leaves each label only two kinds of predecessors: after ``O`` or a closed span come ``O``, ``B`` and
        ``S``; after ``B`` or ``I`` of a type come its ``I`` and ``E``. The search holds the best closed path, and for
        each type the best path with an open span.

        Args:
            losses: of the labels against the best one, shape ``(characters, labels)``.
            kinds: the types to use, by number.
        """
        count, used = self._count, len(kinds)
        columns = [0, *(1 + prefix * count + kind for kind in kinds for prefix in range(4))]
        closed, opened = 0.0, [_IMPOSSIBLE] * used
        closings: list[int] = []
        goes_on: list[list[bool]] = []
        for outside, *steps in losses.take(columns, axis=1).tolist():
            best, closing = closed + outside, 0
            staying = []
            for kind, open_ in enumerate(opened):
                begin, inside, end, single = steps[4 * kind : 4 * kind + 4]
                if open_ + end < best:
                    best, closing = open_ + end, columns[4 * kind + 3]
                if closed + single < best:
                    best, closing = closed + single, columns[4 * kind + 4]
                stays = open_ + inside < closed + begin
                staying.append(stays)
                opened[kind] = open_ + inside if stays else closed + begin
            closed = best
            closings.append(closing)
            goes_on.append(staying)
        path = [0] * len(closings)
        position = len(closings) - 1
        while position >= 0:
            path[position] = label = closings[position]
            while 2 * count < label <= 3 * count:
                position -= 1
                kind = (label - 1) % count
                stays = goes_on[position][kinds.index(kind)]
                path[position] = 1 + stays * count + kind
                if not stays:
                    break
            position -= 1
        return closed, path


def _step_out(labels: list[int], fault: int) -> tuple[int, int]:
    """The stretch of labels other than ``O`` at a fault, with what stands beside it up to the next ``O``."""
    return _outside_around(labels, *_outside_around(labels, fault, fault, 0), 1)


def _outside_around(labels: list[int], start: int, end: int, beside: int) -> tuple[int, int]:
    """The nearest stretch around another, with some characters more, at whose ends the row ends or an ``O`` stands."""
    start, end = max(start - beside, 0), min(end + beside, len(labels))
    while start and labels[start - 1]:
        start -= 1
    while end < len(labels) and labels[end]:
        end += 1
    return start, end


def _united(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches from left to right, as one where no character stands between them."""
    united: list[tuple[int, int]] = []
    for start, end in stretches:
        if united and start <= united[-1][1]:
            united[-1] = min(start, united[-1][0]), max(end, united[-1][1])
        else:
            united.append((start, end))
    return united
