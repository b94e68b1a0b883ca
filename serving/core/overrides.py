"""Settings of ``gaihe train``, as its command line takes them."""

from __future__ import annotations

import re
from pathlib import Path

_BEFORE_QUOTE = re.compile(r"\\+(?='|\Z)")


def quoted(path: Path) -> str:
    """A path as a value of an override, whatever characters it has.

    Source: https://hydra.cc/docs/1.3/advanced/override_grammar/basic/#quoted-values
    """
    doubled = _BEFORE_QUOTE.sub(lambda found: 2 * found[0], str(path))
    return "'" + doubled.replace("'", r"\'") + "'"
