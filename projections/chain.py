"""One entry's place in the hash chain: the entry before it, itself, the one after, each computed again now.

Why: a page that shows a hash should say whether it fits, and exactly how far that says anything. The whole
ledger is `manage.py verify_ledger`'s business; this looks at neighbours only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from eventstore.ledgers import EVENTS, Ledger
from eventstore.recompute import COLUMNS, GENESIS, Row, digest, link

_STORED = """
    SELECT position, event_id, aggregate_id, aggregate_type, event_type, schema_version, version,
           (extract(epoch FROM occurred_at) * 1000000)::bigint,
           (extract(epoch FROM created_at) * 1000000)::bigint,
           event_data::text, metadata::text, hash
      FROM {} WHERE position BETWEEN %s AND %s ORDER BY position
"""


@dataclass(frozen=True)
class Link:
    """One entry of the chain. fits: its hash is the one that its content and the hash before it make.

    Shape: hash and previous are hex in groups; previous is "" for the first entry of the ledger.
    """

    position: int
    hash: str
    previous: str
    fits: bool
    here: bool


def links_around(position: int, ledger: Ledger = EVENTS) -> list[Link]:
    """The entry at this position between its neighbours, oldest first."""
    rows = {row.position: row for row in _rows(position - 2, position + 1, ledger)}
    hashes = {0: GENESIS} | {place: row.hash for place, row in rows.items()}
    return [
        _link(row, hashes.get(place - 1), here=place == position)
        for place, row in rows.items()
        if place >= position - 1
    ]


def _link(row: Row, before: bytes | None, *, here: bool) -> Link:
    """An entry whose predecessor is missing fits nothing."""
    return Link(
        position=row.position,
        hash=grouped(row.hash),
        previous=grouped(before)[:17] if before and row.position > 1 else "",
        fits=before is not None and link(before, row, digest(row)) == row.hash,
        here=here,
    )


def grouped(value: bytes) -> str:
    """Hex in groups of eight, so that eyes can compare it."""
    return value.hex(" ", -4)


def _rows(first: int, last: int, ledger: Ledger) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(_STORED.format(ledger.name), [first, last])
        return [_row(fields) for fields in cursor.fetchall()]


def _row(fields: Sequence[Any]) -> Row:
    """Texts and ids as the bytes that were hashed."""
    stored = dict(zip(COLUMNS, fields, strict=True))
    for name in ("aggregate_id", "aggregate_type", "event_type", "event_data", "metadata"):
        stored[name] = stored[name].encode()
    return Row(**{**stored, "event_id": stored["event_id"].bytes, "hash": bytes(stored["hash"])})
