"""Carriers with slots for unified social credit codes, and some with codes and numbers that are nobody's."""
