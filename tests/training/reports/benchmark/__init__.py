"""Tests of the benchmark reports."""
