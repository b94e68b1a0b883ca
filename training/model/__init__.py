"""The model: tokenizer, encoder, tagger, post head, features, pruning of attention heads."""
