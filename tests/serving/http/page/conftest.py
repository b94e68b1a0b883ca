"""A real browser, and the page opened in it."""

import re

import pytest

from tests.browser import chromium
from tests.serving.http.page.looking import TIMEOUT


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        from playwright.sync_api import expect

        expect.set_options(timeout=TIMEOUT)
        yield opened


@pytest.fixture
def opened(browser, service):
    """Opens the page; nothing goes wrong in it, and nothing is asked of elsewhere."""
    contexts, heard = [], []

    def opens(path="/", width=1280, language="zh-CN", scheme="light", of=service):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale=language, color_scheme=scheme, accept_downloads=True
        )
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        page = context.new_page()
        page.heard, page.asked = heard, []
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("console", lambda message: "Failed to load resource" in message.text or heard.append(message.text))
        page.on("request", lambda request: page.asked.append(request))
        page.goto(of.address + path)
        return page

    yield opens
    asked = [request.url for context in contexts for page in context.pages for request in page.asked]
    for context in contexts:
        context.close()
    assert heard == []
    assert all(re.match(r"http://127\.0\.0\.1:\d+/|blob:http://127\.0\.0\.1", url) for url in asked)
