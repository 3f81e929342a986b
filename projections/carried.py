"""What a merge brought into a record, as the read models keep it: courses with their steps, and allergies.

Built from the other record's own entries (`records.carried`), so that a course that was carried over reads
as if it had always stood here. Must not know: tables.
"""

from __future__ import annotations

from collections.abc import Iterable

from projections.course_history import CourseHistory, Moment, evolve, opened
from records import allergies, carried, events
from records.allergies import Allergy
from records.carried import Carried

Merge = events.PatientsMerged | events.PatientsUnmerged


def histories(event: Merge) -> dict[str, CourseHistory]:
    """The courses that came, by their ids here. Each step names the other record's entry."""
    found: dict[str, CourseHistory] = {}
    for told in carried.entries(event):
        data, moment = told.data, Moment(told.occurred_at, told.version, told.event_id)
        known = found.get(getattr(data, "prescription_id", ""))
        if known is not None and not isinstance(data, events.PrescriptionAdded):
            found[known.prescription_id] = evolve(known, data, moment)
        if isinstance(data, events.PrescriptionAdded | events.PrescriptionChanged):
            history = opened(data, moment)
            found[history.prescription_id] = history
    return found


def known_allergies(event: Merge) -> dict[str, Allergy]:
    """The allergies that came, refuted and resolved ones too, by their ids here."""
    return after({}, carried.entries(event))


def after(known: dict[str, Allergy], entries: Iterable[Carried]) -> dict[str, Allergy]:
    for told in entries:
        if isinstance(told.data, events.AllergyRecorded):
            known[told.data.allergy_id] = allergies.recorded(told.data, told.occurred_at)
        elif told.is_allergy and told.data.allergy_id in known:
            before = known[told.data.allergy_id]
            known[told.data.allergy_id] = allergies.after(before, told.data, told.occurred_at)
    return known


def asserted(event: Merge) -> Carried | None:
    """That there are no known allergies, as the other record says; None where it does not."""
    said = [told for told in carried.entries(event) if isinstance(told.data, events.NoKnownAllergiesAsserted)]
    return said[-1] if said else None
