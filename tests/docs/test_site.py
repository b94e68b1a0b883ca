"""The site is built without a warning, loads nothing from elsewhere, and its links lead somewhere."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.docs.guides import ROOT

pytest.importorskip("material", reason="the site needs gaihe[docs]")
pytestmark = pytest.mark.slow

LOADED = {("link", "href"), ("form", "action")}
"""Attributes by which a page loads or sends something, besides ``src``, ``srcset`` and ``data``."""


class Page(HTMLParser):
    """What a page loads, where it leads, and the names in it."""

    def __init__(self, path):
        super().__init__()
        self.loads, self.leads, self.names, self.policies = [], [], set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.names |= {given[key] for key in ("id", "name") if given.get(key)}
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policies.append(given["content"])
        for key, value in attrs:
            if key in ("src", "srcset", "data", "poster") or (tag, key) in LOADED:
                self.loads.append(value or "")
            elif (tag, key) == ("a", "href"):
                self.leads.append(value or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site):
    return {path: Page(path) for path in site.rglob("*.html")}


def outside(target):
    return bool(urlsplit(target).scheme not in ("", "data") or urlsplit(target).netloc)


def test_nothing_is_loaded_from_elsewhere(site, pages):
    assert {(path.name, target) for path, page in pages.items() for target in page.loads if outside(target)} == set()
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert [url for url in re.findall(r"url\(\s*['\"]?([^'\")]+)", text) if outside(url)] == []
        assert not re.search(r"@import\s+(?:url\()?['\"]?(?:https?:)?//", text)
    for path, page in pages.items():
        assert page.policies and all("default-src 'self'" in policy for policy in page.policies), path


def in_place_of_chinese(path):
    """An English page among the Chinese ones: what it names in a page that is Chinese there has another name."""
    return (
        path.parent.name == "zh"
        and not (ROOT / "docs" / f"{path.stem}.zh.md").exists()
        and not (ROOT / f"{path.stem}.zh.md").exists()
    )


def test_links_lead_somewhere(site, pages):
    broken = set()
    for path, page in pages.items():
        if path.name == "404.html":
            continue
        for target in page.leads:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            to = Path(os.path.normpath(path.parent / unquote(parts.path))) if parts.path else path
            to = to / "index.html" if to.is_dir() else to
            names = pages[to].names if to in pages and not in_place_of_chinese(path) else {unquote(parts.fragment)}
            if not to.is_file() or (parts.fragment and unquote(parts.fragment) not in names):
                broken.add((path.relative_to(site).as_posix(), target))
    assert broken == set()


def test_both_languages_have_every_page(site, pages):
    english = {path.name for path in pages if path.parent == site}
    assert english - {"404.html"} == {path.name for path in pages if path.parent == site / "zh"} - {"404.html"}
    for name in ("index", "SERVICE", "VERDICT", "TRAINING", "TYPES", "PRIVACY", "ANNOTATION"):
        title = re.search(r"<h1[^>]*>(.*?)<", (site / "zh" / f"{name}.html").read_text(encoding="utf-8"), re.DOTALL)[1]
        assert re.search(r"[\u4e00-\u9fff]", title), name


def test_what_is_gathered_is_shown(site):
    assert "def label_scores" in re.sub(r"<[^>]+>", "", (site / "MODEL_FORMAT.html").read_text(encoding="utf-8"))
    assert "gaihe.serving: " in re.sub(r"<[^>]+>", "", (site / "ARCHITECTURE.html").read_text(encoding="utf-8"))
    reference = (site / "API.html").read_text(encoding="utf-8")
    for name in ("gaihe.serving.Recognizer.detect", "gaihe.client.Client.judge", "gaihe.training.config.DataConfig"):
        assert f'id="{name}"' in reference
