"""Benchmark reports: systems scored on annotated posts, with intervals, comparisons and the errors in context."""
