"""What all of Gaihe shares: posts and entities, labels, vocabulary, windows, files; needs nothing beyond numpy."""
