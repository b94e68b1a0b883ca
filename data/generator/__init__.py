"""The generator: carriers with slots become posts of invented people."""
