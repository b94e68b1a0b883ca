"""Type-check the package as it is built: checkers do not see through the mapping of folders to subpackages."""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path


def main() -> int:
    """Build a wheel, unpack it, run mypy on it."""
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder]
        built = subprocess.run(build, capture_output=True, text=True, check=False)
        if built.returncode:
            sys.stderr.write(built.stdout + built.stderr)
            return built.returncode
        (wheel,) = Path(folder).glob("*.whl")
        zipfile.ZipFile(wheel).extractall(Path(folder) / "package")
        package = Path(folder) / "package"
        settings = [
            "--config-file",
            str(Path("pyproject.toml").resolve()),
            "--cache-dir",
            str(Path(".mypy_cache").resolve()),
        ]
        check = [sys.executable, "-m", "mypy", *settings, "-p", "gaihe"]
        return subprocess.run(check, cwd=package, env={**os.environ, "MYPYPATH": str(package)}, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
