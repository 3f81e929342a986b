"""The one way into the ledgers, and the ways to read them.

Append is one CALL in autocommit: expected versions, idempotency, gapless order, hash chain and
durability are the database's (eventstore/sql). Reading is keyset paging by version or position, one
SELECT a page (eventstore.reading). Knows streams, versions and JSON; nothing of patients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from django.db import DatabaseError, connection

from eventstore import registry
from eventstore.envelope import METADATA_PERSONAL, Keyring, keyed_digest, seal_json
from eventstore.errors import (
    CommandReused,
    EventStoreError,
    FutureOccurredAt,
    InsideTransaction,
    LedgerBusy,
    NotStorable,
    WrongExpectedVersion,
)
from eventstore.ledgers import ACCESS_EVENTS, EVENTS, Ledger
from eventstore.reading import (
    Head,
    RecordedEvent,
    head,
    read_all,
    read_event,
    read_events,
    read_stream,
    stream_version,
)
from eventstore.registry import EventType, Json, SealedContext

__all__ = [
    "ACCESS_EVENTS",
    "EVENTS",
    "Appended",
    "Batch",
    "Head",
    "NewEvent",
    "RecordedEvent",
    "append",
    "command_digest",
    "end_seeding",
    "find_command",
    "head",
    "mark_disposable",
    "read_all",
    "read_event",
    "read_events",
    "read_stream",
    "seed",
    "stream_version",
]

OUTSIDE_ONLY = "append needs autocommit: it cannot run inside a transaction"


@dataclass(frozen=True)
class NewEvent:
    """An event to append. event_id: the first event's is always the command's id.

    created_at: for seeding only, and then required.
    """

    data: Any
    occurred_at: datetime
    metadata: Mapping[str, Any] = field(default_factory=dict)
    event_id: UUID | None = None
    created_at: datetime | None = None


@dataclass(frozen=True)
class Batch:
    """Events for one stream. expected_version: exactly this; 0 is a new stream; None: any (sessions)."""

    aggregate_id: str
    aggregate_type: str
    expected_version: int | None
    events: tuple[NewEvent, ...]


@dataclass(frozen=True)
class Appended:
    """What an append did, or had done before (duplicate). versions: each stream's last version."""

    first_position: int
    last_position: int
    versions: dict[str, int]
    duplicate: bool
    event_ids: tuple[UUID, ...]


# --- Writing --------------------------------------------------------------------------------------


def command_digest(command_type: str, payload: Mapping[str, Any]) -> str:
    """The keyed digest that says whether two submissions with one id mean the same. Hex.

    It is of the command as given, not of its events: a retry is decided on newer state.
    """
    text = orjson.dumps([command_type, payload], option=orjson.OPT_SORT_KEYS, default=str).decode()
    return keyed_digest("command", text)


def append(
    batches: Sequence[Batch], *, command_id: UUID, command_digest: str, ledger: Ledger = EVENTS
) -> Appended:
    """Append to one or several streams, all or nothing; durable when it returns.

    Raises: WrongExpectedVersion, CommandReused, FutureOccurredAt, NotStorable, LedgerBusy;
            InsideTransaction within an open transaction.
    """
    call = (
        f"CALL append_{ledger.name}(%s::uuid, %s::text, %s::jsonb, %s::jsonb,"
        " NULL::bigint, NULL::bigint, NULL::boolean)"
    )
    if connection.in_atomic_block:
        raise InsideTransaction(OUTSIDE_ONLY)
    return _write(call, batches, command_id=command_id, command_digest=command_digest, ledger=ledger)


def seed(
    batches: Sequence[Batch], *, command_id: UUID, command_digest: str, ledger: Ledger = EVENTS
) -> Appended:
    """Append with the given created_at, as the ledger's owner, on a ledger marked disposable.

    Raises: as `append`, and EventStoreError where the ledger is not marked or no longer only seeded.
    """
    call = f"SELECT * FROM seed_{ledger.name}(%s::uuid, %s::text, %s::jsonb, %s::jsonb)"  # noqa: S608  (ours)
    return _write(call, batches, command_id=command_id, command_digest=command_digest, ledger=ledger)


def mark_disposable(ledger: Ledger) -> None:
    """Allow seeding. As the owner; only while the ledger is empty. Raises: EventStoreError."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO disposable_ledgers (ledger)"  # noqa: S608  (the ledger's name is ours)
            f" SELECT %s WHERE NOT EXISTS (SELECT 1 FROM {ledger.name}) ON CONFLICT DO NOTHING",
            [ledger.name],
        )
        cursor.execute("SELECT 1 FROM disposable_ledgers WHERE ledger = %s", [ledger.name])
        if cursor.fetchone() is None:
            raise EventStoreError(f"{ledger.name} is not empty: it cannot be made disposable")


def end_seeding(ledger: Ledger) -> None:
    """Remove the mark: from now on the ledger takes only what happens now."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM disposable_ledgers WHERE ledger = %s", [ledger.name])


def find_command(command_id: UUID, command_digest: str, ledger: Ledger = EVENTS) -> Appended | None:
    """What this command did, if it was recorded before; durable when this returns.

    Raises: CommandReused where the id was used for something else.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT position, metadata #>> '{{command,digest}}',"  # noqa: S608  (the ledger's name is ours)
            f" (metadata #>> '{{command,count}}')::int FROM {ledger.name} WHERE event_id = %s",
            [command_id],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        position, digest, count = row
        if digest != command_digest:
            raise CommandReused(f"command {command_id} was used before, for something else")
        # Its own flush may still be under way: what leaves the database is flushed first.
        cursor.execute("SELECT pg_logical_emit_message(true, '', '')")
    return _appended(position, position + count - 1, duplicate=True, ledger=ledger)


def _write(
    call: str, batches: Sequence[Batch], *, command_id: UUID, command_digest: str, ledger: Ledger
) -> Appended:
    streams = [{"aggregate_id": b.aggregate_id, "expected_version": b.expected_version} for b in batches]
    keyring = Keyring()
    try:
        rows = _rows(batches, command_id, command_digest, ledger, keyring)
        parameters: list[Any] = [
            command_id,
            command_digest,
            orjson.dumps(streams).decode(),
            orjson.dumps(rows).decode(),
        ]
    except (TypeError, UnicodeEncodeError) as error:  # orjson's own error is a TypeError
        raise NotStorable(str(error)) from error
    try:
        with connection.cursor() as cursor:
            cursor.execute(call, parameters)
            first, last, duplicate = cursor.fetchone()
    except DatabaseError as error:
        raise _told_apart(error) from error
    if duplicate:
        return _appended(first, last, duplicate=True, ledger=ledger)
    return Appended(
        first_position=first,
        last_position=last,
        versions={
            b.aggregate_id: b.expected_version + len(b.events)
            for b in batches
            if b.expected_version is not None
        },
        duplicate=False,
        event_ids=tuple(UUID(row["event_id"]) for row in rows),
    )


def _rows(
    batches: Sequence[Batch], command_id: UUID, digest: str, ledger: Ledger, keyring: Keyring
) -> list[Json]:
    """The events as the door takes them: encoded, sealed, with ids and the command's mark."""
    count = sum(len(b.events) for b in batches)
    prepared: list[tuple[Batch, NewEvent, EventType, int, Json, UUID, Json]] = []
    for batch in batches:
        for new in batch.events:
            known, schema_version, data = registry.encode(new.data)
            if known.aggregate_type != batch.aggregate_type:
                raise NotStorable(f"{known.name} does not belong to a {batch.aggregate_type}")
            event_id = command_id if not prepared else (new.event_id or uuid4())
            metadata = dict(new.metadata)
            if not prepared:
                metadata["command"] = {
                    **metadata.get("command", {}), "digest": digest, "count": count
                }  # fmt: skip
            prepared.append((batch, new, known, schema_version, data, event_id, metadata))
    keyring.load_or_create(
        ledger.keyring_of(batch.aggregate_id)
        for batch, _, known, _, data, _, metadata in prepared
        if _holds_text(data, known.personal) or _holds_text(metadata, METADATA_PERSONAL)
    )
    rows = []
    for batch, new, known, schema_version, data, event_id, metadata in prepared:
        at = SealedContext(ledger.keyring_of(batch.aggregate_id), str(event_id), known.name, "")
        row = {
            "event_id": str(event_id),
            "aggregate_id": batch.aggregate_id,
            "aggregate_type": batch.aggregate_type,
            "event_type": known.name,
            "schema_version": schema_version,
            "event_data": seal_json(data, known.personal, keyring, at),
            "metadata": seal_json(metadata, METADATA_PERSONAL, keyring, at._replace(path="metadata")),
            "occurred_at": new.occurred_at.astimezone(UTC).isoformat(),
        }
        if new.created_at is not None:
            row["created_at"] = new.created_at.astimezone(UTC).isoformat()
        rows.append(row)
    return rows


def _holds_text(value: Any, personal: frozenset[str], *, inside: bool = False) -> bool:
    if isinstance(value, dict):
        return any(_holds_text(v, personal, inside=inside or k in personal) for k, v in value.items())
    if isinstance(value, list | tuple):
        return any(_holds_text(v, personal, inside=inside) for v in value)
    return inside and isinstance(value, str) and value != ""


def _appended(first: int, last: int, *, duplicate: bool, ledger: Ledger) -> Appended:
    """Read back what an earlier run of the same command had stored."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT event_id, aggregate_id, version FROM {ledger.name}"  # noqa: S608  (the ledger's name is ours)
            " WHERE position BETWEEN %s AND %s ORDER BY position",
            [first, last],
        )
        rows = cursor.fetchall()
    return Appended(
        first_position=first,
        last_position=last,
        versions={aggregate_id: version for _, aggregate_id, version in rows},
        duplicate=duplicate,
        event_ids=tuple(event_id for event_id, _, _ in rows),
    )


def _told_apart(error: DatabaseError) -> Exception:
    """The database's refusal in the ledger's own words; anything else comes back as it was."""
    diagnosis = getattr(error.__cause__, "diag", None)
    message = getattr(diagnosis, "message_primary", None) or str(error)
    match getattr(diagnosis, "sqlstate", None):
        case "AN001":
            detail = orjson.loads(diagnosis.message_detail or "{}")  # type: ignore[union-attr]
            return WrongExpectedVersion(detail["aggregate_id"], detail["expected"], detail["actual"])
        case "AN002":
            return CommandReused(message)
        case "AN005":
            return FutureOccurredAt(message)
        case "AN003" | "AN006":
            return EventStoreError(message)
        case "AN004" | "22P02" | "22P05" | "22021" | "22003" | "22007" | "22008" | "54000":
            return NotStorable(message)
        case "2D000":
            return InsideTransaction(OUTSIDE_ONLY)
        case "55P03" | "40P01":
            return LedgerBusy("the ledger was busy; nothing was stored")
    return error
