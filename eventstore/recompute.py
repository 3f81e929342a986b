"""A second implementation of the ledger's hash, over rows as the disk holds them.

Why:    a check that shares code with what it checks proves nothing. Here is no SQL function of the
        ledger and no model: rows come as PostgreSQL's binary COPY, hashes from hashlib and struct.
Shape:  digest = SHA-256(event_id, schema_version int2, occurred_at int8, then aggregate_id,
        aggregate_type, event_type, event_data, metadata, each after its length in bytes, int4);
        hash = SHA-256(previous hash, position int8, created_at int8, version int4, digest).
Units:  times are whole microseconds since 1970; integers are big-endian; texts are UTF-8, JSON is
        the exact text of the stored jsonb.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from psycopg import sql

if TYPE_CHECKING:
    import psycopg

#: What the first entry's hash is chained to.
GENESIS = bytes(32)
#: The order in which fields are read, whatever their order in the table.
COLUMNS = (
    "position", "event_id", "aggregate_id", "aggregate_type", "event_type", "schema_version",
    "version", "occurred_at", "created_at", "event_data", "metadata", "hash",
)  # fmt: skip
#: Seconds between 1970 and 2000, from where PostgreSQL counts its timestamps.
_EPOCH = 946_684_800 * 1_000_000

_SMALL = struct.Struct(">h")
_LENGTH = struct.Struct(">i")
_LONG = struct.Struct(">q")
_HEADER = struct.Struct(">hq")
_PLACE = struct.Struct(">qqi")


class Row(NamedTuple):
    """One entry, undecoded: texts as bytes of UTF-8, times in microseconds."""

    position: int
    event_id: bytes
    aggregate_id: bytes
    aggregate_type: bytes
    event_type: bytes
    schema_version: int
    version: int
    occurred_at: int
    created_at: int
    event_data: bytes
    metadata: bytes
    hash: bytes

    @property
    def event(self) -> str:
        return written(self.event_id)


def written(event_id: bytes) -> str:
    """An event's id as people write it."""
    return str(UUID(bytes=event_id))


def read_rows(connection: psycopg.Connection[Any], ledger: str) -> Iterator[Row]:
    """Every entry of a ledger by position, streamed: memory does not grow with the ledger."""
    query = sql.SQL("COPY (SELECT {} FROM {} ORDER BY position, event_id) TO STDOUT (FORMAT binary)").format(
        sql.SQL(", ").join(map(sql.Identifier, COLUMNS)), sql.Identifier(ledger)
    )
    small, length, long = _SMALL.unpack, _LENGTH.unpack, _LONG.unpack
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for fields in copy.rows():
            (position, event_id, aggregate_id, aggregate_type, event_type, schema_version, version,
             occurred_at, created_at, event_data, metadata, stored) = fields  # fmt: skip
            yield Row(
                long(position)[0],
                event_id,
                aggregate_id,
                aggregate_type,
                event_type,
                small(schema_version)[0],
                length(version)[0],
                long(occurred_at)[0] + _EPOCH,
                long(created_at)[0] + _EPOCH,
                event_data[1:],
                metadata[1:],
                stored,
            )


def read_versions(connection: psycopg.Connection[Any], ledger: str) -> Iterator[tuple[bytes, int, int, str]]:
    """(stream, version, position, event id) of every entry, stream by stream, found without an index."""
    query = sql.SQL(
        "COPY (SELECT aggregate_id, version, position, event_id FROM {}"
        ' ORDER BY aggregate_id COLLATE "C", version, position) TO STDOUT (FORMAT binary)'
    ).format(sql.Identifier(ledger))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute("SET LOCAL enable_indexonlyscan = off")
        with cursor.copy(query) as copy:
            for stream, version, position, event_id in copy.rows():
                yield stream, _LENGTH.unpack(version)[0], _LONG.unpack(position)[0], written(event_id)
        cursor.execute("SET LOCAL enable_indexscan = on")
        cursor.execute("SET LOCAL enable_indexonlyscan = on")


def digest(row: Row) -> bytes:
    """SHA-256 of what was said: every field that does not depend on the order of others."""
    parts = [row.event_id, _HEADER.pack(row.schema_version, row.occurred_at)]
    for text in (row.aggregate_id, row.aggregate_type, row.event_type, row.event_data, row.metadata):
        parts.append(_LENGTH.pack(len(text)))
        parts.append(text)
    return sha256(b"".join(parts)).digest()


def link(previous: bytes, row: Row, content: bytes, position: int | None = None) -> bytes:
    """The hash that this entry must have after `previous`, at its own or another position."""
    place = _PLACE.pack(row.position if position is None else position, row.created_at, row.version)
    return sha256(previous + place + content).digest()
