"""Words that are nobody's data: surnames before a title, nicknames, places and bodies that are only talked about.

Sources: lists written for this project. Names of fiction, brands, cars, telephones and apps are facts; the nicknames of
stars are in the manner of fans.
"""

from __future__ import annotations

from gaihe.data.lexicon.regions import Region, draw_region, short
from gaihe.data.lexicon.surnames import by_bearers
from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.address import AddressProvider
from gaihe.data.providers.base import PRESENT_YEAR, SplitGenerator, WordProvider
from gaihe.data.providers.fillers.net_name import chinese_name
from gaihe.data.providers.name import Sex
from gaihe.data.providers.school import SchoolProvider, Study
from gaihe.data.providers.workplace import WorkplaceProvider

_SHORT_CITY_SHARE = 0.8
_SHORT_PROVINCE_SHARE = 0.7

_MENTION = Weighted({"number": 10, "estate": 3, "nick": 87})
_COMPANY = Weighted({"brand_real": 30, "brand_firm": 15, "short": 35, "full": 20})
_EMOJI_COUNT = Weighted({1: 80, 2: 10, 3: 10})

_NICK = Weighted({"listed": 46, "composed": 30, "latin": 8, "other": 16})
_COMPOSED = Weighted(
    {
        "{head}{tail}": 34,
        "{head}{tail}{suffix}": 8,
        "{tail}{suffix}": 34,
        "{tail}{tail2}": 6,
        "{tail}{number}": 8,
        "{tail}不{verb}": 10,
    }
)
_VERBS = (
    "吃",
    "睡",
    "加班",
    "减肥",
    "恋爱",
    "上学",
    "说话",
    "哭",
    "笑",
    "熬夜",
    "喝酒",
    "开心",
    "洗头",
    "回消息",
    "出门",
    "早起",
)


class FillerProvider(WordProvider):
    """One method a filler slot; places are those of a region, so that a post agrees with itself."""

    def __init__(self, generator: SplitGenerator) -> None:
        super().__init__(generator)
        self._addresses = AddressProvider(generator)
        self._schools = SchoolProvider(generator)
        self._workplaces = WorkplaceProvider(generator)

    def surname(self) -> str:
        """A surname, to stand before a title: 王老师."""
        return by_bearers().pick(self.random)

    def nick(self) -> str:
        """A nickname or net name."""
        match _NICK.pick(self.random):
            case "listed":
                return self._word("nicknames", "nick")
            case "latin":
                joint = self.random.choice(("", "_", ".", ""))
                return self._word("nicknames", "nick_latin") + joint + self.digits(self.random.choice((0, 2, 2, 3, 4)))
            case "other":
                return chinese_name(self.random, self.generator.split)
            case _:
                return self._composed()

    def mention(self) -> str:
        """A name as it stands after ``@``: without white space."""
        kind = _MENTION.pick(self.random)
        if kind == "number":
            return "用户" + self.digits(10)
        if kind == "estate":
            return self._word("places", "estate") + "小" + self.digits(2)
        return "".join(self.nick().split())

    def city(self, region: Region) -> str:
        """A city, mostly without 市: 长沙."""
        city = region.home_city
        return short(city) if self.random.random() < _SHORT_CITY_SHARE else city

    def province(self, region: Region) -> str:
        """A province, mostly without 省: 湖南."""
        province = region.province
        return short(province) if self.random.random() < _SHORT_PROVINCE_SHARE else province

    def county(self, region: Region) -> str:
        """A county, district or banner in full: 岳麓区."""
        return region.county

    def town(self, region: Region) -> str:
        """A town or township: 桃花源镇; rarely a street office."""
        towns = region.towns
        rural = [town for town in towns if not town.endswith("街道")] or towns
        return self.random.choice(rural) if rural else "中心镇"

    def village(self, region: Region) -> str:
        """A village: 石桥头村."""
        return self._addresses.village_name(region.province)

    def road(self, region: Region) -> str:
        """A road: 麓山南路."""
        return self._addresses.road_name(region)

    def estate(self) -> str:
        """A residential estate: 翠湖花园."""
        return self._addresses.estate_name()

    def landmark(self) -> str:
        """A place that everyone knows: 五一广场."""
        return self._word("fillers", "landmark")

    def company(self) -> str:
        """A firm as news talk about it: a big name, a short name or the full one."""
        kind = _COMPANY.pick(self.random)
        if kind in ("brand_real", "brand_firm"):
            return self._word("work_words", kind)
        employer = self._workplaces.employer(draw_region(self.random), "firm")
        return employer.short if kind == "short" else employer.name

    def univ(self, study: Study | None = None) -> str:
        """A university, of one kind if it is given."""
        return self._schools.school_at("univ", draw_region(self.random), 20, PRESENT_YEAR, study).name

    def high_school(self, region: Region) -> str:
        """A high school: 浏阳一中."""
        return self._schools.school_at("high", region, 17, PRESENT_YEAR).name

    def hospital(self, region: Region) -> str:
        """A hospital that has all departments: 浏阳市人民医院."""
        return self._workplaces.general_hospital(region)

    def shop(self) -> str:
        """A shop or an eating house: 胖哥烧烤店."""
        return self._workplaces.employer(draw_region(self.random), "shop").short

    def brand(self) -> str:
        """A brand; some are people's names: 李宁, 王老吉."""
        return self._word("fillers", "brand")

    def fiction(self) -> str:
        """A character of a novel, myth, game or cartoon: 孙悟空."""
        return self._word("fillers", "fiction")

    def star_nick(self) -> str:
        """What fans call a star."""
        return self._word("fillers", "star_nick")

    def car(self) -> str:
        """A car model: 宝马X5."""
        return self._word("fillers", "car")

    def phone_model(self) -> str:
        """A telephone model: iPhone 15."""
        return self._word("fillers", "phone_model")

    def app(self) -> str:
        """An app or a website."""
        return self._word("fillers", "app")

    def emoji(self) -> str:
        """One emoji, now and then two or three of it."""
        emoji = self._part("fillers", "emoji")
        return emoji * _EMOJI_COUNT.pick(self.random)

    def kaomoji(self) -> str:
        """A kaomoji or a bracketed sticker: (╯°□°）╯︵ ┻━┻, [doge]."""
        return self._part("fillers", "kaomoji")

    def gender(self, sex: Sex) -> str:
        """A sex as forms have it: 男 or 女."""
        return "男" if sex == "m" else "女"

    def _composed(self) -> str:
        return _COMPOSED.pick(self.random).format(
            head=self._part("nicknames", "nick_head"),
            tail=self._word("nicknames", "nick_tail"),
            tail2=self._word("nicknames", "nick_tail"),
            suffix=self._part("nicknames", "nick_suffix"),
            number=self.digits(self.random.choice((1, 2, 3, 4))),
            verb=self.random.choice(_VERBS),
        )
