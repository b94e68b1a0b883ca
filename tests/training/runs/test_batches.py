"""Batches that several processes share: together they hold what one process would see, and weigh the same."""

import pytest
import torch
from gaihe.training.config import ConfigError
from gaihe.training.finetune.sampler import LengthGroupedSampler
from gaihe.training.finetune.teacher import teacher_loss
from gaihe.training.finetune.trainer import partial_loss
from gaihe.training.model.features import IGNORED
from gaihe.training.model.post_targets import MISSING, post_loss
from gaihe.training.runs.batches import Shares
from gaihe.training.runs.processes import per_process


@pytest.fixture
def process(monkeypatch):
    def be(number, count):
        monkeypatch.setenv("RANK", str(number))
        monkeypatch.setenv("WORLD_SIZE", str(count))

    return be


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("rows", [1, 11, 24, 37])
def test_the_shares_of_all_processes_are_the_batches_of_one(process, rows, count):
    order = LengthGroupedSampler([5 + row % 7 for row in range(rows)], 12, seed=3)
    process(0, 1)
    whole = list(Shares(order, 12, blank=rows))
    found = []
    for number in range(count):
        process(number, count)
        shares = Shares(order, 12, blank=rows)
        found.append(list(shares))
        assert len(shares) == len(found[-1]) == len(whole)
        assert all(len(share) == 12 // count for share in found[-1][: rows // 12])
    for batch, *parts in zip(whole, *found, strict=True):
        assert sorted(row for part in parts for row in part if row != rows) == sorted(batch)
        assert all(part == [rows] or rows not in part for part in parts)


def test_a_batch_that_cannot_be_divided_is_refused_in_words(process):
    process(1, 3)
    assert per_process("trainer.batch_size", 12) == 4
    with pytest.raises(ConfigError, match=r"trainer\.batch_size=32 cannot be divided among 3 processes: give a mult"):
        per_process("trainer.batch_size", 32)


def test_losses_of_unequal_shares_average_to_the_loss_of_the_whole_batch():
    logits, teacher = torch.randn(4, 6, 9), torch.randn(4, 6, 9)
    labels = torch.randint(0, 9, (4, 6))
    labels[1:, 2:] = IGNORED
    none = torch.zeros(4, 9, dtype=torch.bool)
    counted = labels != IGNORED
    count, parts = counted.sum() / 2, (slice(0, 1), slice(1, 4))
    shares = [partial_loss(logits[part], labels[part], none[part], count) for part in parts]
    assert sum(shares).item() / 2 == pytest.approx(partial_loss(logits, labels, none).item(), rel=1e-5)
    learned = [teacher_loss(logits[part], teacher[part], counted[part], 2.0, count) for part in parts]
    assert sum(learned).item() / 2 == pytest.approx(teacher_loss(logits, teacher, counted, 2.0).item(), rel=1e-5)
    targets = torch.tensor([[0, MISSING], [1, 0], [2, MISSING], [MISSING, MISSING]])
    found, weights = [torch.randn(4, 4), torch.randn(4, 3)], [torch.rand(4), torch.rand(3)]
    counts = (targets != MISSING).sum(dim=0) / 2
    posts = [post_loss([task[part] for task in found], targets[part], weights, counts) for part in parts]
    assert sum(posts).item() / 2 == pytest.approx(post_loss(found, targets, weights).item(), rel=1e-5)


def test_a_share_without_labelled_posts_still_reaches_the_head():
    logits = [torch.randn(2, 4, requires_grad=True), torch.randn(2, 3, requires_grad=True)]
    post_loss(logits, torch.full((2, 2), MISSING), [torch.ones(4), torch.ones(3)]).backward()
    assert all(not task.grad.any() for task in logits)
