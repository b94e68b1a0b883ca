import json

import pytest
import torch
from gaihe.serving.commands.cli import main
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import EntityType
from gaihe.training.finetune.teacher import Teacher, teacher_loss
from gaihe.training.model.encoder import CheckpointError, load_encoder, shrink
from gaihe.training.model.post_head import load_head
from gaihe.training.model.tagger import load_weights
from transformers import BertConfig, BertForTokenClassification

from tests.training.model.wordpiece import wordpiece_bert


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("distill")


@pytest.fixture(scope="module")
def words(folder):
    return [
        "train",
        "experiment=tiny",
        f"model.base={wordpiece_bert(folder / 'bert')}",
        f"data.folder={folder / 'data'}",
        "data.train=40",
    ]


def test_a_teacher_that_agrees_costs_nothing_and_one_that_does_not_costs_more():
    logits = torch.randn(2, 4, 9)
    counted = torch.tensor([[True, True, False, False], [True, True, True, True]])
    assert teacher_loss(logits, logits, counted, 2.0).item() == pytest.approx(0.0, abs=1e-6)
    other = logits.clone()
    other[0, 3] += torch.randn(9) * 5
    assert teacher_loss(logits, other, counted, 2.0).item() == pytest.approx(0.0, abs=1e-6)
    other[1, 0] += torch.randn(9) * 5
    assert teacher_loss(logits, other, counted, 2.0).item() > 0.01


NAMES = LabelSet((EntityType.NAME, EntityType.PHONE))
NUMBERS = LabelSet((EntityType.PHONE, EntityType.QQ))


def tagger_that_says(labels, label):
    """A tagger of some labels that finds one of them everywhere, almost surely."""
    config = BertConfig(
        vocab_size=16,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        id2label=dict(enumerate(labels.names)),
    )
    tagger = BertForTokenClassification(config)
    with torch.no_grad():
        tagger.classifier.weight.zero_()
        tagger.classifier.bias.copy_(logits_of(labels, label))
    return tagger


def logits_of(labels, label):
    return torch.tensor([8.0 if name == label else 0.0 for name in labels.names])


def told(teacher, says, learner, found, annotated):
    """What a learner that finds one label, where another one is annotated, is charged by a teacher that says a third."""
    batch = {"input_ids": torch.tensor([[5]]), "attention_mask": torch.tensor([[1]])}
    batch["labels"] = torch.tensor([[learner.names.index(annotated)]])
    mind = Teacher(tagger_that_says(teacher, says), learner, 0.5, 1.0, torch.device("cpu"))
    return mind.loss(logits_of(learner, found)[None, None], batch).item()


@pytest.mark.parametrize(
    ("says", "found", "annotated", "charged"),
    [
        ("B-PHONE", "B-PHONE", "O", False),
        ("B-PHONE", "O", "O", True),
        ("B-PHONE", "E-PHONE", "B-PHONE", True),
        ("O", "B-PHONE", "O", True),
        ("O", "B-QQ", "O", False),
        ("B-NAME", "O", "O", False),
        ("B-NAME", "B-QQ", "O", False),
        ("B-NAME", "B-PHONE", "O", True),
        ("B-PHONE", "B-QQ", "B-QQ", False),
    ],
)
def test_of_a_teacher_of_other_types_only_the_common_ones_are_learned(says, found, annotated, charged):
    assert (told(NAMES, says, NUMBERS, found, annotated) > 1) is charged


def test_a_teacher_of_the_same_types_is_heard_as_it_is():
    logits = torch.randn(1, 1, len(NAMES.names))
    batch = {"input_ids": torch.tensor([[5]]), "attention_mask": torch.tensor([[1]]), "labels": torch.tensor([[0]])}
    mind = Teacher(tagger_that_says(NAMES, "B-PHONE"), NAMES, 0.5, 2.0, torch.device("cpu"))
    wanted = logits_of(NAMES, "B-PHONE")[None, None]
    assert mind.loss(logits, batch).item() == pytest.approx(
        teacher_loss(logits, wanted, torch.tensor([[True]]), 2.0).item(), rel=1e-5
    )


def test_the_strongest_neurons_stay_and_the_kept_layers_are_the_teachers(words):
    base = words[2].removeprefix("model.base=")
    whole, _ = load_encoder(base)
    with torch.no_grad():
        weak = whole.encoder.layer[-1].intermediate.dense
        weak.weight[: weak.out_features // 2] *= 1e-4
        strong = weak.weight[weak.out_features // 2 :].clone()
    last = whole.config.num_hidden_layers - 1
    shrink(whole, [last], weak.out_features // 2)
    assert torch.equal(whole.encoder.layer[0].intermediate.dense.weight, strong)
    assert whole.config.num_hidden_layers == len(whole.encoder.layer) == 1
    ids = torch.tensor([[2, 5, 6, 3]])
    assert whole(input_ids=ids).last_hidden_state.shape[:2] == (1, 4)


@pytest.mark.parametrize(("layers", "width", "reason"), [([9], 0, "9"), ([], 10**6, "between 0 and")])
def test_what_the_checkpoint_does_not_have_cannot_stay(words, layers, width, reason):
    encoder, _ = load_encoder(words[2].removeprefix("model.base="))
    with pytest.raises(CheckpointError, match=reason):
        shrink(encoder, layers, width)


@pytest.mark.slow
def test_a_student_learns_from_the_weights_of_a_run(words, folder, capsys):
    teacher, student = folder / "teacher", folder / "student"
    assert main([*words, f"output={teacher}"]) == 0
    raw = folder / "raw.jsonl"
    raw.write_text(json.dumps({"id": "1", "text": "今天风好大"}, ensure_ascii=False) + "\n", encoding="utf-8")
    overrides = [f"distill.teacher={teacher / 'weights'}", f"distill.posts=[{raw}]", "model.layers=[0]"]
    overrides += ["post_labels.layers=[-1]"]
    overrides += [f"model.base={teacher / 'weights'}", "distill.weight=1.0", f"output={student}"]
    assert main([*words, *overrides]) == 0
    taught, _ = load_weights(teacher / "weights")
    learned, _ = load_weights(student / "weights")
    assert learned.config.num_hidden_layers == 1
    assert not torch.equal(taught.classifier.weight, learned.classifier.weight)
    assert (taught.classifier.weight - learned.classifier.weight).abs().max() < 0.2
    assert (student / "model.onnx").is_file()
    assert load_head(student / "weights").layers == (1,)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("taught", "learned", "unknown"), [("[NAME,PHONE]", "[NAME,QQ]", "QQ"), ("[NAME,PHONE]", "[NAME]", None)]
)
def test_a_student_may_have_other_types_than_its_teacher(words, tmp_path, taught, learned, unknown, capsys):
    teacher = tmp_path / "teacher" / "weights"
    assert main([*words, f"types={taught}", f"output={teacher.parent}"]) == 0
    pupil = [f"types={learned}", f"distill.teacher={teacher}", "distill.weight=0.5", f"output={tmp_path / 'pupil'}"]
    assert main([*words, *pupil]) == 0
    said = capsys.readouterr().err
    assert ("knows nothing of" in said) is (unknown is not None)
    assert unknown is None or f"knows nothing of {unknown}:" in said
    assert main([*words, *pupil[1:-1], "types=[EMAIL]", f"output={tmp_path / 'stranger'}"]) == 2
    assert "knows none of types and extra_types: leave it out, distill=none" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("override", "reason"),
    [
        ("distill.teacher=absent/weights", "experiment=teacher"),
        ("distill.weight=2", "between 0 and 1"),
        ("distill.temperature=0", "above 0"),
        ("distill.posts=[a.jsonl]", "distill.teacher"),
    ],
)
def test_a_teacher_that_cannot_be_is_named(words, folder, override, reason, capsys):
    assert main([*words, f"output={folder}/refused", override]) == 2
    assert reason in capsys.readouterr().err
