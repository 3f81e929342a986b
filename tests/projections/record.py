"""One patient's record in a test: events are appended as handlers do it, and the read models follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from eventstore import registry, store
from eventstore.projector import catch_up
from eventstore.store import Batch, NewEvent, RecordedEvent
from records import corrections, events, fold

JONES = "5d6a2f52-7a1c-4b5e-9a63-0c6f1f0b7a01"

#: A day on which nothing in particular happened, two years before any test can run.
DAY = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)


def day(number: int) -> datetime:
    """Clinical time: so many days after DAY."""
    return DAY + timedelta(days=number)


@dataclass(frozen=True, kw_only=True)
class CareHandedOver:
    into: str


class Record:
    """A fresh stream. `add` appends and lets the read models follow, unless `follow` is off."""

    def __init__(self) -> None:
        self.patient_id = uuid4()
        self.stream = f"patient-{self.patient_id}"
        self.version = 0

    def add(
        self, *facts: Any, at: datetime | None = None, follow: bool = True, **metadata: Any
    ) -> tuple[UUID, ...]:
        """The ids of the events that now stand in the stream, all true at the same moment."""
        said = {
            "user_id": JONES,
            "user_name": "Dr Jones",
            "user_role": "clinician",
            "ip": "10.1.2.3",
            **metadata,
        }
        new = tuple(NewEvent(fact, at or day(self.version), said) for fact in facts)
        batch = Batch(self.stream, "Patient", self.version, new)
        done = store.append([batch], command_id=uuid4(), command_digest=uuid4().hex * 2)
        self.version += len(new)
        if follow:
            catch_up()
        return done.event_ids

    def mark(self, wrong: UUID, reason: str = "meant for another patient", **how: Any) -> UUID:
        """Mark an entry in error, with what the write side says that it restores."""
        entries = list(self.events())
        target = next(entry for entry in entries if entry.event_id == wrong)
        marked = {*corrections.marked_in_error(entries), str(wrong)}
        restores = corrections.restores(
            fold.fold(str(self.patient_id), entries, remember=True),
            corrections.fold_without(str(self.patient_id), entries, marked),
        )
        correction = events.EntryMarkedInError(
            target_event_id=str(wrong),
            target_event_type=target.event_type,
            reason=reason,
            restores=restores,
        )
        (event_id,) = self.add(correction, **how)
        return event_id

    def add_unknown(self) -> UUID:
        """An entry as a newer version of the program would write it; this one does not know its kind."""
        known = registry.event_type("Patient")(CareHandedOver)
        try:
            (event_id,) = self.add(known(into="somebody"), follow=False)
        finally:
            del registry._types[CareHandedOver.__name__]
        catch_up()
        return event_id

    def events(self) -> Iterator[RecordedEvent]:
        return store.read_stream(self.stream)
