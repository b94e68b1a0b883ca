"""How a school, a department, a year and a class are written together, and how names of universities are shortened."""

from __future__ import annotations

from gaihe.data.lexicon.weighted import Weighted

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
    {"{name}{dept}研{study}": 4, "{name}{major}研{study}": 3, "{name}研{study}": 2, "{name}{dept}": 1}
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
_MAJORS = (
    ("计算机|软件|信息科学", "计科 软工 软件工程 网工 网络工程 物联网 大数据 人工智能 信安 数媒"),
    ("人工智能|网络空间", "人工智能 大数据 信安 网工 网络工程"),
    ("信息工程|电子信息|电子学院", "电信 通信 电子 物联网"),
    ("电气|自动化", "电气 自动化 测控"),
    ("机械|机电|汽车", "机械 机自 机电 车辆 材控 测控 汽服"),
    ("材料|化工|化学", "材料 高分子 化工 应化 制药 化学"),
    ("土木|水利", "土木 工管 造价 给排水 道桥 水工"),
    ("建筑", "建筑学 城规 园林 造价"),
    ("交通|物流", "交通 物流 道桥 车辆"),
    ("轨道", "铁运 高铁乘务 交通"),
    ("能源", "能动 电气"),
    ("航空", "机械 自动化 测控 空乘"),
    ("船舶|海洋", "机械 能动 环科"),
    ("环境", "环工 环科 给排水"),
    ("测绘|地质|矿业|石油|地理", "测绘 地质 采矿 石工 地理"),
    ("生命|生物", "生科 生工 制药"),
    ("食品|轻工", "食科 食质"),
    ("农学|园林|林学", "农学 园艺 园林 林学"),
    ("动物", "动科 动医"),
    ("口腔", "口腔"),
    ("护理", "护理 康复"),
    ("药学", "药学 中药 制药"),
    ("中医|针灸", "中医 针推 中药 康复"),
    ("医学|公共卫生", "临床 麻醉 影像 检验 预防 康复"),
    ("数学", "数学 信计 统计 应统"),
    ("物理", "物理 电子"),
    ("心理", "心理"),
    ("经济|金融|经贸", "经济 国贸 金融 税务 统计"),
    ("会计", "会计 财管 审计 会计电算化"),
    ("管理学院|商学院|电子商务", "财管 会计 工商 市场营销 人力 电商 物流 信管"),
    ("旅游", "旅管 酒管"),
    ("公共管理|社会", "公管 行管 社工"),
    ("法学|政法", "法学 社工"),
    ("马克思|历史", "思政 历史"),
    ("文学|人文|新闻", "汉语言 中文 新闻 广告 传播"),
    ("外国语|外语", "英语 商英 日语 法语 德语 俄语 韩语 西语 翻译"),
    ("教育|师范", "学前 小教 教技 特教"),
    ("设计|艺术|美术|影视|播音", "美术 视传 环设 产设 动画 播音 编导 表演 摄影"),
    ("音乐", "音表 音乐学"),
    ("舞蹈", "舞蹈"),
    ("体育", "体教 社体"),
    ("纺织", "服设"),
    ("印刷", "视传"),
    ("职业技术", "数控 模具 汽修 电商 幼师"),
)
_DEPARTMENTS = (
    ("中医药|中医", "中医学院 针灸推拿学院 药学院 护理学院"),
    ("医科|医学|医药|护理|卫生|健康", "临床医学院 基础医学院 公共卫生学院 护理学院 口腔医学院 药学院"),
    ("体育", "体育学院"),
    ("音乐", "音乐学院 舞蹈学院"),
    ("美术|工艺", "美术学院 设计学院"),
    ("戏剧|电影|传媒", "影视学院 播音主持艺术学院 新闻与传播学院"),
    ("警|公安|政法|司法", "法学院 政法学院 公共管理学院"),
    ("外国语|外语", "外国语学院 外语学院"),
    ("财经|财贸|金融|商贸|工商", "经济学院 金融学院 会计学院 工商管理学院 电子商务学院 物流学院"),
    ("农业|农林", "农学院 林学院 园林学院 食品学院 动物科学学院"),
    ("幼儿|学前", "学前教育学院 教育学院"),
    ("铁道|铁路|轨道", "轨道交通学院 交通运输学院"),
)
OVERSEAS_MAJORS = (
    "中文", "历史", "哲学", "社会", "法律", "经济", "会计", "财金", "企管", "英文", "日文", "新闻",
    "传播", "电机", "机械", "土木", "建筑", "化学", "物理", "数学", "心理", "护理", "药学",
)  # fmt: skip
"""What is studied in Hong Kong and Taiwan."""
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


_COLLEGE_MARKS = ("职业", "专科")
_NO_DEGREE_MARKS = (*_COLLEGE_MARKS, "职教", "职工", "干部", "教育学院")


def is_college(university: str) -> bool:
    """Whether a name is that of a vocational college, where one studies three years and takes no degree."""
    return any(mark in university for mark in _COLLEGE_MARKS) and not university.endswith("大学")


def confers_degrees(university: str) -> bool:
    """Whether a name is that of a university with bachelors and, mostly, masters."""
    return not any(mark in university for mark in _NO_DEGREE_MARKS)


def departments_of(university: str) -> tuple[str, ...]:
    """The departments of a university of one field, by its name; empty where it may have any."""
    return next(
        (tuple(depts.split()) for stems, depts in _DEPARTMENTS if any(s in university for s in stems.split("|"))), ()
    )


def majors_of(dept: str) -> tuple[str, ...]:
    """What is studied in a department, by the short names of students; empty where it may be anything."""
    return next((tuple(majors.split()) for stems, majors in _MAJORS if any(s in dept for s in stems.split("|"))), ())


def short_university(name: str) -> str:
    """A short name made as such names are made: 长沙民政职业技术学院 is 长沙民政职院, 湖州师范学院 is 湖州师院."""
    for ending, brief in _ABBREVIATIONS.items():
        if name.endswith(ending):
            return name.removesuffix(ending) + brief
    return name
