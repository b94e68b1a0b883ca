"""How a school, a department, a year and a class are written together, and how names of universities are shortened."""

from __future__ import annotations

from gaihe.data.providers.weighted import Weighted

TRACKS = ("理科班", "文科班", "实验班", "火箭班", "重点班", "复读班", "艺术班", "国际班", "物化生班", "史政地班")
JUNIOR_TRACKS = ("实验班", "火箭班", "重点班", "快班", "培优班")
COLLEGE = Weighted(
    {
        "{name}{dept}": 16,
        "{name}{dept}{year}级": 12,
        "{name}{dept}{yy}级": 8,
        "{name}{major}{yy}{n:02d}班": 10,
        "{name}{major}{yy}{n}班": 6,
        "{name}{major}{yy}级{n}班": 6,
        "{name}{yy}级{major}{n}班": 8,
        "{name}{year}级{major}": 7,
        "{name}{yy}级{major}": 6,
        "{name}{major}专业": 7,
        "{name}{dept}{major}专业": 5,
        "{name}{dept}{major}{yy}{n:02d}": 5,
        "{name}{major}系": 4,
        "{name} {dept}": 3,
        "{name} {dept} {year}级{major}{n}班": 3,
        "{name}{dept}{year}届": 2,
        "{name}{yy}届{major}": 2,
    }
)
COLLEGE_GRADE = Weighted(
    {"{name}{dept}{grade}": 8, "{name}{major}{grade}": 6, "{name}{grade}": 4, "{name} {dept} {grade}": 1}
)
POSTGRADUATE = Weighted(
    {"{name}{dept}研{study}": 4, "{name}{major}研{study}": 3, "{name}研{study}": 2, "{name}{dept}博士": 1}
)
HIGH_CLASS = Weighted(
    {
        "{name}{stage}{g}({n})班": 14,
        "{name}{stage}{g}（{n}）班": 12,
        "{name}{stage}{g}{n}班": 26,
        "{name}{stage}{g}": 10,
        "{name}{year}届{n}班": 6,
        "{name}{year}届": 4,
        "{name}{yy}级{n}班": 6,
        "{name}{yy}届{n}班": 3,
        "{name} {stage}{g}{n}班": 4,
        "{name}{stage}中部{stage}{g}{n}班": 2,
        "{name}{stage}{n:02d}班": 3,
        "{name}{year}级{n}班": 4,
        "{name}{stage}{g}{track}": 5,
    }
)
PRIMARY_CLASS = Weighted(
    {
        "{name}{g}年级{n}班": 28,
        "{name}{g}年级({n})班": 14,
        "{name}{g}年级（{n}）班": 12,
        "{name}{g}({n})班": 10,
        "{name}{g}（{n}）班": 6,
        "{name}{g}年级": 10,
        "{name}{g}{n}班": 4,
        "{name}{yy}级{n}班": 4,
        "{name} {g}年级{n}班": 4,
    }
)
KINDER_CLASS = Weighted({"{name}": 50, "{name}{size}{few}班": 26, "{name}{size}班": 24})
_ABBREVIATIONS = {
    "高等专科学校": "高专",
    "职业技术大学": "职大",
    "职业技术学院": "职院",
    "职业学院": "职院",
    "师范大学": "师大",
    "师范学院": "师院",
    "医科大学": "医大",
    "理工大学": "理工",
    "理工学院": "理工",
    "工业大学": "工大",
    "科技大学": "科大",
    "农业大学": "农大",
    "财经大学": "财大",
    "工程大学": "工程大",
    "民族大学": "民大",
    "中医药大学": "中医大",
    "交通大学": "交大",
}


def short_university(name: str) -> str:
    """A short name made as such names are made: 长沙民政职业技术学院 is 长沙民政职院, 湖州师范学院 is 湖州师院."""
    for ending, brief in _ABBREVIATIONS.items():
        if name.endswith(ending):
            return name.removesuffix(ending) + brief
    return name
