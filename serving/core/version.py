"""The version of the package."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def installed_version() -> str:
    """The version of the installed package."""
    try:
        return version("gaihe")
    except PackageNotFoundError:
        return "unknown"
