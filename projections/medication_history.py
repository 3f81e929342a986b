"""Keeps `medication_history`: a row per change of a prescription, with what held before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from django.db.models import Model

from eventstore.projector import Projector
from eventstore.rows import Rows
from eventstore.store import RecordedEvent
from projections import carried, words
from projections.course_history import CourseHistory, Values, end_of, evolve, opened
from projections.entries import moment_of
from projections.entries.correction import corrected, part
from projections.entries.medication import UNKNOWN_MEDICATION
from projections.entries.person import person_of
from projections.models import HistorySubject, MedicationHistory
from projections.phrases import phrases
from projections.subjects import Subjects, named
from records import courses
from records.speech import coded


class MedicationHistoryProjector(Projector):
    """A row per change, as it was understood when recorded; a correction marks it, never removes it."""

    name: ClassVar[str] = "medication_history"
    models: ClassVar[tuple[type[Model], ...]] = (MedicationHistory, HistorySubject)

    def read_ahead(self, events: Sequence[RecordedEvent], rows: Rows) -> None:
        rows.preload(HistorySubject, named(events))

    def prescription_added(self, event: RecordedEvent, rows: Rows) -> None:
        course = opened(event.data, moment_of(event))
        _subjects(event, rows).keep_course(course)
        _put("prescribed", {}, said(course), event, rows, prescription_id=course.prescription_id)

    def prescription_changed(self, event: RecordedEvent, rows: Rows) -> None:
        before, _ = _followed(event, rows)
        replacement = opened(event.data, moment_of(event))
        _subjects(event, rows).keep_course(replacement)
        _put(
            "changed",
            before,
            said(replacement),
            event,
            rows,
            prescription_id=event.data.prescription_id,
            replacement_id=UUID(event.data.replacement_id),
        )

    def dosage_adjusted(self, event: RecordedEvent, rows: Rows) -> None:
        before, course = _followed(event, rows)
        dosage = {name: getattr(event.data, name) for name in ("dose", "unit", "route", "frequency")}
        after = said(course, dosage) if course else _said_dosage(dosage, reported=event.data.reported)
        _put("dose adjusted", before, after, event, rows)

    def prescription_renewed(self, event: RecordedEvent, rows: Rows) -> None:
        self._status("renewed", event, rows)

    def prescription_held(self, event: RecordedEvent, rows: Rows) -> None:
        self._status("held", event, rows, courses.HELD)

    def prescription_resumed(self, event: RecordedEvent, rows: Rows) -> None:
        self._status("resumed", event, rows, courses.ACTIVE)

    def prescription_discontinued(self, event: RecordedEvent, rows: Rows) -> None:
        self._status("discontinued", event, rows, end_of(event.data))

    def _status(self, change: str, event: RecordedEvent, rows: Rows, status: str | None = None) -> None:
        """The status as it became; the dosage is the one that held then."""
        before, _ = _followed(event, rows)
        _put(change, before, {**before, "status": coded(status)} if status else before, event, rows)

    def patients_merged(self, event: RecordedEvent, rows: Rows) -> None:
        """No change of a prescription: what came stands on the other record, change by change."""
        for course in carried.histories(event.data).values():
            _subjects(event, rows).keep_course(course)

    def entry_marked_in_error(self, event: RecordedEvent, rows: Rows) -> None:
        """Marks the wrong row and says, in a row of its own, what holds again; {} where nothing does."""
        subjects = _subjects(event, rows)
        before: Values = {}
        after: Values = {}
        wrong = rows.get(MedicationHistory, UUID(event.data.target_event_id))
        touched = (
            [str(each) for each in (wrong.prescription_id, wrong.replacement_id) if each] if wrong else []
        )
        for prescription_id in dict.fromkeys((*part(event.data, "prescriptions"), *touched)):
            known = subjects.course(prescription_id)
            course = corrected(prescription_id, known, event.data, moment_of(event))
            if course is not None:
                subjects.keep_course(course)
            elif known is not None:
                subjects.forget(prescription_id)
            if [prescription_id] == touched[:1]:
                before = said(known) if known else {}
                after = said(course) if course else {}
        if wrong is None:
            return
        wrong.in_error, wrong.corrected_by = True, event.event_id
        rows.put(wrong)
        _put(
            "corrected",
            before,
            after,
            event,
            rows,
            medication=wrong.medication,
            prescription_id=str(wrong.prescription_id),
            replacement_id=wrong.replacement_id,
            corrects=wrong.event_id,
        )


def _subjects(event: RecordedEvent, rows: Rows) -> Subjects:
    return Subjects(rows, HistorySubject, event.version)


def _followed(event: RecordedEvent, rows: Rows) -> tuple[Values, CourseHistory | None]:
    """(what held just before the entry was true, the course after it)."""
    subjects = _subjects(event, rows)
    known = subjects.course(event.data.prescription_id)
    if known is None:
        return {}, None
    moment = moment_of(event)
    after = evolve(known, event.data, moment)
    subjects.keep_course(after)
    return said(known, known.dosage_before(moment), known.status_before(moment)), after


def said(course: CourseHistory, dosage: Values | None = None, status: str | None = None) -> Values:
    """A prescription in words: as it stands, or with the dosage and status of another moment."""
    now = course.now
    return {
        "medication": now.medication,
        "form": coded(now.form),
        **_said_dosage(
            dosage or course.dosage,
            reported=now.reported,
            as_needed=now.as_needed,
            as_needed_reason=now.as_needed_reason,
        ),
        "status": coded(status or now.status),
    }


def _said_dosage(
    dosage: Values, *, reported: bool, as_needed: bool = False, as_needed_reason: str | None = None
) -> Values:
    return {
        "dosage": words.dosage(dosage["dose"], dosage["unit"], reported=reported),
        "route": words.stated(coded(dosage["route"]), reported=reported),
        "frequency": words.frequency(
            dosage["frequency"], as_needed=as_needed, as_needed_reason=as_needed_reason, reported=reported
        ),
    }


def _put(
    change: str,
    before: Values,
    after: Values,
    event: RecordedEvent,
    rows: Rows,
    *,
    medication: str | None = None,
    prescription_id: str | None = None,
    replacement_id: UUID | None = None,
    corrects: UUID | None = None,
) -> None:
    metadata = event.metadata
    medication = medication or before.get("medication") or after.get("medication") or UNKNOWN_MEDICATION
    reason = words.because(getattr(event.data, "reason_code", None), getattr(event.data, "reason", None))
    rows.put(
        MedicationHistory(
            event_id=event.event_id,
            patient_id=UUID(person_of(event.aggregate_id)),
            prescription_id=UUID(prescription_id or event.data.prescription_id),
            replacement_id=replacement_id,
            medication=medication,
            change=change,
            changed_at=event.occurred_at,
            recorded_at=event.created_at,
            before=before,
            after=after,
            reason=reason,
            phrases=phrases(medication=medication, reason=reason),
            changed_by=metadata.get("user_id") or "",
            changed_by_name=metadata.get("user_name") or "",
            role=metadata.get("user_role") or "",
            reported=event.data.reported,
            corrects=corrects,
            version=event.version,
            position=event.position,
        )
    )
