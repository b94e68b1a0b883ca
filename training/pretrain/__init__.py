"""Adapting the encoder to unlabelled posts."""
