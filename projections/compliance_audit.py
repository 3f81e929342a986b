"""Keeps `compliance_audit`: a row per event of every kind, for the compliance report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from django.db.models import Model

from eventstore.projector import Projector
from eventstore.rows import Rows
from eventstore.store import RecordedEvent
from projections import entries, words
from projections.entries.person import person_of
from projections.models import ComplianceEntry, ComplianceSubject
from projections.phrases import phrases
from projections.subjects import Subjects, named


class ComplianceAuditProjector(Projector):
    """A row per event: who recorded what, about whom, when, from where, and why."""

    name: ClassVar[str] = "compliance_audit"
    aggregate_types: ClassVar[tuple[str, ...] | None] = None
    models: ClassVar[tuple[type[Model], ...]] = (ComplianceEntry, ComplianceSubject)

    def read_ahead(self, events: Sequence[RecordedEvent], rows: Rows) -> None:
        rows.preload(ComplianceSubject, named(events))

    def otherwise(self, event: RecordedEvent, rows: Rows) -> None:
        told = entries.tell(event, Subjects(rows, ComplianceSubject, event.version))
        rows.put(_row(told, event))

    def entry_marked_in_error(self, event: RecordedEvent, rows: Rows) -> None:
        wrong = rows.get(ComplianceEntry, UUID(event.data.target_event_id))
        subjects = Subjects(rows, ComplianceSubject, event.version)
        told = entries.tell_correction(event, subjects, _wrong(wrong, event))
        row = _row(told, event)
        row.summary = wrong.summary if wrong else ""
        row.phrases = phrases(action=row.action, summary=row.summary, reason=row.reason)
        rows.put(row)
        if wrong is not None:
            wrong.in_error = True
            rows.put(wrong)


def _wrong(row: ComplianceEntry | None, event: RecordedEvent) -> entries.Wrong:
    if row is None:
        return entries.Wrong(title=event.data.target_event_type)
    subject_ids = tuple(str(each) for each in (row.subject_id, row.other_subject_id) if each)
    return entries.Wrong(title=row.action, about=row.summary, subject_ids=subject_ids)


def _row(told: entries.Told, event: RecordedEvent) -> ComplianceEntry:
    metadata = event.metadata
    source = metadata.get("source") or {}
    action = told.title if told.kind == "unknown" else words.act(event.event_type)
    return ComplianceEntry(
        event_id=event.event_id,
        position=event.position,
        patient_id=_patient_id(event),
        aggregate_id=event.aggregate_id,
        aggregate_type=event.aggregate_type,
        event_type=event.event_type,
        kind=told.kind,
        action=action,
        summary=told.summary,
        phrases=phrases(action=action, summary=told.summary, reason=told.why),
        changed_by=metadata.get("user_id") or "",
        changed_by_name=metadata.get("user_name") or "",
        role=metadata.get("user_role") or "",
        ip=metadata.get("ip") or "",
        changed_at=event.created_at,
        occurred_at=event.occurred_at,
        reason=told.why,
        source=source.get("system") or "",
        subject_id=UUID(told.subject_id) if told.subject_id else None,
        other_subject_id=UUID(told.other_subject_id) if told.other_subject_id else None,
        version=event.version,
    )


def _patient_id(event: RecordedEvent) -> UUID | None:
    """The patient that the event is about; a reserved record number belongs to one, too."""
    named = person_of(event.aggregate_id) if event.aggregate_type == "Patient" else None
    patient_id = named or getattr(event.data, "patient_id", None)
    return UUID(patient_id) if patient_id else None
