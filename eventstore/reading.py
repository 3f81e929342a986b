"""Reads the ledgers: keyset paging by version or position, one SELECT a page, flat in memory.

Knows streams, versions and JSON; nothing of patients. `eventstore.store` is its public face.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from eventstore import registry
from eventstore.envelope import Keyring, open_json, sealed_fields
from eventstore.ledgers import EVENTS, Ledger
from eventstore.registry import Json, SealedContext

PAGE = 1000
COLUMNS = (
    "position, event_id, aggregate_id, aggregate_type, event_type, schema_version, version,"
    " event_data, metadata, occurred_at, created_at, hash"
)


@dataclass(frozen=True)
class RecordedEvent:
    """One row of a ledger, decoded.

    Shape: data is the event's latest shape or `registry.Unknown`; its personal text, and metadata's,
    is plain where the reader asked for it opened, else `registry.Sealed`. raw_data: as stored.
    """

    position: int
    event_id: UUID
    aggregate_id: str
    aggregate_type: str
    event_type: str
    schema_version: int
    version: int
    occurred_at: datetime
    created_at: datetime
    metadata: Json
    data: Any
    raw_data: Json
    hash: bytes


@dataclass(frozen=True)
class Head:
    """The newest event of a ledger; position 0 and 32 zero bytes for an empty one."""

    position: int
    hash: bytes
    created_at: datetime | None


def read_stream(
    aggregate_id: str,
    *,
    after: int = 0,
    until: int | None = None,
    recorded_until: datetime | None = None,
    ledger: Ledger = EVENTS,
    opened: bool = True,
) -> Iterator[RecordedEvent]:
    """The events of one stream in order, `after` < version <= `until`, recorded by `recorded_until`.

    Flat in memory: a page at a time.
    """
    keyring = Keyring() if opened else None
    while True:
        rows = _select(
            "aggregate_id = %s AND version > %s AND version <= coalesce(%s, 2147483647)"
            " AND created_at <= coalesce(%s, 'infinity'::timestamptz) ORDER BY version LIMIT %s",
            [aggregate_id, after, until, recorded_until, PAGE],
            ledger,
        )
        yield from _decoded(rows, ledger, keyring)
        if len(rows) < PAGE:
            return
        after = rows[-1][6]


def read_all(
    *, after: int = 0, limit: int = 500, ledger: Ledger = EVENTS, opened: bool = True
) -> list[RecordedEvent]:
    """The next events of the whole ledger, in commit order: position > `after`, gapless."""
    rows = _select("position > %s ORDER BY position LIMIT %s", [after, limit], ledger)
    return list(_decoded(rows, ledger, Keyring() if opened else None))


def read_event(event_id: UUID, ledger: Ledger = EVENTS, *, opened: bool = True) -> RecordedEvent | None:
    """One event by its id, or None."""
    rows = _select("event_id = %s", [event_id], ledger)
    return next(_decoded(rows, ledger, Keyring() if opened else None), None)


def read_events(event_ids: Iterable[UUID], ledger: Ledger = EVENTS) -> list[RecordedEvent]:
    """Those of these events that exist, oldest first, in one question."""
    rows = _select("event_id = ANY(%s) ORDER BY position", [list(event_ids)], ledger)
    return list(_decoded(rows, ledger, Keyring()))


def stream_version(aggregate_id: str, ledger: Ledger = EVENTS) -> int:
    """The version of a stream; 0 where it does not exist."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT version FROM {ledger.name} WHERE aggregate_id = %s"  # noqa: S608  (the ledger's name is ours)
            " ORDER BY version DESC LIMIT 1",
            [aggregate_id],
        )
        row = cursor.fetchone()
    return row[0] if row else 0


def head(ledger: Ledger = EVENTS) -> Head:
    """The newest event's position, hash and time."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT position, hash, created_at FROM {ledger.name} ORDER BY position DESC LIMIT 1"  # noqa: S608  (the ledger's name is ours)
        )
        row = cursor.fetchone()
    return Head(row[0], bytes(row[1]), row[2]) if row else Head(0, bytes(32), None)


def _select(where: str, parameters: list[Any], ledger: Ledger) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM {ledger.name} WHERE {where}", parameters)  # noqa: S608  (the ledger's name is ours)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _decoded(
    rows: Iterable[tuple[Any, ...]], ledger: Ledger, keyring: Keyring | None
) -> Iterator[RecordedEvent]:
    rows = list(rows)
    if keyring is not None:
        keyring.load(ledger.keyring_of(row[2]) for row in rows)
    for row in rows:
        yield _recorded(row, ledger, keyring)


def _recorded(row: tuple[Any, ...], ledger: Ledger, keyring: Keyring | None) -> RecordedEvent:
    (position, event_id, aggregate_id, aggregate_type, event_type, schema_version, version,
     data_text, metadata_text, occurred_at, created_at, link) = row  # fmt: skip
    raw_data, raw_metadata = orjson.loads(data_text), orjson.loads(metadata_text)
    at = SealedContext(ledger.keyring_of(aggregate_id), str(event_id), event_type, "")
    data, metadata = sealed_fields(raw_data, at), sealed_fields(raw_metadata, at._replace(path="metadata"))
    if keyring is not None:
        data, metadata = open_json(data, keyring), open_json(metadata, keyring)
    recording = registry.Recording(position=position, created_at=created_at, metadata=metadata)
    return RecordedEvent(
        position=position,
        event_id=event_id,
        aggregate_id=aggregate_id,
        aggregate_type=aggregate_type,
        event_type=event_type,
        schema_version=schema_version,
        version=version,
        occurred_at=occurred_at,
        created_at=created_at,
        metadata=metadata,
        data=registry.decode(event_type, schema_version, data, recording),
        raw_data=raw_data,
        hash=bytes(link),
    )
