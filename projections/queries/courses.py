"""What the drawing of courses needs: the courses, and what their own steps do not say (corrections,
entries written down on a later day)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from projections import words
from projections.course_history import CourseHistory
from projections.drawing.runs import Mistake, Remarks
from projections.models import MedicationCourse, MedicationHistory

IN_ERROR = "entered in error"

#: Changes that no drawing shows.
_UNSEEN = ("renewed", "corrected")
#: Changes that open a course.
_OPENS = frozenset({"prescribed", "changed"})


@dataclass(frozen=True)
class Drawn:
    """Shape: courses without those that were entered in error; names: of all, by prescription id."""

    courses: list[CourseHistory]
    remarks: Remarks
    names: dict[str, str]


def drawn(patient_id: UUID, rows: Iterable[MedicationCourse] | None = None) -> Drawn:
    """rows: those of `MedicationCourse` of this patient, where they were read already."""
    all_of_them = list(MedicationCourse.objects.filter(patient_id=patient_id) if rows is None else rows)
    return Drawn(
        courses=[CourseHistory.from_json(row.course) for row in all_of_them if row.status != IN_ERROR],
        remarks=remarks(patient_id),
        names={str(row.prescription_id): row.medication for row in all_of_them},
    )


def remarks(patient_id: UUID, *, known_at: datetime | None = None) -> Remarks:
    """As known at a moment: a correction that came later does not count yet."""
    entries = MedicationHistory.objects.filter(patient_id=patient_id)
    if known_at is not None:
        entries = entries.filter(recorded_at__lte=known_at)
    seen = entries.exclude(change__in=_UNSEEN)
    later = seen.filter(
        recorded_at__gt=F("changed_at") + timedelta(minutes=15), reported=False, in_error=False
    )
    marks = entries.filter(change="corrected").values_list("corrects", "recorded_at")
    corrected = {wrong: marked_at for wrong, marked_at in marks if wrong}
    recorded = {
        str(event_id): recorded_at
        for event_id, changed_at, recorded_at in later.values_list("event_id", "changed_at", "recorded_at")
        if words.clinic_day(recorded_at) > words.clinic_day(changed_at)
    }
    mistakes = [_mistake(entry, corrected[entry.event_id]) for entry in seen.filter(event_id__in=corrected)]
    return Remarks(recorded, sorted(mistakes, key=lambda wrong: wrong.begins))


def _mistake(entry: MedicationHistory, marked_at: datetime) -> Mistake:
    after = entry.after
    said = {"held": _("held"), "resumed": _("resumed"), "discontinued": _("stopped")}.get(entry.change)
    opened = entry.replacement_id if entry.change == "changed" else entry.prescription_id
    return Mistake(
        prescription_id=str(opened),
        medication=after.get("medication") or entry.medication,
        dosage=said or after.get("dosage") or words.UNKNOWN,
        begins=entry.changed_at,
        ends=max(marked_at, entry.changed_at),
        event_id=str(entry.event_id),
        whole=entry.change in _OPENS,
    )
