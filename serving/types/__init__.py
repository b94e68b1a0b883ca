"""One module an entity type: its canonical form and its check."""

from __future__ import annotations

from types import ModuleType

from gaihe.serving.core.schema import EntityType
from gaihe.serving.types import (
    account,
    address,
    bank_card,
    birth_date,
    device_id,
    email,
    id_card,
    member_id,
    name,
    passport,
    phone,
    plate,
    qq,
    school,
    wechat,
    workplace,
)

_MODULES: dict[EntityType, ModuleType] = {
    EntityType.NAME: name,
    EntityType.PHONE: phone,
    EntityType.ID_CARD: id_card,
    EntityType.PASSPORT: passport,
    EntityType.ADDRESS: address,
    EntityType.EMAIL: email,
    EntityType.QQ: qq,
    EntityType.WECHAT: wechat,
    EntityType.ACCOUNT: account,
    EntityType.BANK_CARD: bank_card,
    EntityType.PLATE: plate,
    EntityType.SCHOOL: school,
    EntityType.WORKPLACE: workplace,
    EntityType.BIRTH_DATE: birth_date,
    EntityType.MEMBER_ID: member_id,
    EntityType.DEVICE_ID: device_id,
}


def canonical(kind: EntityType, text: str) -> str:
    """The canonical value of an undisguised surface."""
    value: str = _MODULES[kind].canonical(text)
    return value


def valid(kind: EntityType, value: str) -> bool | None:
    """Whether a canonical value passes the type's check; ``None`` where no check can say."""
    verdict: bool | None = _MODULES[kind].valid(value)
    return verdict
