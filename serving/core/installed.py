"""Entity types that other installed packages bring, through the entry-point group ``gaihe.types``.

An entry point's name is the type's name, its value the type's sheet: ``CAT = "my_package.cat:SHEET"``. Nothing is
looked up before a name is asked for that is not built in, and no package is imported here. The built-in types cannot
be replaced.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from gaihe.serving.core.errors import SheetError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "gaihe.types"
TYPE_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
"""The names that types can have."""


@cache
def installed_types() -> Mapping[str, EntryPoint]:
    """Where the sheet of each installed type is, by the type's name, sorted.

    Raises:
        SheetError: an entry point has a name that no type can have, or that of another one.
    """
    from importlib.metadata import entry_points

    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        if not TYPE_NAME.fullmatch(point.name):
            raise SheetError(
                f"the entry point {point.name} = {point.value} of {GROUP} must be named after a type: "
                "a capital letter and up to 39 capital letters, digits and _"
            )
        if found.setdefault(point.name, point).value != point.value:
            raise SheetError(f"the type {point.name} is installed twice: {found[point.name].value}, {point.value}")
    return found
