"""The worker follows what a crash left and outlives the database; what was parked is tried again."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.clusters import PROJECT, DisposableCluster
from tests.eventstore.door import batch, call


@pytest.fixture(scope="module")
def server() -> Iterator[DisposableCluster]:
    made = DisposableCluster()
    yield made
    made.remove()


@pytest.fixture
def worker(server: DisposableCluster) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, str(PROJECT / "manage.py"), "run_projections"],
                env=server.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def write(server: DisposableCluster, stream: str | None = None) -> str:
    with server.connect("anamnesis_web") as web:
        stream = stream or f"patient-{uuid4()}"
        call(web, batch(stream, 0))
    return stream


def shown(server: DisposableCluster, stream: str) -> bool:
    with server.connect("anamnesis_web") as web:
        row = web.execute(
            "SELECT count(*) FROM patients WHERE 'patient-' || patient_id = %s", [stream]
        ).fetchone()
    return row == (1,)


def eventually(holds: Callable[[], bool], seconds: float = 40) -> bool:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_the_worker_shows_what_no_request_did_and_outlives_the_database(
    server: DisposableCluster, worker: Callable[[], subprocess.Popen[str]]
) -> None:
    process = worker()
    first = write(server)
    assert eventually(lambda: shown(server, first))
    server.kill()
    time.sleep(1)
    assert process.poll() is None
    server.start()
    second = write(server)
    assert eventually(lambda: shown(server, second))
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in said
    assert "cannot follow the ledger" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_stops_when_told(
    server: DisposableCluster, worker: Callable[[], subprocess.Popen[str]], number: signal.Signals
) -> None:
    process = worker()
    stream = write(server)
    assert eventually(lambda: shown(server, stream))
    process.send_signal(number)
    out, said = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in said
    assert server.cluster.is_running()


def test_an_idle_worker_takes_no_lock_and_writes_no_lines(
    server: DisposableCluster, worker: Callable[[], subprocess.Popen[str]]
) -> None:
    stream = write(server)
    assert server.manage("run_projections", "--once").stdout.startswith(
        "The read models have followed to entry "
    )
    assert shown(server, stream)
    with server.connect() as superuser, superuser.transaction():
        superuser.execute("SELECT FROM checkpoints FOR UPDATE")
        process = worker()
        time.sleep(4)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert said == ""


# --- Parked ----------------------------------------------------------------------------------------


def park(server: DisposableCluster, projector: str, stream: str) -> None:
    with server.connect("anamnesis_web") as web:
        web.execute(
            "INSERT INTO parked_aggregates"
            " (projector, aggregate_id, position, event_id, version, error, parked_at)"
            " SELECT %s, aggregate_id, position, event_id, version, 'was broken', now() FROM events"
            " WHERE aggregate_id = %s AND version = 1",
            [projector, stream],
        )


def parked(server: DisposableCluster) -> list[tuple[Any, ...]]:
    with server.connect("anamnesis_web") as web:
        return web.execute("SELECT projector, aggregate_id FROM parked_aggregates ORDER BY 1, 2").fetchall()


@pytest.fixture
def nothing_parked(server: DisposableCluster) -> Iterator[None]:
    yield
    with server.connect("anamnesis_web") as web:
        web.execute("DELETE FROM parked_aggregates")


def test_what_was_mended_is_shown_again(server: DisposableCluster, nothing_parked: None) -> None:
    stream, other = write(server), write(server)
    park(server, "patients", stream)
    park(server, "timeline", stream)
    park(server, "timeline", other)
    server.manage("run_projections", "--once")
    assert not shown(server, stream)
    assert shown(server, other)
    done = server.manage("retry_parked", "timeline", stream)
    assert f"Shown again: {stream} for timeline" in done.stdout
    assert parked(server) == [("patients", stream), ("timeline", other)]
    server.manage("retry_parked")
    assert parked(server) == []
    assert shown(server, stream)
    assert server.manage("check_projections", stream, other).returncode == 0
    assert server.manage("retry_parked").stdout == "Nothing is parked.\n"


def test_what_still_fails_stays_parked_and_is_told(
    disposable_cluster: Callable[[], DisposableCluster],
) -> None:
    server = disposable_cluster()  # of its own: such an event stops every rebuild
    stream = f"patient-{uuid4().hex[:8]}"  # no uuid: no read model of patients can take it
    write(server, stream)
    server.manage("run_projections", "--once")
    assert ("timeline", stream) in parked(server)
    done = server.manage("retry_parked", "timeline", check=False)
    assert done.returncode == 1
    assert f"Still parked: {stream} for timeline" in done.stdout
    assert "ValueError" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_name_that_is_no_read_model_is_refused(server: DisposableCluster) -> None:
    done = server.manage("retry_parked", "nothing", check=False)
    assert done.returncode == 1
    assert "There is no read model nothing. There are: accounts," in done.stderr


# --- The rebuild, as a command ---------------------------------------------------------------------

CATALOGUE = """
SELECT 'index', tablename || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'grant', table_name || '.' || grantee, string_agg(privilege_type, ' ' ORDER BY privilege_type)
  FROM information_schema.role_table_grants WHERE table_schema = 'public' GROUP BY 2
UNION ALL
SELECT 'owner', tablename::text, tableowner::text FROM pg_tables WHERE schemaname = 'public'
 ORDER BY 1, 2, 3
"""


def catalogue(session: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    return session.execute(CATALOGUE).fetchall()


def test_rebuilding_everything_changes_no_name_no_grant_and_no_row(
    server: DisposableCluster, nothing_parked: None
) -> None:
    """Django's migrations go on to find what they made."""
    stream = write(server)
    server.manage("run_projections", "--once")
    with server.connect() as superuser:
        before = catalogue(superuser)
        assert len(before) > 100
        superuser.execute("UPDATE timeline SET who = 'spoiled' WHERE 'patient-' || patient_id = %s", [stream])
        done = server.manage("rebuild_projections", "timeline", "patients")
        assert done.stdout.startswith("Rebuilt patients, timeline to entry ")
        assert "pages waited" in done.stdout
        assert catalogue(superuser) == before
    assert server.manage("makemigrations", "--check", "--dry-run").returncode == 0
    assert server.manage("migrate", "--check").returncode == 0
    assert server.manage("check_projections", stream).returncode == 0
    assert server.manage("verify_ledger").returncode == 0
    done = server.manage("rebuild_projections", "--rollback", "timeline")
    assert done.stdout.startswith("Brought back timeline to entry ")
    assert server.manage("check_projections", stream, check=False).returncode == 1, "the spoiled one is back"
    with server.connect() as superuser:
        assert catalogue(superuser) == before


def test_a_rebuild_of_what_is_no_read_model_is_refused(server: DisposableCluster) -> None:
    done = server.manage("rebuild_projections", "nothing", check=False)
    assert done.returncode == 1
    assert "There is no read model nothing. There are: accounts," in done.stderr
    assert "Traceback" not in done.stderr
