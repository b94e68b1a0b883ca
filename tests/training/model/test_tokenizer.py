import sys
from pathlib import Path

from gaihe.training.model.encoder import load_encoder
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoModel, AutoTokenizer

BASE = Path(__file__).parents[3] / "models" / "base"
ENCODER, VOCABULARY = load_encoder(str(BASE))
TOKENIZER = AutoTokenizer.from_pretrained(BASE)
special = VOCABULARY.special


@settings(max_examples=200)
@given(st.text(max_size=50))
def test_the_tokenizer_gives_the_ids_of_the_table(text):
    expected = [special.start, *VOCABULARY.encode(text).tolist(), special.end]
    assert TOKENIZER(text)["input_ids"] == expected


def test_the_two_agree_on_every_code_point():
    characters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    for start in range(0, len(characters), 50_000):
        part = "".join(characters[start : start + 50_000])
        assert TOKENIZER(part)["input_ids"][1:-1] == VOCABULARY.encode(part).tolist()


def test_offsets_are_those_of_the_text():
    encoded = TOKENIZER("张 Ａ①😀", return_offsets_mapping=True)
    assert encoded["offset_mapping"][1:-1] == [(i, i + 1) for i in range(5)]


def test_the_base_loads_with_the_auto_classes():
    model = AutoModel.from_pretrained(BASE, add_pooling_layer=False)
    assert model.config.vocab_size == len(VOCABULARY) == ENCODER.config.vocab_size
