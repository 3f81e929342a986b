"""The servers that tests may spoil: whole, separate, and fresh."""

from __future__ import annotations

from collections.abc import Callable

from tests.clusters import DisposableCluster


def test_each_is_a_migrated_server_of_its_own(disposable_cluster: Callable[[], DisposableCluster]) -> None:
    one, other = disposable_cluster(), disposable_cluster()
    with one.connect() as session:
        session.execute("CREATE TABLE only_here (id int)")

    with other.connect() as session:
        found = session.execute(
            "SELECT to_regclass('events')::text, to_regclass('only_here'), (SELECT count(*) FROM events)"
        ).fetchone()
    assert found == ("events", None, 0)
    assert one.manage("showmigrations", "eventstore").stdout.count("[X]") >= 1


def test_one_that_was_killed_starts_again(disposable_cluster: Callable[[], DisposableCluster]) -> None:
    one = disposable_cluster()
    one.kill()
    assert not one.cluster.is_running()

    one.start()

    with one.connect("anamnesis_web") as session:
        assert session.execute("SELECT count(*) FROM events").fetchone() == (0,)
