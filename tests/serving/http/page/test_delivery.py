"""The files of the page as they are served."""

import asyncio
import re

import pytest
from gaihe.serving.http import page as page_module
from starlette.requests import Request

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "page").mkdir()
    monkeypatch.setattr(page_module.resources, "files", lambda _: tmp_path)
    page_module.page_files.cache_clear()
    yield tmp_path / "page"
    page_module.page_files.cache_clear()


def test_the_page_and_its_files_are_found_by_path(folder):
    (folder / "index.html").write_text("<p>盖盒", encoding="utf-8")
    (folder / "page.css").write_text("p {}", encoding="utf-8")
    (folder / ".hidden").write_text("", encoding="utf-8")
    assert set(page_module.page_files()) == {"/", "/index.html", "/page.css"}
    request = Request({"type": "http", "path": "/", "headers": [], "query_string": b"", "root_path": ""})
    answer = asyncio.run(page_module.page(request))
    assert answer.body == "<p>盖盒".encode() and answer.media_type == "text/html"


def test_without_a_page_there_is_none(folder):
    assert page_module.page_files() == {}


def test_the_page_may_load_and_run_its_own_files_alone(service):
    for path in page_module.page_files():
        status, headers, content = service.ask(path)
        policy = headers["content-security-policy"]
        assert status == 200 and "default-src 'none'" in policy and "unsafe" not in policy
        assert headers["referrer-policy"] == "no-referrer" and headers["cache-control"] == "no-store"
        if path.endswith((".html", ".css", ".js")):
            assert not re.search(r"(src|href)=\"(https?:)?//|url\(|@import|\bstyle=|\bon[a-z]+=\"", content)
            assert not re.search(
                r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|localStorage|sessionStorage", content
            )
