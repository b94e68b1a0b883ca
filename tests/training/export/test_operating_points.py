"""Operating points on pools of invented candidates, and on the released model."""

from dataclasses import replace

import numpy as np
import pytest
from gaihe.data.files.markup import gold_posts, validation_posts
from gaihe.data.lexicon.tables import Split
from gaihe.serving import Entity, EntityType, Post, Recognizer
from gaihe.serving.model.scores import DEFAULT_FLOOR, ScoreScale
from gaihe.training.export.operating_points import operating_points
from gaihe.training.export.pool import UNIFORM_BIASES, Figures, Pool, pool_posts
from gaihe.training.export.scale import calibration_error, fit_scale
from hypothesis import given
from hypothesis import strategies as st

SHARE = st.floats(0, 1)


def pool_of(raw, right, best=None, failed=None, missed=0, group=None, width=2):
    """A post a candidate, with a span of some characters where it is right, and posts with a span that none finds."""
    raw, right = np.array(raw, dtype=np.float64), np.array(right, dtype=bool)
    count, nothing = len(raw), np.zeros(len(raw), dtype=bool)
    gold = np.append(right.astype(np.float64), np.ones(missed))
    return Pool(
        np.ones_like(gold), np.zeros(len(gold), int) if group is None else np.array(group), gold, width * gold, np.arange(count), raw, ~nothing if best is None else np.array(best),
        nothing if failed is None else np.array(failed), ~nothing, right, float(width) * right,
        np.zeros((len(UNIFORM_BIASES), 3)),
    )  # fmt: skip


def drawn(count, seed=5):
    """Overconfident candidates: their log-odds are twice what they should be."""
    generator = np.random.default_rng(seed)
    truth = 1 - 0.98 * generator.uniform(0.03, 1, count) ** 2
    odds = 2 * np.log(truth / (1 - truth)) + 1
    return 1 / (1 + np.exp(-odds)), generator.random(count) < truth, truth > 0.4


def test_points_keep_their_promises_on_posts_left_out():
    points, record = operating_points(pool_of(*drawn(3000)))
    assert points["high_recall"] < points["balanced"] < points["high_precision"]
    assert all(row["kept"] for row in record.values())
    assert record["high_recall"]["leaked"] <= 0.5 * record["balanced"]["leaked"]
    assert record["high_precision"]["precision"] >= 0.97
    for row in record.values():
        for name, (low, high) in row["intervals"].items():
            assert low <= row[name] <= high


def test_half_as_much_leaks_in_every_set_and_not_only_in_all():
    raw, right, best = drawn(6000)
    first = np.arange(6000) < 3000
    raw = np.where(first, raw, raw**3)
    pool = pool_of(raw, right, best, group=np.where(first, 0, 1))
    points, _ = operating_points(pool)
    scores = pool.scores(fit_scale(pool))
    for group in (0, 1):
        rows = {name: pool.at(scores >= at)[pool.group == group].sum(axis=0) for name, at in points.items()}
        assert Figures(*rows["high_recall"]).leaked <= 0.5 * Figures(*rows["balanced"]).leaked
    alone, _ = operating_points(pool_of(raw, right, best))
    assert points["high_recall"] < alone["high_recall"]


def test_half_as_much_leaks_of_other_posts_too_where_a_set_is_large():
    raw, right, best = drawn(30_000)
    whole = pool_of(raw, right, best, width=20)
    kept = []
    for start in range(0, 30_000, 1_500):
        part = slice(start, start + 1_500)
        points, _ = operating_points(pool_of(raw[part], right[part], best[part], width=20))
        scores = whole.scores(fit_scale(pool_of(raw[part], right[part], best[part], width=20)))
        leaked = {name: Figures(*whole.at(scores >= at).sum(axis=0)).leaked for name, at in points.items()}
        kept.append(leaked["high_recall"] <= 0.5 * leaked["balanced"])
    assert sum(kept) >= 18, f"of 20 draws {sum(kept)} keep it"


def test_a_set_in_which_no_threshold_halves_the_leak_is_left_to_the_others():
    raw, right, best = drawn(40_000)
    group = np.append(np.zeros(40_000, int), np.ones(600, int))
    assert operating_points(pool_of(raw, right, best, missed=600, group=group))[0]["high_recall"] > 0.0


def test_balanced_is_the_best_path_unless_much_is_wrong_on_it():
    raw, right, best = drawn(3000)
    pool = pool_of(raw, right, best)
    assert operating_points(pool)[0]["balanced"] == fit_scale(pool).floor
    swamped = pool_of([*raw, *[0.2] * 3000], [*right, *[False] * 3000], [*best, *[True] * 3000])
    assert operating_points(swamped)[0]["balanced"] > fit_scale(swamped).floor


def test_a_promise_that_cannot_be_kept_is_said_so():
    raw, right, best = drawn(400)
    assert not operating_points(pool_of(raw, right, best, missed=4000))[1]["high_recall"]["kept"]
    assert not operating_points(pool_of([0.9] * 200, [True, False] * 100))[1]["high_precision"]["kept"]


def test_overconfident_scores_come_down_to_the_share_that_is_right():
    raw, right, _ = drawn(4000)
    pool = pool_of(raw, right, best=np.zeros(4000, dtype=bool) | (raw > 2))
    scale = fit_scale(pool)
    free = ScoreScale(scale.slope, scale.offset, floor=1.0)
    assert calibration_error(pool.scores(free), right) < 0.03 < calibration_error(raw, right)
    assert fit_scale(pool_of([0.5, 0.9], [True, True])) == ScoreScale()


def test_values_that_fail_their_check_score_less():
    raw, right, best = drawn(2000)
    failed = np.arange(2000) % 4 == 0
    scale = fit_scale(pool_of(raw, right & ~failed, best, failed))
    assert scale.failed < -2
    assert scale.of(0.9, failed=True) < scale.of(0.9)


def test_the_floor_is_what_the_doubtful_spans_of_the_best_path_are_worth():
    raw = np.concatenate([np.full(50, 0.4), np.linspace(0.9, 0.999, 950)])
    right = np.concatenate([np.arange(50) % 5 == 0, np.ones(950, dtype=bool)])
    assert fit_scale(pool_of(raw, right)).floor == pytest.approx(0.2, abs=0.03)
    assert fit_scale(pool_of(raw[:60], right[:60], best=raw[:60] > 0.5)).floor == DEFAULT_FLOOR


@given(st.lists(SHARE, min_size=2, max_size=20), st.floats(0.1, 5), st.floats(-3, 3), st.floats(-5, 0), SHARE)
def test_scores_keep_their_order_and_the_best_path_is_above_the_floor(raw, slope, offset, failed, floor):
    scale = ScoreScale(slope, offset, failed, max(round(floor, 4), 0.0001))
    for best in (True, False):
        scores = [scale.of(one, best) for one in sorted(raw)]
        assert scores == sorted(scores) and scores[0] >= 0 and scores[-1] <= 1
        assert all((score >= scale.floor) is best for score in scores)
        assert all(scale.of(one, best, failed=True) <= scale.of(one, best) for one in raw)


@pytest.mark.parametrize(
    "text",
    [
        "IPv6：240e:388:9c20:1f00::3 别找错",
        "就是她，张丽，电话一三八00138000，微信 lili_2003",
        "加我QQ 1372849561（5号前有效），住朝阳区团结里3号楼",
        "今天天气真好，出去走走",
    ],
)
def test_a_pool_reads_spans_as_the_recogniser_gives_them(text):
    recognizer = Recognizer.load()
    for threshold in recognizer.metadata.operating_points.values():
        given = recognizer.detect(text, threshold)
        pool = pool_posts(recognizer, {"gold": [Post("1", text, tuple(given))]})
        reach = pool.scores(recognizer.metadata.scores) >= threshold
        assert reach.sum() == len(given) and pool.right[reach].all()


def test_sets_weigh_by_the_spans_that_count():
    text = "张丽，电话13800138000"
    name, phone = Entity(0, 2, EntityType.NAME, "张丽"), Entity(5, 16, EntityType.PHONE, "13800138000")
    both = [Post(str(number), text, (name, phone), types=(EntityType.PHONE,)) for number in range(3)]
    names = [replace(post, types=(EntityType.NAME, EntityType.PHONE)) for post in both]
    pool = pool_posts(
        Recognizer.load(), {"gold": both, "mine": both[:1], "names": names[:2], "none": [Post("x", "好")]}
    )
    assert pool.weight.tolist() == [1, 1, 1, 3, 0.75, 0.75, 1]
    assert [(pool.weight * pool.gold)[pool.group == group].sum() for group in range(4)] == [3, 3, 3, 0]


def test_no_point_leaks_clearly_more_than_a_uniform_bias_of_equal_precision():
    recognizer = Recognizer.load()
    pool = pool_posts(recognizer, {"gold": gold_posts(Split.VALIDATION), "written": validation_posts()})
    scores = pool.scores(recognizer.metadata.scores)
    held = 0
    for threshold in recognizer.metadata.operating_points.values():
        point = Figures(*pool.at(scores >= threshold).sum(axis=0).tolist())
        as_precise = [leaked for right, found, leaked in pool.uniform if right / found >= point.precision]
        chance = 0.001 * point.characters
        assert all(point.leaked_characters <= leaked + chance for leaked in as_precise)
        held += len(as_precise)
    assert held
