"""What a post tells of somebody by name that harms them by itself: sexual violence, a venereal disease."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.text import any_of, words

_IN_CLAUSE = r"[^,。!?;:、\s]"
_BEFORE = 12
"""Characters before a name that are looked at."""
_NOBODY = re.compile(r"[某xX×*]|化名")
"""What is written for a name that is not told: 张某, 李XX, 王丽(化名)."""
_NO_CHARGE = "(?![指控曝爆告疑诬称判抓拘捕定举查])"
"""Not what is done to who is accused: 被[指]强奸, 被网友[举]报性侵."""
_OF_ANOTHER = "(?![我你睹知说看见现疑道写露导饰否])"
"""Not what somebody knows or says of another: 李强目[睹]女生被强奸, 李强[否]认被…."""


@cache
def _after() -> re.Pattern[str]:
    """After a name: that sexual violence was done to its bearer or to theirs, or that they have such an illness."""
    violence, illness, has = (any_of(words(name)) for name in ("sexual_violence", "shameful_illness", "has_an_illness"))
    told = rf"(?:{_OF_ANOTHER}{_IN_CLAUSE}(?<![的她他])){{0,8}}?"
    whose = rf"(?:的?(?:{any_of(words('relations'))}))?"
    then = rf",(?:{any_of(words('then'))}|[0-9]{{2,4}}年|[她他]){{0,3}}"
    done = rf"(?:被|遭到?|受到?)(?:{_NO_CHARGE}{_IN_CLAUSE}(?<!的)){{0,8}}?(?:{violence})(?![案罪嫌犯])"
    ill = rf"(?<![没不])(?:{has})(?:{_IN_CLAUSE}(?<![的不没])){{0,3}}(?:{illness})(?!.?[专知防疫检药]|患者|病房|医)"
    return re.compile(rf"(?:{whose}{told}|{then})(?:{done}|{ill})")


@cache
def _done_to() -> re.Pattern[str]:
    """Before a name: that somebody did sexual violence to its bearer."""
    return re.compile(rf"(?<!被)(?:{any_of(words('sexual_violence'))})[了过](?:{_IN_CLAUSE}){{0,4}}$")


def tells_the_intimate(text: str, spans: Iterable[Entity]) -> bool:
    """Whether a folded text tells something intimate of one of the names in it; not of a name that is masked.

    Args:
        text: the folded text.
        spans: the spans of those whom it concerns.
    """
    return any(
        span.type == EntityType.NAME and not _NOBODY.search(text, span.start, span.end + 4) and _is_told_of(text, span)
        for span in spans
    )


def _is_told_of(text: str, name: Entity) -> bool:
    if _done_to().search(text[max(0, name.start - _BEFORE) : name.start]):
        return True
    return _after().match(text, name.end) is not None
