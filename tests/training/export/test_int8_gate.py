"""How much int8 may lose, and how much of a loss chance explains."""

import numpy as np
import pytest
from gaihe.data.files.markup import gold_posts
from gaihe.data.lexicon.tables import Split
from gaihe.serving import Entity, EntityType, Post
from gaihe.serving.model.model_file import default_model
from gaihe.training.export.int8_gate import _f1, _standard_error, int8_figures


def test_a_model_against_itself_loses_nothing_and_nothing_is_chance():
    posts = gold_posts(Split.VALIDATION)[:40]
    figures = int8_figures(default_model(), default_model(), {"gold": posts[:20], "others": posts[20:]}, 0.0)
    assert figures["quantized"] is True
    for name in ("gold", "others", "all"):
        reached = figures[f"f1_{name}"]
        assert 0.7 < reached["fp32"] == reached["int8"] and reached["chance"] == 0


def test_what_nobody_sees_at_the_edge_of_a_span_costs_nothing():
    post = Post(
        "1", "就是张丽\u200b，电话13800138000", (Entity(2, 5, EntityType.NAME, "张丽\u200b"),), types=(EntityType.NAME,)
    )
    figures = int8_figures(default_model(), default_model(), {"gold": [post]}, 0.0)
    assert figures["f1_gold"]["fp32"] == 1.0


def test_the_standard_error_is_that_of_resampled_posts():
    random = np.random.default_rng(3)
    gold = random.integers(0, 4, 400)
    right, other = (random.binomial(gold, share) for share in (0.9, 0.87))
    exact, rounded = (np.stack([2.0 * found, 2.0 * gold], axis=1) for found in (right, other))
    drawn = random.integers(0, 400, (2_000, 400))
    differences = [_f1(exact[row]) - _f1(rounded[row]) for row in drawn]
    assert _standard_error(exact, rounded) == pytest.approx(np.std(differences), rel=0.1)


def test_no_span_at_all_is_no_error():
    nothing = np.zeros((3, 2))
    assert (_f1(nothing), _standard_error(nothing, nothing)) == (0.0, 0.0)
