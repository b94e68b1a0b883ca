"""A capacity plan for a platform of 500 million posts a day: ``python -m benchmarks.capacity``."""
