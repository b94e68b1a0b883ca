from functools import partial

import pytest
from gaihe.data.providers.qq import QQProvider
from gaihe.serving.types.qq import canonical, valid
from hypothesis import given
from hypothesis import strategies as st

from tests.data.providers.seeded import seeded

provider = partial(seeded, QQProvider)


@pytest.mark.parametrize(("method", "verdicts"), [("qq", {True}), ("qq_group", {True})])
@given(seed=st.integers())
def test_values_pass_their_check(method, verdicts, seed):
    value = canonical(getattr(provider(seed), method)())
    assert valid(value) in verdicts
    assert canonical(value) == value
