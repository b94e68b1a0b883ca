"""What is seen on the page, waited for."""

import json

TIMEOUT = 60_000
LINES = ["张丽，电话一三八00138000，大家去骂她", "今天天气真好", "我叫李强，电话13800138000"]


def seen(page, selector, words, **options):
    """Wait until an element shows words."""
    from playwright.sync_api import expect

    expect(page.locator(selector)).to_contain_text(words, **options)


def gone(page, selector):
    from playwright.sync_api import expect

    expect(page.locator(selector)).to_be_hidden()


def bodies(page, path):
    return [json.loads(request.post_data) for request in page.asked if request.url.endswith(path)]


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
