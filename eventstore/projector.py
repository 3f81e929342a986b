"""Projectors follow the ledger and write read models; `catch_up` is the one way they move.

A request that appended catches up, so that the next page shows what was just saved; a worker does
the same for what a crash left; a rebuild does the same from zero. Rows and the checkpoint move in
one transaction. No signals: the projectors are plain classes named in the PROJECTORS setting.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.utils import translation
from django.utils.module_loading import import_string

from eventstore import store
from eventstore.errors import DecodeError, KeyUnavailable
from eventstore.models import ParkedAggregate
from eventstore.registry import Unknown, snake_case
from eventstore.rows import Rows
from eventstore.store import RecordedEvent

logger = logging.getLogger(__name__)

CHECKPOINT = "projections"
BATCH = 500
LOCK_TIMEOUT = "2s"
#: SQLSTATE classes: connection, transaction, rollback, resources, object in use, intervention, system.
OUTAGES = ("08", "25", "40", "53", "55", "57", "58")


class Projector:
    """Turns events into the rows of its own tables. Knows no clock, no request, no other's rows.

    name is its checkpoint key for ever. aggregate_types: whose events it follows; None: everybody's,
    kinds that nobody knows yet included. An event goes to the method of its name in snake case
    (`prescription_added`), else to `otherwise`.
    """

    name: ClassVar[str]
    aggregate_types: ClassVar[tuple[str, ...] | None] = ("Patient",)
    models: ClassVar[tuple[type[models.Model], ...]]

    def follows(self, event: RecordedEvent) -> bool:
        return self.aggregate_types is None or event.aggregate_type in self.aggregate_types

    def apply(self, event: RecordedEvent, rows: Rows) -> None:
        """Project one event. Raises: DecodeError where its content does not fit its type."""
        if isinstance(event.data, Unknown) and event.data.problem:
            raise DecodeError(event.data.problem)
        method = (
            None if isinstance(event.data, Unknown) else getattr(self, snake_case(event.event_type), None)
        )
        (method or self.otherwise)(event, rows)

    def read_ahead(self, events: Sequence[RecordedEvent], rows: Rows) -> None:
        """Preload the rows that these events will ask for, if it is known: one query instead of one a row."""

    def otherwise(self, event: RecordedEvent, rows: Rows) -> None:
        """An event that this projector has no method for, or does not know. Ignored unless overridden."""


@dataclass(frozen=True)
class CatchUp:
    """position: how far the read models are; complete: whether that is as far as was asked for."""

    position: int
    complete: bool


@lru_cache(maxsize=8)
def _imported(paths: tuple[str, ...]) -> tuple[Projector, ...]:
    return tuple(import_string(path)() for path in paths)


def projectors() -> tuple[Projector, ...]:
    """The projectors of the PROJECTORS setting, in order."""
    return _imported(tuple(settings.PROJECTORS))


def checkpoint() -> int:
    """How far the projectors have followed. Reads without a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM checkpoints WHERE name = %s AND partition = 0", [CHECKPOINT])
        row = cursor.fetchone()
    return row[0] if row else 0


def catch_up(until: int | None = None) -> CatchUp:
    """Bring every read model up to `until` (None: to the end of the ledger), a batch at a time.

    complete is False where the checkpoint's lock could not be had in time: what was appended is
    safe, it is only not shown yet.
    """
    position = checkpoint()
    if until is not None and position >= until:
        return CatchUp(position, complete=True)
    while True:
        try:
            position, read = _next_batch()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) != "55P03":
                raise
            return CatchUp(checkpoint(), complete=False)
        if read < BATCH or (until is not None and position >= until):
            return CatchUp(position, complete=True)


def _next_batch() -> tuple[int, int]:
    """Apply one batch in one transaction. Shape: (new position, events read)."""
    with transaction.atomic(), connection.cursor() as cursor:
        position = lock_checkpoint(cursor)
        events = store.read_all(after=position, limit=BATCH)
        if not events:
            return position, 0
        apply_events(_built(cursor, position), events)
        position = events[-1].position
        cursor.execute(
            "UPDATE checkpoints SET position = %s, updated_at = clock_timestamp()"
            " WHERE name = %s AND partition = 0",
            [position, CHECKPOINT],
        )
    return position, len(events)


def lock_checkpoint(cursor: Any) -> int:
    """Lock the shared checkpoint row until the transaction ends and read it. Always before tables."""
    cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
    cursor.execute(
        "SELECT position FROM checkpoints WHERE name = %s AND partition = 0 FOR UPDATE", [CHECKPOINT]
    )
    (position,) = cursor.fetchone()
    return int(position)


def _built(cursor: Any, position: int) -> list[Projector]:
    """The projectors that have followed from the first event on. At the very start, that is all."""
    if position == 0:
        cursor.execute(
            "INSERT INTO built_projectors (name) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING",
            [[projector.name for projector in projectors()]],
        )
    built = built_names(cursor)
    return [projector for projector in projectors() if projector.name in built]


def built_names(cursor: Any) -> set[str]:
    cursor.execute("SELECT name FROM built_projectors")
    return {name for (name,) in cursor.fetchall()}


def outdated_names() -> list[str]:
    """The read models whose rows are still as an earlier release made them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM built_projectors WHERE outdated")
        outdated = {name for (name,) in cursor.fetchall()}
    return [projector.name for projector in projectors() if projector.name in outdated]


# --- Applying, and parking what cannot be applied ---------------------------------------------------


def apply_events(followers: Sequence[Projector], events: Sequence[RecordedEvent]) -> None:
    """Apply events to each projector; park the one aggregate whose event a projector cannot take.

    Runs inside the caller's transaction, which holds the checkpoint.
    """
    parked = {(row.projector, row.aggregate_id) for row in ParkedAggregate.objects.all()}
    shares = [
        (
            projector,
            [e for e in events if projector.follows(e) and (projector.name, e.aggregate_id) not in parked],
        )
        for projector in followers
    ]
    try:
        with transaction.atomic():
            for projector, mine in shares:
                project(projector, mine)
    except Exception as error:
        if is_outage(error):
            raise
        logger.exception("a batch up to %s could not be applied at once", events[-1].position)
        for projector, mine in shares:
            _apply_apart(projector, mine)


def _apply_apart(projector: Projector, events: Sequence[RecordedEvent]) -> None:
    """One projector's share, apart from the others; event by event where even that fails."""
    try:
        with transaction.atomic():
            project(projector, events)
    except Exception as error:
        if is_outage(error):
            raise
        logger.exception("%s could not apply a batch; applying it event by event", projector.name)
        _apply_one_by_one(projector, events)


def is_outage(error: Exception) -> bool:
    """Whether the database or the keys failed, not the event: nothing moves then, the next try may do it.

    An OperationalError may be the event's own fault: a value too long for an index (54000) is one.
    """
    if isinstance(error, InterfaceError | KeyUnavailable):
        return True
    if not isinstance(error, OperationalError):
        return False
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    return sqlstate is None or sqlstate[:2] in OUTAGES


def project(projector: Projector, events: Sequence[RecordedEvent]) -> None:
    """Apply events in order and write the rows at the end. Raises: whatever the projector raises.

    Why in English: a row is the same whoever's request happens to project it.
    """
    rows = Rows()
    with translation.override("en"):
        projector.read_ahead(events, rows)
        for event in events:
            projector.apply(event, rows)
        rows.flush()


def _apply_one_by_one(projector: Projector, events: Sequence[RecordedEvent]) -> None:
    parked: set[str] = set()
    for event in events:
        if event.aggregate_id in parked:
            continue
        try:
            with transaction.atomic():
                project(projector, [event])
        except Exception as error:
            if is_outage(error):
                raise
            logger.exception("%s parks %s at %s", projector.name, event.aggregate_id, event.position)
            parked.add(event.aggregate_id)
            ParkedAggregate.objects.create(
                projector=projector.name,
                aggregate_id=event.aggregate_id,
                position=event.position,
                event_id=event.event_id,
                version=event.version,
                error=f"{type(error).__name__}: {error}",
            )


def retry(parked: ParkedAggregate) -> bool:
    """Apply a parked aggregate's events from the one that failed to the checkpoint; unpark on success.

    Whatever fails again leaves it parked where it was, with the new error. Returns: whether it moved on.
    """
    projector = next((p for p in projectors() if p.name == parked.projector), None)
    with transaction.atomic(), connection.cursor() as cursor:
        position = lock_checkpoint(cursor)
        if projector is not None:
            events = store.read_stream(parked.aggregate_id, after=parked.version - 1)
            try:
                with transaction.atomic():
                    project(projector, [event for event in events if event.position <= position])
            except Exception as error:
                if is_outage(error):
                    raise
                logger.exception("%s still cannot apply %s", parked.projector, parked.aggregate_id)
                parked.error = f"{type(error).__name__}: {error}"
                parked.save(update_fields=["error"])
                return False
        parked.delete()
    return True
