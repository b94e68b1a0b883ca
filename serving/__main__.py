"""``python -m gaihe.serving``: the ``gaihe`` command."""

from gaihe.serving.commands.cli import main

raise SystemExit(main())
