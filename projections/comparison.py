"""Compares read models and snapshots with the second fold, as of the checkpoint.

Shape: one snapshot of the database, so that rows, checkpoint and events belong together; streams one
after the other, flat in their number. A read model that lags is no difference; a parked aggregate
is compared as far as it was followed, and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, models, transaction
from django.utils import timezone

from eventstore import registry, store
from eventstore.envelope import Keyring, open_json, opened_json, sealed_fields
from eventstore.ledgers import EVENTS
from eventstore.models import ParkedAggregate
from eventstore.projector import built_names, checkpoint, projectors
from eventstore.registry import SealedContext, sealed_from_json
from projections.differences import Difference, compare_rows, compare_snapshot
from projections.independent_fold import Stream, Tables
from projections.independent_words import Stored, Values
from projections.models import (
    ComplianceEntry,
    MedicationCourse,
    MedicationHistory,
    Patient,
    PatientState,
    TimelineEntry,
)
from records.models import Account
from records.patient import STREAM, PatientAggregate

#: Rows worked out before they are compared.
AT_ONCE = 5000
#: The tables that there is a second fold for, and by which column a stream's rows are found.
COMPARED: dict[str, tuple[type[models.Model], str]] = {
    "patients": (Patient, "patient_id"),
    "patient_state": (PatientState, "patient_id"),
    "medication_courses": (MedicationCourse, "patient_id"),
    "medication_history": (MedicationHistory, "patient_id"),
    "timeline": (TimelineEntry, "patient_id"),
    "compliance_audit": (ComplianceEntry, "aggregate_id"),
    "accounts": (Account, "user_id"),
}


@dataclass
class Comparison:
    """What is compared, and what was. only: streams to compare; all where none is named.

    Shape: notes: what was left out, and why; filled while differences are read.
    """

    only: Sequence[str] = ()
    position: int = 0
    streams: int = 0
    rows: int = 0
    snapshots: int = 0
    notes: list[str] = field(default_factory=list)

    def differences(self) -> Iterator[Difference]:
        """Every difference, read models first, then snapshots."""
        with _one_moment():
            self.position = checkpoint()
            yield from self._read_models()
            yield from self._snapshots()

    def _read_models(self) -> Iterator[Difference]:
        followed = self._followed()
        parked: dict[str, dict[str, int]] = {}
        chosen = {"aggregate_id__in": self.only} if self.only else {}
        for row in ParkedAggregate.objects.filter(**chosen).order_by("position"):
            parked.setdefault(row.aggregate_id, {})[row.projector] = row.version
            self.notes.append(f"{row.aggregate_id} is parked for {row.projector} at entry {row.position}.")
        expected: Tables = {table: {} for table in followed}
        owners: dict[str, set[str]] = {table: set() for table in followed}
        for aggregate_id, aggregate_type, events in _streams(self.position, self.only):
            self.streams += 1
            for table, rows in _rows_of(aggregate_id, aggregate_type, events, followed, parked).items():
                expected[table] |= rows
                owners[table].add(aggregate_id)
            if sum(map(len, expected.values())) >= AT_ONCE:
                yield from self._compared(expected, owners)
        yield from self._compared(expected, owners)
        if not self.only:
            yield from _strangers(followed)

    def _followed(self) -> dict[str, str]:
        """The tables to compare, each with its projector; what cannot be compared is noted."""
        with connection.cursor() as cursor:
            built = built_names(cursor)
        followed: dict[str, str] = {}
        for projector in projectors():
            mine = [model._meta.db_table for model in projector.models if model._meta.db_table in COMPARED]
            if projector.name not in built and self.position:
                self.notes.append(f"Read model {projector.name} waits for its rebuild.")
            elif not mine:
                self.notes.append(f"There is no second fold for read model {projector.name}.")
            else:
                followed |= dict.fromkeys(mine, projector.name)
        return followed

    def _compared(self, expected: Tables, owners: dict[str, set[str]]) -> Iterator[Difference]:
        for table, rows in expected.items():
            self.rows += len(rows)
            yield from compare_rows(table, rows, _found(table, rows, owners[table]))
            rows.clear()
            owners[table].clear()

    def _snapshots(self) -> Iterator[Difference]:
        current, stale = PatientAggregate().fingerprint, 0
        for aggregate_id, version, state, fingerprint in _stored_snapshots(self.only):
            last = store.stream_version(aggregate_id)
            if version > last:
                yield Difference("snapshots", aggregate_id, "version", f"at most {last}", str(version))
            elif aggregate_id.startswith(STREAM):
                stale += fingerprint != current
                if fingerprint == current:
                    self.snapshots += 1
                    fold = _fold(aggregate_id, "Patient")
                    for event in _events(aggregate_id, to_version=version):
                        fold.apply(event)
                    yield from compare_snapshot(aggregate_id, fold.state(), state)
        if stale:
            self.notes.append(f"{stale} snapshots of an earlier fold are not used and were not compared.")


@contextmanager
def _one_moment() -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield


# --- What should be ------------------------------------------------------------------------------


def _rows_of(
    aggregate_id: str,
    aggregate_type: str,
    events: Iterable[Stored],
    followed: dict[str, str],
    parked: dict[str, dict[str, int]],
) -> Tables:
    """The expected rows of one stream, for each table as far as its projector has followed."""
    ends = parked.get(aggregate_id, {})
    needed = {ends.get(projector) for projector in followed.values()}
    folds = {end: _fold(aggregate_id, aggregate_type) for end in needed}
    for event in events:
        for end, fold in folds.items():
            if end is None or event.version < end:
                fold.apply(event)
    rows = {end: fold.rows() for end, fold in folds.items()}
    return {table: rows[ends.get(projector)].get(table, {}) for table, projector in followed.items()}


def _fold(aggregate_id: str, aggregate_type: str) -> Stream:
    return Stream(aggregate_id, aggregate_type, _license_at, lambda at: timezone.localtime(at).date())


def _license_at(user_id: str, position: int) -> str | None:
    """The license that was recorded last for a user before a position."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_data ->> 'license' FROM events WHERE aggregate_id = %s"
            " AND event_type = 'LicenseRecorded' AND position < %s ORDER BY position DESC LIMIT 1",
            [f"clinician-{user_id}", position],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _streams(until: int, only: Sequence[str]) -> Iterator[tuple[str, str, Iterator[Stored]]]:
    """(stream, kind, its events up to a position), stream by stream."""
    after = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT aggregate_id, aggregate_type FROM events WHERE version = 1 AND aggregate_id > %s"
                " AND position <= %s AND (%s OR aggregate_id = ANY(%s)) ORDER BY aggregate_id LIMIT 1000",
                [after, until, not only, list(only)],
            )
            page = cursor.fetchall()
        for aggregate_id, aggregate_type in page:
            yield aggregate_id, aggregate_type, _events(aggregate_id, until)
        if len(page) < 1000:
            return
        after = page[-1][0]


def _events(
    aggregate_id: str, until: int | None = None, *, to_version: int | None = None
) -> Iterator[Stored]:
    """A stream's events as stored, personal text in clear: neither upcast nor decoded."""
    keyring = Keyring()
    keyring.load([EVENTS.keyring_of(aggregate_id)])
    for event in store.read_stream(aggregate_id, until=to_version, opened=False):
        if until is not None and event.position > until:
            return
        known = registry.named(event.event_type)
        at = SealedContext(EVENTS.keyring_of(aggregate_id), str(event.event_id), event.event_type, "")
        yield Stored(
            position=event.position,
            event_id=str(event.event_id),
            event_type=event.event_type,
            schema_version=event.schema_version,
            version=event.version,
            occurred_at=event.occurred_at,
            created_at=event.created_at,
            data=open_json(sealed_fields(event.raw_data, at), keyring),
            metadata=open_json(event.metadata, keyring),
            known=known is not None and event.schema_version <= known.version,
        )


# --- What is there -------------------------------------------------------------------------------


def _found(table: str, expected: Mapping[str, Values], owners: set[str]) -> dict[str, Values]:
    """The rows of these streams as they stand, by primary key."""
    model, column = COMPARED[table]
    key = model._meta.pk.name
    if column == "aggregate_id":  # no index leads there: the rows by their own keys
        wanted: dict[str, Any] = {f"{key}__in": list(expected)}
    else:
        wanted = {f"{column}__in": [owner for name in owners if (owner := _uuid_of(name))]}
    rows = model._default_manager.filter(**wanted).values()
    return {str(row[key]): {name: _plain(value) for name, value in row.items()} for row in rows}


def _uuid_of(aggregate_id: str) -> UUID | None:
    try:
        return UUID(aggregate_id.split("-", 1)[-1])
    except ValueError:
        return None


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def _strangers(followed: Iterable[str]) -> Iterator[Difference]:
    """Rows of streams and events that the ledger does not hold."""
    for table in followed:
        model, column = COMPARED[table]
        key = model._meta.pk.name
        kind = "clinician-" if table == "accounts" else STREAM
        belongs = (
            f"e.event_id = t.{key}" if column == "aggregate_id"
            else f"e.aggregate_id = '{kind}' || t.{column}::text"
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT t.{key}::text FROM {table} AS t"  # noqa: S608  (names of ours)
                f" WHERE NOT EXISTS (SELECT FROM events AS e WHERE {belongs}) ORDER BY 1"
            )
            for (stranger,) in cursor.fetchall():
                yield Difference(table, stranger, "", "no row: no event tells of it", "a row")


def _stored_snapshots(only: Sequence[str]) -> Iterator[tuple[str, int, Values, str]]:
    after = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT aggregate_id, version, state::text, fold_fingerprint FROM snapshots"
                " WHERE aggregate_id > %s AND (%s OR aggregate_id = ANY(%s)) ORDER BY aggregate_id LIMIT 200",
                [after, not only, list(only)],
            )
            page = cursor.fetchall()
        for aggregate_id, version, state, fingerprint in page:
            yield aggregate_id, version, opened_json(sealed_from_json(orjson.loads(state))), fingerprint
        if len(page) < 200:
            return
        after = page[-1][0]
