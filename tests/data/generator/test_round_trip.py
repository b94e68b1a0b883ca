"""The value of an entity is its canonical form, and undoing the disguise of its surface gives it back.

No kind of noise is exempt. Of masked values and of pinyin nobody can read more than is written: there the value is what
is left, with ``*`` for what is hidden and Latin words for pinyin.
"""

from collections import Counter
from random import Random

import pytest
from gaihe.data.disguise.choice import apply_noise
from gaihe.data.generator.carrier import parse_line
from gaihe.data.generator.corpus import CorpusSettings, drafts, posts
from gaihe.data.generator.rendering import render
from gaihe.data.generator.slots import SLOT_TYPES
from gaihe.data.generator.troupe import Troupe
from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.schema import EntityType, NoiseKind
from gaihe.serving.types import sheet_of
from hypothesis import given, settings
from hypothesis import strategies as st

ILLEGIBLE = {NoiseKind.MASKED, NoiseKind.PINYIN}


@pytest.mark.parametrize("split", Split)
def test_the_surface_gives_the_value_back(split):
    seen = Counter()
    for post in posts(CorpusSettings(split, seed=31, noise=1.0, clean=0.0), 0, 1200):
        for entity in post.entities:
            assert sheet_of(entity.type).value(entity.text) == entity.value, (post.id, entity)
            assert sheet_of(entity.type).canonical(entity.value) == entity.value, (post.id, entity)
            seen[entity.type] += 1
        seen.update(post.noise)
    assert split is not Split.TRAIN or set(seen) >= set(EntityType) | set(NoiseKind)


@settings(max_examples=300)
@given(st.sampled_from(sorted(SLOT_TYPES)), st.integers(0, 2**40))
def test_a_disguise_leaves_the_value_of_the_slot(slot, seed):
    troupe = _TROUPE
    random = troupe.seed(str(seed))
    plain = render(parse_line(f"self | 聊天 | {{{slot}}}", "x"), troupe)
    (before,) = [segment for segment in plain if segment.type]
    (after,) = [segment for segment in apply_noise(plain, 1.0, random) if segment.type]
    assert ILLEGIBLE & set(after.noise) or after.value == before.value
    assert (after.text == before.text) == (after.noise == before.noise)


_TROUPE = Troupe(Split.TRAIN)


def test_a_value_that_was_masked_stays_so_in_a_further_disguise():
    plain = render(parse_line("self | 聊天 | {name/masked}", "x"), _TROUPE)
    noises = [apply_noise(plain, 1.0, Random(seed))[0].noise for seed in range(40)]
    assert all(NoiseKind.MASKED in noise for noise in noises) and len(set(noises)) > 1


def test_a_draft_names_the_lines_that_it_was_made_from():
    for draft in drafts(CorpusSettings(seed=2), 0, 50):
        assert 1 <= len(draft.carriers) <= 2
        assert parse_line(draft.carriers[0], draft.post.scene).intent is draft.post.intent
