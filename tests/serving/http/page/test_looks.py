"""Both languages, all widths, and a checker of accessibility."""

import re
from pathlib import Path

import pytest
from gaihe.serving.http import page as page_module
from gaihe.serving.http.refusals import FAULTS

from tests.serving.http.page.looking import full, seen
from tests.serving.http.served import SECRET_TEXT

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("language", "path", "heading"), [
    ("zh-CN", "/", "一段文字"), ("zh-TW", "/", "一段文字"), ("en-GB", "/", "Whom"), ("fr", "/", "Whom"), ("zh-CN", "/?lang=en", "Whom"),
])  # fmt: skip
def test_the_page_speaks_the_readers_language(opened, language, path, heading):
    page = opened(path, language=language)
    seen(page, "h1", heading)
    assert page.locator("html").get_attribute("lang") == ("zh-CN" if heading == "一段文字" else "en")


def test_the_language_is_switched_with_all_that_is_shown(opened):
    page = opened()
    page.fill("#post", SECRET_TEXT)
    seen(page, "#findings", "电话")
    page.get_by_role("button", name="English").click()
    seen(page, "#findings", "telephone")
    seen(page, "#verdict-body", "Level")
    assert page.url.endswith("?lang=en") and "expose" in page.title()
    chinese = page.locator("body *:not([lang^=zh] *):not([lang^=zh])").evaluate_all(
        "all => all.flatMap(e => [...e.childNodes].filter(n => n.nodeType === 3 && !e.closest('noscript') && /[\\u4e00-\\u9fff]/.test(n.data)).map(n => n.data))"
    )
    assert [words for words in chinese if words not in ("Gaihe 盖盒, Apache-2.0.",) and "开盒" not in words] == []


def test_both_languages_have_the_same_words(opened):
    page = opened()
    found = page.evaluate("""async () => {
      const keys = (value, path) => value && typeof value === "object"
        ? Object.entries(value).flatMap(([name, inner]) => keys(inner, `${path}.${name}`)) : [`${path}: ${typeof value}`];
      const [one, other] = await Promise.all(["/chinese.js", "/english.js"].map((path) => import(path)));
      return [keys(one.default, ""), keys(other.default, "")];
    }""")
    assert sorted(found[0]) == sorted(found[1]) and len(found[0]) > 200


def test_every_refusal_has_words(opened):
    source = "".join(path.read_text("utf-8") for path in Path(page_module.__file__).parent.glob("*.py"))
    codes = set(re.findall(r'(?:retry_later\(|_tell\()\s*\d+, "(\w+)"', source)) | set(FAULTS) - {
        "no_verdicts",
        "restored_too_long",
    }
    page = opened()
    known = page.evaluate("async () => Object.keys((await import('/chinese.js')).default.errors)")
    never = {"head_too_large", "head_too_slow", "not_http"}
    assert codes - never <= set(known)


@pytest.mark.parametrize("width", [320, 768])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_nothing_is_wider_than_the_window(opened, width, language):
    page = full(opened(width=width, language=language))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.only-heard, .cards thead')).map(e => e.className || e.tagName)"
    )
    assert cut == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_checker_of_accessibility_finds_nothing(opened, width, language, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = full(opened(width=width, language=language, scheme=scheme))
    page.select_option("#point", index=3)
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    answer = axe.run(page, options=options).response
    assert len(answer["passes"]) > 25
    page.heard[:] = [line for line in page.heard if "TrustedHTML" not in line]
    assert [
        (one["id"], one["impact"], [node["target"] for node in one["nodes"]][:4]) for one in answer["violations"]
    ] == []
