from collections import Counter, defaultdict
from itertools import combinations

import pytest
from gaihe.data.generator.corpus import CorpusSettings, posts
from gaihe.data.lexicon.pools import TABLES, split_of_word, words
from gaihe.data.lexicon.tables import Split, entries, rows
from gaihe.data.providers.base import ValueProvider, WordProvider
from gaihe.data.providers.foreign_name import ForeignNameProvider
from gaihe.data.providers.name import NameProvider
from gaihe.data.providers.school import SchoolProvider

KINDS = sorted({(table, row[1]) for table in TABLES for row in rows(table)})


def recorded(monkeypatch, drawn, owner, name, keep):
    original = getattr(owner, name)

    def record(self, *args, **kwargs):
        result = original(self, *args, **kwargs)
        for key, word in keep(args, result):
            drawn[key].add(word)
        return result

    monkeypatch.setattr(owner, name, record)


@pytest.fixture(scope="module")
def drawn_by_split():
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        for split in Split:
            drawn = defaultdict(set)
            with patch.context() as inner:
                recorded(inner, drawn, WordProvider, "_word", lambda args, word: [(args, word)])
                recorded(inner, drawn, ValueProvider, "entry", lambda args, row: [(args, row[0])])
                recorded(inner, drawn, ForeignNameProvider, "_made", lambda args, word: [("made", word)])
                recorded(inner, drawn, SchoolProvider, "_university", lambda args, names: [("universities", names[0])])
                recorded(
                    inner, drawn, NameProvider, "han_name",
                    lambda args, name: [("given", name.given)] if len(name.given) > 1 else [],
                )  # fmt: skip
                assert sum(1 for _ in posts(CorpusSettings(split, seed=21), 0, 1200)) == 1200
            found[split] = drawn
    return found


def test_posts_of_two_splits_share_no_held_out_entry(drawn_by_split):
    for left, right in combinations(Split, 2):
        for key in drawn_by_split[left].keys() & drawn_by_split[right].keys():
            shared = drawn_by_split[left][key] & drawn_by_split[right][key]
            assert not shared, (left, right, key, sorted(shared)[:5])


def test_the_entries_were_drawn_from_many_lists(drawn_by_split):
    for drawn in drawn_by_split.values():
        assert len(drawn) > 40
        assert {"given", "made", ("places", "road"), ("companies",), "universities"} <= drawn.keys()


@pytest.mark.parametrize(("table", "kind"), KINDS)
def test_every_list_is_divided_without_rest(table, kind):
    parts = [words(table, kind, split) for split in Split]
    assert Counter(word for part in parts for word in part) == Counter(words(table, kind))
    if len(words(table, kind)) >= 6:
        assert all(parts)


def test_a_word_belongs_to_one_split_in_all_tables():
    for table, kind in KINDS:
        for split in Split:
            assert all(split_of_word(word) is split for word in words(table, kind, split))


@pytest.mark.parametrize("table", ["companies", "hospitals", "universities"])
def test_tables_of_whole_names_are_divided(table):
    names = [{row[0] for row in entries(table, split)} for split in Split]
    assert sum(map(len, names)) == len({row[0] for row in rows(table)})
    assert all(names)
