import sys
import unicodedata

import pytest
from gaihe.serving.core.vocabulary import SpecialIds, Vocabulary, fold, folded_characters
from gaihe.serving.model.model_file import default_model, open_session
from hypothesis import given
from hypothesis import strategies as st

ENTRIES = ["<pad>", "<unk>", "<s>", "</s>", "<mask>", " ", "a", "B", "1", "张", "é"]
VOCABULARY = Vocabulary(ENTRIES, folded_characters(ENTRIES), SpecialIds(0, 1, 2, 3))


@pytest.mark.parametrize(
    ("character", "entry"),
    [
        ("a", "a"),
        ("A", "a"),
        ("ａ", "a"),
        ("Ａ", "a"),
        ("B", "B"),
        ("①", "1"),
        ("𝟏", "1"),
        ("¹", "1"),
        ("\u3000", " "),
        ("\n", " "),
    ],
)
def test_folding_reaches_the_entry(character, entry):
    assert VOCABULARY.encode(character).tolist() == [ENTRIES.index(entry)]


@pytest.mark.parametrize("character", ["b", "丽", "½", "😀", "\ud83d"])
def test_what_folding_does_not_reach_is_unknown(character):
    assert VOCABULARY.encode(character).tolist() == [1]


@given(st.text(st.characters(blacklist_categories=())))
def test_one_id_a_code_point(text):
    assert len(VOCABULARY.encode(text)) == len(text)


def test_folding_is_one_to_one_and_stable():
    for code_point in range(sys.maxunicode + 1):
        folded = fold(chr(code_point))
        assert len(folded) == 1
        assert fold(folded) == folded
        assert (
            folded == " "
            or len(unicodedata.normalize("NFKC", chr(code_point))) != 1
            or folded == unicodedata.normalize("NFKC", chr(code_point))
        )


def test_the_released_model_knows_chinese_digits_and_letters():
    _, metadata = open_session(default_model())
    unknown = metadata.vocabulary.special.unknown
    assert unknown not in metadata.vocabulary.encode("张丽电话微信一三八００138①🏠qQ@.com").tolist()


@given(st.lists(st.text(min_size=7, max_size=7), min_size=1, max_size=4))
def test_tokens_are_ids_between_start_and_end(texts):
    special = VOCABULARY.special
    rows = [[special.start, *VOCABULARY.encode(text), special.end] for text in texts]
    assert VOCABULARY.tokens(texts).tolist() == rows
