"""Tests of gaihe.serving."""
