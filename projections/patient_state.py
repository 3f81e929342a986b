"""Keeps `patient_state`, what each patient is prescribed now, and `medication_courses`, all they ever were.

One projector for both, so that a prescription is always on exactly one list, current or past.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from django.db.models import Model

from eventstore.projector import Projector
from eventstore.rows import Rows
from eventstore.store import RecordedEvent
from projections import carried, words
from projections.course_history import CourseHistory, evolve, opened
from projections.entries import moment_of
from projections.entries.correction import corrected, part
from projections.entries.person import person_of
from projections.models import MedicationCourse, PatientState
from projections.phrases import phrases
from projections.subjects import named
from records.codes import MergeRole

IN_ERROR = "entered in error"

#: Columns that carry a course's value as it is.
_AS_THEY_ARE = (
    "medication", "code", "code_system", "form", "dose", "unit", "route", "frequency", "as_needed",
    "as_needed_reason", "start", "end", "duration_days", "indication", "prescriber",
    "prescriber_license", "note_to_patient", "status", "status_at", "renewals", "last_renewed_on",
    "reported",
)  # fmt: skip


class PatientStateProjector(Projector):
    """A row per patient and current prescription, and a row per prescription that ever was."""

    name: ClassVar[str] = "patient_state"
    models: ClassVar[tuple[type[Model], ...]] = (PatientState, MedicationCourse)

    def read_ahead(self, events: Sequence[RecordedEvent], rows: Rows) -> None:
        ids = named(events)
        rows.preload(PatientState, ids)
        rows.preload(MedicationCourse, ids)

    def prescription_added(self, event: RecordedEvent, rows: Rows) -> None:
        _keep(opened(event.data, moment_of(event)), event, rows)

    def prescription_changed(self, event: RecordedEvent, rows: Rows) -> None:
        self._follow(event, rows)
        _keep(opened(event.data, moment_of(event)), event, rows)

    def _follow(self, event: RecordedEvent, rows: Rows) -> None:
        """One whose first entry is of an unknown kind has no row here; `patients` counts such entries."""
        course = _course(event.data.prescription_id, rows)
        if course is not None:
            _keep(evolve(course, event.data, moment_of(event)), event, rows)

    dosage_adjusted = prescription_renewed = prescription_held = prescription_resumed = _follow
    prescription_discontinued = _follow

    def entry_marked_in_error(self, event: RecordedEvent, rows: Rows) -> None:
        """Every course that the wrong entry was a step of, whether or not that changed what holds."""
        patient_id, wrong = UUID(person_of(event.aggregate_id)), event.data.target_event_id
        mine = map(_known, rows.all(MedicationCourse, patient_id=patient_id))
        touched = [course.prescription_id for course in mine if course.has_step(wrong)]
        for prescription_id in dict.fromkeys((*part(event.data, "prescriptions"), *touched)):
            known = _course(prescription_id, rows)
            standing = None if _is_withdrawn(prescription_id, rows) else known
            course = corrected(prescription_id, standing, event.data, moment_of(event))
            if course is not None:
                _keep(course, event, rows)
            elif known is not None:
                _withdraw(known, event, rows)

    def patients_merged(self, event: RecordedEvent, rows: Rows) -> None:
        """The one takes over the courses of the other, on which nothing is current any more."""
        if event.data.role == MergeRole.MERGED:
            for row in rows.all(PatientState, patient_id=UUID(person_of(event.aggregate_id))):
                rows.delete(row)
        for course in carried.histories(event.data).values():
            _keep(course, event, rows)

    def patients_unmerged(self, event: RecordedEvent, rows: Rows) -> None:
        """What came goes, without a trace on either list; the timeline tells of it."""
        if event.data.role == MergeRole.MERGED:
            for row in rows.all(MedicationCourse, patient_id=UUID(person_of(event.aggregate_id))):
                course = _known(row)
                if course.now.is_open and row.status != IN_ERROR:
                    _keep(course, event, rows)
        for prescription_id in part(event.data, "prescriptions"):
            gone = rows.get(MedicationCourse, UUID(prescription_id))
            if gone is not None:
                _take_off(_known(gone), rows)
                rows.delete(gone)


def _course(prescription_id: str, rows: Rows) -> CourseHistory | None:
    row = rows.get(MedicationCourse, UUID(prescription_id))
    return _known(row) if row else None


def _is_withdrawn(prescription_id: str, rows: Rows) -> bool:
    row = rows.get(MedicationCourse, UUID(prescription_id))
    return row is not None and row.status == IN_ERROR


def _known(row: MedicationCourse) -> CourseHistory:
    """As it was put within this batch, or as it is stored."""
    return CourseHistory.from_json(row.course) if isinstance(row.course, dict) else row.course


def _keep(course: CourseHistory, event: RecordedEvent, rows: Rows) -> None:
    _put_course(course, course.now.status, event, rows)
    if course.now.is_open:
        rows.put(current_row(course, event))
    else:
        _take_off(course, rows)


def _withdraw(course: CourseHistory, event: RecordedEvent, rows: Rows) -> None:
    """It should never have been on the record; the row stays, to be shown as entered in error."""
    _put_course(course, IN_ERROR, event, rows)
    _take_off(course, rows)


def _take_off(course: CourseHistory, rows: Rows) -> None:
    current = rows.get(PatientState, UUID(course.prescription_id))
    if current is not None:
        rows.delete(current)


def _put_course(course: CourseHistory, status: str, event: RecordedEvent, rows: Rows) -> None:
    rows.put(
        MedicationCourse(
            prescription_id=UUID(course.prescription_id),
            patient_id=UUID(person_of(event.aggregate_id)),
            medication=course.medication,
            status=status,
            status_at=event.occurred_at if status == IN_ERROR else course.now.status_at,
            ends_on=course.ends_on,
            replaced_by=UUID(course.now.replaced_by) if course.now.replaced_by else None,
            course=course,
            version=event.version,
            position=event.position,
            event_id=event.event_id,
        )
    )


def current_row(course: CourseHistory, event: RecordedEvent) -> PatientState:
    now = course.now
    why = words.because(now.status_reason_code, now.status_reason)
    return PatientState(
        prescription_id=UUID(course.prescription_id),
        patient_id=UUID(person_of(event.aggregate_id)),
        dosage=words.dosage_key(now.dose, now.unit, reported=now.reported),
        ends_on=course.ends_on,
        status_reason=why,
        phrases=phrases(status_reason=why),
        since=now.start,
        opened_at=now.since,
        dose_since=now.dose_since if now.dose_since != now.since else None,
        dose_event_id=UUID(course.dosages[-1].moment.event_id),
        entries_in_error=course.entries_in_error,
        version=event.version,
        position=event.position,
        event_id=event.event_id,
        **{name: getattr(now, name) for name in _AS_THEY_ARE},
    )
