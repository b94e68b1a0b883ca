"""Every regular expression of serving, and every verification, takes time that grows as the text does.

Times are those of the processor, the least of several runs, and only their growth counts: a text of twice the length may
take three times as long. Below a floor nothing is looked at.
"""

import dataclasses
import gc
import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Iterator
from functools import cache

import gaihe.serving
import pytest
from gaihe.serving.core.schema import BUILT_IN, Entity, EntityType
from gaihe.serving.recognition.verification import verify_as
from gaihe.serving.redaction.redact import redact
from gaihe.serving.types import sheet_of

SHORT = (20, 25, 30, 35, 40, 80)
"""Characters of texts that take less than the floor, unless a pattern is exponential."""
DOUBLING = tuple(5_000 * 2**power // 32 for power in range(9))
FLOOR = 0.02
CLEAR_LENGTH, CLEAR = 2_500, 0.00025
"""A pattern that goes over so many characters in so little time goes over them once."""
STEEPEST = 3.0
TIMES = 3
"""A fault counts if it is seen so many times on end: one steep step alone may be the machine's."""
OPERATIONS = {"fullmatch", "match", "search", "sub", "split", "findall", "finditer"}
OTHER_OPERATIONS = {"numbers._CROSS": "sub", "numbers._CROSS_RUN": "sub", "types.qq._CUE": "sub"}
"""The usual operations of patterns that are used under another name than their own; of others it is ``fullmatch``."""
UNITS = (
    r"\u0000 * ** *a a A Aa 1 11 一 1一 酒 x X xX x1 某 口 _ # ? ?？ - . .. … · ， → \u0020 \u0009 \u000a \u3000 \u0300 a\u0300 "
    r"\u0316\u0300 \ufe0f \u200b \u20e3 ⑬ ❤ @ [ ] [点 [. ( 1. 1- a- a. www. m. www.m. a.b/ mailto: http:// \u0020点 点\u0020 \u0020. \u0020.\u0020 "
    r"\u0020at at 前面 再 \u0020再\u0020 三个0 字 字第 号 转 转1 1转 +86 0086 86 861 使 湘A No. 年 月 1年 *年 某\u0020 xian ang niang 3\u0020 1* *1 "
    r"[doge] 下划线 a下划线 : :: a: 1: a1 1a - _- é 张 é张 \ud800 弓长 木子 , ， # （ ） 1（ T1\u0009 1\u00201;"
)
"""Parts of adversarial texts, between white space."""


def texts() -> list[tuple[str, str]]:
    return [(start, unit) for unit in map(unescaped, UNITS.split()) for start in ("", "1")]


def unescaped(unit: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), unit)


@cache
def text_of(start: str, unit: str, length: int) -> str:
    """A text that nothing matches whole: its end is a sign that has no place in any value."""
    return start + unit * (length // len(unit)) + "!"


def modules() -> Iterator[object]:
    for module in pkgutil.walk_packages(gaihe.serving.__path__, "gaihe.serving."):
        if not module.name.endswith("__main__"):
            yield importlib.import_module(module.name)


def nested(value: object) -> Iterator[tuple[str, re.Pattern]]:
    if isinstance(value, re.Pattern):
        yield "", value
    elif isinstance(value, dict):
        yield from ((f"[{key}]", each) for key, inner in value.items() for _, each in nested(inner))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        yield from ((f".{name}{key}", each) for name, part in parts for key, each in nested(part))
    elif isinstance(value, tuple | list):
        yield from ((f"[{place}]", each) for place, inner in enumerate(value) for _, each in nested(inner))


def patterns() -> dict[str, tuple[re.Pattern, str]]:
    """Every compiled pattern with its usual operation: of a module, in its tables, and of its cached functions."""
    found = {}
    for module in modules():
        source = inspect.getsource(module)
        for name, value in vars(module).items():
            if hasattr(value, "cache_info") and value.__module__ == module.__name__:
                if inspect.signature(value).parameters:
                    continue
                value = value()
            short = f"{module.__name__.removeprefix('gaihe.serving.')}.{name}"
            used = set(re.findall(rf"\b{re.escape(name)}\b(?:\(\))?(?:\[\w+\])?\.(\w+)\(", source)) & OPERATIONS
            for key, pattern in nested(value):
                operations = used or {OTHER_OPERATIONS.get(short.removeprefix("reveal."), "fullmatch")}
                found |= {f"{short}{key}.{operation}": (pattern, operation) for operation in sorted(operations)}
    return found


def shortest_time(work, text: str, enough: float) -> float:
    """The least processor time of up to five runs, in seconds; the first that is short enough is the last.

    As with ``timeit``, garbage is not collected meanwhile: that takes time by the size of the whole process.
    """
    shortest = float("inf")
    gc.disable()
    try:
        for _ in range(5):
            begun = time.process_time()
            work(text)
            shortest = min(shortest, time.process_time() - begun)
            if shortest <= enough:
                break
    finally:
        gc.enable()
    return shortest


def fault_of(work, start: str, unit: str) -> str | None:
    """What shows that the time of some work grows faster than the text, where it does."""
    fault = None
    for _ in range(TIMES):
        fault = fault_once(work, start, unit)
        if fault is None:
            break
    return fault


def fault_once(work, start: str, unit: str) -> str | None:
    for length in SHORT:
        if (spent := shortest_time(work, text_of(start, unit, length), FLOOR)) > FLOOR:
            return f"{length} characters of {start!r} and {unit!r}: {spent:.3f} s"
    before = FLOOR
    for length in DOUBLING:
        allowed = max(FLOOR, STEEPEST * before)
        if (spent := shortest_time(work, text_of(start, unit, length), allowed)) > allowed:
            return f"{length} characters of {start!r} and {unit!r}: {spent:.3f} s, half of them: {before:.3f} s"
        if length >= CLEAR_LENGTH and spent < CLEAR:
            break
        before = spent
    return None


PATTERNS = patterns()


def test_the_patterns_of_all_modules_are_found():
    assert len(PATTERNS) > 100
    for name in (
        "reveal.numbers._fillers.split",
        "types.passport.SHEET.plan.everyday.fullmatch",
        "reveal.words._LATIN.findall",
        "types.passport._KNOWN[0].fullmatch",
        "exchange.escapes._ESCAPE.sub",
    ):
        assert name in PATTERNS


@pytest.mark.slow
@pytest.mark.parametrize("name", PATTERNS)
def test_a_patterns_time_grows_as_the_text_does(name):
    pattern, operation = PATTERNS[name]
    method, nothing = getattr(pattern, operation), pattern.pattern[:0]
    called = {"sub": lambda read: method(nothing, read), "finditer": lambda read: list(method(read))}.get(
        operation, method
    )
    work = called if nothing == "" else lambda text: called(text.encode("utf-8", "surrogatepass"))
    assert [fault for start, unit in texts() if (fault := fault_of(work, start, unit))] == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", BUILT_IN)
def test_the_time_of_a_verification_grows_as_the_surface_does(kind):
    for work in (lambda text: verify_as(text, kind), sheet_of(kind).reveal):
        assert [fault for start, unit in texts() if (fault := fault_of(work, start, unit))] == []


@pytest.mark.slow
def test_the_time_of_a_redaction_grows_as_the_text_does():
    def work(text):
        return redact(
            text, [Entity(at, at + 2, EntityType.NAME, text[at : at + 2]) for at in range(0, len(text) // 2, 4)]
        )

    assert [fault for unit in ("1", "ab", "张丽1", "aab") if (fault := fault_of(work, "", unit))] == []
