"""How fast Gaihe is, against what else there is and against the chip: ``python -m benchmarks.speed``."""
