"""The page in a real browser: no errors, nothing loaded from elsewhere, filters that filter, a phone's width."""

import html
import json
import re

import pytest
from gaihe.training.reports.benchmark.naming import name_points
from gaihe.training.reports.benchmark.page import (
    figure,
    markdown,
    plain_figure,
    render_html,
    render_markdown,
    segments,
    visible,
)
from gaihe.training.reports.benchmark.plots import latency_plot
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text

from tests.browser import chromium
from tests.training.reports.benchmark.conftest import HOSTILE


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


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


@pytest.mark.slow
def test_the_page_opens_without_errors_and_loads_nothing(page):
    assert page.heard == []
    assert page.title().startswith("Benchmark: gaihe, digits <b>")
    assert page.locator("body b").count() == 0
    assert shown(page).count() == page.locator("#errors > li").count() > 20


@pytest.mark.slow
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


@pytest.mark.slow
def test_filters_join_and_an_empty_choice_says_so(page):
    page.select_option("select[name=system]", "digits <b>")
    page.select_option("select[name=type]", "NAME")
    assert shown(page).count() == 0
    assert page.locator("#none").is_visible()


@pytest.mark.slow
def test_mistakes_stand_in_the_order_that_is_asked_for(page):
    for order in ("cost", "confidence"):
        page.select_option("select[name=order]", order)
        values = [float(item.get_attribute(f"data-{order}") or -1) for item in shown(page).all()]
        assert values == sorted(values, reverse=True)


@pytest.mark.slow
def test_texts_of_posts_are_shown_and_not_run(page):
    assert page.title() != "0"
    item = page.locator("#errors > li", has_text="document.title").first
    line = item.locator(".text.gold").text_content()
    assert "<script>" in line
    assert "&amp;" in line
    assert "U+200B" in line
    assert item.locator(".gold mark.focus").text_content().startswith("<b>")


@pytest.mark.slow
@pytest.mark.parametrize("page", [360, 1280], indirect=True)
def test_nothing_is_wider_than_the_window(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.slow
@pytest.mark.parametrize("page", [390], indirect=True)
def test_on_a_phone_tables_reflow_or_scroll_under_low_headers(page):
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    tall = page.evaluate(
        "[...document.querySelectorAll('table:not(.confusion) thead th')].map(e => e.offsetHeight).filter(h => h > 80)"
    )
    assert tall == []
    cut = page.evaluate(
        "[...document.querySelectorAll('td')].filter(e => !e.closest('.scroll') || "
        "(e.closest('.cards') && e.getBoundingClientRect().right > innerWidth)).map(e => e.textContent)"
    )
    assert cut == []
    unnamed = page.locator(".cards td:not([data-title])")
    assert unnamed.count() == 0


@pytest.mark.slow
def test_every_group_that_is_named_has_rows(page):
    headings = page.locator("details h3", has_text="By ")
    assert {"By length", "By scene"} <= set(headings.all_text_contents())
    for heading in headings.all():
        assert heading.locator("xpath=following-sibling::*[1]").locator("tbody tr").count() > 0


@pytest.mark.slow
def test_no_words_of_the_precision_recall_curve_cover_others(page):
    figure = page.locator("figure", has_text="precision and recall").first
    names = {"balanced", "high_recall", "high_precision"}
    boxes = figure.evaluate(
        "f => [...f.querySelectorAll('text')].map(t => { const b = t.getBoundingClientRect();"
        " return [t.textContent, b.left, b.top, b.right, b.bottom] })"
    )
    assert names <= {words for words, *_ in boxes}
    for words, left, top, right, bottom in boxes:
        for other, its_left, its_top, its_right, its_bottom in boxes:
            if words in names and other != words:
                assert right <= its_left + 1 or its_right <= left + 1 or bottom <= its_top + 1 or its_bottom <= top + 1


@pytest.mark.slow
def test_the_latency_axis_has_several_ticks(page):
    words = page.locator("#speed figure text").all_text_contents()
    assert sum(re.fullmatch(r"[0-9.]+", word) is not None for word in words) >= 2


@pytest.mark.slow
@settings(max_examples=30)
@given(st.lists(st.tuples(*[st.floats(0.5, 1)] * 2), min_size=1, max_size=6, unique=True))
def test_names_beside_points_do_not_overlap(points):
    figure = Figure(figsize=(4.8, 3.4))
    axes = figure.add_subplot()
    axes.set(xlim=(0, 1.02), ylim=(0, 1.05))
    name_points(axes, {point: f"high_precision {number}" for number, point in enumerate(points)})
    boxes = [Text.get_window_extent(note) for note in axes.texts]
    assert len(boxes) == len(points)
    assert not any(one.overlaps(other) for number, one in enumerate(boxes) for other in boxes[:number])


@pytest.mark.parametrize("latency", [0.4, 3.0, 31.0, 9_500.0])
@pytest.mark.parametrize("spread", [1.0, 1.3, 40.0])
def test_any_latency_has_several_ticks(latency, spread):
    row = {"system": "x", "latency_ms": {"p50": latency, "p95": latency * spread, "p99": latency * spread}}
    drawn = latency_plot([row]).svg
    assert len(re.findall(r">[0-9.]+</text>", drawn)) >= 2


@pytest.mark.slow
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


@pytest.mark.slow
def test_printing_opens_every_table(page):
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0


@settings(max_examples=60)
@given(st.text(max_size=12), st.data())
def test_the_segments_of_a_text_are_the_text(text, data):
    places = st.integers(0, len(text))
    spans = [{"start": min(a, b), "end": max(a, b)} for a, b in data.draw(st.lists(st.tuples(places, places)))]
    assert "".join(piece["text"] for piece in segments(text, spans)) == text


def test_invisible_characters_are_seen():
    assert re.sub("<.*?>", "", str(visible("一\u200b二\n"))) == "一U+200B二↵"
    assert "<script>" not in visible(HOSTILE)


def test_an_interval_that_is_not_defined_is_a_dash():
    alone = {"value": 1.0, "low": None, "high": None}
    assert figure(alone) == '1.000<small class="interval">–</small>'
    assert [plain_figure(alone, "share"), plain_figure(dict.fromkeys(alone))] == ["100.0% [–]", "–"]


@settings(max_examples=300)
@given(st.text(st.characters(categories=["L", "N", "P", "S"]) | st.just(" "), min_size=1).map(str.strip).filter(bool))
def test_markdown_shows_any_text_as_it_is(text):
    reader = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable(["table", "strikethrough"])
    page = reader.render(f"| head |\n|---|\n| {markdown(text)} |\n")
    cell = re.search("<td>(.*)</td>", page)[1]
    assert html.unescape(cell) == text


@pytest.mark.slow
def test_names_of_files_are_text_in_both_pages(report_folder):
    name = "<img src=x>|*a*_b_`c`[d](e)~f~\u202e\n"
    content = (report_folder / "report.json").read_text(encoding="utf-8")
    report = json.loads(content.replace('"甲 posts"', json.dumps(name)).replace("clean.jsonl", json.dumps(name)[1:-1]))
    shown = r"&lt;img src=x&gt;\|\*a\*\_b\_\`c\`\[d\](e)\~f\~U+202EU+000A"
    text = render_markdown(report)
    assert f"## {shown}\n" in text and f"### gaihe on {shown}\n" in text
    assert "<img" not in text and "<b>" not in text
    assert "<img" not in render_html(report)


@pytest.mark.slow
def test_files_that_show_posts_are_for_their_owner_alone(report_folder):
    shown = [report_folder / "report.html", report_folder / "report.json"]
    shown += [*(report_folder / "predictions").iterdir(), *(report_folder / "errors").iterdir()]
    assert len(shown) > 5
    assert {path.stat().st_mode & 0o077 for path in shown} == {0}
