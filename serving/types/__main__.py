"""``python -m gaihe.serving.types [FILE]``: write the catalogue of types, to standard output by default."""

from __future__ import annotations

import sys

from gaihe.serving.core.atomic_files import STANDARD, open_output
from gaihe.serving.types.catalogue import catalogue


def main() -> None:
    """Write the page."""
    with open_output(sys.argv[1] if len(sys.argv) > 1 else STANDARD, private=False) as stream:
        stream.write(catalogue())


if __name__ == "__main__":
    main()
