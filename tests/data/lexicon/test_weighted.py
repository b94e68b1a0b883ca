from random import Random

from gaihe.data.lexicon.weighted import Weighted


def test_draws_follow_the_weights():
    choice = Weighted({"often": 9, "seldom": 1, "never": 0})
    random = Random(1)
    draws = [choice.pick(random) for _ in range(1000)]
    assert 850 < draws.count("often") < 950
    assert "never" not in draws
