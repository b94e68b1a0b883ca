"""The model file: its graph, metadata and digest, and the runtime that loads it."""
