"""One module an entity type: its sheet, with its canonical form and its check; and the sheets of installed types."""

from __future__ import annotations

from functools import cache

from gaihe.serving.core.errors import SheetError
from gaihe.serving.core.installed import installed_types
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
from gaihe.serving.types.sheet import Maker, Severity, Sheet, unwritten_sheet

__all__ = ["Maker", "Severity", "Sheet", "sheet_of"]

_BUILT_IN: dict[EntityType, Sheet] = {
    module.SHEET.type: module.SHEET
    for module in (
        name,
        phone,
        id_card,
        passport,
        address,
        email,
        qq,
        wechat,
        account,
        bank_card,
        plate,
        school,
        workplace,
        birth_date,
        member_id,
        device_id,
    )
}


def sheet_of(kind: EntityType) -> Sheet:
    """The sheet of a type: built in, installed, or for a type that is neither one that knows its name alone.

    Raises:
        SheetError: the type is installed, but what is installed cannot be used.
    """
    return _BUILT_IN.get(kind) or _further_sheet(kind)


@cache
def _further_sheet(kind: EntityType) -> Sheet:
    point = installed_types().get(kind)
    if point is None:
        return unwritten_sheet(kind)
    try:
        sheet = point.load()
    except Exception as error:
        raise SheetError(
            f"the sheet of the type {kind} cannot be loaded from {point.value}: {type(error).__name__}: {error}"
        ) from error
    if not isinstance(sheet, Sheet) or sheet.type != kind:
        raise SheetError(f"{point.value} must be a gaihe.serving.types.Sheet whose type is {kind}")
    return sheet
