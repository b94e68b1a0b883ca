"""``python -m gaihe.training``: the ``gaihe`` command, for launchers that start a module (torchrun, accelerate)."""

from gaihe.serving.commands.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
