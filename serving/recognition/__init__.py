"""From text to entities and post scores: windows, decoding, candidates, checks of values."""
