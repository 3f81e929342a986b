"""L8: what was acknowledged is there after the server died; a control without the flush must lose.

The oracle is the clients' journal: every acknowledged command is stored once, every unanswered one
at most once, and the same command sent again is stored exactly once.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from eventstore.verify import verify
from tests.clusters import DisposableCluster
from tests.eventstore.journal import WRITERS, Journal, plant_unflushed, write_until_it_dies


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


def killed_while_writing(server: DisposableCluster, procedure: str, seconds: float) -> Journal:
    journal = write_until_it_dies(
        lambda: server.connect("anamnesis_web"), procedure, seconds=seconds, die=server.kill
    )
    server.start()
    return journal


def stored(server: DisposableCluster) -> set[UUID]:
    with server.connect("anamnesis_web") as session:
        return {event_id for (event_id,) in session.execute("SELECT event_id FROM events")}


def test_nothing_acknowledged_is_lost_when_every_process_of_the_server_is_killed(
    server: DisposableCluster,
) -> None:
    for _ in range(3):
        journal = killed_while_writing(server, "append_events", seconds=0.7)
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
    with server.connect() as superuser:
        plant_unflushed(superuser)
    lost = 0
    for _ in range(6):
        journal = killed_while_writing(server, "append_unflushed", seconds=0.5)
        lost = len(journal.acknowledged.keys() - stored(server))
        if lost:
            break
    assert lost, "six kills lost nothing: this test cannot see a missing flush"
