"""The verdict on a post, as it is given and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gaihe.serving.core.schema import Intent, Stance
from gaihe.serving.verdict.persons.person import Person
from gaihe.serving.verdict.policy import Policy, Suggestion
from gaihe.serving.verdict.table import Law, Reason


@dataclass(frozen=True, slots=True)
class JudgedPerson:
    """Somebody in a post, and what is known of them.

    Attributes:
        person: who it is, with all that is said of them.
        concerned: whether the verdict is about them.
        fits: about how many people in the country fit what is told; ``None`` of who is not concerned.
        public_role: whether they have a public role.
    """

    person: Person
    concerned: bool
    fits: int | None
    public_role: bool

    def to_record(self) -> dict[str, Any]:
        """The person as a JSON object; spans are offsets in the text."""
        return {
            "spans": [[span.start, span.end] for span in self.person.spans],
            "names": [[name.start, name.end] for name in self.person.names],
            "relation": self.person.relation or None,
            "is_author": self.person.is_author,
            "concerned": self.concerned,
            "fits": self.fits,
            "public_role": self.public_role,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from a post; no legal advice.

    Attributes:
        level: 0 (nothing to do) to 4 (grave).
        suggestion: what the policy does about it.
        label, sub_label: what the post is called.
        score: 0 to 100: the level that is to be expected under all readings of the post, of 4.
        intent, stance: the likeliest labels.
        persons: who is in it.
        reasons: why; none where there is nothing to do.
        laws: provisions that a reviewer may look up.
        pieces: pieces of information by tier of the 2017 interpretation's art. 5.
        policy: the policy, with its table.
    """

    level: int
    suggestion: Suggestion
    label: str
    sub_label: str
    score: int
    intent: Intent
    stance: Stance
    persons: tuple[JudgedPerson, ...]
    reasons: tuple[Reason, ...]
    laws: tuple[Law, ...]
    pieces: Mapping[str, int]
    policy: Policy

    def to_record(self) -> dict[str, Any]:
        """The verdict as a JSON object; it holds offsets and no text of the post."""
        table = self.policy.table
        return {
            "level": self.level,
            "suggestion": self.suggestion.value,
            "label": self.label,
            "sub_label": self.sub_label,
            "score": self.score,
            "intent": self.intent.value,
            "stance": self.stance.value,
            "persons": [person.to_record() for person in self.persons],
            "reasons": [{"code": reason.code, "zh": reason.zh, "en": reason.en} for reason in self.reasons],
            "laws": [self._law(law) for law in self.laws],
            "policy": {
                "name": self.policy.name,
                "version": self.policy.version,
                "table": table.name,
                "table_version": table.version,
            },
            "note": {"zh": table.note_zh, "en": table.note_en},
        }

    def _law(self, law: Law) -> dict[str, Any]:
        record: dict[str, Any] = {
            "code": law.code,
            "zh": law.zh,
            "en": law.en,
            "published": law.published.isoformat(),
            "in_force": law.in_force.isoformat(),
        }
        if law.tiers:
            record["tiers"] = {
                tier: {"count": self.pieces[tier], "serious_from": least}
                for tier, least in self.policy.table.tiers.items()
            }
        return record
