"""Signs that somebody in a post is a child: under 14 (PIPL art. 31), or under 18.

Children enter primary school at six and junior school at twelve (Compulsory Education Law, art. 11), so that grades up
to the seventh are of children under 14 as a rule.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.text import any_of, number, words

ADULT, YOUTH = 18, 14
FAR = 60
"""Characters between a sign and the data of whom it may be said, at most."""
NEAR = 24
"""Characters between somebody's child and a sign that is said of it."""
_BEFORE = 16
"""Characters before a school that are looked at."""
_AGE = re.compile(
    r"(?P<below>(?:未满|不满|不足|不到|没满|没到)\s?)?"
    r"(?<![0-9一二三四五六七八九十.])(?P<years>[0-9]{1,2}|[一二三四五六七八九十]{1,3})\s?(?:周岁|岁)(?:半|多)?"
    r"(?!以[上下前]|起|时|的时候|那年|那会|开始|就认识|就出来|就?被拐|的?差|的?年龄差)"
)
_LATER = re.compile(
    "就?(?:辍学|退学|进厂|(?:出[来去])?打工|当兵|参军|入伍|坐牢|结婚|嫁人?|混社会|闯社会|出国)(?!在家|的?[少男女])"
)
"""What somebody did at an age that they have no more: 13岁[辍学]."""
_AGED_NOW = re.compile(r"(?:今年|现在|目前|才|刚满?|仅|只有)\s?$")
_AGE_FIELD = re.compile(r"(?<!心理)年龄\s?[:是为]?\s?(?P<years>[0-9]{1,2})(?![0-9岁周个~到至及以.—-])")
"""An age without 岁, as forms have it, and no range of ages."""
_NO_AGE = re.compile(
    r"(?:(?:(?<![老最])[大小长]|差|比.{1,6}[大小])(?:了|出)?(?:[我他她你]|对方)?(?:有|整整|将近|至少|差不多|快)?"
    r"|[狗猫犬][^,。!?\n]{0,3}|[车店房楼]龄[:是]?|[店厂]开了)$"
)
"""What precedes years of age that are none of a person's: how much older somebody is, or how old an animal or a car."""
_TALLER = re.compile(r"(?:身|个[子头]|价|比(?![赛较如])[^,。!?\s]{1,4})$")
_MEASURE = re.compile(
    "[一二三四五六七八九十百千几半两0-9]{0,4}(?:米|点|些|倍|层|截|尺|丈|公分|厘米|个(?:头|档|台阶|级别))"
)
"""What follows 高一 where it says how high: 身高一米七."""
_SHIFT = re.compile("(?:[上倒值轮]|班[、/和或])$")
"""What precedes 中班 where it is a shift in a factory."""
_TEACHES = "(?<![受家请聘主督佛职])教"
"""Not 受教于, 家教, 天主教小学, 职教."""
_TAUGHT = re.compile(f"{_TEACHES}(?:过|着|的是?|了|我们?|咱们?|[你他她]们?){{0,2}}$")
_LED = re.compile("(?<!附)带(?:过|着|的是?|了|我们?|咱们?){0,2}$")
"""What precedes a grade of somebody who teaches it: [带]初三两个班."""
_PUPILS = re.compile("的?[男女]")
"""What follows a grade where a pupil of it is spoken of: 教初三[女生]抽烟."""
_LED_ON = re.compile(r"[一二两三四五六]?个?班|的?(?:语文|数学|英语|物理|化学)|[,。!?\s]|$")
_CLASSES = re.compile("年级|班")
_NAMELESS = "\1"
"""Each character of a name, where what stands around it is looked at."""
_LUNAR = re.compile("(?:月|(?<![今明去])年|[农阴]历|[逢每])$")
_BORN = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})年?(?:([0-9]{1,2})月)?(?:([0-9]{1,2})[日号])?(?:出生|生人|生(?=[的于,。、;!?)\s]|$))"
)
_DATE = re.compile(r"((?:19|20)[0-9]{2})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_ID_DATE = re.compile(r"[0-9]{6}((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})[0-9]{3}[0-9Xx]")
_CLASS = r"小[一二三四五六](?:班|\([0-9]{1,2}\)|(?:[0-9]{1,2}|[一二三四五六七八九十])班)"
"""A class of a primary school in short: 附小四2班, 小六(3)班."""
_OF_CLASS = r"[()0-9一二三四五六七八九十年级班]{0,8}班?的?"
_SCHOOLS = "(?:生?[、/到至和及]?(?:小学|初中|高中|中学)){0,3}生?的?"
"""More schools after one, as a tutor lists them."""
_SENTENCE_ENDS = re.compile(r"[。!?\n]")

Born = tuple[int, int, int]
"""Year, month and day of birth; the last month and day where they are not told."""


@cache
def _school(name: str) -> re.Pattern[str]:
    """A word of a list that is of a pupil: 小学, and not 小学语文老师, 小学文化, nor 中小学生 for all there are."""
    known = any_of(words(name)) + (f"|{_CLASS}" if name == "under_14" else "")
    return re.compile(
        rf"(?!小学[妹弟]|青少年(?:宫|活动))(?:(?!小学)|(?<!中))(?:(?![一二三四五六]年级)|(?<![高大研初]))(?:{known})"
        rf"(?!{_OF_CLASS}(?:{any_of(words('class_staff'))}))"
        rf"(?!部?[里的]?(?:[做当任干]|担任)?(?:一?[名个位])?(?:{any_of(words('school_staff'))}))"
        rf"(?!{_SCHOOLS}(?:{any_of(words('subjects'))})?(?:{any_of(words('tutoring'))}))"
        r"(?!文化|[^,。\s]{0,2}(?:老师|教师)|[^,。\s的]{0,2}(?:主任|校长|园长))"
    )


@cache
def _subject() -> re.Pattern[str]:
    """What is taught at a school, or at several of them, right after one: 小学[初中数学]."""
    return re.compile(rf"{_SCHOOLS}(?:{any_of(words('subjects'))})")


@cache
def _at_large() -> re.Pattern[str]:
    """What follows years of age that are of no child in particular, or of a pet: 三岁[小孩都知道], 13岁[的金毛]."""
    child = rf"的?(?:{any_of(words('own_children'))})子?[都也](?:{any_of(words('knows'))})"
    return re.compile(rf"{child}|的?老?(?:{any_of(words('pets'))})")


@cache
def _before(name: str) -> re.Pattern[str]:
    gap = {"past": "[^。!?,\n]{0,12}", "teaches": "[^。!?,\n]{0,8}"}.get(name, "[里的]?")
    return re.compile(f"(?:{any_of(words(name))}){gap}$")


@cache
def _lunar_after() -> re.Pattern[str]:
    return re.compile(any_of(words("lunar")))


@cache
def _of_a_thing() -> re.Pattern[str]:
    """What precedes years of age of what is nobody: 公司今年[10岁]."""
    return re.compile(f"(?i:{any_of(words('aged_things'))})(?:[都也快有满了就刚]|今年|已经?|马上|整整)*$")


@cache
def _animal() -> re.Pattern[str]:
    """An animal, and nobody who is called one: 一只猫, 家里的狗, 泰迪."""
    return re.compile(
        r"[只条][^,。!?\s]{0,6}?[狗猫犬]|家里?的?[小老大]?[狗猫]|小[狗猫]|狗狗|猫猫|猫咪|宠物"
        rf"|{any_of(words('pets'))}"
    )


@cache
def _human() -> re.Pattern[str]:
    """What turns from an animal to somebody."""
    return re.compile(f"[他她]|主人|男孩|女孩|学生|同学|{any_of(words('own_children'))}")


@cache
def _somebodys_child() -> re.Pattern[str]:
    """A child by whose it is, with its age or without: 我女儿, 他5岁的儿子, 有个5岁的女儿."""
    return re.compile(
        r"(?:(?P<mine>我|俺|本人)|他|她|其|(?:有[一两]?个|带着?)(?![^,。!?\s]{0,6}(?:孩|娃|宝|小朋友)))"
        rf"[们家里的还有一两个]{{0,4}}(?:[0-9一二三四五六七八九十]{{1,3}}\s?周?岁多?大?的?)?(?:{any_of(words('own_children'))})"
    )


@cache
def _leads_or_serves() -> re.Pattern[str]:
    """What precedes a school of somebody who works there: 老婆钟慧在, 李老师(李强),, 教三年级语文的彭芳,."""
    name = f"{_NAMELESS}*"
    return re.compile(
        rf"(?:{any_of(words('adult_relations'))})叫?{name}(?:[也还就都是]|现在|目前|一直)*在$"
        rf"|(?:{any_of(words('school_titles'))})(?:{name}|\({name}\)),?(?:现?在|是)?$"
        rf"|{_TEACHES}[^,。!?\n]{{0,3}}(?:{any_of(words('under_14') + words('under_18'))})[^。!?\n]{{0,12}}$"
    )


@cache
def _another_child() -> re.Pattern[str]:
    return re.compile(any_of(words("another_child")))


def youngest(
    text: str, entities: Sequence[Entity], today: date | None = None, relations: Collection[str] = ()
) -> int | None:
    """An age that nobody in the post falls below: 0 to 13 and 14 to 17 for children, ``None`` without any sign.

    A sign counts only near data, and what is said of a child of the author's, or of another child that nothing else is
    told of, only where data of a child are told.

    Args:
        text: the folded text.
        entities: those of the persons concerned, whose dates of birth and identity numbers are read.
        today: the day on which the post is judged; without it no age is worked out from a date of birth.
        relations: who the persons concerned are to somebody else in the post.

    Returns:
        The least age that is told, worked out (of a year alone the least it can be) or, 13 and 17, to be guessed from a
        school.
    """
    untold = bool(entities) and not any(relation.endswith(words("own_children")) for relation in relations)
    names = [entity for entity in entities if entity.type == EntityType.NAME]
    schools = [entity for entity in entities if entity.type == EntityType.SCHOOL]
    staffed = _where_somebody_works(text, names, schools)
    named = sorted(name.start for name in names)
    told = sorted(span.start for span in (*names, *schools))

    near = bytearray(len(text))
    for entity in entities:
        begin, end = max(0, entity.start - FAR), min(len(text), entity.end + FAR)
        near[begin:end] = b"\1" * (end - begin)

    def counts(position: int) -> bool:
        if entities and not near[position]:
            return False
        return not (untold and _of_somebodys_child(text, position, named, told))

    ages = [
        age - bool(match["below"])
        for match in _AGE.finditer(text)
        if (age := number(match["years"])) is not None
        if counts(match.start()) and not _of_nobody_now(text, match, named)
    ]
    ages += [int(match["years"]) for match in _AGE_FIELD.finditer(text) if counts(match.start())]
    if any(map(counts, _attended(text, "under_14", staffed))):
        ages.append(YOUTH - 1)
    elif any(map(counts, _attended(text, "under_18", staffed))):
        ages.append(ADULT - 1)
    if today is not None:
        born = [_born(match) for match in _BORN.finditer(text) if counts(match.start())]
        ages += [_age(each, today) for each in (*born, *_dates_of(entities)) if each[0] <= today.year]
    children = [age for age in ages if 0 <= age < ADULT]
    return min(children, default=None)


def _of_nobody_now(text: str, age: re.Match[str], named: Sequence[int]) -> bool:
    """Whether years of age are a thing's, an animal's or anybody's, or somebody's of long ago."""
    before = text[max(0, age.start() - 12) : age.start()]
    if _NO_AGE.search(before) or _of_a_thing().search(before) or _at_large().match(text, age.end()):
        return True
    if _LATER.match(text, age.end()) and not _AGED_NOW.search(before):
        return True
    return _of_an_animal(text, age.start(), named)


def _of_an_animal(text: str, position: int, named: Sequence[int]) -> bool:
    """Whether an animal is what was spoken of last before a position: 狗狗丢了，公的，三岁."""
    animals = list(_animal().finditer(text, _sentence_start(text, position, FAR), position))
    if not animals or _human().search(text, animals[-1].end(), position):
        return False
    since = animals[-1].end()
    return all(text[start - 1] == "叫" for start in _between(named, since, position))


def _between(places: Sequence[int], begin: int, end: int) -> Sequence[int]:
    return places[bisect_left(places, begin) : bisect_left(places, end)]


def _sentence_start(text: str, position: int, longest: int) -> int:
    begin = max(0, position - longest)
    return max([begin, *(match.end() for match in _SENTENCE_ENDS.finditer(text, begin, position))])


def _of_somebodys_child(text: str, position: int, named: Sequence[int], told: Sequence[int]) -> bool:
    """Whether the author's child is who was spoken of last, or another's of whom no name and no school is told.

    Args:
        text: the folded text.
        position: the place of a sign.
        named: where names begin.
        told: where names and schools begin.
    """
    begin = _sentence_start(text, position, NEAR)
    children = [
        match for match in _somebodys_child().finditer(text, begin, position + NEAR) if match.start() <= position
    ]
    if not children or _another_child().search(text, children[-1].end(), position):
        return False
    since = children[-1].end()
    if _between(named, since, position):
        return False
    sentence = _SENTENCE_ENDS.search(text, since, since + FAR)
    until = sentence.start() if sentence else since + FAR
    return children[-1]["mine"] is not None or not _between(told, since, until)


def _attended(text: str, name: str, staffed: Collection[int]) -> Iterator[int]:
    """Where a school of a list is said to be attended, now and by a child.

    Args:
        text: the folded text.
        name: the list.
        staffed: the places that are of schools where somebody works.
    """
    for match in _school(name).finditer(text):
        start, end = match.span()
        before = text[max(0, start - _BEFORE) : start]
        higher = match[0].endswith("年级") and _before("higher").search(before)
        lunar = match[0][0] == "初" and (_LUNAR.search(before) or _lunar_after().match(text, end))
        high = match[0][0] == "高" and (_TALLER.search(before) or (match[0][1] != "中" and _MEASURE.match(text, end)))
        shift = match[0] == "中班" and _SHIFT.search(before) and not _human().search(before)
        subject = _subject().match(text, end)
        taught = (_before("teaches").search(before) and subject) or _is_taught(text, match)
        if not (higher or lunar or high or shift or taught or start in staffed or _before("past").search(before)):
            yield start


def _is_taught(text: str, school: re.Match[str]) -> bool:
    """Whether somebody teaches a grade: 教三年级语文, 带初三两个班."""
    before = text[max(0, school.start() - _BEFORE) : school.start()]
    if _TAUGHT.search(before):
        return _PUPILS.match(text, school.end()) is None
    return _LED.search(before) is not None and _LED_ON.match(text, school.end()) is not None


def _where_somebody_works(text: str, names: Sequence[Entity], schools: Sequence[Entity]) -> frozenset[int]:
    """The places in schools, named without a class, that are said of a grown-up relative or of their staff."""
    shown = list(text) if schools else []
    for name in names if schools else ():
        shown[name.start : name.end] = _NAMELESS * (name.end - name.start)
    found: set[int] = set()
    for school in schools:
        before = "".join(shown[_sentence_start(text, school.start, NEAR) : school.start])
        of_a_pupil = _CLASSES.search(school.text) or _NAMELESS in shown[school.end : school.end + 2]
        if not of_a_pupil and _leads_or_serves().search(before):
            found.update(range(school.start, school.end))
    return frozenset(found)


def _dates_of(entities: Iterable[Entity]) -> Iterator[Born]:
    readers = {EntityType.BIRTH_DATE: _DATE.search, EntityType.ID_CARD: _ID_DATE.fullmatch}
    for entity in entities:
        read = readers.get(entity.type)
        if read and (match := read(entity.value or entity.text)):
            yield _born(match)


def _born(match: re.Match[str]) -> Born:
    return int(match[1]), int(match[2] or 12), int(match[3] or 31)


def _age(born: Born, today: date) -> int:
    """Full years on a day, at least; 0 in the year of birth."""
    year, month, day = born
    return max(0, today.year - year - ((today.month, today.day) < (month, day)))
