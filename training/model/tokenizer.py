"""The Hugging Face tokenizer that gives the same ids as `gaihe.serving.core.vocabulary.Vocabulary`."""

from __future__ import annotations

from gaihe.serving.core.vocabulary import SpecialIds, Vocabulary, folded_characters
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

SPECIAL_TOKENS = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")


def vocabulary_of(tokenizer: PreTrainedTokenizerBase) -> tuple[Vocabulary, list[int]]:
    """Cut a tokenizer's vocabulary to its special tokens and single code points.

    Returns:
        The vocabulary, and for each of its ids the id in the tokenizer. A space that the tokenizer
        does not know, as WordPiece vocabularies do not, gets the id of the unknown token.

    Raises:
        ValueError: the tokenizer lacks one of the special tokens that BERT uses.
    """
    ids: dict[str, int] = tokenizer.get_vocab()
    special: list[str] = []
    for name in SPECIAL_TOKENS:
        token = getattr(tokenizer, name)
        if token is None:
            raise ValueError(
                f"the tokenizer has no {name}: a BERT vocabulary with {', '.join(SPECIAL_TOKENS)} is needed"
            )
        special.append(token)
    characters = sorted((token for token in ids if len(token) == 1), key=ids.__getitem__)
    if " " not in ids:
        characters.append(" ")
    entries = [*special, *characters]
    sources = [ids.get(entry, ids[special[1]]) for entry in entries]
    return Vocabulary(entries, folded_characters(entries), SpecialIds(0, 1, 2, 3)), sources


def character_tokenizer(vocabulary: Vocabulary, max_length: int) -> PreTrainedTokenizerFast:
    """Build the tokenizer of a vocabulary: folding as normaliser, one token a code point.

    Args:
        vocabulary: a vocabulary whose first five entries are padding, unknown, start, end and mask.
        max_length: tokens that the encoder has positions for.
    """
    special = vocabulary.entries[: len(SPECIAL_TOKENS)]
    tokenizer = Tokenizer(models.WordLevel({entry: i for i, entry in enumerate(vocabulary.entries)}, special[1]))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Replace(source, target) for source, target in vocabulary.folded.items() if _is_text(source)]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"(?m:.)"), behavior="isolated")
    start, end = (special[2], vocabulary.special.start), (special[3], vocabulary.special.end)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start[0]} $A {end[0]}", pair=f"{start[0]} $A {end[0]} $B:1 {end[0]}:1", special_tokens=[start, end]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=max_length,
        clean_up_tokenization_spaces=False,
        **dict(zip(SPECIAL_TOKENS, special, strict=True)),
    )


def _is_text(character: str) -> bool:
    return not 0xD800 <= ord(character) <= 0xDFFF
