"""Names of the country's minorities and of foreigners, in Chinese transliteration or in Latin letters.

The lists give names that are common in their language, drawn independently of one another; a share of the
transliterations is made of syllables, so that no list can be learnt by heart.
"""

from __future__ import annotations

from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import WordProvider
from gaihe.data.providers.name import PersonName, Sex

_MADE_GIVEN_NAME_SHARE = 0.6
_ANY_LATIN_NAME_SHARE = 0.6
_FAMILY_NAME_ALONE_SHARE = 0.15
_ONE_TIBETAN_NAME_SHARE = 0.25
_MONGOLIAN_SURNAME_SHARE = 0.2

_FATHER_FORM = Weighted({"{given}·{father}": 72, "{given}{father}": 12, "{given}": 16})

_PEOPLES = Weighted({"uy": 22, "tib": 18, "mong": 15, "yi": 10, "hui": 15, "zh": 10, "ko": 5, "kaz": 5, "miao": 6})
HOMES: dict[str, tuple[str, ...]] = {
    "uy": ("新疆维吾尔自治区",),
    "kaz": ("新疆维吾尔自治区",),
    "tib": ("西藏自治区", "青海省"),
    "mong": ("内蒙古自治区",),
    "yi": ("云南省", "四川省"),
    "hui": ("宁夏回族自治区", "甘肃省", "青海省", "河南省"),
    "zh": ("广西壮族自治区",),
    "ko": ("吉林省", "辽宁省", "黑龙江省"),
    "miao": ("贵州省", "湖南省"),
}
"""The provinces where each people mostly lives."""

_CULTURES = Weighted(
    {
        "en": 27, "es": 10, "pt": 7, "it": 5, "fr": 6, "de": 6, "ru": 7, "ar": 4, "in": 3, "af": 4, "ba": 6, "no": 4,
        "gr": 1, "ja": 8, "ko": 6, "vi": 1.5, "made": 13, "latin": 9,
    }
)  # fmt: skip
_OWN_GIVEN = {
    "m": frozenset(("en", "es", "pt", "it", "fr", "de", "ru", "ar", "in", "af", "ba", "no")),
    "f": frozenset(("en", "es", "pt", "it", "fr", "de", "ru", "ar", "in", "no")),
}
_FORMS = Weighted(
    {
        "{s}": 47,
        "{g}·{s}": 27,
        "{g}": 8,
        "{i}·{s}": 3,
        "{i}-{s}": 1,
        "{g}·{m}·{s}": 3,
        "{g}{s}": 4,
        "{g}-{s}": 2,
        "{g}•{s}": 1,
    }
)
_LATIN_FORMS = Weighted({"{g} {s}": 45, "{s}": 38, "{g}": 12, "{i}. {s}": 5})
_OPENINGS = (
    "阿埃艾奥巴贝比博布查达德多费菲弗戈格哈赫霍吉加杰卡凯科克拉莱勒里利卢罗马麦曼梅蒙"
    "米莫穆纳内尼诺帕佩皮普乔萨塞桑斯苏索塔特托瓦韦维沃希谢雅伊尤约扎"
)
_MIDDLES = (
    "阿比博达德蒂丁尔夫戈格吉加卡克拉莱兰勒里利林卢罗洛马曼米莫姆纳南内尼诺帕皮普奇萨塞斯索塔坦特托瓦维韦文西希亚伊扎"
)
_ENDINGS = "安贝比达德蒂丁顿恩尔夫戈哈加金卡科克拉莱兰勒里利林罗洛马曼米姆纳娜尼诺普奇森生斯塔坦特托瓦维亚伊扎茨基奥"
_MADE_LENGTH = Weighted({2: 30, 3: 40, 4: 22, 5: 8})
_HAN_LIKE = frozenset(("hui", "zh", "ko", "miao"))


class ForeignNameProvider(WordProvider):
    """Names that are not Han."""

    def minority_name(self, sex: Sex, surname: str | None = None, people: str | None = None) -> PersonName:
        """A name of ``people``, or of any of nine (``HOMES``); ``surname`` is kept where the people has surnames."""
        people = people or ("hui" if surname else _PEOPLES.pick(self.random))
        if people in _HAN_LIKE:
            family = surname or self._part("minority_names", f"{people}_surname")
            given = self._word("minority_names", f"{people}_{sex}")
            return PersonName(family, given, family + given, "minority", people)
        if people in ("uy", "kaz"):
            given = self._word("minority_names", f"{people}_{sex}")
            father = self._word("minority_names", f"{people}_m")
            text = _FATHER_FORM.pick(self.random).format(given=given, father=father)
            return PersonName("", given, text, "minority", people)
        given = {"tib": self._tibetan, "mong": self._mongolian, "yi": self._yi}[people](sex)
        return PersonName("", given, given, "minority", people)

    def foreign_name(self, sex: Sex, surname: str | None = None) -> PersonName:
        """A foreigner's name: mostly the family name alone, as news and fans write it."""
        culture = _CULTURES.pick(self.random)
        if surname:
            culture = "latin" if surname.isascii() else "en"
        if culture == "latin":
            return self._latin(sex, surname)
        if culture in ("ja", "ko", "vi"):
            return self._east_asian(culture, sex)
        family = surname or (self._made() if culture == "made" else self._word("foreign_names", f"{culture}_s"))
        given = self._foreign_given(culture, sex)
        form = _FORMS.pick(self.random)
        middle = self._foreign_given(culture, sex) if "{m}" in form else ""
        text = form.format(s=family, g=given, m=middle, i=self.random.choice("ABCDEFGJKLMNOPRSTVW"))
        if len(text) < 2:
            text = f"{given}·{family}"
        return PersonName(family, given, text, "foreign", culture)

    def _foreign_given(self, culture: str, sex: Sex) -> str:
        if culture == "made" and self.random.random() < _MADE_GIVEN_NAME_SHARE:
            return self._made()
        return self._word("foreign_names", f"{culture if culture in _OWN_GIVEN[sex] else 'en'}_{sex}")

    def _latin(self, sex: Sex, surname: str | None) -> PersonName:
        family = surname or self._word("latin_names", "family")
        kind = "any" if self.random.random() < _ANY_LATIN_NAME_SHARE else "given_m" if sex == "m" else "given"
        given = self._word("latin_names", kind)
        text = _LATIN_FORMS.pick(self.random).format(s=family, g=given, i=given[0])
        return PersonName(family, given, text, "foreign", "latin")

    def _east_asian(self, culture: str, sex: Sex) -> PersonName:
        family = self._word("foreign_names", f"{culture}_s")
        given = self._word("foreign_names", f"{culture}_{sex}")
        alone = culture == "ja" and len(family) > 1 and self.random.random() < _FAMILY_NAME_ALONE_SHARE
        return PersonName(family, given, family if alone else family + given, "foreign", culture)

    def _made(self) -> str:
        return self._own(self._syllables)

    def _syllables(self) -> str:
        length = _MADE_LENGTH.pick(self.random)
        middle = self.random.choices(_MIDDLES, k=length - 2)
        return "".join((self.random.choice(_OPENINGS), *middle, self.random.choice(_ENDINGS)))

    def _tibetan(self, sex: Sex) -> str:
        last = self._word("minority_names", "tib" if sex == "m" else "tibf")
        if self.random.random() < _ONE_TIBETAN_NAME_SHARE:
            return last
        first = self._word("minority_names", "tib")
        return first + last if first != last else last

    def _mongolian(self, sex: Sex) -> str:
        given = self._word("minority_names", f"mong_{sex}")
        if self.random.random() < _MONGOLIAN_SURNAME_SHARE:
            return self._part("minority_names", "mong_surname") + given
        return given

    def _yi(self, sex: Sex) -> str:
        return self._word("minority_names", "yi_head") + self._word("minority_names", f"yi_tail_{sex}")
