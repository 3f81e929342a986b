"""L2, L3, L4, L6: one door, a gapless order that is commit order, exact versions, the database's clock."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from tests.eventstore.door import batch, call, inside, planted_ledger

pytestmark = pytest.mark.django_db(transaction=True)
Connect = Callable[[], psycopg.Connection[Any]]


@dataclass
class Run:
    """What a live reader saw against what was stored. missed: never shown to it."""

    stored: int = 0
    missed: int = 0
    gaps: int = 0
    out_of_order: int = 0
    refusals: int = 0
    errors: list[str] = field(default_factory=list)


def write_and_read(connect: Connect, schema: str, *, seconds: float) -> Run:
    """Writers that roll back at random beside a reader that follows by position alone."""
    run, seen, stop = Run(), [], threading.Event()
    streams = [f"patient-{uuid4()}" for _ in range(4)]

    def follow() -> None:
        position = 0
        with connect() as connection:
            while True:
                ended = stop.is_set()
                rows = connection.execute(
                    f"SELECT position, aggregate_id, version FROM {schema}.events"
                    " WHERE position > %s ORDER BY position LIMIT 100",
                    [position],
                ).fetchall()
                seen.extend(rows)
                position = rows[-1][0] if rows else position
                if ended and not rows:
                    return

    def write(seed: int) -> None:
        dice, end = random.Random(seed), time.monotonic() + seconds
        with connect() as connection:
            while time.monotonic() < end:
                stream = dice.choice(streams)
                row = connection.execute(
                    f"SELECT coalesce(max(version), 0) FROM {schema}.events WHERE aggregate_id = %s", [stream]
                ).fetchone()
                assert row is not None
                try:
                    if dice.random() < 0.5:
                        call(connection, batch(stream, row[0]), schema)
                        continue
                    with connection.transaction():
                        if dice.random() < 0.5:  # a transaction id of its own long before the append
                            connection.execute("SELECT pg_current_xact_id()")
                        inside(connection, batch(stream, row[0]), schema)
                        time.sleep(dice.random() * 0.004)
                        if dice.random() < 0.3:
                            raise psycopg.Rollback
                except errors.UniqueViolation:
                    run.refusals += 1
                except psycopg.Error as error:
                    if error.sqlstate == "AN001":
                        run.refusals += 1
                    elif error.sqlstate != "55P03":
                        run.errors.append(str(error))

    reader = threading.Thread(target=follow)
    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(6)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()

    with connect() as connection:
        stored = connection.execute(f"SELECT position FROM {schema}.events ORDER BY position").fetchall()
    run.stored = len(stored)
    run.missed = len({position for (position,) in stored} - {position for position, _, _ in seen})
    run.gaps = sum(1 for index, (position,) in enumerate(stored, start=1) if position != index)
    latest: dict[str, int] = defaultdict(int)
    for _, stream, version in seen:
        run.out_of_order += version != latest[stream] + 1
        latest[stream] = version
    return run


def test_a_live_reader_misses_nothing_while_writers_roll_back(
    connect: Connect, owner_connection: psycopg.Connection[Any]
) -> None:
    with planted_ledger(owner_connection) as schema:
        run = write_and_read(connect, schema, seconds=4)
    assert run.errors == []
    assert run.stored > 100
    assert (run.missed, run.gaps, run.out_of_order) == (0, 0, 0)


def test_the_harness_catches_a_plain_sequence(
    connect: Connect, owner_connection: psycopg.Connection[Any]
) -> None:
    """The planted fault: position from a sequence, no lock."""
    faults = (
        ("PERFORM pg_advisory_xact_lock", "PERFORM abs"),
        ("SELECT previous.position + n.n,", "SELECT nextval('SCHEMA.planted'),"),
    )
    with planted_ledger(owner_connection, *faults) as schema:
        run = write_and_read(connect, schema, seconds=4)
    assert run.gaps > 0
    assert run.missed + run.out_of_order > 0


def test_versions_are_exact_under_eight_writers(connect: Connect) -> None:
    outcome = contend(connect, "public")
    assert outcome.lies == 0
    assert outcome.wins + outcome.refusals == outcome.attempts
    assert outcome.versions == list(range(1, outcome.wins + 1))
    assert outcome.refusals > 0


def test_the_harness_catches_a_forgotten_version_check(
    connect: Connect, owner_connection: psycopg.Connection[Any]
) -> None:
    """The planted fault: the version is looked at, but not compared."""
    fault = ("ELSIF expected[i] <> current[i] THEN", "ELSIF false THEN")
    with planted_ledger(owner_connection, fault) as schema:
        outcome = contend(connect, schema)
    assert outcome.lies > 0


@dataclass
class Outcome:
    attempts: int
    wins: int
    refusals: int
    lies: int
    versions: list[int]


def contend(connect: Connect, schema: str) -> Outcome:
    """8 writers, one stream. A lie: an append accepted at another version than the writer had seen."""
    stream, gate = f"patient-{uuid4()}", threading.Barrier(8)
    results: list[tuple[int, int | None]] = []

    def write() -> None:
        with connect() as connection:
            gate.wait()
            for _ in range(20):
                row = connection.execute(
                    f"SELECT coalesce(max(version), 0) FROM {schema}.events WHERE aggregate_id = %s", [stream]
                ).fetchone()
                assert row is not None
                time.sleep(0.001)
                try:
                    position, _, _ = call(connection, batch(stream, row[0]), schema)
                except psycopg.Error as error:
                    assert error.sqlstate == "AN001", error
                    results.append((row[0], None))
                else:
                    results.append((row[0], position))

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with connect() as connection:
        stored = dict(
            connection.execute(
                f"SELECT position, version FROM {schema}.events WHERE aggregate_id = %s", [stream]
            ).fetchall()
        )
    won = [(seen, stored[position]) for seen, position in results if position is not None]
    return Outcome(
        attempts=len(results),
        wins=len(won),
        refusals=len(results) - len(won),
        lies=sum(1 for seen, version in won if version != seen + 1),
        versions=sorted(stored.values()),
    )


def test_the_door_refuses_an_outer_transaction(web_connection: psycopg.Connection[Any]) -> None:
    stream = f"patient-{uuid4()}"
    with pytest.raises(psycopg.Error) as refusal, web_connection.transaction():
        call(web_connection, batch(stream, 0))
    assert refusal.value.sqlstate == "2D000"
    assert count(web_connection, stream) == 0


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_the_door_refuses_other_isolation_levels(level: str, web_connection: psycopg.Connection[Any]) -> None:
    web_connection.execute(f"SET default_transaction_isolation = '{level.lower()}'")
    with pytest.raises(psycopg.Error) as refusal:
        call(web_connection, batch(f"patient-{uuid4()}", 0))
    assert refusal.value.sqlstate == "AN003"


def test_a_version_ahead_of_the_stream_is_refused_too(web_connection: psycopg.Connection[Any]) -> None:
    with pytest.raises(psycopg.Error) as refusal:
        call(web_connection, batch(f"patient-{uuid4()}", 3))
    assert refusal.value.sqlstate == "AN001"
    assert '"actual" : 0' in (refusal.value.diag.message_detail or "")


def test_changes_need_an_expected_version(web_connection: psycopg.Connection[Any]) -> None:
    with pytest.raises(psycopg.Error) as refusal:
        call(web_connection, batch(f"patient-{uuid4()}", None))
    assert refusal.value.sqlstate == "AN004"


def test_the_lock_is_waited_for_no_longer_than_the_roles_limit(connect: Connect) -> None:
    with connect() as holder, connect() as writer, holder.transaction():
        inside(holder, batch(f"patient-{uuid4()}", 0))
        begun = time.monotonic()
        with pytest.raises(errors.LockNotAvailable):
            call(writer, batch(f"patient-{uuid4()}", 0))
        assert 0.5 < time.monotonic() - begun < 10


def test_reading_one_ledger_never_waits_for_the_other(connect: Connect) -> None:
    """The ledgers have locks of their own."""
    with connect() as holder, connect() as other, holder.transaction():
        inside(holder, batch(f"patient-{uuid4()}", 0))
        row = other.execute(
            "CALL append_access_events(%s::uuid, %s::text, %s::jsonb, %s::jsonb, NULL, NULL, NULL)",
            batch(f"session-{uuid4().hex}", None),
        ).fetchone()
        assert row is not None
        assert row[2] is False


def test_created_at_never_decreases_when_the_clock_does(
    connect: Connect, owner_connection: psycopg.Connection[Any]
) -> None:
    """A database clock that steps back an hour at each append."""
    slower = "clock := clock_timestamp() - interval '1 hour' * (SELECT count(*) FROM SCHEMA.events);"
    with (
        planted_ledger(owner_connection, ("clock := clock_timestamp();", slower)) as schema,
        connect() as connection,
    ):
        for _ in range(5):
            call(connection, batch(f"patient-{uuid4()}", 0), schema)
        times = [
            t for (t,) in connection.execute(f"SELECT created_at FROM {schema}.events ORDER BY position")
        ]
    assert times == sorted(times)
    assert len(times) == 5


def count(connection: psycopg.Connection[Any], stream: str) -> int:
    row = connection.execute("SELECT count(*) FROM events WHERE aggregate_id = %s", [stream]).fetchone()
    assert row is not None
    return int(row[0])
