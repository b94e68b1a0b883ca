"""How precisely an address says where somebody is.

Source: GB/T 23705, which orders the parts of an address from the large to the small: division, road or community,
number or building, unit, room.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cache

from gaihe.serving.core.tables import lines
from gaihe.serving.types.text import fold
from gaihe.serving.verdict.text import plain


class Precision(IntEnum):
    """The finest part of an address; a later one includes the earlier ones."""

    DISTRICT = 0
    """A district, county, town or subdistrict: tens of thousands of people."""
    STREET = 1
    """A road, an estate, a village or a landmark: thousands."""
    BUILDING = 2
    """A building or a house number: some hundreds."""
    DOOR = 3
    """A room, a household, a bed, or coordinates: a few."""


LONGEST = 256
"""Characters of an address that are looked at; none is longer."""
_N = "[0-9a-zA-Z一二三四五六七八九十百零〇两甲乙丙丁ABCDEF东西南北*]"
_D = "[0-9一二三四五六七八九十百零〇两]"
_LODGINGS = "(?:宾馆|酒店|旅馆|旅社|民宿|青旅|公寓|宿舍|万豪|希尔顿|喜来登|维也纳|汉庭|如家|全季|锦江之星|速8|7天|亚朵)"
_ROOM = (
    rf"{_N}{{1,6}}(?:号?房(?![产地东])|室|户|寝|床|号铺|号床|(?<=[0-9]{{3}})号门(?![诊口]))",
    rf"(?:单元|门洞|楼门|号楼[0-9]{{1,2}}门){_N}{{1,6}}(?!号?楼)(?:层|楼)?{_N}{{0,6}}号?$",
    r"(?:号|[苑园城府庭湾里居庄邸郡阁都])[0-9]{3,4}$",
    rf"(?:栋|幢|座|号楼|舍|公寓|寝室|宿舍)[- ]?(?:[0-9]{{3,4}}|{_N}{{3,5}})(?![0-9])(?!号?[栋幢楼路弄])",
    r"[0-9]{1,3}[-—#/][0-9]{1,2}[-—#/][0-9]{1,4}(?![0-9])",
    r"[0-9a-zA-Z]{1,3}[-—#/][0-9]{3,4}(?![0-9])",
    rf"[^路街道巷弄]{{0,2}}(?:村|组|屯|社|队|寨)[^路街道巷弄栋幢]{{0,6}}?{_N}{{1,5}}号(?!楼|院)",
    r"[0-9]{1,2}(?:楼|层)(?:之[0-9]|[0-9a-zA-Z]{2,4}(?![0-9号])|[A-H]$)",
    r"号(?:(?!1-)[0-9]{1,2}-[0-9]{1,2}|之[一二三四五六七八九]?[0-9]{3,4})$",
    r"(?:大厦|[东西南北a-hA-H]塔|(?<!活动)中心|梯)[0-9]{3,4}$",
    r"[0-9一二三四五六]门[0-9]{3,4}(?![0-9])",
    rf"{_LODGINGS}[^0-9路街道巷]{{0,8}}[0-9]{{3,4}}(?![0-9号]|包[厢间]|[^0-9]{{0,2}}厅)",
    r"(?:楼|层)[0-9]{3,4}$",
    rf"(?:村|屯|社|组|队|寨|巷|弄|胡同|楼|栋|院).{{0,8}}(?:第?{_D}{{1,2}}|那一?)(?:家|户)$",
    r"^[0-9]{3,4}$",
)
_DEGREES = "[0-9]{1,3}°[0-9]{1,2}['′]"
_COORDINATES = rf"{_DEGREES}.{{0,8}}{_DEGREES}|" r"[0-9]{1,3}\.[0-9]{3,}[^0-9]{1,6}[0-9]{1,3}\.[0-9]{3,}"
_NUMBERED = (
    rf"{_N}{{1,4}}(?:栋|幢|座|号楼|单元|斋|舍)",
    rf"(?:路|街|道|巷|弄|胡同|里|条|段|线)(?:{_N}{{1,6}}号|[0-9]{{1,5}}(?![0-9]|公里|千?米|(?i:k?m)(?![a-z])))",
    rf"{_N}{{1,5}}号(?!线|门|口|院落|地块)",
    rf"{_N}{{1,4}}(?:楼|层|#)",
    rf"(?:舍|楼|栋){_N}{{1,4}}$",
)
_NAMED = (
    r"(?:大厦|大楼|写字楼|商务楼|酒店|宾馆|旅馆|旅店|民宿|医院|宿舍|广场[A-Z]|中心[A-Z]|网吧|KTV|餐厅|食堂|教学楼|图书馆)",
    r"[^区县市镇乡]阁$",
)
_LAYOUT = re.compile(f"(?<!{_D})[1-9一二两三四五六七八九][室房](?:[0-9一二两三四五](?:厅|厨|卫|阳台?))+")
"""The rooms of a flat, by which it is let: 3室2厅1卫."""
_ROOMS = re.compile("(?<![栋幢座号楼层元门院舍寝#0-9a-zA-Z一二三四五六七八九十百零〇两-])[1-5一二两三四五][室房]$")
"""The same at the end, where bedrooms alone are told and nothing with a number before them: 桔园小区一室."""
_FLOOR_OF_A_HOUSE = re.compile(r"號\s?[1-4]?[0-9](?:樓|F)(?![0-9]|.{0,4}(?:餐廳|宴會|百貨|商場|店))")
"""A floor in Taiwan or Hong Kong, which is one flat's where the house is no tower or store: 文心路88號7樓."""
_BAY_NUMBER = r"[bB负][1-4一二三四]层?[-—]?[a-zA-Z]?"
_BAY = re.compile(
    rf"(?<=停在|车位|车库|地库|车场|地下){_BAY_NUMBER}[0-9]{{1,3}}(?:号?车?位)?$"
    rf"|^{_BAY_NUMBER}(?:0[0-9]{{2}}|[1-9][1-9][0-9])$|{_BAY_NUMBER}[0-9]{{1,3}}号?车位$"
)
"""A parking bay, by its level below ground; B2-302 alone may be a room, and 保利国际B2-1204 is one."""
_SPELT_NUMBER = re.compile("(?<=[0-9])(?i:hao)(?![a-z])")
_SPELT_ROOM = re.compile(r"(?<![a-zA-Z])(?i:flat|room|rm)\.?\s?((?i:[0-9]{1,5}[a-z]?|[a-z]))(?![a-zA-Z0-9])")
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")
_HOUSES = "路街道巷弄同里区段条线村组屯社队寨院栋幢座楼舍第0-9a-zA-Z一二三四五六七八九十百零〇两"
"""What a number one stands after that is a house's."""
_HAMLETS = "坊坪湾冲沟桥庄沿堂门坡岭岗塘营堡口集"
"""The same, where it is not written 壹: 李家湾一号, and not 江湾壹号."""
_FORMAL_NUMBER = re.compile(
    "[壹贰叁肆伍陆柒捌玖拾零〇]{2,}|[贰叁肆伍陆柒捌玖拾](?=[栋幢座号楼室单层])"
    rf"|壹(?=[栋幢座楼室单层]|号楼)|(?<=[{_HOUSES}])壹(?=号)"
)
"""Not 伍家岗区, 陆家嘴 and 滨江壹号."""
_DOOR_PATTERN = re.compile("|".join((*_ROOM, _COORDINATES)))
_NUMBERED_PATTERN = re.compile("|".join((*_ROOM, _COORDINATES, *_NUMBERED)))
_ROAD_NUMBER = rf"(?:路|街|道|线)(?:{_N}{{1,6}}号|[0-9]{{1,5}})"
_ROAD_NUMBER_OF_A_YARD = re.compile(rf"{_ROAD_NUMBER}(?=[大前后]?院$)")
_ROAD_NUMBER_OF_AN_ESTATE = re.compile(
    rf"{_ROAD_NUMBER}(?=[^栋幢座楼层室0-9]{{1,12}}"
    r"(?:小区|宿舍|大学|公寓|(?<![法医影剧老利生号大前后])院|厂|[城苑村庭湾郡邸庄]|(?<!幼儿)园|(?<!政)府)$)"
)
_BUILDING_PATTERN = re.compile("|".join((*_NUMBERED, *_NAMED)))
_ESTATE = re.compile(
    rf"(?:(?<=[^{_HOUSES}])壹|(?<=[^{_HOUSES}{_HAMLETS}])一)号(?:院|公馆|府)?$"
    r"|^[一二三九]号院$|(?:^|(?<=[区县市镇乡]))[一二三九1-9]号(?:公馆|府)$"
)
"""An estate that is called by a number, and no house: 滨江壹号, 一号公馆."""
_NUMERAL = "一二三四五六七八九十0-9A-Z"
_QUARTER = "(?:(?<=[属活术院宅业])区|(?<=别墅|服务)区|(?<=都)(?<![成昌宜江]都)市)"
"""What is part of an estate, a campus or a town, and no division: 家属区, 别墅区, 艺术区, 绿城都市."""
_AROUND = "(?:人|那边|这边|附近|一带|内|里)?$"
_DISTRICT_PATTERN = re.compile(
    f"(?:[^园校景厂社库小监病{_NUMERAL}](?!{_QUARTER})区|[^超门夜闹{_NUMERAL}](?!{_QUARTER})市|[^小{_NUMERAL}][镇乡]"
    f"|.(?:县|街道|旗|省|盟|州|办事处|[农林牧]场)){_AROUND}"
)
"""Not 园区, 校区, 小区, 监区, 超市, 夜市, 小镇."""
_LARGER = re.compile("(?:东北|华北|华东|华南|华中|西北|西南)(?:地区|三省)?")
"""A part of the country that is none of its divisions."""
_SUFFIX = re.compile("[·,/、-]|(?<=..)(?:[省市]|州(?=.))")
"""What parts the names of divisions, and the suffixes that may be left out between them."""


def precision(address: str) -> Precision:
    """How precise the text of an address is; what holds no known part counts as a landmark, `Precision.STREET`."""
    text = _ROAD_NUMBER_OF_AN_ESTATE.sub("", _without_forms(address))
    if _is_division(text) or _is_division(re.sub(_AROUND, "", text)):
        return Precision.DISTRICT
    if _DOOR_PATTERN.search(text) or _FLOOR_OF_A_HOUSE.search(fold(address[:LONGEST])):
        return Precision.DOOR
    if _BUILDING_PATTERN.search(text):
        return Precision.BUILDING
    if _DISTRICT_PATTERN.search(text):
        return Precision.DISTRICT
    return Precision.STREET


def is_numbered(address: str) -> bool:
    """Whether an address tells the number of a house, a building or a room.

    What a building is called is none, nor the number of an estate or a yard by its road: 中山路88号桔园小区.
    """
    text = _without_forms(address)
    for pattern in (_ROAD_NUMBER_OF_AN_ESTATE, _ROAD_NUMBER_OF_A_YARD):
        text = pattern.sub("", text)
    return precision(address) >= Precision.BUILDING and _NUMBERED_PATTERN.search(text) is not None


def is_a_division(address: str) -> bool:
    """Whether an address is the name of a city, or of divisions after one another, alone: 长沙, 湖南邵阳."""
    return _is_division("".join(plain(address[:LONGEST]).split()))


def _without_forms(address: str) -> str:
    """The text of an address in plain numerals, without spaces, a flat's layout and bays, 壹号 of an estate as 小区."""
    text = _SPELT_ROOM.sub(r"\1号房", _LAYOUT.sub("", plain(address[:LONGEST])))
    text = _SPELT_NUMBER.sub("号", "".join(text.split()))
    text = _FORMAL_NUMBER.sub(lambda match: match[0].translate(_FORMAL), text)
    return _ESTATE.sub("小区", _BAY.sub("地下车位", _ROOMS.sub("", text)))


def _is_division(text: str) -> bool:
    """Whether a text is nothing but names of divisions, without the suffixes of the last: 湖南邵阳, 长沙岳麓.

    The name of a county alone may be a landmark's: 西湖, 鼓楼.
    """
    return _LARGER.fullmatch(text) is not None or _SUFFIX.sub("", text) in _divisions()


@cache
def _divisions() -> frozenset[str]:
    """Provinces, cities, and counties after one of them, as they are said."""
    found: set[str] = set()
    for province, city, *counties in map(str.split, lines("division_names")):
        found |= {province, city, province + city}
        found |= {before + county for before in (province, city, province + city) for county in counties}
    return frozenset(_SUFFIX.sub("", name) for name in found)
