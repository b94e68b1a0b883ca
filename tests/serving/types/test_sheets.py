"""Every sheet: complete, stable, and in agreement with what the generator makes."""

import pytest
from gaihe.data.generator.carrier import Slot, parse_line
from gaihe.data.generator.slots import SLOT_TYPES
from gaihe.data.generator.troupe import Troupe
from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.schema import BUILT_IN, EntityType
from gaihe.serving.types import Severity, sheet_of
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serving.surfaces import SURFACES

TROUPE = Troupe(Split.TRAIN)
EMPTY = parse_line("none | 微博 | 好", "x")


@pytest.mark.parametrize("kind", BUILT_IN)
def test_a_sheet_is_of_its_type_and_complete(kind):
    sheet = sheet_of(kind)
    assert sheet.type is kind
    assert all((sheet.english, sheet.chinese, sheet.format, sheet.source, sheet.examples))
    assert sheet.number_like or not sheet.telling


def test_names_are_not_used_twice():
    for names in ({sheet_of(kind).chinese for kind in BUILT_IN}, {sheet_of(kind).english for kind in BUILT_IN}):
        assert len(names) == 16


@pytest.mark.parametrize("kind", BUILT_IN)
def test_examples_are_values_that_no_check_refuses(kind):
    sheet = sheet_of(kind)
    for surface in sheet.examples:
        value = sheet.value(surface)
        assert sheet.canonical(value) == value
        assert sheet.valid(value) is not False, surface


def test_what_gb_t_35273_calls_sensitive_is_so():
    sensitive = {kind for kind in EntityType if sheet_of(kind).severity is Severity.SENSITIVE}
    assert sensitive == {EntityType.ID_CARD, EntityType.PASSPORT, EntityType.BANK_CARD, EntityType.ADDRESS}


@given(st.sampled_from(BUILT_IN), SURFACES)
def test_the_value_of_anything_is_stable_and_can_be_checked(kind, surface):
    sheet = sheet_of(kind)
    value = sheet.canonical(surface)
    assert sheet.canonical(value) == value
    assert sheet.valid(value) in (True, False, None)


@settings(max_examples=500)
@given(st.sampled_from(sorted(SLOT_TYPES)), st.integers(0, 2**40))
def test_what_the_providers_make_is_undisguised_and_valid(slot, seed):
    TROUPE.seed(str(seed))
    sheet = sheet_of(SLOT_TYPES[slot])
    TROUPE.begin(EMPTY)
    surface = TROUPE.actor("a").tell(Slot(slot))
    value = sheet.value(surface)
    assert sheet.canonical(value) == value
    assert sheet.valid(value) is not False, (slot, surface)
