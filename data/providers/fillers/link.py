"""Web addresses that are nobody's home page: shortened links, news and shops."""

from __future__ import annotations

from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import ValueProvider

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORT = _LETTERS + _LETTERS.upper() + "0123456789"
_HOSTS = Weighted({"com": 8, "cn": 4, "com.cn": 3, "net": 2, "org": 1, "cc": 1, "top": 1, "gov.cn": 1})
_SHORTENERS = Weighted(
    {"http://t.cn/": 10, "https://m.tb.cn/": 2, "http://url.cn/": 2, "https://b23.tv/": 2, "https://v.douyin.com/": 2}
)
_KIND = Weighted({"short": 50, "host": 15, "page": 35})
_PATHS = (
    "news",
    "item",
    "detail",
    "p",
    "article",
    "s",
    "zt",
    "view",
    "list",
    "thread",
    "html",
    "bbs",
    "download",
    "index.php",
)


class LinkProvider(ValueProvider):
    """Links as posts carry them."""

    def url(self) -> str:
        """A shortened link, a page of a site, or a bare host."""
        kind = _KIND.pick(self.random)
        if kind == "short":
            return _SHORTENERS.pick(self.random) + "".join(self.random.choices(_SHORT, k=self.random.randint(6, 8)))
        name = "".join(self.random.choices(_LETTERS, k=self.random.randint(3, 9)))
        host = f"{self.random.choice(('www.', 'www.', '', 'm.', 'bbs.'))}{name}.{_HOSTS.pick(self.random)}"
        if kind == "host":
            return host
        path = f"{self.random.choice(_PATHS)}/{self.digits(self.random.randint(3, 8))}"
        scheme = self.random.choice(("http://", "https://", ""))
        return f"{scheme}{host}/{path}{self.random.choice(('', '', '.html', '.shtml', '?id=' + self.digits(4)))}"
