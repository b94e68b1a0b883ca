"""The middleware around a real application: nothing passes that was not redacted."""

import asyncio
import json
import re
import time

import pytest

pytest.importorskip("starlette")
pytest.importorskip("httpx")

import httpx
from gaihe.integrations.asgi import RedactingMiddleware
from gaihe.integrations.markup import Markup
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

TEXT = "张丽，电话13800138000"
SAFE = "[姓名]，电话[电话]"


def application(folder, seen):
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")

    async def echo(request):
        seen.append(await request.body())
        return JSONResponse(json.loads(seen[-1]))

    async def pieces(_):
        async def parts():
            for part in ("张丽，电话1380", "0138000"):
                yield part.encode()

        return StreamingResponse(parts(), media_type="text/event-stream")

    async def picture(_):
        return Response(TEXT.encode(), media_type="image/png")

    async def zipped(_):
        return Response(TEXT.encode(), media_type="text/plain", headers={"Content-Encoding": "gzip"})

    async def nothing(_):
        return Response(status_code=204)

    async def untyped(request):
        return Response(request.query_params["body"])

    async def told(request):
        return Response(await request.body(), media_type=request.query_params["type"])

    async def plain(_):
        return PlainTextResponse(TEXT, headers={"ETag": "x"})

    return Starlette(routes=[
        Route("/echo", echo, methods=["POST"]), Route("/plain", plain), Route("/pieces", pieces), Route("/picture", picture),
        Route("/untyped", untyped), Route("/zipped", zipped), Route("/nothing", nothing), Route("/told", told, methods=["POST"]), Route("/file", lambda _: FileResponse(folder / "a.txt")),
    ])  # fmt: skip


@pytest.fixture
def ask(tmp_path):
    seen = []

    def asked(path, body=None, headers=None, **options):
        async def once():
            app = RedactingMiddleware(application(tmp_path, seen), **options)
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
                content = (
                    body if body is None or isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
                )
                kind = {"Content-Type": "application/json"} if body is not None else {}
                return await client.request(
                    "GET" if body is None else "POST", path, content=content, headers=kind | (headers or {})
                )

        return asyncio.run(once())

    asked.seen = seen
    return asked


def test_an_answer_is_redacted(ask):
    body = {"posts": [{"text": TEXT, "likes": 3, "at": None}], "note": "今天天气真好"}
    answer = ask("/echo", body)
    assert answer.json() == {"posts": [{"text": SAFE, "likes": 3, "at": None}], "note": "今天天气真好"}
    assert json.loads(ask.seen[0]) == body
    plain = ask("/plain")
    assert plain.text == SAFE and "etag" not in plain.headers


def test_numbers_and_halves_of_surrogates_stay_as_they_were_written(ask):
    body = '{"n": [1E5, 1.10, -0, 12345678901234567890.123, NaN, 7], "h": "\\ud83d", "text": "%s"}'
    answer = ask("/told?type=application/json", (body % TEXT).encode())
    assert answer.text.replace('"[\\u59d3\\u540d]\\uff0c\\u7535\\u8bdd[\\u7535\\u8bdd]"', f'"{SAFE}"') == body % SAFE
    lines = f'{{"n": 1.10, "text": "{TEXT}"}}\n'
    assert ask("/told?type=application/x-ndjson", lines.encode()).text == lines.replace(TEXT, SAFE)


@pytest.mark.parametrize("last", ["null", "1.10", "[]"])
def test_only_what_was_read_is_passed_on(ask, last):
    body = f'{{"post": "{TEXT}", "post": {last}}}'.encode()
    shown = f'{{"post": {last}}}'
    assert ask("/told?type=application/json", body).text == shown
    assert ask("/told?type=application/x-ndjson", body + b"\n").text == shown + "\n"
    assert ask("/told?type=application/json", body, requests=True, responses=False).text == shown


def test_a_body_has_one_length():
    given = [(b"content-type", b"text/plain"), (b"transfer-encoding", b"chunked")]
    seen, sent = [], []

    async def app(scope, receive, send):
        seen.append(scope["headers"])
        await send({"type": "http.response.start", "status": 200, "headers": given})
        await send({"type": "http.response.body", "body": TEXT.encode()})

    async def receive():
        return {"type": "http.request", "body": TEXT.encode()}

    async def send(message):
        sent.append(message)

    asyncio.run(RedactingMiddleware(app, requests=True)({"type": "http", "headers": given}, receive, send))
    length = (b"content-length", str(len(SAFE.encode())).encode())
    assert seen == [[given[0], length]]
    assert [sent[0]["headers"], sent[1]["body"]] == [[given[0], length], SAFE.encode()]


@pytest.mark.parametrize(("method", "status", "told"), [
    ("HEAD", 200, False), ("GET", 304, False), ("GET", 200, True), ("PUT", 204, True),
])  # fmt: skip
def test_headers_tell_nothing_of_a_body_that_is_not_sent(method, status, told):
    kind = (b"content-type", b"application/json")
    given = [kind, (b"content-length", b"44"), (b"ETag", b'"d"'), (b"repr-digest", b"sha-256=:x:")]
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": status, "headers": given})
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        sent.append(message)

    asyncio.run(RedactingMiddleware(app)({"type": "http", "method": method, "headers": []}, None, send))
    assert sent[0] == {"type": "http.response.start", "status": status, "headers": given if told else [kind]}
    assert sent[1]["body"] == b""


def test_a_question_is_redacted_before_the_application_sees_it(ask):
    answer = ask("/echo", {"text": TEXT}, requests=True, responses=False)
    assert json.loads(ask.seen[0]) == {"text": SAFE} == answer.json()


def test_a_string_that_is_the_whole_body_is_redacted(ask):
    answer = ask("/echo", TEXT, requests=True)
    assert json.loads(ask.seen[0]) == SAFE == answer.json()
    assert ask("/echo", TEXT).json() == SAFE


def test_bodies_of_no_type_are_redacted(ask):
    assert ask(f"/untyped?body={TEXT}").text == SAFE
    assert ask("/untyped?body=13812345678").text == "[电话]"
    untyped = {"Content-Type": ""}
    assert ask("/echo", {"text": TEXT}, untyped, requests=True, responses=False).json() == {"text": SAFE}
    assert ask("/echo", b"\x89PNG\xff", untyped, requests=True).status_code == 422


def test_named_fields_alone_are_redacted(ask):
    answer = ask("/echo", {"text": [TEXT, {"inner": TEXT}], "other": TEXT}, fields=["text"])
    assert answer.json() == {"text": [SAFE, {"inner": SAFE}], "other": TEXT}


@pytest.mark.parametrize("path", ["/pieces", "/file"])
def test_texts_that_come_in_pieces_or_from_files_are_redacted_whole(ask, path):
    assert ask(path, headers={"Range": "bytes=0-10"}).text == SAFE


def test_what_holds_no_text_passes_as_it_is(ask):
    assert ask("/picture").content == TEXT.encode()
    assert ask("/nothing").status_code == 204


async def failing(_):
    raise RuntimeError


async def too_few(_):
    return []


@pytest.mark.parametrize(("path", "options"), [
    ("/zipped", {}), ("/plain", {"body_bytes": 5}), ("/plain", {"redact": failing}), ("/plain", {"redact": too_few}),
])  # fmt: skip
def test_what_cannot_be_redacted_does_not_pass(ask, path, options):
    answer = ask(path, **options)
    assert answer.status_code == 500 and answer.json()["error"]["code"] == "not_redacted"
    assert "张丽" not in answer.text


@pytest.mark.parametrize("body", [b"{", "张丽".encode("gb18030"), json.dumps({"text": "长" * 5_000}).encode()])
def test_a_question_that_cannot_be_redacted_does_not_pass(ask, body):
    assert ask("/echo", body, requests=True, body_bytes=10_000).status_code == 422
    assert ask.seen == []


ESCAPED = json.dumps({"text": TEXT})
"""As Python writes JSON when nobody says otherwise."""


@pytest.mark.parametrize(("kind", "body", "shown"), [
    ("application/x-ndjson", f'{ESCAPED}\n{{"tel": 13800138000, "text": "好\\n"}}\n', f'{{"text": "{SAFE}"}}\n{{"tel": 13800138000, "text": "好\\n"}}\n'),
    ("application/jsonlines", ESCAPED, f'{{"text": "{SAFE}"}}'),
    ("text/event-stream", f"event: post\ndata: {ESCAPED}\n\ndata: {TEXT}\n\n", f'event: post\ndata: {{"text": "{SAFE}"}}\n\ndata: {SAFE}\n\n'),
    ("text/html", f"<script>x = {ESCAPED}</script>", f'<script>x = {{"text": "{SAFE}"}}</script>'),
    ("text/html", "".join(f"&#{ord(c)};" for c in TEXT), SAFE),
    ("text/html", "".join(f"&#x{ord(c):x};" for c in TEXT), SAFE),
    ("text/html", "".join(f"&#{ord(c):09}" for c in TEXT), SAFE),
    ("text/html", "".join(f"&amp;amp;#{ord(c)};" for c in TEXT), SAFE),
    ("application/json", json.dumps(json.dumps(json.dumps(ESCAPED))), json.dumps(json.dumps(json.dumps(f'{{"text": "{SAFE}"}}', ensure_ascii=False), ensure_ascii=False), ensure_ascii=False)),
    ("text/html", "她叫<b>张</b>丽，电话<i>138</i>0013<br>8000。<p>今天", "她叫<b>[姓名]</b>，电话<i>[电话]</i><br>。<p>今天"),
    ("text/html", '<a class="x" href="tel:13800138000" title=\'张丽，电话13800138000\'>她</a>', '<a class="x" href="tel:[电话]" title=\'[姓名]，电话[电话]\'>她</a>'),
    ("text/html", "<!-- 张丽，电话13800138000 --><td>张丽</td><td>13800138000</td>", "<!-- [姓名]，电话[电话] --><td>[姓名]</td><td>[电话]</td>"),
    ("application/json", json.dumps({"html": "<p>她叫<em>张</em>丽</p>"}), '{"html": "<p>她叫<em>[姓名]</em></p>"}'),
    ("application/json", json.dumps({"inner": ESCAPED}), json.dumps({"inner": f'{{"text": "{SAFE}"}}'}, ensure_ascii=False)),
    ("application/rss+xml", f"<title>{TEXT}</title>", f"<title>{SAFE}</title>"),
    ("text/plain", r"C:\\u5f20 &#60; \u003c \ud83d &#x110000; \u4eca", r"C:\\u5f20 &#60; \u003c \ud83d &#x110000; \u4eca"),
])  # fmt: skip
def test_escaped_characters_are_read_as_what_they_stand_for(ask, kind, body, shown):
    assert ask(f"/told?type={kind.replace('+', '%2B')}", body.encode()).text == shown


def test_json_behind_a_byte_order_mark_is_read(ask):
    body = f'\ufeff{{"text": "{TEXT}", "n": 1.10}}'
    shown = f'{{"text": "{SAFE}", "n": 1.10}}'
    for kind in ("application/json", "application/x-ndjson", ""):
        assert ask(f"/told?type={kind}", body.encode(), fields=["text"]).text == shown
    assert ask("/told?type=text/plain", f"\ufeff{TEXT}".encode()).content.decode() == f"\ufeff{SAFE}"


@pytest.mark.parametrize(("body", "shown"), [
    ("电话<!-- -->138<!-- -->0013<!-- -->8000，张<!-- -->丽", "电话<!-- -->[电话]，[姓名]<!-- --><!-- --><!-- -->"),
    ("电话138<wbr>0013<!-- x -->8000", "电话[电话]<wbr><!-- x -->"),
    ("电话138<!--手机-->0013<!-- 内部<b>备注</b> -->8000", "电话[电话]<!--手机--><!-- 内部<b>备注</b> -->"),
    ("邮箱zhangli<!-- nospam -->@example.com", "邮箱[邮箱]<!-- nospam -->"),
    ("138<!-->0013<!--->8000<!--今天--!>下雨", "[电话]<!--><!---><!--今天--!>下雨"),
    (f"<p>今天<!-- 她叫<b>张</b>丽 --><i>下雨</i></p><!-- {TEXT}", f"<p>今天<!-- 她叫<b>[姓名]</b> --><i>下雨</i></p><!-- {SAFE}"),
])  # fmt: skip
def test_a_comment_does_not_part_what_a_reader_sees_as_one(ask, body, shown):
    assert ask("/told?type=text/html", body.encode()).text == shown


@pytest.mark.parametrize(
    "told",
    [
        "<p>微信：<!-- abc_12345 --></p>",
        "<p>微信号<!-- lili2003 -->请私信</p>",
        "<p>工号：<!-- 2021030412 --></p>",
        "<p>生日：<!-- 1998年3月5日 --></p>",
        "<table><tr><!-- QQ号 --><td>1372849561</td></tr></table>",
        "<p><!-- 微信号 --><span>abc_12345</span></p>",
    ],
)
def test_a_comment_and_what_stands_beside_it_are_read_together_on_a_long_page(ask, told):
    around = (
        "<p>今天天气真好，适合出去走走。</p><p>地铁二号线周末延长运营一小时，请大家注意出行时间。</p><p>球队昨晚又输了。</p>"
        * 8
    )
    shown = ask("/told?type=text/html", f"{around}{told}{around}".encode()).text
    assert shown.startswith(around)
    assert shown.endswith(around)
    assert "[" in shown.removeprefix(around).removesuffix(around)


@pytest.mark.parametrize(
    "text", ["<!--" * 50_000, "<!-- " * 20_000 + "-->" * 20_000, "<!--" + " " * 200_000, "<!---->" * 30_000]
)
def test_comments_take_time_linear_in_their_length(text):
    begun = time.process_time()
    marked = Markup(text)
    assert marked.with_tags(marked.text, marked.text) == text
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("text", [
    "<p title='a>b' class=x>今天<b>天气<p 13800138000><a href=x>好</b><zhangli@x>\u2061", "<a b='c' d=\"e\" f=g h>x<br/></A><!-- y", "a < b > c",
    "<!-- a --> b <!-- c<br>d --><p>e<!--", "<!-- <!-- --> --> <a title='<!-- x -->'>", "<!-->a<!--->b<!-- --!>c",
])  # fmt: skip
def test_a_text_has_its_tags_back(text):
    marked = Markup(text)
    assert marked.with_tags(marked.text, marked.text) == text


@given(
    st.lists(
        st.sampled_from(
            [
                "<b>",
                "</b>",
                "<br>",
                "<p>",
                "<!--",
                "-->",
                '<a href="',
                '">',
                "张丽",
                "，电话",
                "138",
                "0013",
                "8000",
                "\n",
                "好",
                "<",
                "\u2061",
                "\u2062",
            ]
        )
    )
)
def test_no_redaction_loses_a_tag(pieces):
    text = "".join(pieces)
    marked = Markup(text)
    cut = re.sub("张.*丽|1.*0", "[x]", marked.text)
    tags = re.compile(r"</?b>|<br>|<p>")
    if marked.text != text:
        assert tags.findall(marked.with_tags(cut, marked.text)) == tags.findall(text)
    assert marked.with_tags(marked.text, marked.text) == text


def test_a_character_that_is_escaped_too_often_does_not_pass(ask):
    text = "\\u005"
    for _ in range(20):
        text = text.replace("5", "&#53;", 1) if len(text) % 2 else text.replace("5", "\\u0035", 1)
    assert ask("/told?type=text/html", f"{text}c {TEXT}".encode()).status_code == 500


@pytest.mark.parametrize("charset", ["utf-16le", "GBK", '"utf-7"'])
def test_a_text_that_is_not_utf_8_does_not_pass(ask, charset):
    answer = ask(f"/told?type=text/plain; charset={charset}", b"t\0e\0l\0 \0" + "13800138000".encode("utf-16le"))
    assert answer.status_code == 500 and answer.json()["error"]["code"] == "not_redacted"
    assert ask('/told?type=text/plain; charset="UTF-8"', TEXT.encode()).text == SAFE


def test_one_name_is_no_list_of_fields():
    with pytest.raises(TypeError, match="a list of names"):
        RedactingMiddleware(application, fields="post")
