"""Files with texts in them: JSON lines, lines of text, CSV and Parquet, read and written row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import PurePath

from gaihe.serving.core.errors import CommandError
from gaihe.serving.core.posts import source_name
from gaihe.serving.rows.row import BadRow, Row, RowFile, RowWriter

__all__ = ["FORMATS", "BadRow", "Row", "RowFile", "RowWriter", "row_file"]

FORMATS: Mapping[str, str] = {
    "jsonl": "gaihe.serving.rows.json_lines:JsonLines",
    "text": "gaihe.serving.rows.text_lines:TextLines",
    "csv": "gaihe.serving.rows.delimited:Delimited",
    "parquet": "gaihe.serving.rows.parquet:Parquet",
}
_ENDINGS = {".csv": "csv", ".tsv": "csv", ".parquet": "parquet", ".txt": "text"}
_NAMED = {"jsonl": "--field", "csv": "--column", "parquet": "--column"}


def row_file(path: str, kind: str | None, fields: Sequence[str], columns: Sequence[str]) -> RowFile:
    """The rows of a file.

    Args:
        path: the file; ``-`` is standard input.
        kind: one of `FORMATS`; as the file's name ends, and JSON lines otherwise, where left out.
        fields: paths of the texts in objects of JSON; a post's own fields where empty.
        columns: names of the columns with texts; one that is named again is read once.

    Raises:
        CommandError: fields or columns that the format has none of, or needs; a packed file; a format whose extra is
            not installed.
    """
    ending = PurePath(path).suffix.lower()
    if kind is None and ending == ".gz":
        raise CommandError(f"{path} is gzip: unpack it first (gaihe scan reads .gz)")
    supposed = "" if kind else f", as which {source_name(path)} is read"
    kind = kind or _ENDINGS.get(ending, "jsonl")
    named = {"--field": fields, "--column": columns}
    for option, names in named.items():
        if names and _NAMED.get(kind) != option:
            fitting = " or ".join(f"--format {each}" for each, own in _NAMED.items() if own == option)
            raise CommandError(f"{option} does not go with the format {kind}{supposed}; it goes with {fitting}")
    if _NAMED.get(kind) == "--column" and not columns:
        raise CommandError(f"name the columns with texts of a {kind} file: --column NAME")
    module, name = FORMATS[kind].split(":")
    try:
        made: RowFile = getattr(import_module(module), name)(path, list(dict.fromkeys(fields or columns)))
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("gaihe"):
            raise
        raise CommandError(
            f"the format {kind} needs {error.name}, which is not installed: pip install 'gaihe[{kind}]'"
        ) from None
    return made
