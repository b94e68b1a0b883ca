from pathlib import Path

from gaihe.serving.types.__main__ import main
from gaihe.serving.types.catalogue import catalogue

PAGE = Path(__file__).parents[3] / "docs" / "TYPES.md"


def test_the_page_in_the_docs_is_what_the_sheets_say():
    assert PAGE.read_text(encoding="utf-8") == catalogue(), "make types writes it anew"


def test_the_command_writes_the_page(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["types", str(tmp_path / "page.md")])
    main()
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == catalogue()
