"""Fine-tuning the tagger."""
