"""The page at ``/`` in a real browser, on a real service."""

import asyncio
import csv
import io
import json
import re
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from gaihe.serving.http import page as page_module
from gaihe.serving.http.refusals import FAULTS
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from tests.serving.http.served import SECRET_PARTS, SECRET_TEXT, serving

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
TIMEOUT = 60_000


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


@pytest.fixture(scope="module")
def browser():
    if BROWSER is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])


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


def seen(page, selector, words, **options):
    """Wait until an element shows words."""
    from playwright.sync_api import expect

    expect(page.locator(selector)).to_contain_text(words, **options)


def gone(page, selector):
    from playwright.sync_api import expect

    expect(page.locator(selector)).to_be_hidden()


def bodies(page, path):
    return [json.loads(request.post_data) for request in page.asked if request.url.endswith(path)]


def test_a_post_is_marked_judged_and_covered_while_it_is_typed(opened):
    page = opened()
    page.locator("#post").press_sequentially(SECRET_TEXT[:20], delay=5)
    page.locator("#post").fill(SECRET_TEXT)
    seen(page, "#marked", "麓山南路932号3栋502")
    marks = page.locator("#marked mark")
    assert [re.sub(r"\s*(姓名|电话|地址)$", "", words) for words in marks.all_text_contents()] == [
        "张丽丽", "一三八00138000", "麓山南路932号3栋502",
    ]  # fmt: skip
    row = page.locator("#findings tbody tr", has_text="电话")
    assert row.locator("td, th").all_inner_texts()[1:3] == ["一三八00138000", "13800138000"]
    assert "汉字数字" in row.inner_text() and "通过" in row.inner_text()
    assert page.locator(".scale .now").inner_text().startswith(("0", "1", "2", "3", "4"))
    assert page.locator(".reasons li").count() >= 1 and page.locator(".laws li").count() >= 1
    seen(page, ".persons", "张丽丽")
    covered = page.locator("#redacted").inner_text()
    assert "[姓名]" in covered and "[电话]" in covered and "13800138000" not in covered
    seen(page, "#said", "找到 3 处")


def test_no_text_stands_in_an_address_and_nothing_is_kept(opened):
    page = opened()
    page.fill("#post", SECRET_TEXT)
    seen(page, "#findings", "电话")
    page.select_option("#redaction", "llm")
    seen(page, "#redaction-hint", "虚构")
    page.get_by_role("button", name="English").click()
    from urllib.parse import unquote

    addresses = [page.url, *(request.url for request in page.asked)]
    assert not [part for part in SECRET_PARTS for url in addresses if part in unquote(url)]
    kept = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length, (await caches.keys()).length]"
    )
    assert kept == [0, 0, "", 0, 0]
    for name, value in {"spellcheck": "false", "translate": "no", "autocomplete": "off"}.items():
        assert page.locator("#post").get_attribute(name) == value


def test_a_late_answer_to_an_older_text_is_dropped(opened):
    from playwright.sync_api import Error

    page = opened()
    seen(page, "#point", "均衡")
    held = []
    page.route("**/v1/judge", lambda route: held.append(route) if not held else route.continue_())
    page.fill("#post", "张丽，电话13800138000")
    while not held:
        page.wait_for_timeout(50)
    page.fill("#post", "王芳，电话13800138000")
    seen(page, "#marked", "王芳")
    with suppress(Error):  # the page has given the request up
        held[0].fulfill(json={"entities": [], "verdict": None})
    page.wait_for_timeout(300)
    seen(page, "#marked", "王芳")
    seen(page, ".persons", "王芳")


def test_policy_and_threshold_are_asked_for_as_chosen(opened):
    page = opened()
    page.fill("#post", "我同事张丽，电话13800138000")
    seen(page, ".note", "一般审核")
    page.select_option("#policy", "strict")
    seen(page, ".note", "从严审核")
    with page.expect_response("**/v1/judge"):
        page.select_option("#point", "high_recall")
    page.select_option("#point", label="自定得分下限")
    page.locator("#threshold").fill("1")
    seen(page, "#findings", "没有找到个人信息")
    assert page.locator("#threshold-shown").inner_text() == "1.00"
    asked = bodies(page, "/v1/judge")
    assert asked[0]["policy"] == "moderation" and asked[0]["operating_point"] == "balanced"
    assert any(body.get("operating_point") == "high_recall" and body["policy"] == "strict" for body in asked)
    assert asked[-1]["threshold"] == 1 and "operating_point" not in asked[-1]


def test_each_redaction_is_shown(opened):
    page = opened()
    page.fill("#post", "张丽，电话13800138000，张丽在家")
    for policy, words in {
        "bars": "██，电话███████████",
        "moderation": "138****8000",
        "publication": "【姓名】，电话【电话】",
    }.items():
        page.select_option("#redaction", policy)
        seen(page, "#redacted", words)
    page.select_option("#redaction", "llm")
    seen(page, "#redaction-hint", "假名")
    seen(page, "#redacted", "在家")
    page.wait_for_timeout(600)
    first = page.locator("#redacted").inner_text()
    page.fill("#post", "张丽，电话13800138000，张丽在家。")
    seen(page, "#redacted", "在家。")
    assert page.locator("#redacted").inner_text() == first + "。", "a value has one pseudonym while the page is open"


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


def test_trouble_is_told_in_words_and_ends(opened):
    page = opened()
    seen(page, "#point", "均衡")
    page.route("**/v1/judge", lambda route: route.abort())
    page.fill("#post", "张丽，电话13800138000")
    seen(page, "#trouble", "联系不上服务")
    page.unroute("**/v1/judge")
    page.get_by_role("button", name="再试一次").click()
    seen(page, "#findings", "电话")
    gone(page, "#trouble")


def test_a_busy_service_is_asked_again(opened):
    page = opened()
    seen(page, "#point", "均衡")
    times = []

    def busy(route):
        times.append(route)
        if len(times) > 1:
            route.continue_()
            return
        error = {"error": {"code": "queue_full", "message": "come back later"}}
        route.fulfill(status=429, headers={"Retry-After": "1"}, json=error)

    page.route("**/v1/judge", busy)
    page.fill("#post", "张丽，电话13800138000")
    seen(page, "#trouble", "1 秒后自动再试")
    seen(page, "#findings", "电话")
    gone(page, "#trouble")


def test_markup_in_a_post_is_text(opened):
    page = opened()
    page.fill("#post", "<img src=x onerror=alert(1)><b>张丽</b> 电话13800138000")
    seen(page, "#findings", "电话")
    assert page.locator("#marked img, #marked b, #redacted b, #findings b").count() == 0
    seen(page, "#marked", "<img src=x onerror=alert(1)>")


def test_spans_are_right_behind_characters_of_two_code_units(opened):
    page = opened()
    page.fill("#post", "😀😀🏠我叫张丽，电话1️⃣3️⃣8️⃣00138000😀")
    seen(page, "#findings", "电话")
    assert page.locator("#marked mark").last.text_content().startswith("1️⃣3️⃣8️⃣00138000")


def test_nothing_is_asked_while_characters_are_composed(opened):
    page = opened()
    seen(page, "#point", "均衡")
    page.evaluate("""() => {
      const post = document.getElementById("post");
      post.dispatchEvent(new CompositionEvent("compositionstart"));
      post.value = "zhang";
      post.dispatchEvent(new InputEvent("input", { isComposing: true }));
    }""")
    page.wait_for_timeout(700)
    assert bodies(page, "/v1/judge") == []
    page.evaluate("""() => {
      document.getElementById("post").value = "张丽，电话13800138000";
      document.getElementById("post").dispatchEvent(new CompositionEvent("compositionend"));
    }""")
    seen(page, "#findings", "电话")


def test_it_can_be_used_with_keys_alone(opened):
    page = opened()
    seen(page, "#examples", "挂人围攻")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.insert_text("张丽，电话13800138000")
    seen(page, "#findings", "电话")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#findings button')"):
            break
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "span-0"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") != "span-0"


LINES = ["张丽，电话一三八00138000，大家去骂她", "今天天气真好", "我叫李强，电话13800138000"]


def csv_bytes(rows, encoding="utf-8"):
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode(encoding)


FILES = {
    "posts.txt": "\n".join(LINES).encode(),
    "posts.jsonl": "".join(json.dumps({"id": f"p{n}", "text": text}) + "\n" for n, text in enumerate(LINES)).encode(),
    "gbk.csv": csv_bytes(
        [["编号", "正文", "城市"], *([f"p{n}", text, "长沙"] for n, text in enumerate(LINES))], "gb18030"
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_becomes_a_table_of_its_posts(opened, name):
    page = opened()
    seen(page, "#point", "均衡")
    page.set_input_files("#file", {"name": name, "mimeType": "text/plain", "buffer": FILES[name]})
    seen(page, "#progressed", "3 / 3")
    rows = page.locator("#list tbody tr")
    seen(page, "#list tbody tr:first-child", "建议拦截")
    assert rows.count() == 3 and LINES[0] in rows.first.inner_text()
    seen(page, "#said", "3 帖已全部判定")
    page.get_by_role("button", name="放行 2").click()
    assert rows.count() == 2
    rows.first.get_by_role("button").click()
    assert page.input_value("#post") in LINES[1:]
    with page.expect_download() as download:
        page.get_by_role("button", name="存下结果").click()
    saved = [json.loads(line) for line in Path(download.value.path()).read_text("utf-8").splitlines()]
    assert [sorted(line) for line in saved] == [["entities", "id", "verdict"]] * 3
    assert saved[0]["verdict"]["suggestion"] == "block"
    page.get_by_role("button", name="移除文件").click()
    assert page.locator("#posts").inner_text() == ""


@pytest.mark.parametrize(("name", "content", "words"), [
    ("a.jsonl", b'{"text": "x"}\n{"text": ', "第 2 行不是 JSON 对象"),
    ("a.jsonl", b"[1, 2]\n", "第 1 行不是 JSON 对象"),
    ("a.jsonl", b"", "没有帖子"),
    ("a.jsonl", b'{"n": 1}\n', "没有文字字段"),
    ("a.csv", b'text\n"x', "引号没有闭合"),
    ("a.txt", b"\xff\xff\xff", "编码"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_words(opened, name, content, words):
    page = opened()
    page.set_input_files("#file", {"name": name, "mimeType": "text/plain", "buffer": content})
    seen(page, "#posts .trouble", words)


def test_a_file_is_dropped_in(opened):
    page = opened()
    seen(page, "#point", "均衡")
    page.evaluate(
        """(text) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([text], "dropped.txt"));
      for (const type of ["dragover", "drop"]) document.getElementById("drop").dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }""",
        "\n".join(LINES),
    )
    seen(page, "#progressed", "3 / 3")


def test_many_posts_are_asked_for_in_batches_and_shown_in_pages(opened):
    page = opened()
    seen(page, "#point", "均衡")
    lines = [f"第{n}帖 张丽，电话13800138000" for n in range(260)]
    page.set_input_files("#file", {"name": "a.txt", "mimeType": "text/plain", "buffer": "\n".join(lines).encode()})
    seen(page, "#progressed", "260 / 260")
    assert [len(body["texts"]) for body in bodies(page, "/v1/judge")] == [100, 100, 60]
    seen(page, "#pages", "第 1 页，共 11 页")
    page.get_by_role("button", name="下一页").click()
    seen(page, "#pages", "第 2 页")
    assert page.evaluate("document.activeElement.id") == "pages"
    page.select_option("#policy", "strict")
    seen(page, "#posts", "仍是改之前的结果")
    page.get_by_role("button", name="重新判定").click()
    seen(page, "#progressed", "260 / 260")
    assert {body["policy"] for body in bodies(page, "/v1/judge")[3:]} == {"strict"}


@pytest.fixture(scope="module")
def posts_page(browser, service):
    page = browser.new_page()
    page.goto(service.address)
    yield page
    page.close()


FIELDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@settings(max_examples=50, deadline=None)
@given(
    st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(FIELDS, min_size=width, max_size=width), max_size=5)),
    st.sampled_from([",", "\t"]),
)
def test_delimited_text_is_read_as_it_was_written(posts_page, rows, delimiter):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    read = posts_page.evaluate(
        "async ([text, delimiter]) => (await import('/posts.js')).delimited(text, delimiter)",
        [stream.getvalue(), delimiter],
    )
    assert read == [row for row in rows if row != [""]]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=20), st.data())
def test_the_pieces_of_a_text_are_the_text(posts_page, text, data):
    text = text.encode("utf-16", "ignore").decode("utf-16")
    places = st.integers(0, len(text))
    spans = [{"start": min(a, b), "end": max(a, b)} for a, b in data.draw(st.lists(st.tuples(places, places)))]
    found = posts_page.evaluate(
        "async ([text, spans]) => (await import('/spans.js')).pieces(text, spans)", [text, spans]
    )
    assert "".join(piece["text"] for piece in found) == text
    assert all(
        piece["text"] == text[piece["span"]["start"] : piece["span"]["end"]] for piece in found if "span" in piece
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 9_000), max_size=150))
def test_batches_keep_all_posts_in_order_and_their_limits(posts_page, lengths):
    posts = [{"id": str(n), "text": "字" * length} for n, length in enumerate(lengths)]
    found = posts_page.evaluate(
        "async (posts) => (await import('/posts.js')).batches(posts).map(b => b.map(p => [p.id, p.text.length]))", posts
    )
    assert [post for batch in found for post in batch] == [[str(n), length] for n, length in enumerate(lengths)]
    assert all(
        len(batch) <= 100 and (len(batch) == 1 or sum(length for _, length in batch) <= 16_000) for batch in found
    )


def full(page):
    """A page with something in all its parts."""
    seen(page, "#point", "0.")
    page.set_input_files("#file", {"name": "a.txt", "mimeType": "text/plain", "buffer": "\n".join(LINES * 20).encode()})
    seen(page, "#progressed", "60")
    page.fill(
        "#post",
        "扒出来了，她叫张丽，电话一三八00138000，住麓山南路932号3栋502，她老公李强，卡号6222021234567890128，大家去骂他们",
    )
    seen(page, "#marked", "张丽")
    page.locator("#verdict summary").click()
    return page


@pytest.mark.parametrize("width", [320, 768])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_nothing_is_wider_than_the_window(opened, width, language):
    page = full(opened(width=width, language=language))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.only-heard, .cards thead')).map(e => e.className || e.tagName)"
    )
    assert cut == []


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_service_with_keys_is_used_with_a_key(opened):
    from gaihe.serving.http.access import hash_of, new_key

    key = new_key()
    with serving(environment={"GAIHE_API_KEYS": hash_of(key)}) as served:
        page = opened(of=served)
        seen(page, "#trouble", "需要密钥")
        page.keyboard.insert_text("wrong")
        page.keyboard.press("Enter")
        seen(page, "#trouble", "需要密钥")
        page.fill("#key", key)
        page.keyboard.press("Enter")
        gone(page, "#key-form")
        page.fill("#post", SECRET_TEXT)
        seen(page, "#findings", "电话")
        assert key not in served.log_text
