"""Two records that became one, and parted again, in words; each entry names the other record."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from projections import carried, words
from projections.entries.person import name
from projections.entries.told import Told, facts
from projections.subjects import Subjects
from records import events
from records.codes import MergeRole
from records.speech import joined, say


@singledispatch
def tell(event: object, person_id: str, subjects: Subjects) -> Told | None:
    """The entry in words; None where this is not about a merge. Keeps what later entries need."""
    return None


@tell.register
def _(event: events.PatientsMerged, person_id: str, subjects: Subjects) -> Told:
    brought = _kept(event, subjects)
    into = event.role == MergeRole.MERGED
    return Told(
        kind="demographics",
        title=say("Merged into another record") if into else say("Another record merged into this one"),
        subject_id=person_id,
        other_subject_id=event.other_id,
        line=_other(event),
        facts=[] if into else brought,
        reason=event.reason,
    )


@tell.register
def _(event: events.PatientsUnmerged, person_id: str, subjects: Subjects) -> Told:
    brought = _kept(event, subjects)
    again = facts(
        (
            say("To be looked at"),
            say("{count} entries recorded on both meanwhile", count=len(event.meanwhile))
            if event.meanwhile
            else None,
        )
    )
    return Told(
        kind="demographics",
        title=say("Separated from another record"),
        subject_id=person_id,
        other_subject_id=event.other_id,
        line=_other(event),
        facts=[*brought, *again],
        reason=event.reason,
    )


def _kept(event: carried.Merge, subjects: Subjects) -> list[dict[str, Any]]:
    """What came, by name."""
    courses, allergies = carried.histories(event), carried.known_allergies(event)
    for course in courses.values():
        subjects.keep_course(course)
    for allergy in allergies.values():
        subjects.keep_allergy(allergy)
    current = sorted({course.medication for course in courses.values() if course.now.is_open})
    active = sorted({allergy.substance for allergy in allergies.values() if allergy.is_active})
    return facts(
        (say("Current medications from it"), ", ".join(current)),
        (say("Allergies from it"), ", ".join(active)),
    )


def _other(event: carried.Merge) -> str:
    """Who stood on the other record."""
    who = {"family": event.family, "given": event.given, "reported": False}
    born = say("born {day}", day=words.day(event.birth_date))
    number = say("MRN {number}", number=event.mrn) if event.mrn else say("record number not recorded")
    return joined((name(who), born, number))
