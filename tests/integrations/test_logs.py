"""The filter on real handlers: no text of a post comes into a log."""

import html
import io
import json
import logging
from urllib.parse import quote

import pytest
from gaihe.integrations.logs import NOT_REDACTED, RedactingFilter
from uvicorn.logging import AccessFormatter

TEXT = "张丽，电话13800138000"


@pytest.fixture
def log():
    def made(form="%(message)s", **options):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(logging.Formatter(form))
        handler.addFilter(RedactingFilter(**options))
        logger = logging.Logger("posts")
        logger.addHandler(handler)
        return logger, stream

    return made


def test_a_message_with_its_arguments_is_redacted(log):
    logger, stream = log()
    logger.info("收到：%s（%d 赞）", TEXT, 3)
    logger.info("今天天气真好")
    assert stream.getvalue() == "收到：[姓名]，电话[电话]（3 赞）\n今天天气真好\n"


@pytest.mark.parametrize("escaped", [
    json.dumps({"post": TEXT}), json.dumps(json.dumps(json.dumps(TEXT))), str(TEXT.encode()), str([TEXT.encode("gbk")]), ascii(TEXT),
    quote(TEXT), quote(quote(TEXT)), "".join(f"&#{ord(c):09}" for c in TEXT), html.escape(TEXT.encode("ascii", "xmlcharrefreplace").decode()), ascii("𠮷丽，电话13800138000"),
])  # fmt: skip
def test_what_is_escaped_is_redacted(log, escaped):
    logger, stream = log()
    logger.info("收到：%s", escaped)
    try:
        raise ValueError(escaped)
    except ValueError:
        logger.exception("failed")
    assert "13800138000" not in stream.getvalue() and stream.getvalue().count("[姓名]，电话[电话]") == 2


@pytest.mark.parametrize(
    "text", ["C:\\users\\x86", "100%25 &amp; &#60; \\u003c \\ud83d", str(bytes(range(256))), "b'\\x89PNG'"]
)
def test_what_is_escaped_without_personal_data_stays_as_it_is(log, text):
    logger, stream = log()
    logger.info("%s", text)
    assert stream.getvalue() == f"{text}\n"


def test_a_formatter_that_reads_the_arguments_of_access_lines_has_them(log):
    logger, stream = log()
    logger.handlers[0].setFormatter(
        AccessFormatter("%(client_addr)s %(request_line)s %(status_code)s", use_colors=False)
    )
    logger.info('%s - "%s %s HTTP/%s" %d', "127.0.0.1:54321", "GET", "/v1/health", "1.1", 200)
    assert stream.getvalue() == "127.0.0.1:54321 GET /v1/health HTTP/1.1 200 OK\n"


def test_a_traceback_is_redacted(log):
    logger, stream = log()
    try:
        raise ValueError(f"bad post: {TEXT}")
    except ValueError:
        logger.exception("failed", stack_info=True)
    assert "ValueError: bad post: " in stream.getvalue()
    assert "张丽" not in stream.getvalue() and "13800138000" not in stream.getvalue()


def test_named_fields_are_redacted(log):
    logger, stream = log("%(post)s %(number)s", fields=["post", "number", "absent"])
    logger.info("seen", extra={"post": TEXT, "number": 7})
    assert stream.getvalue() == "[姓名]，电话[电话] 7\n"


class Unshown:
    def __str__(self):
        raise RuntimeError


@pytest.mark.parametrize(("value", "shown"), [
    ({"text": TEXT}, "{'text': '[姓名]，电话[电话]'}"), ([TEXT], "['[姓名]，电话[电话]']"), (13812345678, "[电话]"),
    (ValueError(TEXT), "[姓名]，电话[电话]"), (TEXT.encode(), "[姓名]，电话[电话]"), (TEXT.encode("gbk"), NOT_REDACTED), (Unshown(), NOT_REDACTED),
])  # fmt: skip
def test_named_fields_of_any_kind_are_redacted(log, value, shown):
    logger, stream = log("%(post)s", fields=["post"])
    logger.info("seen", extra={"post": value})
    assert stream.getvalue() == f"{shown}\n"


def test_a_named_field_without_personal_data_stays_what_it_is(log):
    logger, _ = log(fields=["post"])
    seen = []
    logger.addFilter(lambda record: seen.append(record) or True)
    value = {"likes": 3}
    logger.info("seen", extra={"post": value})
    assert seen[0].post is value


def test_every_handler_redacts_its_own_fields(log):
    logger, _ = log("%(post)s")
    later = io.StringIO()
    handler = logging.StreamHandler(later)
    handler.setFormatter(logging.Formatter("%(message)s %(post)s"))
    handler.addFilter(RedactingFilter(fields=["post"]))
    logger.addHandler(handler)
    logger.info(TEXT, extra={"post": TEXT})
    assert later.getvalue() == "[姓名]，电话[电话] [姓名]，电话[电话]\n"


def test_handlers_without_the_filter_that_come_later_see_no_more(log):
    logger, _ = log()
    later = io.StringIO()
    logger.addHandler(logging.StreamHandler(later))
    logger.info(TEXT)
    assert later.getvalue() == "[姓名]，电话[电话]\n"


def test_what_cannot_be_redacted_is_left_out(log):
    def failing(_):
        raise RuntimeError

    logger, stream = log(redact=failing)
    logger.info(TEXT)
    logger.info("%d", "no number")
    assert stream.getvalue() == f"{NOT_REDACTED}\n" * 2


def test_a_redaction_that_logs_goes_round_in_no_circle(log):
    def talking(text):
        logger.info("redacting %s", text)
        return text.replace("张丽", "某某")

    logger, stream = log(redact=talking)
    logger.info("张丽")
    assert stream.getvalue() == f"{NOT_REDACTED}\n某某\n"


def test_one_name_is_no_list_of_fields():
    with pytest.raises(TypeError, match="a list of names"):
        RedactingFilter(fields="post")
