"""Values in another order or in parts: read from the end, or cut by words."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random

from gaihe.data.disguise.units import compact, is_mask, is_value, number_plan, units, without_country_code
from gaihe.data.lexicon.tables import rows
from gaihe.serving.core.schema import EntityType
from gaihe.serving.reveal.plans import DatePlan

_BY_HABIT_SHARE = 0.75

HINTS: tuple[str, ...] = (
    "（倒着看）",
    "（倒过来看）",
    "（反着念）",
    "（反过来）",
    "(倒序)",
    "（逆序）",
    "（从后往前读）",
    "（从右往左看）",
    "（反的，懂的都懂）",
    "（倒着打就行）",
    " 倒着加",
    " 反过来就是了",
    "，倒着看",
    "，反着来",
    "，从后往前念",
    "，要倒过来拨",
    "（颠倒一下）",
    "（翻过来）",
    "【倒着读】",
    "[倒序]",
    "（镜像）",
    "←从这头看",
    "（从尾到头）",
    "（自己倒一下）",
    "（反写的）",
    "，记得倒回来",
    "（逆着看，防屏蔽）",
    "，反序哈",
    "（dao着看）",
    "（倒放）",
    "（↩️读）",
    "，尾巴在前头",
)
"""What people write after a reversed value, outside its span."""

LEADS: tuple[str, ...] = (
    "前面",
    "开头",
    "先是",
    "前半段",
    "打头",
    "首先",
    "前几位",
    "分开发，先",
    "头几位",
    "前边是",
    "第一段",
    "起头",
    "上半截",
    "先",
    "头",
    "前头",
    "开首",
    "起手",
    "开局",
    "先给你",
    "一半在这",
    "拆开写 ",
    "掰成两半 ",
    "剪两段：",
    "听写：",
    "报数：",
    "跟着念 ",
    "抄作业：",
    "不多说，",
    "悄悄说 ",
    "接上楼 ",
    "图一",
    "第一行",
)
"""What people write before the first part of a chunked value, outside its span."""


_HABITUAL_CUTS = {
    (11, 2): ((3, 8), (7, 4)),
    (11, 3): ((3, 4, 4),),
    (11, 4): ((3, 2, 2, 4), (3, 4, 2, 2)),
    (18, 2): ((6, 12), (14, 4), (10, 8)),
    (18, 3): ((6, 8, 4), (6, 4, 8)),
    (18, 4): ((6, 4, 4, 4),),
    (16, 2): ((8, 8), (12, 4)),
    (16, 4): ((4, 4, 4, 4),),
    (19, 2): ((6, 13), (15, 4)),
    (19, 3): ((6, 9, 4),),
}


@cache
def _phrases() -> tuple[str, ...]:
    return tuple(phrase.replace("\\n", "\n") for phrase, *_ in rows("chunk_phrases"))


def reversed_value(text: str, type: EntityType, random: Random) -> str | None:
    """The characters from last to first, where only that order shows which way to read them."""
    head, body = without_country_code(text, type)
    number = compact(body, type)
    if number is None or head.startswith(("0", "8")) or "(" in body:
        return None
    plan = number_plan(type)
    return body[::-1] if plan is not None and plan.turned_round(number[::-1]) else None


def chunked(text: str, type: EntityType, random: Random) -> str | None:
    """Cut a value by words; the surface runs from its first to its last character."""
    if not _is_cut(type) or any(sign in text for sign in "\n|["):
        return None
    head, body = without_country_code(text, type)
    if type is EntityType.PHONE and compact(body, type) is None:
        return None
    parts = units(compact(body, type) or body)
    is_part = bool if type is EntityType.WECHAT else _is_part
    count = sum(is_part(part) for part in parts)
    if count < 6 or not is_part(parts[0]) or not is_part(parts[-1]):
        return None
    phrase = random.choice(_phrases())
    sizes = _sizes(count, phrase.count("{}"), random)
    pieces: list[str] = []
    at = 0
    for size in sizes:
        piece, at = _take(parts, at, size, is_part)
        pieces.append(piece)
    return head + phrase.format(*pieces)


def _is_cut(kind: EntityType) -> bool:
    """Whether people cut values of a type by words."""
    plan = number_plan(kind)
    return kind is EntityType.WECHAT or (plan is not None and plan.chunked and not isinstance(plan, DatePlan))


def _is_part(unit: str) -> bool:
    return is_value(unit) or is_mask(unit)


def _take(parts: list[str], at: int, size: int, is_part: Callable[[str], bool]) -> tuple[str, int]:
    """The next ``size`` characters of the value with what stands between them; where the next piece begins."""
    start = at
    while size:
        size -= is_part(parts[at])
        at += 1
    piece = "".join(parts[start:at])
    while at < len(parts) and not is_part(parts[at]):
        at += 1
    return piece, at


def _sizes(count: int, pieces: int, random: Random) -> list[int]:
    habits = _HABITUAL_CUTS.get((count, pieces))
    if habits and random.random() < _BY_HABIT_SHARE:
        return list(random.choice(habits))
    spare = count - 2 * pieces
    if spare < 0:
        return [1] * (pieces - 1) + [count - pieces + 1]
    cuts = sorted(random.choices(range(spare + 1), k=pieces - 1))
    return [end - start + 2 for start, end in zip([0, *cuts], [*cuts, spare], strict=True)]
