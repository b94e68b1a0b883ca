"""What int8 arithmetic can tell apart."""

from __future__ import annotations

WEIGHT_LIMIT = 127
"""Largest weight in steps of its scale: weights lie between -127 and 127, symmetrically."""

ACTIVATION_STEPS = 255
"""Steps of an activation's range, of 8 bits without sign."""
