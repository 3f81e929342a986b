"""Entries as recorded, for telling records at a moment without a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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

    def of(self, patient_id: UUID | str) -> tuple[RecordedEvent, ...]:
        """The same entries in another patient's stream."""
        return tuple(replace(entry, aggregate_id=f"patient-{patient_id}") for entry in self.entries)


def a_year() -> History:
    """Ramipril changed and recorded late, digoxin adjusted by mistake, a hold, an allergy, a short course."""
    story = History(registered="2025-01-02 09:00")
    ramipril = story.prescribed("ramipril", "5", "2025-03-01 10:00", indication="Heart failure")
    metformin = story.prescribed("metformin", "1000", "2025-03-02 10:00", frequency="twice daily")
    story.add(make.AllergyRecordedFactory(substance="penicillins", severity="severe"), "2025-04-01 08:00")
    digoxin = story.prescribed("digoxin", "125", "2025-08-28 15:44", unit="mcg")
    change = make.PrescriptionChangedFactory(
        prescription_id=ramipril, medication="candesartan", dose="8", reason="Dry cough for six weeks."
    )
    story.add(change, "2025-09-02 10:15", "2025-09-04 09:02", who="Dr Rhys Jones")
    story.prescribed("doxycycline", "100", "2025-10-26 16:25", duration_days=7)
    slip = story.add(
        make.DosageAdjustedFactory(prescription_id=digoxin, dose="250", unit="mcg"), "2025-11-03 17:31"
    )
    story.mark(slip, "2025-11-05 08:52")
    held = make.PrescriptionHeldFactory(prescription_id=metformin, reason="Contrast CT on Tuesday")
    story.add(held, "2025-11-21 16:20")
    return story


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
