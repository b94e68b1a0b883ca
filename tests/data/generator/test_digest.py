import subprocess
import sys
from importlib import import_module
from pathlib import Path

from gaihe.data.generator.digest import _MAKERS

LOADED = """
import sys
import gaihe.data.generator.corpus
print(*(name for name, module in sys.modules.items() if name.startswith("gaihe.") and not hasattr(module, "__path__")))
"""


def test_every_module_that_makes_posts_is_digested():
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    folders = tuple(f"{package}.{folder}." for package, parts in _MAKERS.items() for folder in parts)
    assert [name for name in done.stdout.split() if not name.startswith(folders)] == []


def test_the_word_lists_of_those_modules_are_digested():
    tables = Path(import_module("gaihe.serving").__file__).parent / "tables"
    assert list(tables.glob("*.txt")) and tables.name in _MAKERS["gaihe.serving"]
