"""``argus-redact`` (https://pypi.org/project/argus-redact/, Apache-2.0) in fast mode: patterns and a names lexicon.

Its modes with a language model would need a download and are not compared. ``organization`` and ``location`` are any
organisation and place that a text talks about, which is not what ``WORKPLACE`` and ``ADDRESS`` are, and are not mapped.
It is asked for the mapped types alone, and then warns of each span that another type had swallowed and that it gives
back: nothing to tell a user of the comparison.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import argus_redact
from gaihe.serving.core.schema import Entity, EntityType
from gaihe.training.evaluate.systems.surrogates import without_surrogates

_MAPPING: Mapping[str, EntityType] = MappingProxyType(
    {
        "person": EntityType.NAME,
        "phone": EntityType.PHONE,
        "phone_landline": EntityType.PHONE,
        "id_number": EntityType.ID_CARD,
        "hk_id": EntityType.ID_CARD,
        "tw_id": EntityType.ID_CARD,
        "macau_id": EntityType.ID_CARD,
        "taiwan_arc": EntityType.ID_CARD,
        "passport": EntityType.PASSPORT,
        "eep": EntityType.PASSPORT,
        "hrp": EntityType.PASSPORT,
        "military_id": EntityType.PASSPORT,
        "address": EntityType.ADDRESS,
        "email": EntityType.EMAIL,
        "qq": EntityType.QQ,
        "wechat": EntityType.WECHAT,
        "bank_card": EntityType.BANK_CARD,
        "license_plate": EntityType.PLATE,
        "school": EntityType.SCHOOL,
        "workplace": EntityType.WORKPLACE,
        "date_of_birth": EntityType.BIRTH_DATE,
        "social_security": EntityType.MEMBER_ID,
        "housing_fund": EntityType.MEMBER_ID,
        "ip_address": EntityType.DEVICE_ID,
        "mac_address": EntityType.DEVICE_ID,
        "imei": EntityType.DEVICE_ID,
    }
)


class ArgusSystem:
    """``argus-redact`` over posts."""

    name = "argus"
    version = argus_redact.__version__
    mapping = _MAPPING
    types = frozenset(_MAPPING.values())

    def detect(self, texts: Sequence[str]) -> list[list[Entity]]:
        """The entities of each text, in text order."""
        return [self._detect(text) for text in texts]

    def _detect(self, text: str) -> list[Entity]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", argus_redact.SecurityWarning)
            report = argus_redact.redact(
                without_surrogates(text), lang="zh", mode="fast", types=list(_MAPPING), report=True
            )
        entities = [
            Entity(
                start=found["start"],
                end=found["end"],
                type=_MAPPING[found["type"]],
                text=text[found["start"] : found["end"]],
                score=found["confidence"],
            )
            for found in report.entities
            if found["type"] in _MAPPING
        ]
        return sorted(entities, key=lambda entity: (entity.start, entity.end))
