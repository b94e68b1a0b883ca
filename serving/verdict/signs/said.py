"""Words of health, lodging and the like, where they are said of somebody whose data a post holds."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.facts.addresses import Precision, precision
from gaihe.serving.verdict.text import any_of, any_word, words

_NUMBER = "[0-9〇一二两三四五六七八九十百几多好]"
_BESIDE = 8
"""Characters between leaving a room, or sharing one, and the hotel in which it is."""
_HOTEL = "(?:酒店|宾馆|旅馆|民宿|入住)"
_STAY = rf"(?:退房|同住)(?=[^。!?;\n]{{0,{_BESIDE}}}{_HOTEL})|{_HOTEL}[^。!?;\n]{{0,{_BESIDE}}}(?:退房|同住)"
"""What is told of a flat as well, where no hotel stands beside it: 租客[退房]."""
_FORMS = {
    "health": rf"打[过了]{_NUMBER}{{0,2}}次?胎|流[过了]{_NUMBER}{{0,2}}次?产|(?<![集其空])中风(?=[了过后瘫,。!?\s]|$)",
    "lodging": rf"{_STAY}|开[的了过]{_NUMBER}?[个间次]?房(?![门产车子东价地屋租源贷]|间[灯门窗])",
    "money": rf"(?:名下|有|买了?)[^,。!?;\n]{{0,3}}(?<![0-9]){_NUMBER}{{1,3}}套房(?![源型])"
    rf"|(?<![可能你轻松])月入\s?{_NUMBER}+|限高(?:令|消费|了|名单|人员)|被(?:法院)?限高(?![杆架])",
}
"""What tells the same as the words of a list, with a number or another word inside: 打过[三]次胎."""
_PLACES = (EntityType.ADDRESS, EntityType.SCHOOL, EntityType.WORKPLACE)
_BEFORE = 24
"""Characters before a word that say of whom it is."""
_OWN = ("health", "money")
"""The lists whose words may be the author's own, in a post of somebody else."""
_ENDS = r"(?=[,。!?;\s]|$)"
_DONE_TO_THE_AUTHOR = re.compile(
    r"[我俺]都?[^,。!?;\n他她]{0,2}被[^,。!?;\n]{0,5}[得到成进出打气骂逼害搞整][^,。!?;\n他她]{0,3}$"
    r"|(?:[把害让]|(?:气|打|逼|搞|骂|整|吓)得?)[我俺][^,。!?;\n他她]{0,6}$"
)
"""Before an illness that is the author's: 我被他打得[住院], 害我[流产]."""
_CURSE = "吧你|吧" + _ENDS
"""After an illness that is only shouted at somebody: 精神病[吧你]."""
_IN_PRINT = "(?:题材)?的?(?:小说|电影|纪录片|论文)"
"""After an illness of which somebody writes: 写了篇白血病[小说]."""
_FREE = r"[^,。!?;\n]{0,6}(?<![转变])阴性|[^,。!?;\n]{0,3}疫苗"
"""After an illness that is not found, or only warded off: HIV[检测阴性]."""
_DENIED = re.compile(
    r"(?:没有?|并未|从未|从不|未曾|不曾|(?<!是)不是|谎称|冒充|(?<![包服安组西])装作?成?)"
    r"(?:去|得|有|患|过|了|真的|因此|任何|自己)*$"
)
"""Before an illness that somebody has not: [从未]吸毒, [假装]残疾."""
_TAMED = r"[^,。!?;\n\0他她我说是]{0,5}$"
_SOME = r"[^,。!?;\n\0他她]{0,3}"
_DONE_TO = re.compile(f"(?:[骗坑撞给向卖宰]|打(?![工听])|对(?![象方])|欺负|照顾|冒充){_TAMED}")
"""Before the illness of those to whom something is done: [骗]癌症病人的钱."""
_WHO_HAS_IT = re.compile(r"[^,。!?;\n\0]{0,3}?(?:人|患者|者|妇女|儿童|孩子|家属)(?!\0)")
"""After it: 骗癌症[病人]的钱, and not 骗癌症病人李强."""
_SOLD = re.compile(f"(?:卖|推销|代办|伪造){_TAMED}")
_OF_OTHERS = re.compile(r"(?:[骗造]假?(?!子)[^,。!?;\n\0]{0,4}|[放卖])$")
"""Before money that is a victim's, or is lent, sold or feigned: [骗老人]存款, [放]网贷."""
_TAKEN = re.compile("诈骗|造假|[都全]?被[^,。!?;\n]{0,4}骗")
"""After it: 存款[诈骗], 存款[全被她骗]走."""
_CARRIED = re.compile(r"[接送拉偷骗宰坑][^,。!?;\n\0]{0,6}$")
_GUESTS = re.compile(r"的?客人(?!名)")
"""After a hotel of its guests, to whom somebody does something: 接送酒店[客人]."""
_ATE = re.compile(
    "(?:里|大堂|大厅)?(?:吃|喝|聚餐|[办摆][的了]?(?:过|婚|酒|年会|宴|席)|婚礼|酒席|开会|年会|宴|[^,。!?;\n]{0,6}(?:包[厢间]|宴会厅))"
)
"""After a hotel in which somebody only ate or held a feast: 在酒店[吃霸王餐], and not 住酒店吃外卖."""
_WE_AT = re.compile(r"[我俺]们?(?:就|还|都|一直)?[在去到]$")
_WAITED = re.compile("里?(?:等|找)")
"""After a hotel to which the author only went for somebody: 我在酒店[等]她."""
_OWES = re.compile(r"欠[^,。!?;\n]{0,3}$")
_CURED = re.compile(r"(?:[能专包根主]|可以?|声称)治[疗好愈]?[^,。!?;\n]{0,6}$|(?:预防|防治)[^,。!?;\n]{0,6}$")
"""Before an illness that something is said to cure: 保健品[能治]癌症."""
_RUNS = re.compile(r"(?:家里?是?开|[开办]了?一?[家个间]|经营)[^,。!?;\n]{0,3}$")
"""Before a hotel or a clinic that somebody runs: [家里开]宾馆的."""
_CLINIC = re.compile("医院|诊所|机构|门诊|中心|馆")
_IN_THE_TRADE = re.compile("[开做干搞]$")
_CALLING = re.compile("的" + _ENDS)


def said(
    text: str, name: str, spans: Sequence[Entity], relations: Collection[str] = (), author: bool = False
) -> list[int]:
    """Where a folded text holds words of a list of ``words.toml``, other than in the name of a school or an employer.

    A word in an address counts where that leads to the door, as a bed in a hospital does and the hospital does not; a
    word of health or money not where it is the author's or a relative's, denied, a curse, an animal's, or somebody's
    trade or victim, and a hotel not where one works there or is beside it.

    Args:
        text: the folded text.
        name: the list.
        spans: the spans of those whom the post concerns.
        relations: who they are to somebody else in the post.
        author: whether the author is one of them.
    """
    named, shown = bytearray(len(text)), list(text)
    for span in spans:
        if span.type in _PLACES and not _is_a_door(span):
            named[span.start : span.end] = b"\1" * (span.end - span.start)
        if span.type == EntityType.NAME:
            shown[span.start : span.end] = "\0" * (span.end - span.start)
    without_names = "".join(shown)
    first = min((span.start for span in spans), default=len(text))
    found = (match.span() for match in _pattern(name).finditer(text) if not named[match.start()])
    return [
        start
        for start, end in found
        if not _is_of_another_matter(without_names, name, start, end)
        and not (name == "health" and _is_a_relatives(without_names, start, first, relations))
        and (author or name not in _OWN or not _is_the_authors(without_names, start, first, relations))
    ]


@cache
def _pattern(name: str) -> re.Pattern[str]:
    forms = _FORMS.get(name)
    return re.compile(any_word(name) + (f"|{forms}" if forms else ""))


def _is_a_door(span: Entity) -> bool:
    return span.type == EntityType.ADDRESS and precision(span.value or span.text) is Precision.DOOR


@cache
def _of_the_author() -> re.Pattern[str]:
    """Before a word that is told of the author, or of one of their family: [我现在]抑郁了, [我老婆]怀孕了."""
    family = any_of(words("relations") + words("short_relations"))
    others = any_of(words("relations") + words("ties") + words("others") + words("author"))
    not_they = rf"(?!们?(?:{any_of(words('own_circle'))}))"
    since = rf"(?:因为?[他她](?![有是得吸的])|查出|(?!{others})[^,。!?;:、\n\0{''.join(words('of_another'))}]){{0,8}}"
    same = rf"(?:(?:{any_of(words('health'))})[^,。!?;\n\0他她]{{0,6}},[^,。!?;\n\0他她]{{0,3}})?"
    return re.compile(
        rf"(?:[我俺]{not_they}(?:们?家?的?(?P<relation>{family}))?|(?<![他她的])老[子娘](?!们)){since}{same}$"
    )


def _is_the_authors(text: str, start: int, first: int, relations: Collection[str]) -> bool:
    """Whether a word is said of the author, or of one of their family who comes after another's data and has none."""
    begin = max(0, start - _BEFORE)
    found = _of_the_author().search(text[begin:start])
    if found is None or found["relation"] is None:
        return found is not None or _DONE_TO_THE_AUTHOR.search(text[begin:start]) is not None
    return begin + found.start() > first and not any(found["relation"] in relation for relation in relations)


@cache
def _of_a_relative() -> re.Pattern[str]:
    """Before an illness that is told of a relative: [婆婆]住院, and not 对象吸毒, which says of whom a charge is."""
    family = any_of(word for word in words("relations") + words("short_relations") if word != "对象")
    return re.compile(rf"(?:^|[,。!?;\s])(?:[他她]家?的?)?(?P<relation>{family})[也都还正刚在得了有]{{0,2}}$")


def _is_a_relatives(text: str, start: int, first: int, relations: Collection[str]) -> bool:
    """Whether an illness is told of a relative who comes after another's data and has none."""
    begin = max(0, start - _BEFORE)
    found = _of_a_relative().search(text[begin:start])
    if found is None or begin + found.start("relation") < first:
        return False
    return not any(found["relation"] in relation for relation in relations)


def _is_of_another_matter(text: str, name: str, start: int, end: int) -> bool:
    before = text[max(0, start - _BEFORE) : start]
    in_the_trade = _IN_THE_TRADE.search(before) and _CALLING.match(text, end)
    if name == "health":
        others = any(each.search(before) for each in (_CURED, _DENIED, _SOLD, _animal(), _beaten()))
        clinic = _RUNS.search(before) and _CLINIC.match(text, end)
        victims = _DONE_TO.search(before) and _WHO_HAS_IT.match(text, end)
        return bool(others or victims or clinic or in_the_trade or _not_ill().match(text, end))
    if name == "lodging":
        ate = not before.endswith("住") and _ATE.match(text, end)
        waited = _WE_AT.search(before) and _WAITED.match(text, end)
        guests = _CARRIED.search(before) and _GUESTS.match(text, end)
        return bool(in_the_trade or guests or ate or waited or _RUNS.search(before) or _of_the_house().match(text, end))
    if name == "money":
        lost = _OF_OTHERS.search(before) or _TAKEN.match(text, end)
        return bool(in_the_trade or lost or (not _OWES.search(before) and _of_a_bank().match(text, end)))
    return False


@cache
def _animal() -> re.Pattern[str]:
    """Before an illness that an animal has: [养的猫]怀孕了, and not 狗东西."""
    return re.compile(
        rf"(?:[养家只条][^,。!?;\n\0]{{0,4}}[狗猫犬](?!东西|男|女|日|贼|娘|屎|[逼比腿仗])|{any_of(words('pets'))})"
        r"[^,。!?;\n\0他她人]{0,6}$"
    )


@cache
def _beaten() -> re.Pattern[str]:
    """Before an illness of who was hurt and is not named: 打得[邻居]住院, 把[邻居]打得住院."""
    people = any_of((*words("relations"), *words("ties"), *words("own_children"), "老人", "孕妇", "人家", "别人"))
    hurts = r"[打气骂逼吓撞踢][^,。!?;\n\0他她]{0,3}"
    return re.compile(rf"得(?<=[打气骂逼吓撞踢]得){_SOME}(?:{people}){_SOME}$|把{_SOME}(?:{people}){hurts}$")


@cache
def _not_ill() -> re.Pattern[str]:
    """What tells after a word of health that nobody is ill: 戒毒[所的管教], 精神病[吧你], 确诊[是渣男]."""
    ill = rf"{any_of(words('health'))}|[病癌炎症瘤]|感染"
    return re.compile(
        rf"(?:所|医?院|部|科)?的?(?:{any_of(words('health_staff'))})|{_IN_PRINT}|{_CURSE}|{_FREE}|(?<=确诊)了?[是为](?![^,。!?;\n]{{0,8}}(?:{ill}))"
    )


@cache
def _of_a_bank() -> re.Pattern[str]:
    """What tells after a word of money of who lends or keeps it: 贷款[公司], 余额[宝]转账."""
    return re.compile(any_of(words("money_staff")))


@cache
def _of_the_house() -> re.Pattern[str]:
    """What tells after a hotel of its staff, its trade or what is beside it, and of no guest: 在酒店[做前台]."""
    return re.compile(
        rf"[里的]?(?:做|当|任|干|应聘)?(?:{any_of(words('lodging_staff'))})|,?(?:{any_of(words('lodging_trade'))})"
        rf"|的?(?:{any_of(words('beside'))})(?!房|间)|是[^,。!?;\n]{{1,6}}开的(?!房)"
    )
