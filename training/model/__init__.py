"""The model: tokenizer, encoder, tagger, features, pruning."""
