"""L8: what was acknowledged is there after the server died; a control without the flush must lose.

The oracle is the clients' journal: every acknowledged command is stored once, every unanswered one
at most once, and the same command sent again is stored exactly once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from eventstore.ledgers import EVENTS
from eventstore.sql_objects import render
from eventstore.verify import verify
from tests.clusters import DisposableCluster
from tests.eventstore.door import batch

WRITERS = 5
FLUSH = "PERFORM pg_catalog.pg_logical_emit_message(true, '', '');"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DisposableCluster]:
    """A server that writes its log to disk only when a commit waits for it: nothing is safe by luck."""
    made = DisposableCluster()
    try:
        with made.connect() as superuser:
            superuser.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            superuser.execute("SELECT pg_reload_conf()")
        yield made
    finally:
        made.remove()


@dataclass
class Journal:
    """What the clients know. Shape: acknowledged and open: {command id: the door's arguments}."""

    acknowledged: dict[UUID, tuple[Any, ...]] = field(default_factory=dict)
    open: dict[UUID, tuple[Any, ...]] = field(default_factory=dict)


def write_until_it_dies(server: DisposableCluster, procedure: str, seconds: float) -> Journal:
    """Writers, each on a stream of its own, until every process of the server is killed under them."""
    journal = Journal()
    ready = threading.Barrier(WRITERS + 1)

    def writer() -> None:
        stream, version = f"patient-{uuid4()}", 0
        with server.connect("anamnesis_web") as session:
            ready.wait()
            while True:
                arguments = batch(stream, version)
                journal.open[arguments[0]] = arguments
                try:
                    session.execute(f"CALL {procedure}(%s, %s, %s, %s, NULL, NULL, NULL)", arguments)
                except psycopg.OperationalError:
                    return
                journal.acknowledged[arguments[0]] = journal.open.pop(arguments[0])
                version += 1

    threads = [threading.Thread(target=writer) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    ready.wait()
    time.sleep(seconds)
    server.kill()
    for thread in threads:
        thread.join()
    server.start()
    return journal


def stored(server: DisposableCluster) -> set[UUID]:
    with server.connect("anamnesis_web") as session:
        return {event_id for (event_id,) in session.execute("SELECT event_id FROM events")}


def test_nothing_acknowledged_is_lost_when_every_process_of_the_server_is_killed(
    server: DisposableCluster,
) -> None:
    for _ in range(3):
        journal = write_until_it_dies(server, "append_events", seconds=0.7)
        assert len(journal.acknowledged) > WRITERS
        assert journal.acknowledged.keys() <= stored(server)
        with server.connect("anamnesis_web") as session:
            for arguments in journal.open.values():
                for _ in range(2):
                    session.execute("CALL append_events(%s, %s, %s, %s, NULL, NULL, NULL)", arguments)
            report = verify(session)
        everything = stored(server)
        assert journal.open.keys() <= everything
        assert report.findings == []
        assert report.ledgers["events"].verified_to == len(everything)


def test_without_the_flush_acknowledged_events_are_lost(server: DisposableCluster) -> None:
    """The planted fault: the test above must be able to fail."""
    shipped = render("append", schema="public", ledger=EVENTS)
    assert FLUSH in shipped
    planted = shipped.replace(FLUSH, "").replace("public.append_events(", "public.append_unflushed(", 1)
    with server.connect() as superuser:
        superuser.execute(planted)
        superuser.execute("GRANT EXECUTE ON PROCEDURE append_unflushed TO anamnesis_web")
        superuser.execute("CHECKPOINT")
    lost = 0
    for _ in range(6):
        journal = write_until_it_dies(server, "append_unflushed", seconds=0.5)
        lost = len(journal.acknowledged.keys() - stored(server))
        if lost:
            break
    assert lost, "six kills lost nothing: this test cannot see a missing flush"
