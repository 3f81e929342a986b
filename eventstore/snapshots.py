"""Loads an aggregate: the newest snapshot that still fits, then the events after it.

Nothing else reads or writes snapshots. A snapshot whose fingerprint is not the fold's own is as
good as none; personal text stays sealed in it.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

import orjson
from django.conf import settings
from django.db import connection

from eventstore import store
from eventstore.store import RecordedEvent

S = TypeVar("S")


class Aggregate(Protocol[S]):
    """How one kind of aggregate is folded. State holds only what decisions need."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the fold would give another state for the same events."""
        ...

    def initial(self, aggregate_id: str) -> S: ...

    def evolve(self, state: S, event: RecordedEvent) -> S: ...

    def to_json(self, state: S) -> dict[str, Any]: ...

    def from_json(self, state: dict[str, Any]) -> S: ...


def load(aggregate: Aggregate[S], aggregate_id: str) -> tuple[S, int]:
    """The current state of a stream and its version (0: no such stream). Personal text stays sealed.

    Writes a snapshot when SNAPSHOT_EVERY or more events had to be folded.
    """
    state, start = _snapshot(aggregate, aggregate_id) or (aggregate.initial(aggregate_id), 0)
    version = start
    for event in store.read_stream(aggregate_id, after=start, opened=False):
        state = aggregate.evolve(state, event)
        version = event.version
    if version - start >= settings.SNAPSHOT_EVERY:
        _save(aggregate, aggregate_id, state, version)
    return state, version


def _snapshot(aggregate: Aggregate[S], aggregate_id: str) -> tuple[S, int] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, version FROM snapshots WHERE aggregate_id = %s AND fold_fingerprint = %s",
            [aggregate_id, aggregate.fingerprint],
        )
        row = cursor.fetchone()
    return (aggregate.from_json(orjson.loads(row[0])), row[1]) if row else None


def _save(aggregate: Aggregate[S], aggregate_id: str, state: S, version: int) -> None:
    text = orjson.dumps(aggregate.to_json(state)).decode()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO snapshots (aggregate_id, version, state, fold_fingerprint)"
            " VALUES (%s, %s, %s::jsonb, %s) ON CONFLICT (aggregate_id) DO UPDATE"
            " SET version = excluded.version, state = excluded.state,"
            " fold_fingerprint = excluded.fold_fingerprint, created_at = clock_timestamp()"
            " WHERE snapshots.version <= excluded.version"
            " OR snapshots.fold_fingerprint <> excluded.fold_fingerprint",
            [aggregate_id, version, text, aggregate.fingerprint],
        )
