"""``python -m gaihe.serving``: the ``gaihe`` command."""

from gaihe.serving.cli import main

raise SystemExit(main())
