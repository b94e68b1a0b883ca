"""The decoder of docs/MODEL_FORMAT.md finds what the recogniser finds, and imports nothing of the package."""

import importlib.util
import json
import subprocess
import sys

import pytest
from gaihe.data.files.markup import gold_posts
from gaihe.data.lexicon.tables import Split
from gaihe.serving import EntityType, Recognizer
from gaihe.serving.core.invisible import INVISIBLE
from gaihe.serving.core.windows import OVERLAP, WINDOW
from gaihe.serving.model.loading import default_model
from gaihe.serving.recognition.verification import verify_as

from tests.docs.guides import ROOT

FILE = ROOT / "examples" / "decoder.py"


@pytest.fixture(scope="module")
def decoder():
    spec = importlib.util.spec_from_file_location("decoder", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def model(decoder):
    return decoder.Model(str(default_model()))


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


def places(entities):
    return [(entity.type.value, entity.start, entity.end) for entity in entities]


@pytest.mark.slow
def test_the_spans_of_the_gold_posts_are_the_recognisers(model, recognizer):
    """All places but of numbers that fail their check and score too little then; and all types but those that a check gave."""
    texts = [post.text for split in (Split.VALIDATION, Split.TEST) for post in gold_posts(split)]
    settled = 0
    for text in texts:
        wanted = recognizer.detect(text)
        kept = {(entity.start, entity.end) for entity in wanted}
        found = [
            (kind, start, end, *rest)
            for kind, start, end, *rest in model.spans(text)
            if (start, end) in kept or verify_as(text[start:end], EntityType(kind)).valid is not False
        ]
        assert [span[1:3] for span in found] == [(entity.start, entity.end) for entity in wanted]
        for (kind, *_), entity in zip(found, wanted, strict=True):
            if kind != entity.type.value:
                assert entity.valid and not verify_as(entity.text, EntityType(kind)).valid
                settled += 1
    page = (ROOT / "docs" / "MODEL_FORMAT.md").read_text(encoding="utf-8")
    assert f"{settled} spans of the {len(texts)} gold posts" in " ".join(page.split())


def test_spans_are_the_recognisers(model, recognizer):
    for post in gold_posts(Split.TEST)[::14]:
        assert [span[1:3] for span in model.spans(post.text)] == [
            span[1:] for span in places(recognizer.detect(post.text))
        ]


def test_scores_are_the_recognisers_where_no_check_failed(model, recognizer):
    for post in gold_posts(Split.TEST)[:20]:
        for (*_, score), entity in zip(model.spans(post.text), recognizer.detect(post.text), strict=True):
            assert entity.valid is False or abs(score - entity.score) < 2e-4


def test_long_texts_and_invisible_characters_too(model, recognizer):
    posts = gold_posts(Split.TEST)
    long = "\n".join(post.text for post in posts[:40])
    assert len(long) > 5 * (WINDOW - OVERLAP)
    split = "\u200b".join("就是她，张丽，电话13800138000")
    carriage = long.replace("\n", "\r\n\r\n")
    lines = long[:84].replace("\n", "，") + "他电话\n1 3 8\n0 0 1\n3 8 0\n0 0\n" + long
    for text in (long, carriage, lines, split, "", "\u200b", f"\ufeff{split}\u2060"):
        assert [span[:3] for span in model.spans(text)] == places(recognizer.detect(text))


def test_the_invisible_characters_are_the_same(decoder):
    assert {chr(code) for code in range(0x110000) if decoder.INVISIBLE.match(chr(code))} == INVISIBLE


def test_the_file_is_as_short_as_the_page_says():
    assert len(FILE.read_text(encoding="utf-8").splitlines()) <= 63
    assert "decoder of 63 lines" in (ROOT / "docs" / "MODEL_FORMAT.md").read_text(encoding="utf-8")


def test_the_file_stands_alone():
    code = (
        "import sys; sys.modules['gaihe'] = None; sys.argv = ['decoder.py', sys.argv[1], '张丽，电话一三八00138000'];"
        f"import runpy; runpy.run_path({str(FILE)!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(default_model())], capture_output=True, text=True, check=True
    )
    assert [span[:3] for span in json.loads(done.stdout)] == [["NAME", 0, 2], ["PHONE", 5, 16]]


def test_the_page_names_every_key_of_the_file(recognizer):
    page = (ROOT / "docs" / "MODEL_FORMAT.md").read_text(encoding="utf-8")
    assert [key for key in recognizer.metadata.to_properties() if f"`{key}`" not in page] == []
