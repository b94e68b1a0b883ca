from random import Random

from gaihe.data.lexicon.tables import Split, entries, rows
from gaihe.data.providers.fillers.handle import name_handle, pinyin_syllables
from gaihe.data.providers.fillers.net_name import chinese_name, game_name, latin_handle
from hypothesis import given
from hypothesis import strategies as st


@given(st.integers(), st.sampled_from(Split))
def test_names_are_deterministic_and_of_their_script(seed, split):
    name = chinese_name(Random(seed), split)
    assert name == chinese_name(Random(seed), split)
    assert any("\u4e00" <= character <= "\u9fff" for character in name)
    assert latin_handle(Random(seed), split).isascii()
    assert game_name(Random(seed), split)


def test_the_table_is_large_and_the_splits_do_not_share_net_names():
    assert len(rows("net_names")) > 400
    training = {piece for piece, kind in entries("net_names", Split.TRAIN) if kind == "whole"}
    test = {piece for piece, kind in entries("net_names", Split.TEST) if kind == "whole"}
    assert test
    assert not training & test


@given(st.integers())
def test_a_name_handle_begins_with_letters_of_the_name(seed):
    handle = name_handle(Random(seed), ("zhang", "li"), (1998,), ("0305",))
    assert handle[0] in "zl"
    assert handle.isascii()


def test_pinyin_is_cut_into_plain_syllables():
    assert pinyin_syllables("Zhang Li") == ("zhang", "li")
    assert pinyin_syllables("lü") == ("lv",)
    assert pinyin_syllables("张") == ("user",)
