"""Trips that somebody is on or about to make, told with the number of a train or a flight."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.signs.whereabouts import NEAR, long_ago
from gaihe.serving.verdict.text import listed

_TRIP = re.compile(
    r"(?<![A-Z0-9])(?<![A-Z]/)(?!C9[0-9]9(?![0-9]))"
    r"(?:[GDCKTZ][0-9]{3,4}|(?<=[坐乘铁])[GDCKTZ][0-9]{1,2}|(?<=[车班]次)[GDCKTZ][0-9]{1,2}|[GDCKTZ][0-9]{1,2}(?=次)"
    r"|[A-Z0-9][A-Z][0-9]{3,4})(?![0-9]|[省市县区轮线码型]|国道|省道|高速|自驾|奔驰|轿车)"
)
"""The number of a train or a flight, and not of a road (G318国道), an aircraft's make (C919) or a standard (GB/T699).

A short one may be a shop's or a gate's, K11 or T2: it stands between 坐 or 高铁 and 次.
"""
_AROUND = 16
"""Characters before and after a number in which its day is told."""
_SENTENCE_ENDS = re.compile("[。!?;]")
_CLAUSE_ENDS = re.compile(r"[,。!?;\n]")
_OTHERWISE = re.compile(
    "[自机电助]动车|高铁(?:新[城区村镇]|站)|落地(?:[窗灯镜扇]|生根|页)|(?:政策|项目|产品|方案|措施)落地"
)
"""What holds a word of travelling and tells of none."""
_NOT_NOW = re.compile(
    "经常|每[天日周月次年]|平时|乘务|列车长|机长|空[姐少]|司机|黄牛|加价|型号|编号|单号|(?:卖|倒)[^,]{0,4}票"
)
"""Before the number: what tells of a habit, of who works there, or of who sells the tickets."""
_DAY = re.compile("(20[0-9]{2})年(?![0-9])|([0-9]{1,2})月([0-9]{1,2})[日号]")
_HALF_A_YEAR = 186
"""Days, where each month has 31."""
_FLIES = re.compile(r"(?<=[0-9])\s?飞(?=[\u4e00-\u9fff]{2})(?![快速奔驰])")
"""What tells after the number of a flight where it goes: CA1321[飞]北京."""


def travels(text: str, spans: Iterable[Entity] = (), today: date | None = None) -> bool:
    """Whether a folded text tells of a trip with its number, other than in its spans: 高铁新城C3栋 is a place.

    A span that is taken for a date of birth may be the day of the trip.

    Args:
        text: the folded text.
        spans: the spans of the post.
        today: the day on which a trip on a date that is told is gone by.
    """
    rest = list(text)
    for span in spans:
        if span.type != EntityType.BIRTH_DATE:
            rest[span.start : span.end] = "\0" * (span.end - span.start)
    shown = _OTHERWISE.sub(lambda match: "\0" * len(match[0]), "".join(rest))
    return any(_is_a_trip(shown, found, today) for found in _TRIP.finditer(shown))


def _is_a_trip(text: str, number: re.Match[str], today: date | None) -> bool:
    """Whether a word of travelling stands near a number, and none of a day gone by or of a habit."""
    before = _SENTENCE_ENDS.split(text[max(0, number.start() - _AROUND) : number.start()])[-1]
    after = _SENTENCE_ENDS.split(text[number.end() : number.end() + _AROUND])[0]
    clause = _CLAUSE_ENDS.split(before)[-1]
    if listed("travel").search(before[-NEAR:] + after[:NEAR]) is None and _FLIES.match(text, number.end()) is None:
        return False
    return not (_NOT_NOW.search(before) or long_ago().search(clause) or _is_gone_by(before + "," + after, today))


def _is_gone_by(text: str, today: date | None) -> bool:
    """Whether all days of a text were before today; one without its year is the nearest such day."""
    if today is None:
        return False
    gone = [
        int(year) < today.year
        if year
        else 0 < ((today.month - int(month)) * 31 + today.day - int(day)) % (2 * _HALF_A_YEAR) < _HALF_A_YEAR
        for year, month, day in _DAY.findall(text)
    ]
    return bool(gone) and all(gone)
