"""Labels of whole posts from the same pass as the spans."""

import json
from dataclasses import replace
from math import exp

import numpy as np
import onnx
import pytest
import torch
from gaihe.serving import ModelError, Recognizer
from gaihe.serving.core.post_scores import PostScores
from gaihe.serving.core.schema import Intent, Stance
from gaihe.serving.model.model_file import ModelMetadata, default_model, open_session
from gaihe.serving.model.post_labels import PostLabels
from gaihe.training.head.features import hidden_states
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serving.model_files import write_model
from tests.serving.post_models import (
    LAYERS,
    random_head,
    random_ngrams,
    write_post_model,
    write_spans_only_model,
)

TEXTS = [
    "张丽，电话一三八00138000，大家都去问问她",
    "今天吃火锅",
    "出一份查档，私聊",
    "张\u200b丽，电话一三八00138000，大家都去问问她",
    "",
    "\u200b\u200b",
    "好",
    "我叫张丽，手机13800138000，周末来我家吃饭。" * 12,
    "今天天气不错，和朋友去爬山。" * 30 + "张丽，电话13800138000",
]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return write_post_model(tmp_path_factory.mktemp("model") / "posts.onnx")


@pytest.fixture(scope="module")
def recognizer(path):
    return Recognizer.load(path)


@pytest.fixture(scope="module")
def ngram_path(tmp_path_factory):
    return write_post_model(tmp_path_factory.mktemp("model") / "ngrams.onnx", random_ngrams())


def test_the_head_changes_no_span_and_no_bit_of_the_label_scores(path, recognizer):
    plain = Recognizer.load()
    assert recognizer.detect_batch(TEXTS, threads=1) == plain.detect_batch(TEXTS, threads=1)
    (session, metadata), (other, _) = open_session(default_model()), open_session(path)
    for text in ("今", TEXTS[0], "我叫张丽，手机13800138000。" * 12):
        ids = {"input_ids": metadata.vocabulary.tokens([text] * 2)}
        assert session.run(["label_scores"], ids)[0].tobytes() == other.run(["label_scores"], ids)[0].tobytes()


def test_a_post_has_the_very_scores_in_a_batch_that_it_has_alone(recognizer):
    alone = [recognizer.post_scores(text) for text in TEXTS]
    assert recognizer.post_scores_batch(TEXTS, threads=1) == alone
    assert recognizer.post_scores_batch(TEXTS[::-1] * 2, threads=2) == alone[::-1] * 2
    assert len({scores.intents["self"] for scores in alone}) > 5


def test_with_ngrams_too_a_post_has_the_very_scores_in_a_batch_that_it_has_alone(ngram_path, recognizer):
    other = Recognizer.load(ngram_path)
    alone = [other.post_scores(text) for text in TEXTS]
    assert other.post_scores_batch(TEXTS[::-1] * 2, threads=2) == alone[::-1] * 2
    assert other.detect_batch(TEXTS, threads=1) == recognizer.detect_batch(TEXTS, threads=1)
    assert other.post_scores(TEXTS[0]).intents != recognizer.post_scores(TEXTS[0]).intents


def test_the_sum_of_the_ngrams_over_the_root_of_their_number_is_added_to_a_logit():
    sums = np.zeros((3, 8), dtype=np.float32)
    sums[0, [1, 7]] = 6.0, 2.0
    sums[1, [5, 7]] = 1.0, 0.5
    sums[2, [1, 4, 7]] = -3.0, 6.0, 9.0
    scores = PostLabels({"intent": 4.0, "stance": 1.0}, "1", ngrams=True).scores(sums)
    assert scores.intents["self"] == pytest.approx(exp(0.5) / (exp(0.5) + 3))
    assert scores.stances["neutral"] == pytest.approx(1 / 2 * (1 - 1 / (2 * exp(2) + 1)))
    without = PostLabels({"intent": 4.0, "stance": 1.0}, "1").scores(sums[:2])
    assert without.intents["self"] == pytest.approx(exp(0.75) / (exp(0.75) + 3))


def test_windows_of_a_long_post_are_pooled_as_one(recognizer):
    text = "今天天气不错，和朋友去爬山。" * 30 + "张丽，电话13800138000，大家都去问问她" * 20
    reading = recognizer.read(text)
    assert len(text) > 3 * recognizer.metadata.window
    (states,) = hidden_states(onnx.load(str(default_model())), recognizer.metadata.vocabulary, [text], LAYERS)
    head = random_head()
    with torch.no_grad():
        logits = head(torch.from_numpy(states).float()[None], torch.ones(1, len(states), dtype=torch.bool))
    scores = recognizer.scores_of(reading)
    for found, expected, temperature in zip((scores.intents, scores.stances), logits, head.temperatures, strict=True):
        np.testing.assert_allclose([*found.values()], (expected[0] / temperature).softmax(0), atol=2e-3)


def test_sections_of_a_very_long_post_are_pooled_as_one(recognizer, monkeypatch):
    text = TEXTS[-1] * 5
    whole = recognizer.read(text)
    monkeypatch.setattr("gaihe.serving.recognition.recognizer.SECTION_WINDOWS", 2)
    np.testing.assert_array_equal(recognizer.read(text).sums, whole.sums)
    assert recognizer.post_scores_batch([text, "好"])[0] == recognizer.scores_of(whole)


def test_invisible_characters_change_nothing_and_nothing_shown_does_nothing(recognizer):
    assert recognizer.post_scores(TEXTS[3]) == recognizer.post_scores(TEXTS[0])
    for text in ("", "\u200b\u200b"):
        scores = recognizer.post_scores(text)
        assert (scores.intent, scores.stance) == (Intent.NONE, Stance.NEUTRAL)
        assert scores.intents["none"] == scores.stances["neutral"] == 1.0


@settings(max_examples=25)
@given(st.text(max_size=40))
def test_probabilities_of_any_text_add_up_to_one(recognizer, text):
    scores = recognizer.post_scores(text)
    for found, labels in ((scores.intents, Intent), (scores.stances, Stance)):
        assert list(found) == list(labels)
        assert sum(found.values()) == pytest.approx(1.0)
        assert all(0 <= probability <= 1 for probability in found.values())


def test_the_likeliest_label_is_the_label():
    scores = PostScores(
        {"none": 0.1, "self": 0.2, "third_party": 0.6, "solicit": 0.1}, {"neutral": 0.3, "hostile": 0.7}
    )
    assert scores.intent is Intent.THIRD_PARTY
    assert scores.stance is Stance.HOSTILE


def test_a_model_without_a_head_says_what_it_lacks(tmp_path):
    recognizer = Recognizer.load(write_spans_only_model(tmp_path / "spans.onnx"))
    assert recognizer.metadata.posts is None
    with pytest.raises(ModelError, match="no labels of whole posts.*train-head"):
        recognizer.post_scores("今天吃火锅")
    with pytest.raises(ModelError, match="no labels of whole posts"):
        recognizer.post_scores_batch(["今天吃火锅"])


def record(**changed):
    tasks = {
        "intent": {"labels": ["none", "self", "third_party", "solicit"], "temperature": 1.0},
        "stance": {"labels": ["neutral", "hostile", "inciting"], "temperature": 1.0},
    }
    return json.dumps({"version": "1", "tasks": tasks} | changed)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (None, "its outputs are"),
        ("[", "'gaihe.posts' is not JSON"),
        ("[]", "'gaihe.posts' must be an object"),
        (record(version=7), "version of 'gaihe.posts' must hold texts"),
        (record(tasks={"intent": {}}), "must hold the tasks intent, stance in this order"),
        (record().replace('"self"', '"kin"'), "labels of intent.*must be none, self, third_party, solicit"),
        (record().replace("1.0", "0.0"), "temperature of intent.*between 0.01 and 100"),
        (record(ngrams=1), "ngrams of 'gaihe.posts' must be true or false"),
        (record(ngrams=True), "its outputs are"),
    ],
)
def test_metadata_of_post_labels_that_cannot_be_right_is_refused_by_name(path, tmp_path, content, named):
    damaged = write_model(tmp_path / "damaged.onnx", {"gaihe.posts": content}, path)
    with pytest.raises(ModelError, match=named):
        Recognizer.load(damaged)


def test_the_metadata_comes_back(recognizer):
    assert recognizer.metadata.posts == random_head().labels()
    assert recognizer.metadata.to_properties()["gaihe.format"] == "7"
    assert "ngrams" not in json.loads(recognizer.metadata.to_properties()["gaihe.posts"])


def test_the_metadata_of_a_model_with_ngrams_comes_back(ngram_path):
    metadata = open_session(ngram_path)[1]
    assert metadata.posts == replace(random_head().labels(), ngrams=True)
    properties = metadata.to_properties()
    assert properties["gaihe.format"] == "8"
    assert ModelMetadata.from_properties(properties, "it").posts == metadata.posts


def test_a_graph_with_ngrams_whose_metadata_knows_of_none_is_refused(ngram_path, tmp_path):
    damaged = write_model(tmp_path / "damaged.onnx", {"gaihe.posts": record()}, ngram_path)
    with pytest.raises(ModelError, match="its outputs are"):
        Recognizer.load(damaged)
