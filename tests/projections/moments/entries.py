"""Entries as recorded, for telling records at a moment without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from eventstore.store import RecordedEvent
from records import corrections, fold
from records.events import EntryMarkedInError
from tests import factories as make
from tests.records.scenario import at

PATIENT = uuid4()


def entry(
    data: Any, version: int, true: datetime, told: datetime, *, event_id: UUID | None = None, who: str = ""
) -> RecordedEvent:
    return RecordedEvent(
        position=version,
        event_id=event_id or uuid4(),
        aggregate_id=f"patient-{PATIENT}",
        aggregate_type="Patient",
        event_type=type(data).__name__,
        schema_version=1,
        version=version,
        occurred_at=true,
        created_at=told,
        metadata={"user_name": who or "Dr Ada Jones", "user_role": "clinician"},
        data=data,
        raw_data={},
        hash=b"",
    )


class History:
    """One patient's entries, told in the order in which they were recorded: a registration first."""

    def __init__(self, *, registered: str = "2026-01-02 09:00", **identity: Any) -> None:
        self.entries: list[RecordedEvent] = []
        identity = {"mrn": "4471 0293", "family": "Lindqvist", "given": "Helena", **identity}
        self.add(make.PatientRegisteredFactory(**identity), registered)

    def add(self, data: Any, true: str, told: str | None = None, *, who: str = "") -> RecordedEvent:
        """true, told: moments on the clinic's clock; told at once unless it says when."""
        new = entry(data, len(self.entries) + 1, at(true), at(told or true), who=who)
        assert not self.entries or new.created_at >= self.entries[-1].created_at
        self.entries.append(new)
        return new

    def prescribed(self, medication: str, dose: str, true: str, told: str | None = None, **more: Any) -> str:
        """The id of the prescription."""
        order = make.PrescriptionAddedFactory(medication=medication, dose=dose, form=None, **more)
        self.add(order, true, told)
        return str(order.prescription_id)

    def mark(self, wrong: RecordedEvent, true: str, **how: Any) -> RecordedEvent:
        """Mark an entry in error, restoring what the write side says."""
        return self.add(marked(self.entries, wrong), true, **how)


def marked(entries: Sequence[RecordedEvent], wrong: RecordedEvent) -> EntryMarkedInError:
    ids = {*corrections.marked_in_error(entries), str(wrong.event_id)}
    return EntryMarkedInError(
        target_event_id=str(wrong.event_id),
        target_event_type=wrong.event_type,
        reason="meant for another patient",
        restores=corrections.restores(
            fold.fold(str(PATIENT), entries, remember=True),
            corrections.fold_without(str(PATIENT), entries, ids),
        ),
    )
