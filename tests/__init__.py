"""Tests of Gaihe."""
