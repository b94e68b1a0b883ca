"""One post: typed, marked, judged, redacted; and what happens when the service is in trouble."""

import re
from contextlib import suppress

import pytest

from tests.serving.http.page.looking import bodies, gone, seen
from tests.serving.http.served import SECRET_PARTS, SECRET_TEXT, serving

pytestmark = pytest.mark.slow


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


def test_trouble_is_told_in_words_and_ends(opened):
    page = opened()
    seen(page, "#point", "均衡")
    page.route("**/v1/judge", lambda route: route.abort())
    page.fill("#post", "张丽，电话13800138000")
    seen(page, "#trouble", "联系不上服务")
    seen(page, "#verdict", "还没有结论")
    page.unroute("**/v1/judge")
    page.get_by_role("button", name="再试一次").click()
    seen(page, "#findings", "电话")
    gone(page, "#trouble")


def test_what_was_found_in_another_post_is_gone_with_trouble(opened):
    page = opened()
    page.fill("#post", "张丽，电话13800138000，大家去骂她")
    seen(page, "#redacted", "[姓名]")
    error = {"error": {"code": "odd", "message": "what is odd"}}
    page.route("**/v1/redact", lambda route: route.fulfill(status=418, json=error))
    page.fill("#post", "李强，电话13900139000")
    seen(page, "#trouble", "what is odd")
    gone(page, "#result")
    seen(page, "#verdict", "还没有结论")


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


def test_a_key_that_no_header_holds_is_a_wrong_key(opened):
    asked = """async () => {
      const { ask, useKey } = await import('/service.js');
      useKey('密钥');
      return ask('/v1/types').catch(({ code }) => code);
    }"""
    assert opened().evaluate(asked) == "unauthorized"


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
