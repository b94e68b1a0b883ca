"""Random and mutated texts for the recogniser: ``python -m tests.fuzz run`` and ``python -m tests.fuzz slow``."""
