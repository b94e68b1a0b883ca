from datetime import date
from functools import partial

import pytest
from gaihe.data.providers.birth_date import BirthDateProvider
from gaihe.serving.types.birth_date import canonical, valid
from hypothesis import given
from hypothesis import strategies as st

from tests.data.providers.seeded import seeded

provider = partial(seeded, BirthDateProvider)


@given(st.integers(), st.dates(date(1930, 1, 1), date(2025, 12, 31)))
def test_every_form_leads_back_to_the_date(seed, birth):
    value = canonical(provider(seed).birth_date(birth))
    assert value.removeprefix("农历") == birth.isoformat()
    assert valid(value) is True


@given(st.integers(), st.dates(date(1930, 1, 1), date(2025, 12, 31)))
def test_every_short_form_leads_back_to_month_and_day(seed, birth):
    value = canonical(provider(seed).birth_date_short(birth))
    assert value.removeprefix("农历") == f"{birth:%m-%d}"
    assert valid(value) is True


@pytest.mark.parametrize("method", ["birth_date", "birth_date_short"])
def test_at_least_ten_forms_are_in_use(method):
    source = provider(1)
    assert len({getattr(source, method)(date(1998, 3, 5)) for _ in range(500)}) >= 10
