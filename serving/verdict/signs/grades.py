"""Schools and grades that a child attends now: 小学, 7年级, 六(3)班, and not 小学老师 or 法学三年级.

Children enter primary school at six and junior school at twelve (Compulsory Education Law, art. 11), so that grades up
to the seventh are of children under 14 as a rule.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import cache

from gaihe.serving.core.schema import Entity
from gaihe.serving.verdict.signs.ages import human, year_of
from gaihe.serving.verdict.text import NAMELESS, any_of, sentence_start, words

NEAR = 24
"""Characters before a school in which it is told who is there."""
_AROUND = 16
"""Characters before a school, or after it, that are looked at."""
_IN_DIGITS = re.compile(
    r"(?<![0-9])[1-9](?=年级)|(?<![0-9])[1-6](?=年\(?[0-9]{1,2}\)?班)"
    r"|(?<=[初高小])(?<![最提升调增新偏更拔抬]高)(?<![最当起]初)[1-6](?![0-9.%千万百倍米厘公分点度层块元个次天号岁日月])"
)
"""The digit of a grade: 7年级, 6年3班, 高1, and not 提高3%."""
_NUMERALS = "〇一二三四五六七八九"
_CLASS = r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})"
_PRIMARY = (
    rf"小[一二三四五六](?:班|\({_CLASS}\)|{_CLASS}班)|小[一二四五六](?=的?[男女]生)|小[一二三四五六](?=学生)"
    r"|(?:[读念]小[一二三四五六]|上小[一二四五六])(?![点些号码圈寸只楼层])"
    rf"|(?<![十初高大研了过中])(?<!中学)[一二三四五六]年(?:{_CLASS}|\({_CLASS}\))班(?!倒|[次车])"
    rf"|(?<![十初高大研])[一二三四五六七]\({_CLASS}\)班|附小(?![区票图样字礼])"
)
"""A primary school, its grades and classes in short: 附小, 读小五, 小六女生, 四(2)班, 5年2班, 小六(3)班."""
_SECONDARY = (
    rf"(?<![初高大研])[八九]\({_CLASS}\)班|(?:(?<=中)|(?<=中学))[一二三]年{_CLASS}班|没成年(?!人)"
    r"|(?<![其当班])中[一二三四五六](?:学生|同学|[男女]生)|(?<![其当班命])中[二三四五六]生(?![有肖物])"
    r"|[读念升]中[一二三四五六](?![点些号路])|(?<=[读念升])(?i:f\.?[1-6])(?![0-9.%])"
    r"|(?<=[读念升是院学])(?i:form\s?[1-6])(?![0-9.%])|(?<=[,、(])(?i:form\s?[1-6][a-e]?)(?=[,。、)的班\s]|$)"
    r"|(?<![A-Za-z])(?i:(?:form\s?|f\.?)[1-6][a-e]?)(?=学生|同学|[男女]?生)"
)
"""A secondary school in short, as in Hong Kong too: 八(2)班, 没成年, 中三学生, 读中四, Form 3学生."""
_FIRSTS = "小读念升上附没中Ff一二三四五六七八九"
"""With what a school in short begins: at other characters nothing is tried, which is quick."""
_TALLER = re.compile(r"(?:身|个[子头]|价|比(?![赛较如])[^,。!?\s]{1,4})$")
_MEASURE = re.compile(
    "[一二三四五六七八九十百千几半两0-9]{0,4}(?:米|点|些|倍|层|截|尺|丈|公分|厘米|个(?:头|档|台阶|级别))"
)
"""What follows 高一 where it says how high: 身高一米七."""
_LEAVES = re.compile("(?:今年|才)?刚刚?毕业")
_SHIFT = re.compile("(?:[上倒值轮]|班[、/和或])$")
"""What precedes 中班 where it is a shift in a factory."""
_LIKE = re.compile(
    "(?:像一?个?|跟个|不如一?个?|(?:冒充|假装|装成|装作|谎称)(?:自己)?是?一?个?"
    "|(?:骂|嘲笑|笑话?|说|喷)(?:我们?|别人|人家|大家)(?:都|就)?是?一?个?|骂[他她]们?(?:都|就)?是?一?个?"
    "|学生(?:大多数?|大部分|多半|多数|基本上?|主要)都?是?)$"
)
"""What precedes a school of whom somebody is likened to, called, or has as pupils: 像个, 骂我是, 他的学生大多是."""
_DENIED = re.compile("(?<!是)不是(?:什么|一?个)?$")
_ASKED = re.compile(r"[^,。!?\n]{0,4}[吗嘛么]")
"""What follows 不是高中生 where it says so: 不是高中生[吗]."""
_YEAR = "(?<![0-9])(?P<year>(?:19|20)?[0-9]{2})[级届]"
_IN_A_YEAR = "(?<![0-9])(?P<then>(?:19|20)[0-9]{2})年"
_YEAR_BEFORE = re.compile(rf"{_YEAR}[^,。!?;\s]{{0,4}}$|{_IN_A_YEAR}[^,。!?;\s生建创立来起后开到搬]{{0,16}}$")
_YEAR_AFTER = re.compile(rf"[^,。!?;\s0-9]{{0,3}}(?:{_YEAR}|{_IN_A_YEAR}(?=毕业|[^,。!?;\s]{{0,4}}班))")
"""The year in which pupils entered a school, left it or were there: 2008级[高二3班], 1987年读[小学], 小学[1990届]."""
_YEARS = {"under_14": 9, "under_18": 6}
"""Years after which nobody of such a year attends the school any more."""
_TEACHES = "(?<![受家请聘主督佛职])教"
"""Not 受教于, 家教, 天主教小学, 职教."""
_TAUGHT = re.compile(f"{_TEACHES}(?:过|着|的是?|了|我们?|咱们?|[你他她]们?){{0,2}}$")
_LED = re.compile("(?<!附)带(?:过|着|的是?|了|我们?|咱们?){0,2}$")
"""What precedes a grade of somebody who teaches it: [带]初三两个班."""
_PUPILS = re.compile("的?[男女]")
"""What follows a grade where a pupil of it is spoken of: 教初三[女生]抽烟."""
_LED_ON = re.compile(r"[一二两三四五六]?个?班|的?(?:语文|数学|英语|物理|化学)|[,。!?\s]|$")
_CLASSES = re.compile("年级|班")
_LUNAR = re.compile("(?:月|(?<![今明去])年|[农阴]历|[逢每最当起])$")
"""What precedes 初一 where it is a day, or no word: 正月初一, 最初一年."""
_OF_CLASS = r"[()0-9一二三四五六七八九十年级班]{0,8}班?的?"
_SCHOOLS = "(?:生?[、/到至和及]?(?:小学|初中|高中|中学)){0,3}生?的?"
"""More schools after one, as a tutor lists them."""
_A_SCHOOL = "(?:[一二两三]?[家所间个])?"
_NO_PUPIL = r"(?:(?!学生|同学|年级|[0-9一二三四五六]班|孩子|儿子|女儿|娃|被|老师|班主任)[^。!?\n])"
_ACTS_AS_STAFF = re.compile(
    rf"{_NO_PUPIL}{{0,32}}?(?:(?:打|骂|体罚|虐待|殴打|辱骂|猥亵|性侵|骚扰)[^我他她人别同低中高,。!?\s{NAMELESS}]{{0,2}}"
    rf"(?:学生(?![会证处])|孩子|[女男幼]童|幼儿)(?!(?:名?叫|是|:)?{NAMELESS})"
    rf"|收[^,。!?\n]{{0,4}}(?:红包|礼金|好处费)|乱收费|体罚(?!了?{NAMELESS})|任教|执教|教书)"
)
"""What follows a school without a class of who does there what only its staff do: [,体罚学生], [收家长红包]."""


@cache
def _school(name: str) -> re.Pattern[str]:
    """A word of a list that is of a pupil: 小学, and not 小学语文老师, 小学文化, nor 中小学生 for all there are."""
    known = f"{any_of(words(name))}|{_PRIMARY if name == 'under_14' else _SECONDARY}"
    firsts = "".join(sorted({word[0] for word in words(name)})) + _FIRSTS
    subjects = any_of(words("subjects"))
    return re.compile(
        rf"(?=[{firsts}])(?!小学[妹弟]|青少年(?:宫|活动))(?:(?!小学)|(?<!中))(?:(?![一二三四五六]年级)|(?<![高大研初]))(?>{known})"
        rf"(?!{_OF_CLASS}(?:{subjects})?(?:{any_of(words('class_staff'))}))"
        rf"(?!部?[里的]?(?:[做当任干]|担任)?(?:一?[名个位])?(?:{any_of(words('school_staff'))}))"
        rf"(?!教(?:{subjects})|(?:{subjects})组)"
        rf"(?!{_SCHOOLS}(?:{subjects})?(?:{any_of(words('tutoring'))}))"
        rf"(?!{_SCHOOLS}人?(?:{any_of(words('kept_away'))})|[都也](?:{any_of(words('knows'))}))"
        r"(?!文化|[^,。\s]{0,2}(?:老师|教师)|[^,。\s的]{0,2}(?:主任|校长|园长))"
    )


@cache
def _subject() -> re.Pattern[str]:
    """What is taught at a school, or at several of them, right after one: 小学[初中数学]."""
    return re.compile(rf"{_SCHOOLS}(?:{any_of(words('subjects'))})")


@cache
def _before(name: str) -> re.Pattern[str]:
    gap = {"past": "[^。!?,\n]{0,12}", "teaches": "[^。!?,\n]{0,8}", "runs": _A_SCHOOL}.get(name, "[里的]?")
    return re.compile(f"(?:{any_of(words(name))}){gap}$")


@cache
def _higher() -> re.Pattern[str]:
    """What precedes a grade of older pupils: 大学[一年级], 计算机系, 法学, and not 联系."""
    return re.compile(rf"(?:{any_of(words('higher'))}|院|(?<![联关])系|[法医文理工农商药数化哲]学)[里的]?$")


@cache
def _lunar_after() -> re.Pattern[str]:
    return re.compile(any_of(words("lunar")))


@cache
def _leads_or_serves() -> re.Pattern[str]:
    """What precedes a school of somebody who works there: 老婆钟慧在, 李老师(李强),, 老师张丽打人,学校是, 开了一家."""
    name = f"{NAMELESS}*"
    titles = any_of(words("school_titles"))
    called = rf"(?:{titles})(?:{NAMELESS}+|\({NAMELESS}+\))|{NAMELESS}(?:{titles})"
    return re.compile(
        rf"(?:{any_of(words('adult_relations'))})叫?{name}(?:[也还就都是]|现在|目前|一直)*在$"
        rf"|(?:{titles})(?:{name}|\({name}\)),?(?:现?在|是)?$"
        rf"|{_TEACHES}[^,。!?\n]{{0,3}}(?:{any_of(words('under_14') + words('under_18'))})[^。!?\n]{{0,12}}$"
        rf"|(?:{any_of(words('runs'))}){_A_SCHOOL}$"
        rf"|(?:{called})(?!说)[^。!?\n{NAMELESS}]{{0,24}},(?:学校|单位)?(?:就?[是在]|:)?$"
    )


@cache
def _staff() -> re.Pattern[str]:
    """What follows a school of somebody who works there: [的冉雪老师], [一位孙老师]."""
    return re.compile(rf"的?(?:一[位名个])?{NAMELESS}+(?:{any_of(words('school_titles'))})")


def attended(text: str, name: str, staffed: Collection[int], today: date | None = None) -> Iterator[re.Match[str]]:
    """Where a school or a grade is said to be attended, now and by a child.

    Args:
        text: the folded text.
        name: the list of schools: ``under_14`` or ``under_18``.
        staffed: the places that are of schools where somebody works.
        today: the day on which the post is judged; without it a class of 1990 may be one of now.

    Yields:
        Matches, with offsets in the text.
    """
    text = _IN_DIGITS.sub(lambda digit: _NUMERALS[int(digit[0])], text)
    for match in _school(name).finditer(text):
        start, end = match.span()
        before = text[max(0, start - _AROUND) : start]
        higher = match[0].endswith(("年级", ")班")) and _higher().search(before)
        lunar = match[0][0] == "初" and (_LUNAR.search(before) or _lunar_after().match(text, end))
        high = match[0][0] == "高" and (
            _TALLER.search(before) or _LEAVES.match(text, end) or (match[0][1] != "中" and _MEASURE.match(text, end))
        )
        shift = match[0] == "中班" and _SHIFT.search(before) and not human().search(before)
        subject = _subject().match(text, end)
        taught = (_before("teaches").search(before) and subject) or _is_taught(text, match)
        elsewhere = any(_before(words_before).search(before) for words_before in ("past", "runs", "keeping_away"))
        denied = _LIKE.search(before) or (_DENIED.search(before) and not _ASKED.match(text, end))
        left = today is not None and _left_long_ago(text, match, today.year - _YEARS[name], today)
        if not (higher or lunar or high or shift or taught or elsewhere or start in staffed or denied or left):
            yield match


def _left_long_ago(text: str, school: re.Match[str], last: int, today: date) -> bool:
    """Whether a school is told with a year of its pupils that is before the last that may be there."""
    told = _YEAR_BEFORE.search(text, max(0, school.start() - NEAR), school.start())
    told = told or _YEAR_AFTER.match(text, school.end())
    return told is not None and year_of(told["year"] or told["then"], today) < last


def _is_taught(text: str, school: re.Match[str]) -> bool:
    """Whether somebody teaches a grade: 教三年级语文, 带初三两个班."""
    before = text[max(0, school.start() - _AROUND) : school.start()]
    if _TAUGHT.search(before):
        return _PUPILS.match(text, school.end()) is None
    return _LED.search(before) is not None and _LED_ON.match(text, school.end()) is not None


def where_somebody_works(text: str, schools: Sequence[Entity]) -> frozenset[int]:
    """The places in schools that are said of their staff or, named without a class, of a grown-up relative or an owner.

    Args:
        text: the folded text without names.
        schools: the spans of schools.
    """
    found: set[int] = set()
    for school in schools:
        before = text[sentence_start(text, school.start, NEAR) : school.start]
        after = text[school.end : school.end + _AROUND]
        in_a_class = _CLASSES.search(school.text) is not None
        acts = None if in_a_class else _ACTS_AS_STAFF.match(text, school.end)
        works = _staff().match(after) or (acts and NAMELESS in before + acts[0])
        if works or (not (in_a_class or NAMELESS in after[:2]) and _leads_or_serves().search(before)):
            found.update(range(school.start, school.end))
    return frozenset(found)
