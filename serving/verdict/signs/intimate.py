"""What a post tells of somebody by name that harms them by itself: sexual violence, a venereal disease."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.text import any_word

_IN_CLAUSE = r"[^,。!?;:、\s]"
_BEFORE = 20
"""Characters before a name that are looked at."""
_NOBODY = re.compile(r"[某xX×*]|化名")
"""What is written for a name that is not told: 张某, 李XX, 王丽(化名)."""
_NO_CHARGE = "(?![指控曝爆告疑诬称判抓拘捕定举查投诉除免扒锤骂揭传批罚报谴撤])"
"""Not what is done to who is accused: 被[指]强奸, 被网友[举]报性侵."""
_OF_ANOTHER = "(?![我你睹知说看见现疑道写露导饰演否未谣诬避防]|没(?!想到))"
"""Not what somebody knows or says of another, nor what is denied: 李强目[睹]女生被强奸, 李强[否]认被…, 张丽[未]患…."""
_OF_ANOTHERS = r"(?:的(?!事|时候|那[天年晚次]|经历|经过|消息|视频)|女|男|少|学生|儿童|妇)"
"""After what was done to others: 帮助被性侵[的女孩], and not 被性侵[的事]."""
_VENEREAL = r"(?<![^\s\0\1,、(:的有得了患染上过是身种治查出诊名个位似带堆多])(?<!传染)性病(?![毒变灶理原程人])"
"""性病 as a word of its own, and not in 慢[性病], 急[性病]毒 or 男[性病]人, of which there is no end."""
_THAT_ONE = (
    "(?:[那这]?一?[个名位])?"
    "(?:[女男幼少儿童小]{0,2}[生孩童子性友]|姑娘|受害[者人女男]生?|被害人|学生|孩子|当事人|主角|人)?"
)
_ENDS = r"(?=[,。!;:、\s)吧啊呢]|$)"
"""After who somebody is said to be: 就是被性侵的那个女生, and not 是被性侵的女生[的律师]."""
_SICK = "(?:患者|携带者|感染者|病人)"
_UNDONE = "(?:[遭受没未不否谣诬防反演导饰]|要是|如果|被(?![指控告举曝爆]))"
"""Before a verb of violence: that it is suffered, denied or supposed: [遭]性侵, [没有]强奸, and not [被控]强奸."""
_KIND_OF_VICTIM = (
    "(?:一?名)?(?:[0-9]{1,2}岁的?|自己的?|同班|班上的?)?(?:未成年)?"
    "(?:[女男幼少][生孩童子性友]|女?(?:学生|同事|同学|下属|员工|徒弟))?"
)
"""Between such a verb and a name who its bearer is to somebody: 性侵[学生]陈思涵, and not 性侵教师李强."""
_VICTIM = "(?:受|被)害的?(?:[女男幼少儿童]{0,2}[生童孩子性女]|人|者|学生)"
_RUMOUR = r"(?![^,。!?;\n不没]{0,4}[,。!?]?[这都纯全]?[是属]?(?:假的|假消息|谣|造谣|别信|辟谣|不实))"
"""After what is told, where it is said to be untrue: 得了艾滋病，[假的]."""
_SKIPPED = r"(?:\([^()\n]{0,40}\)|[,\s]?[^,。!?;\n()\0]{0,6}\0++){0,4}"
"""Data between a name and what is told of it, written as zeros: 张丽([138…])得了…."""


def _illness() -> str:
    return f"{any_word('shameful_illness')}|{_VENEREAL}"


@cache
def _after() -> re.Pattern[str]:
    """After a name: that sexual violence was done to its bearer or to theirs, or that they have such an illness."""
    violence, illness, has = any_word("sexual_violence"), _illness(), any_word("has_an_illness")
    relations = any_word("relations")
    told = rf"(?:{_OF_ANOTHER}{_IN_CLAUSE}(?<![的她他])){{0,8}}?"
    told_of_them = rf"(?:(?!{relations}){_OF_ANOTHER}{_IN_CLAUSE}(?<![的她他])){{0,8}}?"
    then = rf",(?:{any_word('then')}|[0-9]{{2,4}}年|[她他]){{0,3}}"
    done = rf"(?:被|遭到?|受到?)(?:{_NO_CHARGE}{_IN_CLAUSE}(?<!的)){{0,8}}?(?:{violence})(?![案罪嫌犯]|{_OF_ANOTHERS})"
    violated = (
        rf"(?<![权益私誉密])(?:被|遭到?)(?:{_NO_CHARGE}{_IN_CLAUSE}(?<!的)){{0,6}}?侵犯"
        rf"(?!了?[^,。!?;\n]{{0,4}}[权益私誉密线]|{_OF_ANOTHERS})"
    )
    ill = (
        rf"(?<![没不未])(?:{has})(?:{_IN_CLAUSE}(?<![的不没])){{0,3}}(?:{illness})"
        rf"(?!.?[专知防疫检药]|(?:病|阳性)?(?:{_SICK}|房|医|{_OF_ANOTHERS}))"
    )
    known = (
        rf"[(,:\s]?(?:疑似|就?是)?一?[个名位]?(?:{illness})(?:病毒)?"
        rf"(?:(?:检测|筛查|抗体)?呈?阳性(?![吗么嘛的病患人])|{_SICK}(?![^,。!?;)\s]))"
    )
    suffered = rf"被(?:{_NO_CHARGE}{_IN_CLAUSE}(?<!的)){{0,8}}?(?:{violence})[了过]?的?"
    case = rf"(?:{violence})案[里中件]{{0,2}}的?(?:{_VICTIM}|女[生孩童方])"
    so = r"[^,。!?;\n\0\1不帮助救访替为代]{0,8}?"
    identified = (
        rf",?(?:其实|应该)?[就正也]?是{so}(?:{suffered}{_THAT_ONE}|{case}){_ENDS}"
        rf"|,{so}{suffered}{_THAT_ONE}[就正]是[她他](?!的)"
    )
    whose = rf"(?:的?(?:{relations}))?"
    things = rf"{whose}{told}(?:{done}|{violated})|{told_of_them}{ill}|{then}(?:{done}|{violated}|{ill})|{known}"
    return re.compile(rf"{_SKIPPED}(?:{things}|{identified}){_RUMOUR}")


@cache
def _before() -> re.Pattern[str]:
    """Before a name: that somebody did sexual violence to its bearer, or that they have such an illness."""
    violence, illness = any_word("sexual_violence"), _illness()
    is_named = r"(?:(?<!不)是|名?叫|:)?[:\s]?$"
    return re.compile(
        rf"(?<!被)(?:{violence})[了过](?:{_IN_CLAUSE}){{0,4}}$"
        rf"|(?:^|[,。!?;:、\s])(?:(?!{_UNDONE}){_IN_CLAUSE}){{0,16}}?(?:{violence})(?<!糟蹋){_KIND_OF_VICTIM}$"
        rf"|被(?:{_NO_CHARGE}{_IN_CLAUSE}(?<!的)){{0,4}}?(?:{violence})[了过]?的(?:(?!不){_IN_CLAUSE}){{0,6}}?{is_named}"
        rf"|(?:{violence})(?:{_IN_CLAUSE}){{0,6}}{_VICTIM}{is_named}"
        rf"|(?:{illness}){_SICK}{is_named}"
    )


@cache
def _around() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Before a name and after it: that sexual violence was done to its bearer: 对张丽实施了强奸."""
    violence = any_word("sexual_violence")
    return (
        re.compile("[对把将]$"),
        re.compile(rf"[^\W\d_]{{0,3}}(?:(?:实施|进行)了?(?:{violence})(?![案罪嫌犯])|(?<![被嫌指控])(?:{violence})了)"),
    )


def tells_the_intimate(text: str, spans: Iterable[Entity]) -> bool:
    """Whether a folded text tells something intimate of one of the names in it; not of a name that is masked.

    Args:
        text: the folded text.
        spans: the spans of those whom it concerns.
    """
    spans = list(spans)
    shown = list(text)
    for span in spans:
        shown[span.start : span.end] = ("\1" if span.type == EntityType.NAME else "\0") * (span.end - span.start)
    without_data = "".join(shown)
    return any(
        span.type == EntityType.NAME
        and not _NOBODY.search(text, span.start, span.end + 4)
        and _is_told_of(without_data, span)
        for span in spans
    )


def _is_told_of(text: str, name: Entity) -> bool:
    before = text[max(0, name.start - _BEFORE) : name.start]
    done_to, it = _around()
    if _before().search(before) or (done_to.search(before) and it.match(text, name.end)):
        return True
    return _after().match(text, name.end) is not None
