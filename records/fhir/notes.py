"""The clinic's own checks on what a source reports: as passive notes, since nobody is asked.

A form's entry is interrupted where a drug meets an allergy; a reported one cannot be, so what the
check found stands with the entry for whoever reads it. Only for what is in force after the import:
what a patient took years ago warns of nothing. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from records import events, interactions
from records.alerts import flagged
from records.courses import Course
from records.decision import Alert
from records.fhir.drafts import Draft, Group
from records.fhir.known import Known
from records.fold import Patient, evolve


@dataclass(frozen=True)
class _Entry:
    """A draft as a fold looks at it."""

    data: Any
    occurred_at: datetime
    version: int


def noted(groups: Sequence[Group], known: Known) -> list[Group]:
    """The same groups, with what the checks say of them."""
    after = known.patient
    for group in groups:
        for draft in group.drafts:
            after = evolve(after, _Entry(draft.data, draft.dated.at, after.version + 1))
    return [
        replace(group, drafts=tuple(_noted(draft, after, known.patient) for draft in group.drafts))
        for group in groups
    ]


def _noted(draft: Draft, after: Patient, before: Patient) -> Draft:
    found: Iterable[Alert] = ()
    match draft.data:
        case events.PrescriptionAdded() | events.PrescriptionChanged():
            found = _of_prescription(draft.data, after)
        case events.AllergyRecorded():
            found = _of_allergy(draft.data, after, before)
        case events.DosageAdjusted():
            found = flagged(draft.data.frequency)
    notes = tuple((alert.kind, alert.text) for alert in found)
    return replace(draft, alerts=(*draft.alerts, *notes)) if notes else draft


def _of_prescription(
    event: events.PrescriptionAdded | events.PrescriptionChanged, after: Patient
) -> Iterable[Alert]:
    key = event.replacement_id if isinstance(event, events.PrescriptionChanged) else event.prescription_id
    course = after.courses.get(key)
    if course is None or not course.is_open:
        return ()
    drug = (event.medication, event.code, event.code_system)
    others = [other for other in after.open_courses if _is_older(other, course)]
    return (
        *interactions.allergy_alerts(after.active_allergies, *drug),
        *interactions.duplicate_alerts(others, *drug),
        *flagged(event.frequency, event.indication, event.as_needed_reason, event.note_to_patient),
    )


def _is_older(other: Course, course: Course) -> bool:
    """So that of two prescriptions of one drug, the younger one carries the note."""
    return (other.since, other.prescription_id) < (course.since, course.prescription_id)


def _of_allergy(event: events.AllergyRecorded, after: Patient, before: Patient) -> Iterable[Alert]:
    """What was taken before this import meets it; what came with it carries its own note."""
    allergy = after.allergies.get(event.allergy_id)
    if allergy is None or not allergy.is_active:
        return ()
    taken = [course for course in after.open_courses if course.prescription_id in before.courses]
    return interactions.taken_now_alerts(taken, allergy)
