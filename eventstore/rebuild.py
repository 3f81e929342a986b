"""Builds read models anew beside the live ones, and swaps them in without an empty page between.

Why:    the same projector code fills the copies that fills the live tables; only the search path of
        this one connection differs. Pages and writers go on until the swap, which locks the
        checkpoint row first and the tables second, as everybody does, and never the ledger.
Must run as the tables' owner, in a process (or thread) whose connection does nothing else.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.db import DatabaseError, OperationalError, connection, transaction

from eventstore import shadow, store
from eventstore.errors import InsideTransaction
from eventstore.projector import Projector, checkpoint, is_outage, lock_checkpoint, project, projectors
from eventstore.shadow import CannotRebuild
from eventstore.store import RecordedEvent

BATCH = 2000
#: How long the swap goes on trying while pages keep the tables busy.
PATIENCE_SECONDS = 60.0
_ONE_AT_A_TIME = "SELECT pg_try_advisory_lock(hashtextextended('rebuild_projections', 0))"
#: SQL states of a lock that could not be had: lock_not_available, deadlock_detected.
_BUSY = ("55P03", "40P01")

#: Called with (events followed, events there are).
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Swapped:
    """What a rebuild did. Units: seconds; paused: how long pages had to wait for the tables."""

    position: int
    events: int
    seconds: float
    paused: float


def chosen(names: Sequence[str]) -> list[Projector]:
    """The projectors of these names, all where none is named. Raises: CannotRebuild."""
    known = {projector.name: projector for projector in projectors()}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CannotRebuild(f"There is no read model {', '.join(unknown)}. There are: {', '.join(known)}.")
    return [projector for name, projector in known.items() if name in names or not names]


def rebuild(
    followers: Sequence[Projector],
    *,
    progress: Progress = lambda done, total: None,
    before_lock: Callable[[], None] = lambda: None,
) -> Swapped:
    """Fill copies of these projectors' tables from the first event on and swap them in.

    Shape: before_lock is called between the drained tail and the lock of the tables.
    Raises: CannotRebuild; then nothing was swapped.
    """
    started = time.monotonic()
    with _own_connection(shadow.FILLING) as live:
        copies = _Copies(followers, live, shadow.FILLING, progress)
        shadow.refuse_what_points_at(copies.tables, live)
        shadow.make_copies(copies.tables, live)
        try:
            copies.follow()
            shadow.finish_copies(copies.tables, live)
            copies.follow()
            paused = copies.swap(before_lock)
        except BaseException:
            with suppress(DatabaseError):
                shadow.drop_copies()
            raise
        shadow.drop_copies()
    return Swapped(copies.position, copies.position, time.monotonic() - started, paused)


def roll_back(followers: Sequence[Projector], *, progress: Progress = lambda done, total: None) -> Swapped:
    """Bring the retired tables up to date and swap them back in; the present ones are retired.

    Raises: CannotRebuild; then nothing was swapped.
    """
    started = time.monotonic()
    with _own_connection(shadow.RETIRED) as live:
        copies = _Copies(followers, live, shadow.RETIRED, progress)
        copies.position = retired_at = shadow.retired_position(copies.tables)
        copies.parked = shadow.retired_parked(copies.names)
        copies.follow()
        paused = copies.swap(lambda: None)
        shadow.drop_copies()
    return Swapped(copies.position, copies.position - retired_at, time.monotonic() - started, paused)


class _Copies:
    """Tables beside the live ones, and how far they have followed. Never past the live checkpoint."""

    def __init__(self, followers: Sequence[Projector], live: str, schema: str, progress: Progress) -> None:
        self.followers, self.live, self.schema, self.progress = followers, live, schema, progress
        self.names = [projector.name for projector in followers]
        self.tables = _tables(followers)
        self.position, self.analyze_at = 0, BATCH
        self.parked: frozenset[tuple[str, str]] = frozenset()

    def follow(self) -> None:
        """Apply what the live tables show already, a batch a transaction."""
        while self.position < (until := checkpoint()):
            with transaction.atomic():
                position = self._batch(self.position, until)
                if self.schema == shadow.RETIRED:
                    shadow.note_position(self.tables, position)
            self.position = position
            self.progress(position, until)
            if position >= self.analyze_at:
                shadow.analyze(self.schema, self.tables)
                self.analyze_at = position * 4

    def swap(self, before_lock: Callable[[], None]) -> float:
        """Take the live tables' place in one short transaction. Returns: seconds that pages had to wait."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self._swap_once(before_lock)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in _BUSY:
                    raise
                if time.monotonic() > give_up:
                    raise CannotRebuild(
                        f"Pages kept the tables busy for {PATIENCE_SECONDS:.0f} s; nothing was swapped."
                    ) from error
                time.sleep(random.uniform(0.02, 0.2))  # noqa: S311  (no secret)

    def _swap_once(self, before_lock: Callable[[], None]) -> float:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = on")
            position, until = self.position, lock_checkpoint(cursor)
            while position < until:
                position = self._batch(position, until)
            before_lock()
            if self.schema == shadow.RETIRED:
                shadow.take_from_retired(self.tables)
            shadow.swap_in(self.tables, self.live, position=until)
            locked = time.monotonic()
            shadow.exchange_parked(self.names, self.live, restore=self.schema == shadow.RETIRED)
            cursor.execute(
                "INSERT INTO built_projectors AS was (name, outdated) SELECT unnest(%s::text[]), %s"
                " ON CONFLICT (name) DO UPDATE SET outdated = EXCLUDED.outdated AND NOT was.outdated",
                [self.names, self.schema == shadow.RETIRED],
            )
        self.position = until
        return time.monotonic() - locked

    def _batch(self, position: int, until: int) -> int:
        """Apply the next events, none past `until`. Returns: the position reached."""
        events = store.read_all(after=position, limit=min(BATCH, until - position))
        if not events or events[-1].position > until:
            raise CannotRebuild("The ledger has a hole: run manage.py verify_ledger.")
        for projector in self.followers:
            mine = [event for event in events if self._follows(projector, event)]
            try:
                with transaction.atomic():
                    project(projector, mine)
            except Exception as error:
                if is_outage(error):
                    raise
                raise _poisoned(projector, mine, error) from error
        return events[-1].position

    def _follows(self, projector: Projector, event: RecordedEvent) -> bool:
        return projector.follows(event) and (projector.name, event.aggregate_id) not in self.parked


def _poisoned(projector: Projector, events: Sequence[RecordedEvent], error: Exception) -> CannotRebuild:
    """Names the one event that the projector cannot take, by applying them one by one."""
    for event in events:
        try:
            with transaction.atomic():
                project(projector, [event])
        except Exception as cause:
            if is_outage(cause):
                raise
            return CannotRebuild(
                f"{projector.name} cannot take entry {event.position}, {event.event_type} of"
                f" {event.aggregate_id} (event {event.event_id}): {type(cause).__name__}: {cause}."
                " Nothing was swapped; the live tables are as they were."
            )
    return CannotRebuild(f"{projector.name} cannot take a batch: {type(error).__name__}: {error}.")


def _tables(followers: Sequence[Projector]) -> list[str]:
    return [model._meta.db_table for projector in followers for model in projector.models]


@contextmanager
def _own_connection(copies: str) -> Iterator[str]:
    """The default connection, finding tables among the copies first. Shape: yields the live schema.

    Raises: CannotRebuild while another rebuild runs.
    """
    if connection.in_atomic_block:
        raise InsideTransaction("a rebuild commits batch by batch: it cannot run inside a transaction")
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ONE_AT_A_TIME)
            if not cursor.fetchone()[0]:
                raise CannotRebuild("Another rebuild is running.")
            live = shadow.live_schema()
            cursor.execute("SELECT set_config('search_path', %s, false)", [f'{copies}, "{live}"'])
            cursor.execute("SET synchronous_commit = off")  # copies: the swap itself waits for the disk
            cursor.execute("SET statement_timeout = 0")
        yield live
    finally:
        connection.close()  # with its search path and its lock
