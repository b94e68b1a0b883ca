"""E-mail addresses.

Source: the providers that people in China use; their shares are judgements.
"""

from __future__ import annotations

from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import ValueProvider
from gaihe.data.providers.fillers.handle import name_handle, pinyin_syllables
from gaihe.data.providers.fillers.net_name import latin_handle

_CAPITAL_SHARE = 0.02
_OWN_NAME_SHARE = 0.65
_QQ_NUMBER_SHARE = 0.72
_PHONE_NUMBER_SHARE = 0.12

_DOMAIN = Weighted(
    {
        "qq.com": 36,
        "163.com": 21,
        "126.com": 8,
        "gmail.com": 10,
        "outlook.com": 4,
        "hotmail.com": 3,
        "foxmail.com": 4,
        "sina.com": 3.5,
        "icloud.com": 2,
        "139.com": 2,
        "yeah.net": 1,
        "sohu.com": 1,
        "aliyun.com": 1,
        "vip.qq.com": 0.6,
        "vip.163.com": 0.4,
        "sina.cn": 0.5,
        "189.cn": 0.6,
        "live.com": 0.5,
        "live.cn": 0.4,
        "msn.com": 0.4,
        "21cn.com": 0.4,
        "tom.com": 0.3,
        "yahoo.com": 0.4,
        "yahoo.com.hk": 0.2,
        "proton.me": 0.4,
        "company": 3,
        "campus": 2,
    }
)
_COMPANY = Weighted({"{}.com": 5, "{}.cn": 3, "{}.com.cn": 3, "{}tech.com": 1, "{}-group.com": 1, "mail.{}.com": 0.5})
_CAMPUS = Weighted({"stu.{}.edu.cn": 4, "mail.{}.edu.cn": 3, "{}.edu.cn": 3, "m.{}.edu.cn": 0.5, "mails.{}.edu.cn": 1})
_COMPANY_SYLLABLES = "hua xin tai heng rui jia da zhong hong sheng yuan feng jin ke lian bo kang mei long tian yi"
_COMPANY_WORDS = tuple(_COMPANY_SYLLABLES.split())
_LETTERS = "abcdeghjlmnstxyz"


class EmailProvider(ValueProvider):
    """Addresses made of the person's own name, numbers and taste."""

    def email(self, pinyin: str, birth_year: int, phone: str, qq: str) -> str:
        """An address; its local part is the QQ number, the phone number, the name or a handle.

        ``pinyin`` is the name with a space between syllables, without tones; ``phone`` may be grouped.
        """
        domain = _DOMAIN.pick(self.random)
        chance = self.random.random()
        if domain == "qq.com" and chance < _QQ_NUMBER_SHARE:
            return f"{qq}@{domain}"
        if domain in ("139.com", "189.cn") or (domain in ("163.com", "126.com") and chance < _PHONE_NUMBER_SHARE):
            return f"{''.join(filter(str.isdecimal, phone))[-11:]}@{domain}"
        address = f"{self._local(pinyin, birth_year, domain)}@{self._host(domain)}"
        return address.capitalize() if self.random.random() < _CAPITAL_SHARE else address

    def _local(self, pinyin: str, birth_year: int, domain: str) -> str:
        syllables = pinyin_syllables(pinyin)
        if domain in ("company", "campus"):
            joint = self.random.choice(("", "", ".", "_"))
            return joint.join((syllables[0], "".join(syllables[1:]))).strip("._")
        if self.random.random() < _OWN_NAME_SHARE:
            return name_handle(self.random, syllables, (birth_year,)).strip("_")
        return latin_handle(self.random, self.generator.split).strip("._")

    def _host(self, domain: str) -> str:
        if domain == "company":
            return _COMPANY.pick(self.random).format("".join(self.random.choices(_COMPANY_WORDS, k=2)))
        if domain == "campus":
            letters = "".join(self.random.choices(_LETTERS, k=self.random.choice((2, 3, 3, 4))))
            return _CAMPUS.pick(self.random).format(letters + self.random.choice("uu"))
        return domain
