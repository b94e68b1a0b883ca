"""Gaihe in other libraries: one module a library, each imported by whoever has that library."""
