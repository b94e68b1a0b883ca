"""A file of posts, dropped or chosen, becomes a table."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serving.http.page.looking import LINES, bodies, seen
from tests.serving.http.served import serving

pytestmark = pytest.mark.slow


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
    assert [sorted(line) for line in saved] == [["entities", "id", "row", "verdict"]] * 3
    assert saved[0]["verdict"]["suggestion"] == "block"
    page.get_by_role("button", name="移除文件").click()
    assert page.locator("#posts").inner_text() == ""


@pytest.mark.parametrize(("name", "content", "words"), [
    ("a.jsonl", b'{"text": "x"}\n{"text": ', "第 2 行不是 JSON 对象"),
    ("a.jsonl", b"[1, 2]\n", "第 1 行不是 JSON 对象"),
    ("a.jsonl", b"", "没有帖子"),
    ("a.jsonl", b'{"n": 1}\n', "没有文字字段"),
    ("a.csv", b'text\n"x', "引号没有闭合"),
    ("a.jsonl", b"12345678901234567890\n", "第 1 行不是 JSON 对象"),
    ("a.jsonl", b'{"text":"a"}\n\n\n[1]\n', "第 4 行不是 JSON 对象"),
    ("a.csv", b"id,text,text\n1,one,two\n", "有两列都叫「text」"),
    ("a.csv", b"id,text\n1,hello, call me\n", "第 2 条记录有 3 格，而首行只有 2 个列名"),
    ("a.txt", b"\xff\xff\xff", "编码"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_words(opened, name, content, words):
    page = opened()
    page.set_input_files("#file", {"name": name, "mimeType": "text/plain", "buffer": content})
    seen(page, "#posts .trouble", words)


def test_a_post_that_no_question_holds_has_an_error_in_its_place(opened):
    with serving("--body-bytes", 100_000) as served:
        page = opened(of=served)
        seen(page, "#point", "均衡")
        lines = [LINES[0], "长" * 40_000, LINES[0]]
        page.set_input_files("#file", {"name": "a.txt", "mimeType": "text/plain", "buffer": "\n".join(lines).encode()})
        seen(page, "#progressed", "3 / 3")
        seen(page, "#list .filters", "建议拦截 2")
        seen(page, "#list tbody tr:last-child", "文字太长")
        assert page.input_value("#file") == "", "the same file can be chosen again once it is mended"


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


@pytest.mark.parametrize(("name", "content", "ids"), [
    ("a.jsonl", '{"id": 1234567890123456789, "text": "a 12345678901234567890"}\n{"id": -9007199254740993, "text": "b"}', ["1234567890123456789", "-9007199254740993"]),
    ("a.json", '[{"id": 7, "text": "a"}, {"id": "007", "text": "b"}, {"id": {"$oid": "x"}, "text": "\\"1234567890123456\\""}]', ["7", "007", "3"]),
    ("a.csv", "id,text\n1234567890123456789,a\n", ["1234567890123456789"]),
    ("a.jsonl", '{"id": 2, "text": "a 12345678901234567890"}\n{"text": "b"}', ["2", "2"]),
])  # fmt: skip
def test_an_id_is_as_it_is_written(posts_page, name, content, ids):
    read = """async ([name, text]) => {
      const { posts, read } = await import('/posts.js');
      return posts(read(name, new TextEncoder().encode(text)).rows, "text");
    }"""
    found = posts_page.evaluate(read, [name, content])
    assert [post["id"] for post in found] == ids
    assert [post["row"] for post in found] == list(range(1, len(ids) + 1))
    if name == "a.jsonl":
        assert found[0]["text"] == "a 12345678901234567890"


@pytest.mark.parametrize(("name", "content", "texts"), [
    ("posts", '{"text": "一"}\n{"text": "二"}\n', ["一", "二"]),
    ("posts.log", '\n  {"id": 1, "text": "一"}\r\n', ["一"]),
    ("posts", "{笑哭} 一\n二", ["{笑哭} 一", "二"]),
    ("posts", '"一"\n[1]', ['"一"', "[1]"]),
    ("posts", '一\n{"text": "二"}', ["一", '{"text": "二"}']),
    ("posts.txt", '{"text": "一"}', ['{"text": "一"}']),
])  # fmt: skip
def test_the_first_line_tells_what_the_ending_does_not(posts_page, name, content, texts):
    read = "async ([name, text]) => (await import('/posts.js')).read(name, new TextEncoder().encode(text)).rows"
    assert [row["text"] for row in posts_page.evaluate(read, [name, content])] == texts


def test_a_file_of_json_lines_without_an_ending_becomes_a_table(opened):
    page = opened()
    seen(page, "#point", "均衡")
    page.set_input_files("#file", {"name": "posts", "mimeType": "", "buffer": FILES["posts.jsonl"]})
    seen(page, "#progressed", "3 / 3")
    assert bodies(page, "/v1/judge")[0]["texts"] == LINES


def test_a_first_line_that_is_read_as_names_is_told(opened):
    page = opened()
    seen(page, "#point", "均衡")
    content = "\n".join(LINES).replace(",", "，").encode()
    page.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": content})
    seen(page, "#posts", f"首行当作列名，不作帖子：{LINES[0].strip()}")


def test_a_column_without_a_name_has_its_number(posts_page):
    read = "async (text) => (await import('/posts.js')).read('a.csv', new TextEncoder().encode(text)).rows"
    assert posts_page.evaluate(read, ",text,\n1,a,b\n") == [{"1": "1", "text": "a", "3": "b"}]


def test_the_delimiter_is_that_of_the_first_line(posts_page):
    read = "async (text) => (await import('/posts.js')).read('a.csv', new TextEncoder().encode(text)).rows"
    for delimiter in ",\t;":
        assert posts_page.evaluate(read, f'id{delimiter}text\n1{delimiter}"a, b; c"\n') == [
            {"id": "1", "text": "a, b; c"}
        ]


def test_lines_without_a_delimiter_are_searched_once(posts_page):
    searched = """async (text) => {
      const { delimited } = await import('/posts.js');
      const { exec } = RegExp.prototype;
      const { indexOf } = String.prototype;
      let searched = 0;
      RegExp.prototype.exec = function (text) {
        const begin = this.lastIndex;
        const found = exec.call(this, text);
        searched += (found ? found.index + found[0].length : text.length) - begin;
        return found;
      };
      String.prototype.indexOf = function (wanted, begin = 0) {
        const found = indexOf.call(this, wanted, begin);
        searched += (found < 0 ? this.length : found + wanted.length) - begin;
        return found;
      };
      try { delimited(text, ','); } finally { RegExp.prototype.exec = exec; String.prototype.indexOf = indexOf; }
      return searched;
    }"""
    text = "今天去看了海，风很大，人很少。回来的路上买了两个橘子，甜的。\n" * 200
    assert 0 < posts_page.evaluate(searched, text) <= len(text)


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
