"""Learning from a teacher: a tagger's label probabilities beside the annotation, also of one that has other types."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import torch
from gaihe.serving.core.labels import OUTSIDE, LabelSet
from gaihe.training.model.features import IGNORED
from gaihe.training.model.tagger import labels_of
from transformers import BertForTokenClassification


def teacher_loss(
    logits: torch.Tensor,
    teacher: torch.Tensor,
    counted: torch.Tensor,
    temperature: float,
    count: torch.Tensor | None = None,
) -> torch.Tensor:
    """Divergence of the label probabilities from a teacher's, as in Hinton et al. 2015, mean over counted positions.

    Args:
        logits: shape ``(rows, width, labels)``.
        teacher: the teacher's logits, same shape.
        counted: which positions count, shape ``(rows, width)``.
        temperature: both logits are divided by it, and the loss multiplied by its square.
        count: what the sum over positions is divided by; how many count if not given.
    """
    found = torch.log_softmax(logits.float() / temperature, dim=-1)
    wanted = torch.log_softmax(teacher.float() / temperature, dim=-1)
    return _divergence(found, wanted, counted, temperature, count)


def _divergence(
    found: torch.Tensor,
    wanted: torch.Tensor,
    counted: torch.Tensor,
    temperature: float,
    count: torch.Tensor | None,
) -> torch.Tensor:
    divergence = (wanted.exp() * (wanted - found)).sum(-1)
    whole = (divergence * counted).sum()
    return temperature**2 * whole / (counted.sum().clamp(min=1) if count is None else count)


class Teacher:
    """A tagger whose label probabilities another one learns.

    A type that only one of them has counts as ``O``; where the annotation has one that the teacher lacks, the teacher
    is not heard.

    Args:
        tagger: the teacher.
        labels: the labels of the one that learns.
        weight: the teacher's share of the loss.
        temperature: of the probabilities.
        device: where both compute.
    """

    def __init__(
        self,
        tagger: BertForTokenClassification,
        labels: LabelSet,
        weight: float,
        temperature: float,
        device: torch.device,
    ) -> None:
        self._tagger = tagger.to(device).eval().requires_grad_(False)  # type: ignore[arg-type]
        self.weight, self._temperature = weight, temperature
        known = labels_of(tagger)
        self._same = known == labels
        common = list(product(range(4), [kind for kind in labels.types if kind in known.types]))
        self._own, self._taught = (
            torch.tensor([each.begin(kind) + prefix * len(each.types) for prefix, kind in common], device=device)
            for each in (labels, known)
        )

    def loss(
        self,
        logits: torch.Tensor,
        inputs: Mapping[str, torch.Tensor],
        count: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """The divergence of a batch, as `teacher_loss`.

        Args:
            logits: of the one that learns, shape ``(rows, width, labels)``.
            inputs: ``input_ids``, ``attention_mask`` and ``labels`` of the batch, each of shape ``(rows, width)``.
            count: what the sum over positions is divided by; how many count if not given.
        """
        with torch.no_grad():
            taught = self._tagger(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]).logits
        labels = inputs["labels"]
        if self._same:
            return teacher_loss(logits, taught, labels != IGNORED, self._temperature, count)
        found = _folded(torch.log_softmax(logits.float() / self._temperature, dim=-1), self._own)
        wanted = _folded(torch.log_softmax(taught.float() / self._temperature, dim=-1), self._taught)
        heard = (labels == OUTSIDE) | torch.isin(labels, self._own)
        return _divergence(found, wanted, heard, self._temperature, count)


def _folded(log_probabilities: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
    """Log-probabilities of ``O``, with all labels that are not kept in it, and of those kept."""
    rest = torch.ones(log_probabilities.shape[-1], dtype=torch.bool, device=log_probabilities.device)
    rest[kept] = False
    outside = log_probabilities[..., rest].logsumexp(-1, keepdim=True)
    return torch.cat([outside, log_probabilities[..., kept]], dim=-1)
