"""The training pipeline: encoder, fine-tuning, export, evaluation."""
