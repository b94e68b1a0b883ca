from itertools import combinations
from random import Random

import pytest
from gaihe.data.disguise import DISGUISES, HINTS, LEADS, disguise
from gaihe.data.disguise.units import number_plan
from gaihe.serving.core.schema import BUILT_IN, EntityType, NoiseKind
from gaihe.serving.types import sheet_of
from hypothesis import given
from hypothesis import strategies as st

T = EntityType
TYPES = [kind for kind in BUILT_IN if number_plan(kind)]


def reveal(text, type):
    return sheet_of(type).reveal(text)


def agrees(plain, disguised, type, kinds):
    """Whether what reveal makes of the disguise is the value, as far as it is not masked."""
    expected, found = (sheet_of(type).canonical(text).upper() for text in (plain, reveal(disguised, type).text))
    if NoiseKind.MASKED not in kinds:
        return found == expected
    rest = iter(expected)
    return all(sign in rest for sign in found if sign.isdecimal())


def tried(numbers, type, kinds, count, seed=3):
    random = Random(seed)
    for _ in range(count):
        plain = numbers.make(type)
        text, applied = disguise(plain, type, random, kinds)
        if len(applied) == len(kinds):
            yield plain, text, applied


NEVER = {
    *((type, kind) for type in TYPES for kind in (NoiseKind.NAME_SPLIT, NoiseKind.PINYIN)),
    *((type, NoiseKind.REVERSED) for type in (T.QQ, T.BIRTH_DATE, T.MEMBER_ID, T.DEVICE_ID)),
    *((type, NoiseKind.TRADITIONAL) for type in (T.ID_CARD, T.QQ, T.BANK_CARD, T.MEMBER_ID, T.DEVICE_ID)),
    *((type, NoiseKind.CHUNKED) for type in (T.PASSPORT, T.PLATE, T.BIRTH_DATE, T.DEVICE_ID)),
    (T.DEVICE_ID, NoiseKind.LOOKALIKE),
}
"""What is never disguised so."""
PAIRS = [
    pytest.param(type, kind, id=f"{type}-{kind}") for type in TYPES for kind in DISGUISES if (type, kind) not in NEVER
]


def test_every_kind_of_span_disguise_is_registered():
    assert set(DISGUISES) == set(NoiseKind) - {NoiseKind.CUE_SLANG}


@pytest.mark.parametrize("type", TYPES)
def test_what_has_no_such_disguise_stays_as_it_is(numbers, type):
    assert not any(list(tried(numbers, type, [kind], 40)) for kind in DISGUISES if (type, kind) in NEVER)


@pytest.mark.parametrize("type", TYPES)
def test_providers_write_without_disguise(numbers, type):
    for _ in range(200):
        text = numbers.make(type)
        assert reveal(text, type).kinds == (), text


@pytest.mark.parametrize(("type", "kind"), PAIRS)
def test_a_single_disguise_is_undone(numbers, type, kind):
    results = list(tried(numbers, type, [kind], 150))
    assert results and all(text != plain for plain, text, _ in results)
    wrong = [(plain, text) for plain, text, kinds in results if not agrees(plain, text, type, kinds)]
    # A lone bar, or an O, 🅾 or l where a letter may stand, can as well be a separator or a letter.
    tolerated = {NoiseKind.LOOKALIKE: 0.04, NoiseKind.UNICODE_DIGIT: 0.02}.get(kind, 0.01)
    assert len(wrong) <= tolerated * len(results), wrong


@pytest.mark.parametrize("type", TYPES)
def test_the_kind_is_found_again(numbers, type):
    total = found = 0
    for kind in DISGUISES:
        for _, text, _ in tried(numbers, type, [kind], 60):
            total += 1
            found += reveal(text, type).kinds == (kind,)
    assert total > 200
    assert found >= 0.97 * total


@pytest.mark.parametrize("type", TYPES)
def test_pairs_of_disguises_are_undone(numbers, type):
    results = [
        agrees(plain, text, type, kinds)
        for pair in combinations(DISGUISES, 2)
        for plain, text, kinds in tried(numbers, type, pair, 12)
    ]
    assert len(results) >= 100
    assert sum(results) >= 0.97 * len(results)


@given(st.text(max_size=30), st.sampled_from(BUILT_IN), st.lists(st.sampled_from(NoiseKind), max_size=4), st.integers())
def test_any_text_is_taken(text, type, kinds, seed):
    first = disguise(text, type, Random(seed), kinds)
    assert first == disguise(text, type, Random(seed), kinds)
    assert set(first[1]) <= set(kinds)
    if not first[1]:
        assert first[0] == text


@pytest.mark.parametrize("type", TYPES)
def test_a_disguised_number_neither_begins_nor_ends_with_a_separator(numbers, type):
    edges, seen = "-.·/~、，。,;: \n()（）[]【】「」", 0
    for kind in (kind for kind in DISGUISES if kind is not NoiseKind.ZERO_WIDTH):
        for plain, text, _ in tried(numbers, type, [kind], 40):
            if not set(plain) & set("()（）"):
                seen += 1
                assert text[0] not in edges
                assert text[-1] not in edges
    assert seen > 100


def test_hints_and_leads_are_many():
    assert len(set(HINTS)) >= 25
    assert len(set(LEADS)) >= 10
