"""Fill a carrier's slots."""

from __future__ import annotations

from dataclasses import replace

from gaihe.data.disguise.segments import Segment
from gaihe.data.generator.carrier import Carrier, Slot, Span
from gaihe.data.generator.troupe import Troupe
from gaihe.serving.core.schema import EntityType
from gaihe.serving.types import sheet_of

REAL_NAME_MENTION = 0.3


def _entity(text: str, kind: EntityType) -> Segment:
    """An undisguised entity; a masked or pinyin form that a carrier asked for says so itself."""
    text = text.strip()
    sheet = sheet_of(kind)
    revealed = sheet.reveal(text)
    return Segment(text, kind, sheet.canonical(revealed.text), revealed.kinds)


def render(carrier: Carrier, troupe: Troupe) -> list[Segment]:
    """The carrier as segments: literal text, fillers, and entities with their canonical values.

    Raises:
        SlotError: the carrier names a slot or form that there is not.
    """
    troupe.begin(carrier)
    segments: list[Segment] = []
    for part in carrier.parts:
        if isinstance(part, str):
            segments.append(Segment(part))
        elif isinstance(part, Span):
            pieces = (p if isinstance(p, str) else troupe.actor(p.role).tell(p) for p in part.parts)
            segments.append(_entity("".join(pieces), part.type))
        elif kind := troupe.generator.slot_types.get(part.name):
            segments.append(_entity(troupe.actor(part.role).tell(part), kind))
        else:
            segments.append(_filler(part, troupe, segments))
    return segments


def _filler(slot: Slot, troupe: Troupe, before: list[Segment]) -> Segment:
    text = troupe.actor(slot.role).tell(slot)
    if slot.name == "mention" and not (before and before[-1].text.endswith("@")):
        text = f"@{text}"
    return Segment(text, filler=True)


def mention(troupe: Troupe) -> Segment:
    """Whoever stands after an @: mostly a net name, sometimes a person's real name, which is an entity."""
    if troupe.random.random() < REAL_NAME_MENTION:
        return replace(_entity(troupe.newcomer().surface("name"), EntityType.NAME), fixed=True)
    return Segment(troupe.generator.fillers.mention(), filler=True)


def link(troupe: Troupe) -> Segment:
    """A web address that is nobody's home page."""
    return Segment(troupe.generator.links.url(), filler=True)
