import pytest
from gaihe.data.providers.base import SplitGenerator
from gaihe.data.providers.qq import QQProvider
from gaihe.serving.types.qq import canonical, valid
from hypothesis import given
from hypothesis import strategies as st


def provider(seed):
    generator = SplitGenerator()
    generator.seed_instance(seed)
    return QQProvider(generator)


@pytest.mark.parametrize(("method", "verdicts"), [("qq", {True}), ("qq_group", {True})])
@given(seed=st.integers())
def test_values_pass_their_check(method, verdicts, seed):
    value = canonical(getattr(provider(seed), method)())
    assert valid(value) in verdicts
    assert canonical(value) == value
