"""Keeps `timeline`: an entry per event of a patient, in clinical words; none is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model

from eventstore.projector import Projector
from eventstore.rows import Rows
from eventstore.store import RecordedEvent
from projections import entries
from projections.entries.person import person_of
from projections.models import TimelineEntry, TimelineSubject
from projections.phrases import phrases
from projections.subjects import Subjects, named


class TimelineProjector(Projector):
    """A row per entry. A correction marks the wrong one and those that relied on it; nothing is removed."""

    name: ClassVar[str] = "timeline"
    models: ClassVar[tuple[type[Model], ...]] = (TimelineEntry, TimelineSubject)

    def read_ahead(self, events: Sequence[RecordedEvent], rows: Rows) -> None:
        rows.preload(TimelineSubject, named(events))

    def otherwise(self, event: RecordedEvent, rows: Rows) -> None:
        told = entries.tell(event, Subjects(rows, TimelineSubject, event.version))
        rows.put(_entry(told, event))

    def entry_marked_in_error(self, event: RecordedEvent, rows: Rows) -> None:
        subjects = Subjects(rows, TimelineSubject, event.version)
        wrong = rows.get(TimelineEntry, UUID(event.data.target_event_id))
        if wrong is None:
            unknown = entries.Wrong(title=event.data.target_event_type)
            rows.put(_entry(entries.tell_correction(event, subjects, unknown), event))
            return
        relied = _relied_on(wrong, rows)
        entry = _entry(entries.tell_correction(event, subjects, _wrong(wrong)), event)
        entry.subject_id, entry.other_subject_id = wrong.subject_id, wrong.other_subject_id
        entry.corrects = wrong.event_id
        entry.entry |= {"corrects": _link(wrong), "relied_on": [_link(each) for each in relied]}
        rows.put(entry)
        wrong.in_error, wrong.corrected_by = True, event.event_id
        wrong.entry = {**wrong.entry, "corrected_by": _link(entry)}
        rows.put(wrong)


def _entry(told: entries.Told, event: RecordedEvent) -> TimelineEntry:
    metadata = event.metadata
    return TimelineEntry(
        event_id=event.event_id,
        patient_id=UUID(person_of(event.aggregate_id)),
        occurred_at=event.occurred_at,
        recorded_at=event.created_at,
        event_type=event.event_type,
        kind=told.kind,
        title=told.title,
        entry=told.entry(metadata, getattr(event.data, "source_text", None)),
        phrases=phrases(title=told.title),
        reason=told.reason,
        who=metadata.get("user_name") or "",
        who_id=metadata.get("user_id") or "",
        role=metadata.get("user_role") or "",
        subject_id=UUID(told.subject_id) if told.subject_id else None,
        other_subject_id=UUID(told.other_subject_id) if told.other_subject_id else None,
        reported=bool(getattr(event.data, "reported", False)),
        version=event.version,
        position=event.position,
    )


def _wrong(entry: TimelineEntry) -> entries.Wrong:
    subject_ids = tuple(str(each) for each in (entry.subject_id, entry.other_subject_id) if each)
    return entries.Wrong(title=entry.title, about=entry.entry["about"], subject_ids=subject_ids)


def _relied_on(wrong: TimelineEntry, rows: Rows) -> list[TimelineEntry]:
    """Later entries about the same prescription, allergy or identity, recorded before it was marked."""
    about = {wrong.subject_id, wrong.other_subject_id} - {None}
    if not about:
        return []
    later = rows.all(TimelineEntry, patient_id=wrong.patient_id, version__gt=wrong.version)
    relied = [
        each for each in later if about & {each.subject_id, each.other_subject_id} and not each.in_error
    ]
    return sorted(relied, key=lambda each: each.version)


def _link(entry: TimelineEntry) -> dict[str, Any]:
    return {
        "event_id": str(entry.event_id),
        "title": entry.title,
        "occurred_at": entry.occurred_at.isoformat(),
    }
