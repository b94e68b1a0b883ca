from random import Random

import pytest
from gaihe.training.reports.dataset_card.realism import Sample, match_lengths, measure_realism
from gaihe.training.reports.dataset_card.text_statistics import STATISTICS, text_statistics

LEFT, RIGHT = "天地人你我他这那有无", "金木水火土山石田禾米"


def made(characters, count, seed, group="x", length=12):
    random = Random(seed)
    return [Sample("".join(random.choices(characters, k=length)), group, (f"{seed}-{i}",)) for i in range(count)]


def real(characters, count, seed):
    return [Sample(sample.text, "real") for sample in made(characters, count, seed)]


def test_posts_of_one_kind_cannot_be_told_apart():
    outcome = measure_realism(made(LEFT, 400, 1), real(LEFT, 400, 2))
    assert outcome.interval[0] <= 0.5 <= outcome.interval[1]
    assert outcome.interval[0] < outcome.auc < outcome.interval[1]


def test_posts_of_two_kinds_are_told_apart_by_their_ngrams():
    mixed = made(LEFT, 150, 1, "plain") + made(RIGHT, 50, 2, "odd")
    outcome = measure_realism(mixed, real(RIGHT, 400, 3), ngrams=5)
    assert outcome.auc > 0.8
    assert outcome.groups["plain"][0] > 0.95 > outcome.groups["odd"][0]
    assert all(set(ngram.ngram) <= set(LEFT) for ngram in outcome.ngrams if ngram.weight > 0)
    assert all(ngram.generated >= ngram.real for ngram in outcome.ngrams if ngram.weight > 0)
    assert all(ngram.carriers > 1 for ngram in outcome.ngrams if ngram.weight > 0)


def test_a_carrier_cannot_be_learnt_by_heart():
    random = Random(4)
    carriers = [("".join(random.choices(LEFT, k=12)), f"c{number}") for number in range(40)]
    generated = [Sample(text, "x", (carrier,)) for text, carrier in carriers for _ in range(10)]
    outcome = measure_realism(generated, real(LEFT, 400, 5))
    assert outcome.auc < 0.75
    assert outcome.interval[1] - outcome.interval[0] > 0.1


def test_both_sides_get_the_same_lengths():
    generated = [sample for length in (3, 10, 40) for sample in made(LEFT, 100 * length, length, length=length)]
    others = [sample for length in (10, 40, 200) for sample in made(RIGHT, 5000 // length, length, length=length)]
    left, right = match_lengths(generated, others, 500)
    assert len(left) == len(right) == 500
    assert [len(sample.text) for sample in left] == [len(sample.text) for sample in right]


def test_too_few_posts_are_refused():
    with pytest.raises(ValueError, match="at least 50"):
        measure_realism(made(LEFT, 30, 1), real(LEFT, 30, 2))


def test_text_statistics_are_means_over_posts():
    means = text_statistics(["好！！", "abc 12。", "@某人 [doge]\n"])
    assert means["characters"] == pytest.approx((3 + 7 + 11) / 3)
    assert means["holds a line break"] == means["ends in a full stop"] == pytest.approx(1 / 3)
    assert means["holds an emoji or [emote]"] == means["holds @"] == pytest.approx(1 / 3)
    assert set(means) == set(STATISTICS)
    assert set(text_statistics([]).values()) == {0}
