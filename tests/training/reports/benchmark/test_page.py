"""The page in a real browser: no errors, nothing loaded from elsewhere, filters that filter, a phone's width."""

import html
import json
import re
import shutil

import pytest
from gaihe.training.reports.benchmark.page import markdown, render_html, render_markdown, segments, visible
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.reports.benchmark.conftest import HOSTILE

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def browser():
    if BROWSER is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])


@pytest.fixture
def page(browser, report_folder, request):
    opened = browser.new_page(viewport={"width": getattr(request, "param", 1280), "height": 900})
    opened.heard = []
    opened.on("console", lambda message: opened.heard.append(message.text))
    opened.on("pageerror", lambda error: opened.heard.append(str(error)))
    opened.on("request", lambda asked: asked.url.startswith(("file:", "data:")) or opened.heard.append(asked.url))
    opened.goto((report_folder / "report.html").as_uri())
    yield opened
    opened.close()


def shown(page):
    return page.locator("#errors > li:visible")


def test_the_page_opens_without_errors_and_loads_nothing(page):
    assert page.heard == []
    assert page.title().startswith("Benchmark: gaihe, digits <b>")
    assert page.locator("body b").count() == 0
    assert shown(page).count() == page.locator("#errors > li").count() > 20


@pytest.mark.parametrize(
    ("name", "value", "attribute"),
    [
        ("system", "digits <b>", "data-system"),
        ("outcome", "missed", "data-outcome"),
        ("type", "PHONE", "data-types"),
        ("set", "甲 posts", "data-set"),
    ],
)
def test_a_filter_shows_what_fits_and_says_how_many(page, name, value, attribute):
    page.select_option(f"select[name={name}]", value)
    found = [item.get_attribute(attribute) for item in shown(page).all()]
    assert found
    assert all(value in (one.split(" ") if name == "type" else [one]) for one in found)
    total = page.locator("#errors > li").count()
    assert page.locator("#shown").inner_text() == f"{len(found)} of {total}"
    assert page.heard == []


def test_filters_join_and_an_empty_choice_says_so(page):
    page.select_option("select[name=system]", "digits <b>")
    page.select_option("select[name=type]", "NAME")
    assert shown(page).count() == 0
    assert page.locator("#none").is_visible()


def test_mistakes_stand_in_the_order_that_is_asked_for(page):
    for order in ("cost", "confidence"):
        page.select_option("select[name=order]", order)
        values = [float(item.get_attribute(f"data-{order}") or -1) for item in shown(page).all()]
        assert values == sorted(values, reverse=True)


def test_texts_of_posts_are_shown_and_not_run(page):
    assert page.title() != "0"
    item = page.locator("#errors > li", has_text="document.title").first
    line = item.locator(".text.gold").text_content()
    assert "<script>" in line
    assert "&amp;" in line
    assert "U+200B" in line
    assert item.locator(".gold mark.focus").text_content().startswith("<b>")


@pytest.mark.parametrize("page", [360, 1280], indirect=True)
def test_nothing_is_wider_than_the_window(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_every_plot_has_a_title_a_description_and_its_chinese_as_text(page):
    plots = page.locator("figure svg")
    assert plots.count() >= 5
    for plot in plots.all():
        assert plot.get_attribute("role") == "img"
        title, description = plot.get_attribute("aria-labelledby").split(" ")
        assert plot.locator(f"[id='{title}']").text_content()
        assert plot.locator(f"[id='{description}']").text_content()
    assert plots.first.locator("text", has_text="姓名").count() == 1
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_printing_opens_every_table(page):
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=12), st.data())
def test_the_segments_of_a_text_are_the_text(text, data):
    places = st.integers(0, len(text))
    spans = [{"start": min(a, b), "end": max(a, b)} for a, b in data.draw(st.lists(st.tuples(places, places)))]
    assert "".join(piece["text"] for piece in segments(text, spans)) == text


def test_invisible_characters_are_seen():
    assert re.sub("<.*?>", "", str(visible("一\u200b二\n"))) == "一U+200B二↵"
    assert "<script>" not in visible(HOSTILE)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(categories=["L", "N", "P", "S"]) | st.just(" "), min_size=1).map(str.strip).filter(bool))
def test_markdown_shows_any_text_as_it_is(text):
    reader = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable(["table", "strikethrough"])
    page = reader.render(f"| head |\n|---|\n| {markdown(text)} |\n")
    cell = re.search("<td>(.*)</td>", page)[1]
    assert html.unescape(cell) == text


def test_names_of_files_are_text_in_both_pages(report_folder):
    name = "<img src=x>|*a*_b_`c`[d](e)~f~\u202e\n"
    content = (report_folder / "report.json").read_text(encoding="utf-8")
    report = json.loads(content.replace('"甲 posts"', json.dumps(name)).replace("clean.jsonl", json.dumps(name)[1:-1]))
    shown = r"&lt;img src=x&gt;\|\*a\*\_b\_\`c\`\[d\](e)\~f\~U+202EU+000A"
    text = render_markdown(report)
    assert f"## {shown}\n" in text and f"### gaihe on {shown}\n" in text
    assert "<img" not in text and "<b>" not in text
    assert "<img" not in render_html(report)


def test_files_that_show_posts_are_for_their_owner_alone(report_folder):
    shown = [report_folder / "report.html", report_folder / "report.json"]
    shown += [*(report_folder / "predictions").iterdir(), *(report_folder / "errors").iterdir()]
    assert len(shown) > 5
    assert {path.stat().st_mode & 0o077 for path in shown} == {0}
