"""Tests of gaihe.data."""
