"""Allergies that no longer hold: refuted, resolved, entered in error. Active ones are in `patients`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from projections.models import TimelineEntry

IN_ERROR = "entered in error"

_ENDS = {"AllergyRefuted": "refuted", "AllergyResolved": "resolved"}


@dataclass(frozen=True)
class PastAllergy:
    """Shape: status: "refuted", "resolved" or "entered in error"; event_id: the entry that said so, at
    and by whom, and its reason."""

    substance: str
    status: str
    at: datetime
    by: str
    reason: str
    event_id: UUID

    @property
    def is_in_error(self) -> bool:
        return self.status == IN_ERROR


def past_allergies(patient_id: UUID) -> list[PastAllergy]:
    """Newest first. An allergy that was recorded by mistake is among them, with the correction's reason."""
    kinds = ("AllergyRecorded", *_ENDS)
    entries = list(
        TimelineEntry.objects.filter(patient_id=patient_id, kind="allergy", event_type__in=kinds).order_by(
            "-occurred_at", "-version"
        )
    )
    corrections = TimelineEntry.objects.in_bulk(
        {each.corrected_by for each in entries if each.corrected_by and each.event_type not in _ENDS}
    )
    past = [found for each in entries if (found := _past(each, corrections))]
    return sorted(past, key=lambda allergy: allergy.at, reverse=True)


def _past(entry: TimelineEntry, corrections: dict[UUID, TimelineEntry]) -> PastAllergy | None:
    said_by: TimelineEntry | None = entry
    status = _ENDS.get(entry.event_type, IN_ERROR)
    if entry.event_type in _ENDS:
        if entry.in_error:
            return None
    else:
        said_by = corrections.get(entry.corrected_by) if entry.corrected_by else None
    if said_by is None:
        return None
    return PastAllergy(
        substance=entry.entry["about"],
        status=status,
        at=said_by.occurred_at,
        by=said_by.who,
        reason=said_by.reason,
        event_id=said_by.event_id,
    )
