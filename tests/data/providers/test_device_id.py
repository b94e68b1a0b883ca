from functools import partial

import pytest
from gaihe.data.providers.device_id import DeviceIdProvider
from gaihe.serving.types.device_id import canonical, valid
from hypothesis import given
from hypothesis import strategies as st

from tests.data.providers.seeded import seeded

provider = partial(seeded, DeviceIdProvider)


@pytest.mark.parametrize(("method", "verdicts"), [("ip", {True}), ("mac", {True}), ("imei", {True})])
@given(seed=st.integers())
def test_values_pass_their_check(method, verdicts, seed):
    value = canonical(getattr(provider(seed), method)())
    assert valid(value) in verdicts
    assert canonical(value) == value
