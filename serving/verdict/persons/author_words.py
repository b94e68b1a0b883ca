"""Whether a word of the author's, 我 or 本人, speaks of them: 我电话138…; not 偷我快递的, 我来曝光, 骗子本人."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cache

from gaihe.serving.verdict.persons.clauses import CLAUSE_BREAKS, TO_BE_CONTACTED, begins_a_clause, is_before_a_value
from gaihe.serving.verdict.text import any_of, told, words

_TAKEN = re.compile("(?:[偷抢拿捡砸摔撞刮划踩翻删弄][了过到走掉坏丢]?|[扣收][了过到走])$")
"""Before the author, whose things are taken or broken: 偷拿我快递."""
_NUMBERED = re.compile(r"[^,。!?;\n]{0,3}[卡证]")
"""After the author, what bears a number of theirs: 捡到我饭卡，工号…."""
_OBJECT = re.compile("[骗打骂害坑给跟对和找问向被把让叫欠帮追约撩删怪说告扰胁踪缠拍盯]了?过?$|这是$|就是$")
_WRITES = re.compile(
    "(?:就|再|先|也|都)?(?:倒着|反着|倒过来|拆|隔|分[成]?[一二三四两几]|打码|只?(?:写|放|贴|发|挂)|不(?:放|发|写|打)|前面(?!的?那?[辆台]?车))"
)
_OWN = re.compile("(?:的|这边)?(?:电话|手机|号|微信|[vV]|QQ|扣|邮箱|地址|家|卡)")
_WHOSE = re.compile(r"(?![是也做在有])[^,。!?;:\n的]{0,8}的(?:就?是|那|这|[人男女贼]|住|叫|[,:。!?;\n]|$)")
"""After the author, where others are told by what they do to them: 偷我快递的, 骚扰我的人."""
_ANNOUNCES = re.compile(
    "(?:今天|现在|要|来|就|再也|想|必须|决定|只好|直接|实名)*(?:曝光|爆料|直说|明说|揭发|揭露|扒|忍不|忍够|挂(?![号科念靠职]))"
)
"""After the author, who does no more than to say that others are exposed: 我直说了吧, 我来曝光."""
_DEPICTED = re.compile(
    r"(?:照片|头像|视频|图片?|号主?)[里中上的]{0,2}$|(?:账户|账号|卡|[^我俺]的)(?:户主|持卡人|号主|机主|车主|店主|老板|房东|负责人)$|[这那][个位名][^,。!?;:\s我是由找加跟和给与将把对为]{1,6}$"
)
"""Before 本人, who is then somebody in a picture or behind an account: 照片本人, 这个号的本人."""
_LABEL = re.compile("(?:地址|住址|电话|手机|号码?|微信|QQ|身份证|车牌|学号|照片)$")
_KEEPS = re.compile(
    "(?:都|也|还|早|已经?|刚)*(?:知道|晓得|[存押拿记扣查扒搞找](?![不回])|弄(?![丢坏没])|留[着底]|有(?=[,:\\s的]))"
)
"""After the author, what they did to have what a label before them names: 他地址我知道：…, 车牌我记下了…."""
_LIVES_OR_WORKS = re.compile(
    "(?:就|现在?|目前)*(?:住|户籍|户口|老家|真实姓名|真名|在[^,。!?;\n]{0,20}(?:上班|工作|读书|上学|任职))"
)
_DENOUNCED = 40
"""Characters before 本人 within which who is denounced was named."""


def is_subject(text: str, start: int, end: int) -> bool:
    """Whether the author is who a clause speaks of, or who is to be contacted, and not whom others do something to."""
    before = text[max(0, start - 4) : start]
    contacted = TO_BE_CONTACTED.search(before) is not None
    if _WRITES.match(text, end) or _ANNOUNCES.match(text, end):
        return False
    if _LABEL.search(before) and _KEEPS.match(text, end):
        return False
    if _TAKEN.search(before) and not contacted and not _NUMBERED.match(text, end):
        return False
    if not (contacted or before.endswith("是") or begins_a_clause(text, start)) and _WHOSE.match(text, end):
        return False
    return contacted or _OWN.match(text, end) is not None or not _OBJECT.search(before)


def is_of_another(text: str, start: int, end: int, starts: AbstractSet[int], names: Mapping[int, int]) -> bool:
    """Whether 本人 is somebody else than the author.

    Args:
        text: the folded text.
        start: where the word starts.
        end: where it ends.
        starts: where values start.
        names: where names start, by where they end.
    """
    if _is_another().search(text[max(0, start - 8) : start]):
        return True
    return _is_depicted(text, start, end, starts) or _is_denounced(text, start, end, names)


@cache
def _is_another() -> re.Pattern[str]:
    """Before 本人, a word for somebody that no author says of themself: 骗子本人; but 我就是当事人本人."""
    others = any_of(word for word in words("others") if len(word) > 1 and word not in words("callings"))
    return re.compile(rf"(?<![我是系])(?:{others})$")


def _is_depicted(text: str, start: int, end: int, starts: AbstractSet[int]) -> bool:
    """Whether 本人 is the one in a picture or behind an account who is named next: 照片本人王雪, 号主本人：…."""
    named = is_before_a_value(text, end, starts) or text[end : end + 1] in (":", "叫")
    return named and _DEPICTED.search(text[max(0, start - 10) : start]) is not None


def _is_denounced(text: str, start: int, end: int, names: Mapping[int, int]) -> bool:
    """Whether 本人 is whom a post denounces by name, and its author says nothing of themself: 骗子陈刚，本人住….

    A name with what its bearer did tells of them already, so that 本人 may be who tells it: 渣男陈刚家暴，本人住….
    """
    if not (begins_a_clause(text, start) and _LIVES_OR_WORKS.match(text, end)):
        return False
    begin = max(0, start - _DENOUNCED)
    named = any(place in names and text[place] in CLAUSE_BREAKS for place in range(begin, start))
    around = text[begin : end + _DENOUNCED]
    return named and told(text[begin:start], "denouncing") and not told(around, "wronged")
