"""The map of the code, drawn from its imports: ``python -m tests.layout``.

``--mermaid`` makes a diagram of it, ``--write`` puts it into docs/ARCHITECTURE.md.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "ARCHITECTURE.md"
BLOCK = re.compile(r"(?<=^```text\n)gaihe\..*?(?=^```$)", re.MULTILINE | re.DOTALL)
"""The map in that page."""
PACKAGES = ("serving", "client", "data", "integrations", "scale", "training")
Imports = Mapping[str, set[str]]


def imports() -> Imports:
    """Every part of a package (``serving.core``, ``data.cli``) and the parts whose modules it imports."""
    graph = grimp.build_graph(*(f"gaihe.{package}" for package in PACKAGES))
    found: dict[str, set[str]] = {}
    for module in graph.modules:
        targets = {part_of(target) for target in graph.find_modules_directly_imported_by(module)}
        found.setdefault(part_of(module), set()).update(targets - {part_of(module)})
    return {part: targets for part, targets in found.items() if "." in part}


def part_of(module: str) -> str:
    """The package and its part: ``gaihe.data.files.stream`` is in ``data.files``."""
    return ".".join(module.split(".")[1:3])


def layers(package: str, drawn: Imports) -> list[list[str]]:
    """The parts of a package, the topmost layer first: each imports those of lower layers alone.

    Raises:
        graphlib.CycleError: parts that import each other.
    """
    parts = {part: targets & drawn.keys() for part, targets in drawn.items() if part.startswith(f"{package}.")}
    inner = {part: {target for target in targets if target in parts} for part, targets in parts.items()}
    depth: dict[str, int] = {}
    for part in TopologicalSorter(inner).static_order():
        depth[part] = 1 + max((depth[target] for target in inner[part]), default=0)
    return [sorted(part for part in depth if depth[part] == level) for level in range(max(depth.values()), 0, -1)]


def purpose(part: str) -> str:
    """The first line of a part's docstring."""
    path = ROOT.joinpath(*part.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def lines(part: str) -> int:
    """Lines of a module, or of a package's modules together."""
    path = ROOT.joinpath(*part.split("."))
    files = path.rglob("*.py") if path.is_dir() else [path.with_suffix(".py")]
    return sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)


def text(drawn: Imports, *, counted: bool = True) -> str:
    """Package after package, layer after layer from the top: job, and what is imported; lines too where counted."""
    rows = []
    for package in reversed(PACKAGES):
        rows.append(f"gaihe.{package}: {purpose(package)}")
        for layer in layers(package, drawn):
            for part in layer:
                size = f"{lines(part):>6}" if counted else ""
                name = f"  {part.partition('.')[2]:<16}{size}  "
                rows.append(f"{name}{purpose(part)}")
                if drawn[part]:
                    rows.append(f"{'':<{len(name)}}takes {', '.join(sorted(drawn[part]))}")
            rows.append("")
    return "\n".join(rows)


def mermaid(drawn: Imports) -> str:
    """A flow chart with a box a package; an arrow leads from the part that imports to what it takes."""
    rows = ["flowchart TD"]
    for package in PACKAGES:
        rows += [
            f"  subgraph {package}",
            *(f"    {part}" for layer in layers(package, drawn) for part in layer),
            "  end",
        ]
    rows += [f"  {part} --> {target}" for part in sorted(drawn) for target in sorted(drawn[part] & drawn.keys())]
    return "\n".join(rows) + "\n"


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.layout", description=__doc__)
    parser.add_argument("--mermaid", action="store_true", help="a Mermaid flow chart instead of text")
    parser.add_argument("--write", action="store_true", help="put it into docs/ARCHITECTURE.md, without lines of code")
    arguments, drawn = parser.parse_args(), imports()
    if arguments.write:
        shown = text(drawn, counted=False)
        PAGE.write_text(BLOCK.sub(lambda _: shown, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        sys.stdout.write(mermaid(drawn) if arguments.mermaid else text(drawn))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
