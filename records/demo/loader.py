"""Writes a generated clinic into an empty ledger, with the times at which it would have been recorded.

One seeding call a command, so that what is stored is what the product's own handlers would have stored: the
same metadata, the same digests, the reservation of a record number beside the registration. All in one
transaction: the clinic is there whole or not at all. Runs as the owner, whom alone the ledger lets seed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid5

from django.contrib.auth.hashers import make_password
from django.db import transaction

from eventstore import projector, store
from eventstore.envelope import keyed_digest
from eventstore.errors import EventStoreError
from eventstore.ledgers import ACCESS_EVENTS, LEDGERS, Ledger
from eventstore.store import Batch, NewEvent
from records import events, patient, reservations
from records.demo.clinic import Clinic
from records.demo.people import EMPLOYEES
from records.demo.reading import Access, accesses
from records.demo.recorder import Entry, Staff
from records.models import User

#: Told how many of how many are done.
Progress = Callable[[str, int, int], None]


class NotEmpty(Exception):
    """There are events already: a demo clinic is never mixed with a real one."""


@dataclass(frozen=True)
class Loaded:
    """What was written. types: how many events of each type."""

    patients: int
    events: int
    access_events: int
    types: dict[str, int]


def load(clinic: Clinic, password: str, progress: Progress) -> Loaded:
    """Seed both ledgers, make the accounts that sign in, and let the read models follow.

    Raises: NotEmpty.
    """
    looked = accesses(clinic)
    with transaction.atomic():
        for ledger in LEDGERS:
            _open(ledger)
        _seed_entries(clinic.entries, progress)
        _seed_accesses(looked, progress)
        _make_users(clinic.staff, password)
        for ledger in LEDGERS:
            store.end_seeding(ledger)
    progress("Building the read models", 0, 1)
    if not projector.catch_up().complete:
        raise EventStoreError("the read models could not follow to the end of the ledger")
    progress("Building the read models", 1, 1)
    types = Counter(_name(event) for entry in clinic.entries for event in entry.events)
    beside = (event for entry in clinic.entries for other in entry.elsewhere for event in other.events)
    types.update(map(_name, beside))
    numbers = sum(1 for entry in clinic.entries if entry.mrn)
    types[events.RecordNumberReserved.__name__] = numbers
    return Loaded(len(clinic.lives), types.total(), len(looked), dict(sorted(types.items())))


def holds_events() -> bool:
    """Whether anything was recorded or looked at here before."""
    return any(store.head(ledger).position for ledger in LEDGERS)


def _open(ledger: Ledger) -> None:
    if store.head(ledger).position:
        raise NotEmpty(ledger.name)
    store.mark_disposable(ledger)


def _name(event: object) -> str:
    return getattr(event, "event_type", None) or type(event).__name__


# --- Changes -----------------------------------------------------------------------------------------


def _seed_entries(entries: Iterable[Entry], progress: Progress) -> None:
    entries = tuple(entries)
    for done, entry in enumerate(entries):
        if done % 250 == 0:
            progress("Recording the past", done, len(entries))
        store.seed(
            _batches(entry),
            command_id=entry.event_ids[0],
            command_digest=store.command_digest(entry.command, entry.payload),
        )
    progress("Recording the past", len(entries), len(entries))


def _batches(entry: Entry) -> list[Batch]:
    metadata = metadata_of(entry)
    new = tuple(
        NewEvent(
            data=event,
            occurred_at=entry.occurred_at,
            metadata=metadata,
            event_id=event_id,
            created_at=entry.recorded_at,
        )
        for event_id, event in zip(entry.event_ids, entry.events, strict=True)
    )
    batches = [Batch(entry.aggregate_id, entry.aggregate_type, entry.expected_version, new)]
    for other in entry.elsewhere:
        beside = tuple(
            NewEvent(
                data=event,
                occurred_at=entry.occurred_at,
                metadata=metadata,
                event_id=uuid5(entry.event_ids[0], other.patient_id),
                created_at=entry.recorded_at,
            )
            for event in other.events
        )
        batches.append(Batch(patient.stream(other.patient_id), "Patient", other.expected_version, beside))
    if entry.mrn:
        reserved = NewEvent(
            data=events.RecordNumberReserved(patient_id=entry.payload["patient_id"]),
            occurred_at=entry.occurred_at,
            metadata=metadata,
            event_id=entry.correlation_id,
            created_at=entry.recorded_at,
        )
        batches.append(Batch(reservations.stream(entry.mrn), "RecordNumber", 0, (reserved,)))
    return batches


def metadata_of(entry: Entry) -> dict[str, Any]:
    """What the product's handlers keep beside an event, as they would have kept it then."""
    metadata: dict[str, Any] = {
        "user_id": entry.author.user_id,
        "user_name": entry.author.name,
        "user_role": entry.author.role,
        "user_license": entry.author.license,
        "ip": entry.ip,
        "session": keyed_digest("session", entry.session),
        "timestamp": entry.recorded_at.isoformat(),
        "causation_id": str(entry.event_ids[0]),
        "correlation_id": str(entry.correlation_id),
        "seen_version": entry.expected_version,
        "command": {"type": entry.command},
    }
    if entry.alerts:
        metadata["alerts"] = [
            {"kind": alert.kind, "text": alert.text, "interrupts": alert.interrupts} for alert in entry.alerts
        ]
    if entry.override:
        metadata["override_reason"] = entry.override.reason
        metadata["override_code"] = entry.override.code
    if entry.source:
        metadata["source"] = entry.source
        metadata["occurred_at_literal"] = None
    return metadata


# --- Reads -------------------------------------------------------------------------------------------


def _seed_accesses(looked: Iterable[Access], progress: Progress) -> None:
    looked = tuple(looked)
    for done, access in enumerate(looked):
        if done % 250 == 0:
            progress("Recording who looked", done, len(looked))
        _seed_access(access)
    progress("Recording who looked", len(looked), len(looked))


def _seed_access(access: Access) -> None:
    name = type(access.event).__name__
    session = keyed_digest("session", access.session)
    digest = store.command_digest(name, asdict(access.event))  # type: ignore[call-overload]
    author = access.author
    metadata = {
        "user_id": author.user_id if author else None,
        "user_name": author.name if author else None,
        "user_role": author.role if author else None,
        "ip": access.ip,
        "timestamp": access.recorded_at.isoformat(),
        "causation_id": str(access.event_id),
        "correlation_id": str(access.correlation_id),
        "session": session,
        "command": {"type": name},
    }
    new = NewEvent(
        data=access.event,
        occurred_at=access.recorded_at,
        metadata=metadata,
        created_at=access.recorded_at,
    )
    batch = Batch(f"session-{session}", "Session", None, (new,))
    store.seed([batch], command_id=access.event_id, command_digest=digest, ledger=ACCESS_EVENTS)


# --- People ------------------------------------------------------------------------------------------


def _make_users(staff: Staff, password: str) -> None:
    """The five demo accounts; all others who work here have a stream and no way to sign in."""
    hashed = make_password(password)
    User.objects.bulk_create(
        User(id=staff.user_id(employee), username=employee.username, password=hashed)
        for employee in EMPLOYEES
        if employee.signs_in
    )
