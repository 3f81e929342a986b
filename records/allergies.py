"""What is known of a patient's allergies, entry by entry.

Pure values and steps; what may be recorded is decided in allergy_rules.py. Never looks inside
personal text, which may be sealed. Knows nothing of Django.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from records import events

ACTIVE = "active"
REFUTED = "refuted"
RESOLVED = "resolved"


@dataclass(frozen=True, kw_only=True)
class Allergy:
    """One allergy or intolerance as it is known.

    Shape: recorded_at and revised_at are the occurred_at of the entry that began it and of the one
    that set its present values, known_version that one's version in the stream; status is one of
    the words above.
    """

    allergy_id: str
    substance: str
    code: str | None
    code_system: str | None
    whole_class: bool
    category: str | None
    reactions: str | None
    severity: str | None
    certainty: str | None
    criticality: str | None
    onset: str | None
    reported: bool
    status: str = ACTIVE
    recorded_at: datetime
    revised_at: datetime
    known_version: int = 0

    @property
    def is_active(self) -> bool:
        return self.status == ACTIVE


@dataclass(frozen=True, kw_only=True)
class NoneKnown:
    """Someone asked for allergies, and there are none."""

    asked_by: str | None
    asked_at: datetime


#: What an entry states of an allergy, and a revision may change.
STATED = (
    "substance", "code", "code_system", "whole_class", "category", "reactions", "severity",
    "certainty", "criticality", "onset",
)  # fmt: skip


def recorded(event: events.AllergyRecorded, at: datetime, version: int = 0) -> Allergy:
    return Allergy(
        allergy_id=event.allergy_id,
        reported=event.reported,
        recorded_at=at,
        revised_at=at,
        known_version=version,
        **{name: getattr(event, name) for name in STATED},
    )


def after(allergy: Allergy, event: object, at: datetime, version: int = 0) -> Allergy:
    """The allergy after one more entry on it; a refuted or resolved one stays so."""
    if not allergy.is_active:
        return allergy
    match event:
        case events.AllergyRevised() if at >= allergy.revised_at:
            stated = {name: getattr(event, name) for name in STATED}
            return replace(allergy, revised_at=at, known_version=version, **stated)
        case events.AllergyRefuted():
            return replace(allergy, status=REFUTED)
        case events.AllergyResolved():
            return replace(allergy, status=RESOLVED)
        case _:
            return allergy
