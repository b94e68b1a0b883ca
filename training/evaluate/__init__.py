"""Evaluation: metrics, exported models on files of posts, other systems."""
