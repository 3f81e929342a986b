"""From a command to recorded entries: find it, load, decide, append, and let the read models follow.

Who asks and from where is handed in. A command that was recorded before gives its first result
again, before any rule could refuse what its own first run made true. Raises, all over:
`decision.Rejected` where a rule says no; `WrongExpectedVersion` where the record moved on since it
was seen; `CommandReused` where the id was used for something else; `LedgerBusy` where nothing could
be recorded now and the same command may be sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import Error as DatabaseError
from django.utils import timezone

from eventstore import envelope, projector, snapshots, store
from eventstore.errors import EventStoreError, WrongExpectedVersion
from eventstore.store import Appended, Batch, NewEvent
from records import clinician, commands, corrections, duplicates, fold, merged, merging, patient, reservations
from records.author import Author, Origin
from records.clinician import Clinician, ClinicianAggregate
from records.decision import Decision
from records.patient import Patient, PatientAggregate
from records.reservations import Claim

logger = logging.getLogger(__name__)

PATIENTS = PatientAggregate()
CLINICIANS = ClinicianAggregate()


@dataclass(frozen=True)
class Receipt:
    """What was recorded. duplicate: by an earlier run of the same command.

    Shape: version is the record's after it; position the ledger's. shown: the read models hold it
    already; if not they will soon, and the page says so.
    """

    aggregate_id: str
    version: int
    position: int
    event_ids: tuple[UUID, ...]
    duplicate: bool
    shown: bool


# --- Patients ------------------------------------------------------------------------------------


def handle(
    command: commands.PatientCommand, *, command_id: UUID, seen_version: int, author: Author, origin: Origin
) -> Receipt:
    """Record what the command asks for, once.

    Shape: command_id was minted when the form was rendered; seen_version is what the author saw.
    """
    digest = _digest(command)
    if earlier := store.find_command(command_id, digest):
        return _receipt(patient.stream(command.patient_id), earlier)
    claims: tuple[Claim, ...] = ()
    try:
        decision, claims = _decided(command, author, seen_version)
        batches = _batches(patient.stream(command.patient_id), "Patient", seen_version, decision, claims)
        return _append(batches, decision, command, command_id, digest, author, origin)
    except WrongExpectedVersion as conflict:
        # The other press of a double click may have come first, after we looked.
        if earlier := store.find_command(command_id, digest):
            return _receipt(patient.stream(command.patient_id), earlier)
        lost = next((claim for claim in claims if claim.stream == conflict.aggregate_id), None)
        if lost is None:
            raise
        raise reservations.belongs_to_another(lost.number) from conflict


def decided(command: commands.PatientCommand, *, author: Author) -> Decision:
    """What the command would record now, and the alerts it would show. Records nothing."""
    decision, _ = _decided(command, author, None)
    return decision


def load(patient_id: str) -> Patient:
    """A patient's record as it is now, personal text in clear; version 0 where there is none."""
    sealed, _ = snapshots.load(PATIENTS, patient.stream(patient_id))
    return fold.opened(sealed, envelope.opened_json)


def _decided(
    command: commands.PatientCommand, author: Author, seen_version: int | None
) -> tuple[Decision, tuple[Claim, ...]]:
    """The decision on the record as it is, if that is the one that was seen (None: whatever it is)."""
    now = timezone.localtime()
    record = load(command.patient_id)
    if seen_version is not None and record.version != seen_version:
        raise WrongExpectedVersion(patient.stream(command.patient_id), seen_version, record.version)
    if record.merged_into:
        raise merged.closed(record.merged_into)
    match command:
        case commands.MarkEntryInError():
            decision = corrections.decide(record.patient_id, _entries(record), command, now)
        case commands.MergePatients():
            other = _other(command)
            decision = merging.merge(record.patient_id, _entries(record), _entries(other), command, now)
        case commands.UnmergePatients():
            decision = merging.separate(record.patient_id, _entries(record), _other(command), command, now)
        case _:
            decision = patient.decide(record, command, author, now)
    number = record.demographics.mrn if record.demographics else None
    claims = reservations.claims(command.patient_id, number, decision.events)
    if isinstance(command, commands.RegisterPatient):
        decision = patient.decide(record, command, author, now, alike=duplicates.likely(command))
    return decision, claims


def _entries(record: Patient) -> list[store.RecordedEvent]:
    """The whole stream of a record as it was loaded, personal text in clear."""
    return list(store.read_stream(patient.stream(record.patient_id), until=record.version))


def _other(command: commands.MergePatients | commands.UnmergePatients) -> Patient:
    """The other record of a merge, if it is still as it was seen. Raises: WrongExpectedVersion."""
    other = load(command.other_id)
    if other.version != command.other_version:
        stream = patient.stream(command.other_id)
        raise WrongExpectedVersion(stream, command.other_version, other.version)
    return other


# --- Clinicians ----------------------------------------------------------------------------------


def handle_clinician(
    command: commands.ClinicianCommand, *, command_id: UUID, seen_version: int, author: Author, origin: Origin
) -> Receipt:
    """Record what the command asks for about an account, once. Shape: as `handle`."""
    digest = _digest(command)
    if earlier := store.find_command(command_id, digest):
        return _receipt(clinician.stream(command.user_id), earlier)
    person = load_clinician(command.user_id)
    if person.version != seen_version:
        raise WrongExpectedVersion(clinician.stream(command.user_id), seen_version, person.version)
    decision = clinician.decide(person, command, author, timezone.localtime())
    batches = _batches(clinician.stream(command.user_id), "Clinician", seen_version, decision, ())
    return _append(batches, decision, command, command_id, digest, author, origin)


def load_clinician(user_id: str) -> Clinician:
    """An account as it is now (its name may be sealed); version 0 where there is none."""
    person, _ = snapshots.load(CLINICIANS, clinician.stream(user_id))
    return person


# --- Recording -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Unmarked:
    """Events for one stream, before they carry who recorded them."""

    aggregate_id: str
    aggregate_type: str
    expected_version: int
    events: tuple[object, ...]


def _batches(
    stream: str, aggregate_type: str, expected_version: int, decision: Decision, claims: Sequence[Claim]
) -> tuple[_Unmarked, ...]:
    """The aggregate's own events first, since the first event takes the command's id."""
    return (
        _Unmarked(stream, aggregate_type, expected_version, decision.events),
        *(
            _Unmarked(claim.stream, "RecordNumber", claim.expected_version, (claim.event,))
            for claim in claims
        ),
        *(
            _Unmarked(patient.stream(other.patient_id), "Patient", other.expected_version, other.events)
            for other in decision.elsewhere
        ),
    )


def _append(
    batches: Sequence[_Unmarked],
    decision: Decision,
    command: commands.PatientCommand | commands.ClinicianCommand,
    command_id: UUID,
    digest: str,
    author: Author,
    origin: Origin,
) -> Receipt:
    metadata = _metadata(command, command_id, batches[0].expected_version, decision, author, origin)
    appended = store.append(
        [
            Batch(
                batch.aggregate_id,
                batch.aggregate_type,
                batch.expected_version,
                tuple(
                    NewEvent(
                        data=event,
                        occurred_at=decision.occurred_at,
                        metadata=metadata | {"seen_version": _seen(batch, batches[0])},
                    )
                    for event in batch.events
                ),
            )
            for batch in batches
        ],
        command_id=command_id,
        command_digest=digest,
    )
    return _receipt(batches[0].aggregate_id, appended)


def _receipt(stream: str, appended: Appended) -> Receipt:
    return Receipt(
        aggregate_id=stream,
        version=appended.versions[stream],
        position=appended.last_position,
        event_ids=appended.event_ids,
        duplicate=appended.duplicate,
        shown=_shown(appended.last_position),
    )


def _shown(position: int) -> bool:
    """Let the read models follow. What was appended is safe whatever happens here."""
    try:
        return projector.catch_up(until=position).complete
    except (DatabaseError, EventStoreError):
        logger.exception("the read models could not follow to position %s", position)
        return False


def _metadata(
    command: commands.PatientCommand | commands.ClinicianCommand,
    command_id: UUID,
    seen_version: int,
    decision: Decision,
    author: Author,
    origin: Origin,
) -> dict[str, Any]:
    """Who, from where, when, by which command, and what the author had before them."""
    metadata: dict[str, Any] = {
        "user_id": author.user_id,
        "user_name": author.name,
        "user_role": author.role,
        "user_license": author.license,
        "ip": origin.ip,
        "session": origin.session,
        "timestamp": timezone.now().isoformat(),
        "causation_id": str(command_id),
        "correlation_id": origin.correlation_id or str(command_id),
        "seen_version": seen_version,
        "command": {"type": type(command).__name__},
    }
    if decision.alerts:
        metadata["alerts"] = [
            {"kind": alert.kind, "text": alert.text, "interrupts": alert.interrupts}
            | ({"allergy_id": alert.allergy_id} if alert.allergy_id else {})
            for alert in decision.alerts
        ]
    if decision.override:
        metadata["override_reason"] = decision.override.reason
        metadata["override_code"] = decision.override.code
    return metadata


def _seen(batch: _Unmarked, first: _Unmarked) -> int:
    """The version that was on the screen: of a second record its own, else of what was asked about."""
    return batch.expected_version if batch.aggregate_type == first.aggregate_type else first.expected_version


def _digest(command: commands.PatientCommand | commands.ClinicianCommand) -> str:
    return store.command_digest(type(command).__name__, asdict(command))
