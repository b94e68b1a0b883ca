from functools import partial

import pytest
from gaihe.data.providers.passport import PassportProvider
from gaihe.serving.types.passport import canonical, valid
from hypothesis import given
from hypothesis import strategies as st

from tests.data.providers.seeded import seeded

provider = partial(seeded, PassportProvider)


@pytest.mark.parametrize(
    ("method", "verdicts"),
    [
        ("passport", {True, None}),
        ("hk_permit", {True}),
        ("tw_permit", {True}),
        ("home_return", {True}),
        ("officer", {True}),
    ],
)
@given(seed=st.integers())
def test_values_pass_their_check(method, verdicts, seed):
    value = canonical(getattr(provider(seed), method)())
    assert valid(value) in verdicts
    assert canonical(value) == value


def test_an_officers_card_names_its_kind():
    assert all("字" in provider(seed).officer() for seed in range(50))


@given(seed=st.integers())
def test_passports_of_hong_kong_begin_with_k_and_no_others(seed):
    assert provider(seed).passport("hk").upper().startswith("K")
    assert not provider(seed).passport().upper().startswith("K")


@given(seed=st.integers())
def test_permits_of_taiwan_begin_with_eight_digits(seed):
    assert provider(seed).tw_permit()[:8].isdecimal()
