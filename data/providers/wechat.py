"""WeChat ids.

Source: the rule in ``gaihe.serving.types.wechat``; the shares of the kinds are judgements.
"""

from __future__ import annotations

from datetime import date

from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import ValueProvider
from gaihe.data.providers.fillers.handle import name_handle, pinyin_syllables
from gaihe.data.providers.fillers.net_name import latin_handle

_ASSIGNED_CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_KIND = Weighted({"name": 46, "handle": 30, "assigned": 11, "letters": 9, "short": 4})
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST, _LONGEST = 6, 20
_CASE = Weighted({"lower": 88, "capital": 7, "upper": 5})


class WechatProvider(ValueProvider):
    """Ids that WeChat would accept."""

    def wechat(self, pinyin: str, birth: date) -> str:
        """An id of 6 to 20 characters: ``zhangli0305``, ``zl_98``, ``moon_77``, ``wxid_…``.

        ``pinyin`` is the name with a space between syllables, without tones.
        """
        kind = _KIND.pick(self.random)
        if kind == "assigned":
            characters = self.random.choices(_ASSIGNED_CHARACTERS, k=self.random.choice((14, 14, 14, 12)))
            return "wxid_" + "".join(characters)
        identity = self._chosen(kind, pinyin, birth).replace(".", "-").strip("_-")
        if not identity[0].isalpha():
            identity = self.random.choice(_LETTERS) + identity
        identity += self.digits(max(0, _SHORTEST - len(identity)))
        case = _CASE.pick(self.random)
        cased = identity.upper() if case == "upper" else identity.capitalize() if case == "capital" else identity
        return cased[:_LONGEST].rstrip("_-")

    def _chosen(self, kind: str, pinyin: str, birth: date) -> str:
        if kind == "name":
            days = (f"{birth:%m%d}", f"{birth:%y%m%d}", f"{birth:%Y%m%d}")
            return name_handle(self.random, pinyin_syllables(pinyin), (birth.year,), days)
        if kind == "handle":
            return latin_handle(self.random, self.generator.split)
        letters = "".join(self.random.choices(_LETTERS, k=self.random.choice((1, 2, 3, 3, 4))))
        return letters + self.digits(self.random.choice((4, 5, 6, 8, 9, 10)) if kind == "letters" else 5)
