"""Single characters and pairs tell kinds of posts apart, and come back from their file."""

import pytest
import torch
from gaihe.serving.core.schema import Intent, Post, Stance
from gaihe.training.model.encoder import CheckpointError
from gaihe.training.model.features import features
from gaihe.training.model.post_ngrams import (
    BUCKETS,
    FACTOR,
    LABELS,
    POST_NGRAMS,
    PostNgrams,
    fit_ngrams,
    load_ngrams,
    mean_ngrams,
    ngram_rows,
    save_ngrams,
)
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file

from tests.training.finetune.test_trainer import LABELS as TYPES
from tests.training.finetune.test_trainer import VOCABULARY

CALM = [Post("1", "张" * count, intent=Intent.NONE, stance=Stance.NEUTRAL) for count in range(1, 30)]
ANGRY = [Post("2", "张丽" * count, intent=Intent.THIRD_PARTY, stance=Stance.HOSTILE) for count in range(1, 30)]


def rows_of(posts):
    return list(features(posts, VOCABULARY, TYPES))


def numbered(folder, *models):
    """A folder for each model, in which it lies."""
    for number, model in enumerate(models):
        (folder / str(number)).mkdir()
        save_ngrams(model, folder / str(number))
    return [str(folder / str(number)) for number in range(len(models))]


def drawn(seed):
    generator = torch.Generator().manual_seed(seed)
    values = torch.randn(BUCKETS, LABELS, generator=generator)
    return PostNgrams.rounded(values, torch.randn(LABELS, generator=generator))


def test_rows_of_a_short_text_are_its_characters_and_pairs():
    start, own, end = 2, 6, 3
    pairs = [(start * FACTOR + own) % BUCKETS, (own * FACTOR + end) % BUCKETS]
    assert ngram_rows(torch.tensor([[start, own, end]])).tolist() == [[start, own, end, *pairs]]


@given(st.lists(st.integers(0, 30_000), min_size=2, max_size=258))
def test_rows_of_any_tokens_are_in_the_table_and_as_many_as_there_are_runs(tokens):
    rows = ngram_rows(torch.tensor([tokens], dtype=torch.int32))
    assert rows.shape == (1, 2 * len(tokens) - 1)
    assert rows.min() >= 0 and rows.max() < BUCKETS


def test_the_products_of_all_rows_fit_into_32_bits():
    assert (BUCKETS - 1) * FACTOR + BUCKETS - 1 < 2**31


def test_two_kinds_of_posts_are_told_apart_as_strongly_as_the_weight_says():
    ngrams, twice = (fit_ngrams(rows_of(CALM + ANGRY), weight, 1) for weight in (1.0, 2.0))
    for posts, intent, stance in ((CALM, 0, 0), (ANGRY, 2, 1)):
        for row in rows_of(posts):
            found = ngrams([torch.tensor([row["input_ids"]])])
            assert [int(task.argmax()) for task in found] == [intent, stance]
    torch.testing.assert_close(twice.values(), 2 * ngrams.values())
    torch.testing.assert_close(twice.offsets, 2 * ngrams.offsets)


def test_a_label_that_no_post_has_teaches_the_others_nothing():
    angry = [Post("2", post.text, stance=post.stance) for post in ANGRY]
    calm = [Post("1", post.text, stance=post.stance) for post in CALM]
    intents = fit_ngrams(rows_of(calm + angry), 1.0, 1).values()[:, :4]
    assert not intents.any()


def test_nothing_is_learned_where_no_post_has_a_label_or_one_window_holds_none():
    assert fit_ngrams(rows_of([Post("1", "张丽")]), 0.4, 1) is None
    assert fit_ngrams(rows_of([Post("1", "张丽" * 300, intent=Intent.SELF)]), 0.4, 1) is None


def test_one_seed_gives_one_table_whatever_was_drawn_before():
    tables = []
    for seed in (7, 7, 8):
        torch.rand(seed)
        tables.append(fit_ngrams(rows_of(CALM + ANGRY + many()), 0.4, seed).table)
    assert torch.equal(tables[0], tables[1])
    assert not torch.equal(tables[0], tables[2])


def many():
    """More posts than one batch holds."""
    texts = ["".join("张丽 "[place // 3**digit % 3] for digit in range(6)) for place in range(400)]
    return [Post("3", text, intent=list(Intent)[place % 4]) for place, text in enumerate(texts)]


def test_a_text_that_comes_twice_counts_once():
    once, again = (fit_ngrams(rows_of([*CALM, *ANGRY, *more]), 0.4, 1) for more in ([], CALM[:20]))
    assert torch.equal(once.table, again.table)
    assert torch.equal(once.offsets, again.offsets)


def test_several_windows_count_as_one_text():
    ngrams = drawn(1)
    windows = [torch.tensor([[2, 6, 7, 3]]), torch.tensor([[2, 7, 3]])]
    rows = torch.cat([ngram_rows(tokens)[0] for tokens in windows])
    expected = ngrams.values()[rows].sum(dim=0) / (7 + 5) ** 0.5 + ngrams.offsets
    torch.testing.assert_close(torch.cat(ngrams(windows)), expected)


def test_values_come_as_near_as_int8_goes_and_back_from_their_file(tmp_path):
    assert load_ngrams(tmp_path) is None
    values = torch.randn(BUCKETS, LABELS, generator=torch.Generator().manual_seed(1))
    values[:, 3] = 0
    ngrams = PostNgrams.rounded(values, torch.arange(LABELS).float())
    assert (ngrams.values() - values).abs().max() <= ngrams.scale.max() / 2 + 1e-6
    save_ngrams(ngrams, tmp_path)
    again = load_ngrams(tmp_path)
    for name, tensor in ngrams.state_dict().items():
        assert torch.equal(again.state_dict()[name], tensor)


def test_a_mean_has_the_mean_values_and_is_none_where_one_folder_has_none(tmp_path):
    models = [drawn(1), drawn(2)]
    folders = numbered(tmp_path, *models)
    mean = mean_ngrams(folders)
    expected = torch.stack([model.values() for model in models]).mean(dim=0)
    assert (mean.values() - expected).abs().max() <= mean.scale.max() / 2 + 1e-6
    torch.testing.assert_close(mean.offsets, (models[0].offsets + models[1].offsets) / 2)
    assert mean_ngrams([*folders, str(tmp_path)]) is None
    assert mean_ngrams([]) is None


def test_a_mean_of_one_is_that_one(tmp_path):
    ngrams = drawn(1)
    mean = mean_ngrams(numbered(tmp_path, ngrams))
    assert torch.equal(mean.table, ngrams.table)


def test_a_damaged_file_is_named(tmp_path):
    (folder,) = numbered(tmp_path, drawn(1))
    path = tmp_path / "0" / POST_NGRAMS
    path.write_bytes(path.read_bytes()[:-1])
    for given_folders in ([folder], [folder, str(tmp_path)]):
        with pytest.raises(CheckpointError, match="holds no n-grams"):
            mean_ngrams(given_folders)
    ngrams = PostNgrams()
    ngrams.offsets = torch.zeros(LABELS + 1)
    save_ngrams(ngrams, tmp_path / "0")
    with pytest.raises(CheckpointError, match="holds no n-grams"):
        load_ngrams(folder)


def test_a_file_of_other_runs_is_refused(tmp_path):
    (folder,) = numbered(tmp_path, drawn(1))
    save_file(drawn(1).state_dict(), tmp_path / "0" / POST_NGRAMS)
    with pytest.raises(CheckpointError, match="another kind"):
        load_ngrams(folder)
