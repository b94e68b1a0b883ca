"""Labels of whole posts, learned together with the spans."""

from dataclasses import replace

import pytest
import torch
from gaihe.serving import Post, Recognizer, write_posts
from gaihe.serving.commands.cli import main
from gaihe.serving.core.schema import Intent, Stance
from gaihe.training.config import ConfigError, PostLabelsConfig, load_config
from gaihe.training.finetune.post_head import begun_head
from gaihe.training.model.encoder import CheckpointError
from gaihe.training.model.features import Collator, features
from gaihe.training.model.post_head import PostHead, load_head, save_head
from gaihe.training.model.post_ngrams import BUCKETS, PostNgrams, save_ngrams
from gaihe.training.model.post_targets import MISSING
from gaihe.training.pipeline import _ngrams
from gaihe.training.runs.sources import WRITTEN
from transformers import BertConfig

from tests.training.finetune.test_trainer import LABELS, VOCABULARY
from tests.training.model.wordpiece import wordpiece_bert

SHAPE = PostLabelsConfig(0.2, [-1], 8, 0.1, 0.0)
ENCODER = BertConfig(hidden_size=16, num_hidden_layers=2)


def test_labels_of_posts_stand_in_the_batch_where_one_window_holds_the_post():
    posts = [Post("1", "张丽", intent=Intent.SELF, stance=Stance.NEUTRAL), Post("2", "丽", stance=Stance.HOSTILE)]
    long = Post("3", "丽" * 600, intent=Intent.SELF, stance=Stance.NEUTRAL)
    batch = Collator(padding=0, labels=9)(list(features([*posts, long], VOCABULARY, LABELS)))
    whole, *windows = batch["post_labels"][:2].tolist(), *batch["post_labels"][2:].tolist()
    assert whole == [[1, 0], [MISSING, 1]]
    assert len(windows) > 1
    assert all(row == [MISSING, MISSING] for row in windows)


@pytest.mark.slow
def test_a_trained_model_tells_intents_that_its_posts_show(tmp_path):
    own = [
        Post(str(n), text, intent=intent, stance=stance)
        for n in range(60)
        for text, intent, stance in (
            (f"天气{'很' * (n % 5)}好", Intent.NONE, Stance.NEUTRAL),
            (f"求他的{'电' * (n % 5)}话", Intent.SOLICIT, Stance.INCITING),
        )
    ]
    posts = [replace(post, id=str(number)) for number, post in enumerate(own)]
    write_posts(posts, tmp_path / "own.jsonl")
    words = [f"model.base={wordpiece_bert(tmp_path / 'bert')}", f"data.folder={tmp_path / 'data'}", "data.train=40"]
    words += [f"output={tmp_path / 'run'}", f"data.sources=[{tmp_path / 'own.jsonl'}]", "trainer.epochs=8"]
    assert main(["train", "experiment=tiny", "post_labels.weight=0.5", *words]) == 0
    recognizer = Recognizer.load(tmp_path / "run" / "model.onnx")
    calm, asking = recognizer.post_scores_batch(["天气很很好", "求他的电电话"])
    assert (calm.intent, calm.stance) == (Intent.NONE, Stance.NEUTRAL)
    assert (asking.intent, asking.stance) == (Intent.SOLICIT, Stance.INCITING)
    assert recognizer.metadata.format == "7"


@pytest.mark.slow
def test_without_a_share_of_the_loss_a_trained_model_labels_no_posts(tmp_path):
    words = [f"model.base={wordpiece_bert(tmp_path / 'bert')}", f"data.folder={tmp_path / 'data'}", "data.train=20"]
    assert main(["train", "experiment=tiny", "post_labels=none", f"output={tmp_path / 'run'}", *words]) == 0
    assert load_head(tmp_path / "run" / "weights") is None


def test_a_head_begins_as_the_mean_of_those_of_its_taggers(tmp_path):
    assert begun_head(PostLabelsConfig(0.0, [-1], 8, 0.1, 0.0), [str(tmp_path)], ENCODER) is None
    heads = [PostHead(16, 8, [-1]) for _ in range(2)]
    for number, head in enumerate(heads):
        (tmp_path / str(number)).mkdir()
        save_head(head, tmp_path / str(number))
    folders = [str(tmp_path / "0"), str(tmp_path / "1")]
    mean = begun_head(SHAPE, folders, ENCODER)
    assert torch.allclose(mean.values.weight, (heads[0].values.weight + heads[1].values.weight) / 2)
    with pytest.raises(CheckpointError, match="some have none"):
        begun_head(SHAPE, [*folders, str(tmp_path)], ENCODER)
    (tmp_path / "wide").mkdir()
    save_head(PostHead(16, 4, [-1]), tmp_path / "wide")
    with pytest.raises(CheckpointError, match="unlike shapes"):
        begun_head(SHAPE, [folders[0], str(tmp_path / "wide")], ENCODER)


def test_a_head_that_is_there_keeps_its_shape_and_another_one_is_refused(tmp_path):
    save_head(PostHead(16, 8, [0, -1]), tmp_path)
    recipe = load_config().post_labels
    for layers, width in (([-1, 0], 8), ([0, 2], recipe.width), (recipe.layers, 8), (recipe.layers, recipe.width)):
        head = begun_head(PostLabelsConfig(0.2, layers, width, 0.1, 0.0), [str(tmp_path)], ENCODER)
        assert (head.layers, head.narrow.out_features) == ((0, -1), 8)
    for layers, width, named in (
        ([-1], 8, r"^post_labels\.layers=\[-1\]: "),
        ([0, 2], 16, r"^post_labels\.width=16: "),
        ([1], 16, r"^post_labels\.layers=\[1\] and post_labels\.width=16: "),
    ):
        with pytest.raises(CheckpointError, match=named + r".* has layers \[0, 2\] and width 8"):
            begun_head(PostLabelsConfig(0.2, layers, width, 0.1, 0.0), [str(tmp_path)], ENCODER)


def test_a_new_head_reads_each_layer_that_is_named_once_and_none_that_is_not_there(tmp_path):
    assert begun_head(PostLabelsConfig(0.2, [2, -1], 8, 0.1, 0.0), [str(tmp_path)], ENCODER).layers == (2,)
    assert begun_head(PostLabelsConfig(0.2, [-1, 0], 8, 0.1, 0.0), [str(tmp_path)], ENCODER).layers == (0, 2)
    with pytest.raises(CheckpointError, match="has 2 layers, none is 3"):
        begun_head(PostLabelsConfig(0.2, [3], 8, 0.1, 0.0), [str(tmp_path)], ENCODER)


def test_ngrams_are_learned_from_written_and_given_posts_and_else_kept_as_the_base_has_them(tmp_path):
    kept = PostNgrams.rounded(torch.randn(BUCKETS, 7), torch.randn(7))
    save_ngrams(kept, tmp_path)
    write_posts([Post(str(n), "张" * n, intent=Intent.NONE) for n in range(1, 20)], tmp_path / WRITTEN)
    write_posts([Post(str(n), "丽" * n, intent=Intent.SELF) for n in range(1, 20)], tmp_path / "own.jsonl")

    def found(*words):
        config = load_config(["trainer.epochs=0", *words])
        return _ngrams(config, tmp_path, VOCABULARY, [str(tmp_path)])

    learned = found("data.written=1", f"data.sources=[{tmp_path / 'own.jsonl'}]")
    for text, intent in (("张张", 0), ("丽丽", 1)):
        assert int(learned([torch.from_numpy(VOCABULARY.tokens([text]))])[0].argmax()) == intent
    assert torch.equal(found("data.written=0").table, kept.table)
    assert found("data.written=0", "post_labels.ngrams=0") is None
    (tmp_path / "other").mkdir()
    save_ngrams(PostNgrams.rounded(3 * kept.values(), kept.offsets), tmp_path / "other")
    mean = _ngrams(load_config(["data.written=0"]), tmp_path, VOCABULARY, [str(tmp_path), str(tmp_path / "other")])
    torch.testing.assert_close(mean.values(), 2 * kept.values())


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("post_labels.weight=1", "below 1"),
        ("post_labels.layers=[]", "names no layer"),
        ("post_labels.width=0", "at least 1"),
        ("post_labels.ngrams=-1", "ngrams must be at least 0"),
    ],
)
def test_a_share_or_a_shape_that_cannot_be_is_refused(word, reason):
    with pytest.raises(ConfigError, match=reason):
        load_config([word])
