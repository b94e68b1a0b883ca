"""Hydra configuration of the training pipeline, composed by group."""
