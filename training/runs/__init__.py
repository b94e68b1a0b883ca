"""The folder of a run: configuration, sources, checkpoints."""
