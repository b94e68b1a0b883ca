"""Tests of gaihe.training."""
