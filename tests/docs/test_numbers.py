"""Numbers of the code that guides name."""

import pytest
from gaihe.serving.http.redaction_orders import MOST_PSEUDONYMS
from gaihe.serving.redaction.redactor import MOST_READINGS
from gaihe.serving.redaction.streams import HELD, STEP

from tests.docs.guides import ROOT


def said(guide, *sentences):
    text = " ".join((ROOT / "docs" / guide).read_text(encoding="utf-8").split())
    return [sentence for sentence in sentences if sentence not in text]


def test_redaction():
    assert not said(
        "REDACTION.md",
        f"still changes after {MOST_READINGS} readings",
        f"holds back its last {HELD} to {HELD + STEP} characters",
    )
    assert not said("SERVICE.md", f"A mapping has {MOST_PSEUDONYMS:,} pseudonyms at most")
    assert not said("SERVICE.zh.md", f"一份对照表至多 {MOST_PSEUDONYMS:,} 个假名")


def test_scans():
    pytest.importorskip("pyarrow")
    from gaihe.scale.command import PIECE_ROWS
    from gaihe.scale.pieces import MOST_OF_GZIP
    from gaihe.scale.work import BATCH, TRIES

    assert TRIES == 3
    assert not said(
        "SCALE.md",
        f"cut into pieces of {PIECE_ROWS:,} posts",
        f"reads {BATCH} posts at a time",
        "A piece over which three workers ended is given up",
        f"A `.gz` file has {MOST_OF_GZIP} pieces at most",
    )


def test_operating_points():
    pytest.importorskip("torch")
    from gaihe.training.export.operating_points import LEAK_SHARE, PRECISION, SURE_CHARACTERS

    assert LEAK_SHARE == 1 / 2
    assert not said(
        "OPERATING_POINTS.md",
        "at most half of what leaks at `balanced`",
        f"A set of {SURE_CHARACTERS:,}",
        f"`high_precision`: {PRECISION:.0%} of what is found is right",
    )
