"""The page at ``/``, where one is installed."""

import asyncio

import pytest
from gaihe.serving.http import page
from starlette.requests import Request


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "page").mkdir()
    monkeypatch.setattr(page.resources, "files", lambda _: tmp_path)
    page.page_files.cache_clear()
    yield tmp_path / "page"
    page.page_files.cache_clear()


def test_the_page_and_its_files_are_found_by_path(folder):
    (folder / "index.html").write_text("<p>盖盒", encoding="utf-8")
    (folder / "page.css").write_text("p {}", encoding="utf-8")
    (folder / ".hidden").write_text("", encoding="utf-8")
    assert set(page.page_files()) == {"/", "/index.html", "/page.css"}
    request = Request({"type": "http", "path": "/", "headers": [], "query_string": b"", "root_path": ""})
    answer = asyncio.run(page.page(request))
    assert answer.body == "<p>盖盒".encode() and answer.media_type == "text/html"
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_without_a_page_there_is_none(folder):
    assert page.page_files() == {}
