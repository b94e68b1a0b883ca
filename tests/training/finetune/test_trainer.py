import numpy as np
import pytest
import torch
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import Entity, EntityType, Post
from gaihe.serving.core.vocabulary import SpecialIds, Vocabulary
from gaihe.serving.core.windows import windows
from gaihe.training.config import load_config
from gaihe.training.finetune.sampler import LengthGroupedSampler
from gaihe.training.finetune.trainer import _arguments, partial_loss, span_metrics
from gaihe.training.model.encoder import CheckpointError
from gaihe.training.model.features import IGNORED, Collator, features
from gaihe.training.runs.checkpoints import CompletesCheckpoints, last_checkpoint, uses_bf16
from transformers import TrainerControl, TrainerState, TrainingArguments

LABELS = LabelSet((EntityType.NAME, EntityType.SCHOOL))
VOCABULARY = Vocabulary(["<pad>", "<unk>", "<s>", "</s>", "<mask>", " ", "张", "丽"], {}, SpecialIds(0, 1, 2, 3))


def test_a_long_post_is_cut_as_serving_cuts_it_and_each_label_counts_once():
    text = "丽" * 300 + "张丽" + "丽" * 300 + "\n丽\n" * 40
    post = Post("1", text, (Entity(300, 302, EntityType.NAME, "张丽"),))
    rows = list(features([post], VOCABULARY, LABELS))
    cuts = windows(text)
    assert [len(row["input_ids"]) for row in rows] == [cut.end - cut.start + 2 for cut in cuts]
    counted = [label for row in rows for label in row["labels"] if label != IGNORED]
    assert counted == LABELS.encode(len(text), post.entities).tolist()


def test_a_batch_is_padded_and_padding_does_not_count():
    collate = Collator(padding=0, labels=9, multiple=4)
    rows = list(features([Post("1", "张丽"), Post("2", "张", types=(EntityType.NAME,))], VOCABULARY, LABELS))
    batch = collate(rows)
    assert batch["input_ids"].tolist() == [[2, 6, 7, 3], [2, 6, 3, 0]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1, 1], [1, 1, 1, 0]]
    assert batch["labels"].tolist() == [[IGNORED, 0, 0, IGNORED], [IGNORED, 0, IGNORED, IGNORED]]
    assert batch["open_labels"][0].any().item() is False
    assert batch["open_labels"][1].nonzero().flatten().tolist() == [2, 4, 6, 8]


def test_a_full_annotation_gives_cross_entropy():
    logits, labels = torch.randn(2, 5, 9), torch.randint(0, 9, (2, 5))
    labels[1, 3:] = IGNORED
    closed = torch.zeros(2, 9, dtype=torch.bool)
    expected = torch.nn.functional.cross_entropy(logits.reshape(-1, 9), labels.reshape(-1))
    assert partial_loss(logits, labels, closed).item() == pytest.approx(expected.item(), rel=1e-5)


def test_open_labels_take_no_part_where_the_gold_label_is_outside():
    logits = torch.zeros(1, 2, 9, requires_grad=True)
    with torch.no_grad():
        logits[0, 0, 2] = 9.0
    open_labels = torch.zeros(1, 9, dtype=torch.bool)
    open_labels[0, [2, 4, 6, 8]] = True
    outside, named = torch.tensor([[0, 0]]), torch.tensor([[1, 0]])
    assert partial_loss(logits, outside, open_labels).item() < 0.4
    assert partial_loss(logits, outside, torch.zeros_like(open_labels)).item() > 4
    assert partial_loss(logits, named, open_labels).item() > 4


def test_span_metrics_of_perfect_and_empty_predictions():
    gold = np.array([[IGNORED, 1, 5, 0, IGNORED]])
    perfect = np.full((1, 5, 9), -5, np.float32)
    for position, label in enumerate(gold[0]):
        perfect[0, position, max(label, 0)] = 5
    assert span_metrics(LABELS, perfect, gold) == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    nothing = np.zeros((1, 5, 9), np.float32)
    nothing[..., 0] = 5
    assert span_metrics(LABELS, nothing, gold)["f1"] == 0.0


def test_the_order_depends_on_seed_and_epoch_and_takes_each_post_once():
    lengths = [n % 37 for n in range(1000)]
    sampler = LengthGroupedSampler(lengths, 16, seed=1)
    first = list(sampler)
    assert sorted(first) == list(range(1000))
    assert list(LengthGroupedSampler(lengths, 16, seed=1)) == first
    sampler.set_epoch(1)
    assert list(sampler) != first
    spread = [np.ptp([lengths[i] for i in first[k : k + 16]]) for k in range(0, 992, 16)]
    assert np.mean(spread) < 6


@pytest.mark.parametrize("before", [True, False])
def test_a_run_goes_on_in_the_arithmetic_that_it_began_in(tmp_path, before):
    checkpoint = tmp_path / "checkpoint-3"
    checkpoint.mkdir()
    state = TrainerState(global_step=3)
    arguments = TrainingArguments(output_dir=str(tmp_path), bf16=before, use_cpu=True)
    CompletesCheckpoints().on_save(arguments, state, TrainerControl())
    assert last_checkpoint(tmp_path) == checkpoint
    assert uses_bf16("auto", checkpoint) is before
    assert uses_bf16("true", checkpoint) and not uses_bf16("false", checkpoint)


@pytest.mark.parametrize(("asked", "kept"), [(1, 2), (3, 3)])
def test_a_checkpoint_stays_until_the_next_one_has_its_mark(tmp_path, asked, kept):
    run = load_config(["experiment=tiny", f"trainer.checkpoints={asked}", "trainer.bf16='false'"])
    assert _arguments(run, tmp_path, None).save_total_limit == kept


@pytest.mark.parametrize("content", ["", "{}", "[]", '"yes"'])
def test_a_checkpoint_that_does_not_say_its_arithmetic_is_refused(tmp_path, content):
    (tmp_path / "complete").write_text(content, encoding="utf-8")
    with pytest.raises(CheckpointError, match="remove this checkpoint"):
        uses_bf16("auto", tmp_path)
