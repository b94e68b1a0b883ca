"""What pages show of the code is what stands there."""

from tests import layout
from tests.docs.guides import ROOT, blocks


def test_the_map_is_that_of_the_imports():
    (shown,) = layout.BLOCK.findall(layout.PAGE.read_text(encoding="utf-8"))
    assert shown == layout.text(layout.imports(), counted=False), "renew it: make map ARGS=--write"


def test_the_decoder_is_the_file():
    (shown,) = [block.text for block in blocks("python") if block.page == "docs/MODEL_FORMAT.md"]
    assert shown == (ROOT / "examples" / "decoder.py").read_text(encoding="utf-8")
