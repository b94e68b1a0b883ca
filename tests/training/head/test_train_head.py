"""The head learns from kept states, and the command puts it on the released model."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from gaihe.data.files.parquet import SCHEMA
from gaihe.serving import Post, Recognizer, write_posts
from gaihe.serving.commands.cli import main
from gaihe.serving.core.posts import post_to_record
from gaihe.serving.core.schema import Intent, Stance
from gaihe.training.config import ConfigError, load_head_config
from gaihe.training.evaluate.post_labels import any_span, key_words, label_report, label_table
from gaihe.training.head.trainer import LabelledPosts, fit_head, logits_of
from gaihe.training.model.post_ngrams import load_ngrams
from gaihe.training.model.post_targets import MISSING, class_weights, targets_of, temperature


def made(seed, count=120):
    """States of four wide whose one marked token tells the intent; the stance of every second post is not known."""
    random = np.random.default_rng(seed)
    states, rows = [], []
    for number in range(count):
        own = random.normal(0, 0.1, (int(random.integers(3, 12)), 4))
        intent = number % 4
        own[random.integers(len(own)), intent] = 3.0
        states.append(own.astype(np.float16))
        rows.append([intent, MISSING if number % 2 else intent % 3])
    return LabelledPosts(states, torch.tensor(rows))


def settings(**changed):
    config = load_head_config(["written=true", "validation=[x]", "layers=[-1]", "width=8", "learning_rate=0.03"])
    for name, value in changed.items():
        setattr(config, name, value)
    return config


def test_a_head_learns_what_one_character_tells_and_is_the_best_of_its_epochs():
    head, losses = fit_head(made(1), made(2), settings(epochs=40, patience=40))
    intent, stance = logits_of(head, made(3))
    targets = made(3).targets
    assert (intent.argmax(1) == targets[:, 0]).float().mean() > 0.95
    known = targets[:, 1] != MISSING
    assert (stance.argmax(1) == targets[:, 1])[known].float().mean() > 0.95
    assert min(losses) < 0.2 * losses[0]


def test_training_stops_where_validation_no_longer_gains():
    wrong = made(2)
    wrong.targets[:, 0] = (wrong.targets[:, 0] + 1) % 4
    wrong.targets[:, 1] = MISSING
    _, losses = fit_head(made(1), wrong, settings(epochs=30, patience=2))
    assert len(losses) < 30
    assert len(losses) - 1 - int(np.argmin(losses)) == 2


def test_a_task_that_no_post_is_annotated_for_has_the_temperature_one():
    assert temperature(torch.randn(4, 3), torch.full((4,), MISSING)) == 1.0


def test_temperature_undoes_a_scale():
    torch.manual_seed(0)
    logits = torch.randn(4000, 3) * 2
    targets = torch.distributions.Categorical(logits=logits).sample()
    assert temperature(logits, targets) == pytest.approx(1.0, rel=0.1)
    assert temperature(logits * 4, targets) == pytest.approx(4.0, rel=0.1)


def test_rare_labels_weigh_more_and_posts_weigh_one_on_average():
    targets = torch.tensor([[0, MISSING]] * 90 + [[1, 0]] * 10)
    intent, stance = class_weights(targets)
    assert intent[1] / intent[0] == pytest.approx(3.0)
    assert 0.9 * intent[0] + 0.1 * intent[1] == pytest.approx(1.0)
    assert intent[2] == intent[3] == 0
    assert stance.tolist() == [1.0, 0.0, 0.0]


def test_posts_count_for_the_labels_that_they_have():
    posts = [Post("1", "好", intent=Intent.SELF), Post("2", "好", stance=Stance.INCITING), Post("3", "好")]
    assert targets_of(posts).tolist() == [[1, MISSING], [MISSING, 2], [MISSING, MISSING]]


def test_figures_of_a_task_come_from_the_posts_annotated_for_it():
    posts = [Post(str(i), "好", intent=intent) for i, intent in enumerate([Intent.NONE, Intent.NONE, Intent.SELF])]
    posts.append(Post("9", "好", stance=Stance.HOSTILE))
    found = [{"intent": label, "stance": "hostile"} for label in ("none", "self", "self", "none")]
    report = label_report(posts, found)
    assert report["intent"]["posts"] == 3
    assert report["intent"]["f1"] == {"none": pytest.approx(2 / 3), "self": pytest.approx(2 / 3)}
    assert report["intent"]["macro_f1"] == pytest.approx(2 / 3)
    assert report["intent"]["low"] <= 2 / 3 <= report["intent"]["high"]
    assert report["intent"]["confusion"]["none"] == {"none": 1, "self": 1, "third_party": 0, "solicit": 0}
    assert report["stance"]["macro_f1"] == 1.0
    assert "stance" not in label_report(posts[:3], found[:3])
    assert "macro-F1" in label_table({"made": report})


def test_systems_to_compare_with_go_by_spans_and_words():
    entity = Recognizer.load().detect("张丽，电话13800138000")
    assert any_span(Post("1", ""), entity)["intent"] == "third_party"
    assert any_span(Post("1", ""), [])["intent"] == "none"
    assert key_words(Post("1", "出查档，私聊"), [])["intent"] == "solicit"
    assert key_words(Post("1", "本人张丽，电话13800138000"), entity)["intent"] == "self"
    assert key_words(Post("1", "这个骗子，大家一起去举报"), entity) == {"intent": "third_party", "stance": "inciting"}
    assert key_words(Post("1", "这个骗子"), [])["stance"] == "hostile"


def test_the_command_puts_a_head_on_the_released_model(tmp_path, capsys):
    shapes = {
        Intent.NONE: ("今天吃火锅第{}次", Stance.NEUTRAL),
        Intent.SELF: ("我叫张丽，电话1380013800{}，欢迎来找我", Stance.NEUTRAL),
        Intent.THIRD_PARTY: ("她叫张丽，电话1380013800{}，大家去骂她", Stance.INCITING),
        Intent.SOLICIT: ("出查档，私聊{}", None),
    }
    for name, start in (("train", 0), ("validation", 5)):
        posts = [
            Post(f"{intent}-{number}", shape.format(number), intent=intent, stance=stance)
            for intent, (shape, stance) in shapes.items()
            for number in range(start, start + 5)
        ]
        posts.append(Post("long", f"今天吃火锅第{start}次。" * 60, intent=Intent.NONE, stance=Stance.NEUTRAL))
        write_posts(posts, tmp_path / f"{name}.jsonl")
    words = ["train-head", f"posts=[{tmp_path}/train.jsonl]", f"validation=[{tmp_path}/validation.jsonl]"]
    words += ["epochs=30", "patience=30", "learning_rate=0.01", "width=8", f"output={tmp_path}/run"]
    assert main(words) == 0
    shown = capsys.readouterr()
    assert "key words" in shown.out
    assert shown.out.count("on the validation posts, by which epoch and temperatures were chosen") == 1
    figures = json.loads((tmp_path / "run" / "figures.json").read_text())
    assert figures["difference"] < 0.01
    assert figures["posts"] == "validation"
    assert figures["reports"]["head"]["intent"]["macro_f1"] > 0.9
    recognizer = Recognizer.load(tmp_path / "run" / "model.onnx")
    assert recognizer.post_scores("她叫张丽，电话13800138009，大家去骂她").stance is Stance.INCITING
    assert recognizer.metadata.facts["post_head"]["files"].keys() == {"train.jsonl", "validation.jsonl"}
    assert recognizer.metadata.format == "8"
    assert load_ngrams(tmp_path / "run").table.any()


def test_folders_of_posts_are_on_record_too_and_without_ngrams_the_format_is_7(tmp_path):
    posts = [Post(str(number), f"今天吃火锅第{number}次", intent=list(Intent)[number % 4]) for number in range(8)]
    (tmp_path / "shards").mkdir()
    rows = pa.Table.from_pylist([post_to_record(post) for post in posts], schema=SCHEMA)
    pq.write_table(rows, tmp_path / "shards" / "train-00000-of-00001.parquet")
    others = [replace(post, text=f"明天{post.text}") for post in posts[:5]]
    for name, own in (("a", posts[:5]), ("b", others)):
        (tmp_path / name).mkdir()
        write_posts(own, tmp_path / name / "posts.jsonl")
    words = [f"posts=[{tmp_path}/shards,{tmp_path}/a/posts.jsonl]", f"validation=[{tmp_path}/b/posts.jsonl]"]
    assert main(["train-head", *words, "epochs=1", "width=8", "ngrams=0", f"output={tmp_path}/run"]) == 0
    metadata = Recognizer.load(tmp_path / "run" / "model.onnx").metadata
    assert metadata.facts["post_head"]["files"].keys() == {"shards", "a/posts.jsonl", "b/posts.jsonl"}
    assert metadata.format == "7"
    assert load_ngrams(tmp_path / "run") is None


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        (["validation=[x]"], "posts names no file"),
        (["written=true"], "validation names no file"),
        (["written=true", "validation=[x]", "layers=[]"], "layers names no layer"),
        (["written=true", "validation=[x]", "width=0"], "width must be at least 1"),
        (["written=true", "validation=[x]", "dropout=1"], "dropout must be"),
        (["written=true", "validation=[x]", "ngrams=-0.1"], "ngrams must be at least 0"),
        (["written=true", "validation=[x]", "rate=1"], "learning_rate"),
    ],
)
def test_a_configuration_that_cannot_be_is_refused(overrides, named):
    with pytest.raises(ConfigError, match=named):
        load_head_config(overrides)


def test_bad_input_is_named_with_exit_code_2(tmp_path, capsys):
    write_posts([Post("1", "好")], tmp_path / "bare.jsonl")
    words = ["train-head", f"posts=[{tmp_path}/bare.jsonl]", f"validation=[{tmp_path}/bare.jsonl]"]
    assert main([*words, f"output={tmp_path}/run"]) == 2
    assert "no post with text of" in capsys.readouterr().err


@pytest.mark.parametrize("key", ["validation", "test"])
def test_posts_that_measure_and_are_learned_from_are_refused_wherever_they_lie(key, tmp_path, capsys):
    posts = [Post(str(number), f"今天吃火锅第{number}次", intent=Intent.NONE) for number in range(4)]
    others = [Post(f"o{number}", f"明天再去第{number}次", intent=Intent.NONE) for number in range(4)]
    write_posts(posts, tmp_path / "mine.jsonl")
    write_posts(others, tmp_path / "others.jsonl")
    rows = [post_to_record(replace(post, id=f"copy-{post.id}")) for post in [*others[:1], *posts[:3]]]
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), tmp_path / "copy.parquet")
    files = {"posts": "mine.jsonl", "validation": "others.jsonl", "test": "others.jsonl", key: "copy.parquet"}
    words = [f"{name}=[{tmp_path / file}]" for name, file in files.items()]
    assert main(["train-head", *words, f"output={tmp_path}/run"]) == 2
    told = capsys.readouterr().err
    assert f"3 of the 4 posts of {tmp_path}/copy.parquet ({key}) are in {tmp_path}/mine.jsonl (posts) too" in told
    assert "今天" not in told
