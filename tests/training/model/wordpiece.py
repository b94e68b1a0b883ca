"""A small random BERT with a WordPiece vocabulary, in the layout that the hub has."""

from pathlib import Path

import torch
from transformers import BertConfig, BertForMaskedLM, BertTokenizerFast

PIECES = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    *"0123456789abcdefghijklmnopqrstuvwxyz，。：@.-",
    "##一",
    "##a",
    "word",
    "##ing",
]


def wordpiece_bert(folder: Path) -> Path:
    """Write the checkpoint and say where."""
    folder.mkdir(parents=True)
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 2000)]
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join([*PIECES, *characters]) + "\n", encoding="utf-8")
    tokenizer = BertTokenizerFast(vocab=str(vocabulary), do_lower_case=True)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=len(PIECES) + len(characters),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=512,
    )
    BertForMaskedLM(config).save_pretrained(folder)
    return folder
