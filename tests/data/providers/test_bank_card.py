from functools import partial

import pytest
from gaihe.data.providers.bank_card import BankCardProvider
from gaihe.serving.types.bank_card import canonical, valid
from hypothesis import given
from hypothesis import strategies as st

from tests.data.providers.seeded import seeded

provider = partial(seeded, BankCardProvider)


@pytest.mark.parametrize(("method", "verdicts"), [("bank_card", {True, None})])
@given(seed=st.integers())
def test_values_pass_their_check(method, verdicts, seed):
    value = canonical(getattr(provider(seed), method)())
    assert valid(value) in verdicts
    assert canonical(value) == value


def test_most_are_cards_with_a_known_prefix_and_a_few_are_accounts():
    source = provider(1)
    verdicts = [valid(canonical(source.bank_card())) for _ in range(1000)]
    assert 900 < verdicts.count(True) < 1000


def test_some_are_grouped_by_four():
    source = provider(1)
    assert any(surface.count(" ") >= 3 for surface in (source.bank_card() for _ in range(50)))
