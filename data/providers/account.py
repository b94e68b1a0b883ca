"""User names, user ids and home pages on platforms other than QQ and WeChat.

Source: the shapes of ids that the platforms show on profile pages; the shares are judgements.
"""

from __future__ import annotations

from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import ValueProvider
from gaihe.data.providers.fillers.net_name import chinese_name, game_name, latin_handle

_DECORATED_TIEBA_NAME_SHARE = 0.2
_DECORATED_PLAYER_NAME_SHARE = 0.22
_TELEGRAM_LINK_SHARE = 0.1
_WEIBO_UID_PAGE_SHARE = 0.75
_DOUBAN_NUMBER_PAGE_SHARE = 0.6
_HEXADECIMAL_TOKEN_SHARE = 0.3

_WEIBO_NAMING = Weighted({"id": 42, "latin": 12, "chinese": 46})
_DOUYIN_NAMING = Weighted({"id": 40, "latin": 38, "chinese": 22})
_KUAISHOU_NAMING = Weighted({"id": 40, "latin": 28, "chinese": 32})
_BILIBILI_NAMING = Weighted({"id": 45, "latin": 10, "chinese": 45})
_XIAOHONGSHU_NAMING = Weighted({"id": 48, "latin": 17, "chinese": 35})
_ZHIHU_NAMING = Weighted({"id": 20, "latin": 10, "chinese": 70})
_DOUBAN_NAMING = Weighted({"id": 40, "latin": 20, "chinese": 40})
_TIEBA_NAMING = Weighted({"id": 12, "latin": 20, "chinese": 68})
_STEAM_NAMING = Weighted({"id": 60, "latin": 30, "chinese": 10})
_GAME_ID_NAMING = Weighted({"id": 50, "latin": 12, "chinese": 38})
_ALIPAY_NAMING = Weighted({"id": 40, "latin": 35, "chinese": 25})
_TAOBAO_NAMING = Weighted({"id": 40, "latin": 18, "chinese": 42})
_ADDRESS_FORM = Weighted({"https://{bare}{host}{path}": 40, "{host}{path}": 45, "{bare}{host}{path}": 15})

_DOUYIN = Weighted(
    {"%#######": 1, "%########": 3, "%#########": 5, "%##########": 6, "dy????####": 1, "dy#########": 1}
)
_BILIBILI = Weighted(
    {"######": 1, "#######": 3, "########": 8, "#########": 14, "3546############": 1, "3493############": 1}
)
_STEAM = Weighted({"76561198#########": 4, "765611990########": 1, "%#######": 4, "%########": 6, "1#########": 5})
_GAME = Weighted({"1########": 8, "2########": 4, "%#######": 4, "5#########": 6, "%######": 2, "10########": 4})
_TAOBAO = Weighted({"tb########": 8, "tb#########": 6, "tb?#######": 1, "t_14######_0###": 3, "tb_#######": 1})
_TWITTER_LONGEST = 15
_IDENTIFIERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_HEXADECIMAL = "0123456789abcdef"


class AccountProvider(ValueProvider):
    """Accounts, one method a platform; each gives ids and names in the mixture seen there."""

    def weibo(self) -> str:
        """A Weibo uid of ten digits or a user name."""
        return self._mixed(self.weibo_uid(), _WEIBO_NAMING)

    def weibo_uid(self) -> str:
        """A Weibo uid of ten digits."""
        return self.random.choice("1235567777") + self.digits(9)

    def douyin(self) -> str:
        """A Douyin id (digits or a chosen handle) or a user name."""
        return self._mixed(self._shaped(_DOUYIN.pick(self.random)), _DOUYIN_NAMING)

    def kuaishou(self) -> str:
        """A Kuaishou id or user name."""
        return self._mixed(self._number(self.random.choice((8, 9, 10, 10))), _KUAISHOU_NAMING)

    def bilibili(self) -> str:
        """A Bilibili uid or user name."""
        return self._mixed(self.bilibili_uid(), _BILIBILI_NAMING)

    def bilibili_uid(self) -> str:
        """A Bilibili uid of six to sixteen digits."""
        return self.numerify(_BILIBILI.pick(self.random).replace("#", "%", 1))

    def xiaohongshu(self) -> str:
        """A Xiaohongshu id (nine to eleven digits or a handle) or a user name."""
        return self._mixed(self._number(self.random.choice((9, 9, 10, 10, 11))), _XIAOHONGSHU_NAMING)

    def zhihu(self) -> str:
        """A Zhihu user name or the token of its home page."""
        return self._mixed(self._zhihu_token(), _ZHIHU_NAMING)

    def douban(self) -> str:
        """A Douban id or user name."""
        return self._mixed(self._number(self.random.choice((7, 8, 9, 9))), _DOUBAN_NAMING)

    def tieba(self) -> str:
        """A Tieba user name, often of the decorated kind."""
        if self.random.random() < _DECORATED_TIEBA_NAME_SHARE:
            return game_name(self.random, self.generator.split)
        return self._mixed("贴吧用户_" + self._token(7, _IDENTIFIERS), _TIEBA_NAMING)

    def steam(self) -> str:
        """A Steam friend code, 64-bit id or user name."""
        return self._mixed(self.numerify(_STEAM.pick(self.random)), _STEAM_NAMING)

    def game_id(self) -> str:
        """A player's number or name in a game."""
        if self.random.random() < _DECORATED_PLAYER_NAME_SHARE:
            return game_name(self.random, self.generator.split)
        return self._mixed(self.numerify(_GAME.pick(self.random)), _GAME_ID_NAMING)

    def alipay(self) -> str:
        """An Alipay user number (2088…) or name that is neither a phone number nor an e-mail address."""
        return self._mixed(f"2088{self.digits(12)}", _ALIPAY_NAMING)

    def github(self) -> str:
        """A GitHub login."""
        return self._latin().replace("_", "-").replace(".", "-").strip("-")

    def telegram(self) -> str:
        """A Telegram user name without ``@``, at times as ``t.me/…``."""
        name = self._letter_first(self._latin().replace(".", "_"), shortest=5)
        return f"t.me/{name}" if self.random.random() < _TELEGRAM_LINK_SHARE else name

    def twitter(self) -> str:
        """A Twitter handle without ``@``: at most 15 letters, digits and underscores."""
        return self._letter_first(self._latin().replace(".", "_"), shortest=4)[:_TWITTER_LONGEST]

    def taobao(self) -> str:
        """A Taobao member name."""
        return self._mixed(self._shaped(_TAOBAO.pick(self.random)), _TAOBAO_NAMING)

    def weibo_url(self) -> str:
        """A Weibo home page."""
        if self.random.random() < _WEIBO_UID_PAGE_SHARE:
            return self._address("weibo.com", f"/u/{self.weibo_uid()}")
        return self._address("weibo.com", f"/{self._latin().replace('_', '').replace('.', '')}")

    def bilibili_url(self) -> str:
        """A Bilibili home page."""
        return self._address("space.bilibili.com", f"/{self.bilibili_uid()}", bare="")

    def douban_url(self) -> str:
        """A Douban home page."""
        token = self._number(9) if self.random.random() < _DOUBAN_NUMBER_PAGE_SHARE else self._latin()
        return self._address("douban.com", f"/people/{token}/")

    def zhihu_url(self) -> str:
        """A Zhihu home page."""
        return self._address("zhihu.com", f"/people/{self._zhihu_token()}")

    def _mixed(self, identity: str, naming: Weighted[str]) -> str:
        """The id, a Latin handle or, otherwise, a Chinese net name, with the given weights."""
        kind = naming.pick(self.random)
        if kind == "id":
            return identity
        return self._latin() if kind == "latin" else chinese_name(self.random, self.generator.split)

    def _latin(self) -> str:
        return latin_handle(self.random, self.generator.split).strip("_.")

    def _letter_first(self, name: str, shortest: int) -> str:
        name = name if name[0].isalpha() else f"i{name}"
        return name + self.digits(max(0, shortest - len(name)))

    def _shaped(self, shape: str) -> str:
        return self.bothify(shape, letters="abcdefghijklmnopqrstuvwxyz")

    def _number(self, length: int) -> str:
        return self.random.choice("123456789") + self.digits(length - 1)

    def _token(self, length: int, characters: str) -> str:
        return "".join(self.random.choices(characters, k=length))

    def _zhihu_token(self) -> str:
        if self.random.random() < _HEXADECIMAL_TOKEN_SHARE:
            return self._token(32, _HEXADECIMAL)
        return self._latin().replace("_", "-").replace(".", "-").strip("-")

    def _address(self, host: str, path: str, bare: str = "www.") -> str:
        return _ADDRESS_FORM.pick(self.random).format(bare=bare, host=host, path=path)
