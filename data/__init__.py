"""Synthetic Chinese posts with annotation: carriers, providers of invented values, disguises, gold posts."""
