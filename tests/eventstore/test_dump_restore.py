"""L15: dumped and restored into a new cluster, the record is the same, and goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest

from config.embedded_postgres import Cluster
from config.server_binaries import binaries
from config.server_files import PORT
from eventstore.verify import verify
from tests.clusters import PROJECT, DisposableCluster, short_folder
from tests.eventstore.door import batch, call

#: The first test that needs the demo clinic waits for it to be made.
pytestmark = pytest.mark.timeout(300)

TABLES = ("events", "access_events", "stream_keys", "snapshots", "checkpoints", "built_projectors",
          "patients", "patient_state", "medication_courses", "medication_history", "timeline",
          "compliance_audit", "accounts", "users")  # fmt: skip
RESTORED = "restored"


@pytest.fixture
def restored(demo_cluster: DisposableCluster, tmp_path: Path) -> Iterator[Cluster]:
    """Another server, with what pg_dump took from the demo clinic's."""
    dump = tmp_path / "anamnesis.sql"
    run("pg_dump", demo_cluster.cluster, "anamnesis", "--file", str(dump))
    with short_folder() as folder:
        cluster = Cluster(folder)
        try:
            cluster.ensure_running()
            with cluster.connect("postgres") as superuser:
                superuser.execute(f"CREATE DATABASE {RESTORED} TEMPLATE template0 OWNER anamnesis_owner")
            run("psql", cluster, RESTORED, "--quiet", "--set", "ON_ERROR_STOP=1", "--file", str(dump))
            yield cluster
        finally:
            cluster.stop(immediately=True)


def run(program: str, cluster: Cluster, database: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs, as the superuser."""
    address = ["--host", str(cluster.socket_folder), "--port", str(PORT), "--username", "postgres"]
    done = subprocess.run(
        [str(binaries() / program), *address, "--dbname", database, *arguments],
        env={**os.environ, "PGOPTIONS": ""}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def contents(session: psycopg.Connection[Any]) -> dict[str, str]:
    """A digest of every row of every table, byte for byte as text."""
    found = {}
    for table in TABLES:
        row = session.execute(
            f"SELECT count(*) || ':' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '')"
            f" FROM {table} AS t"
        ).fetchone()
        assert row is not None
        found[table] = str(row[0])
    return found


def test_a_restored_record_verifies_and_goes_on(demo_cluster: DisposableCluster, restored: Cluster) -> None:
    with demo_cluster.connect() as before, restored.connect(RESTORED) as after:
        assert not contents(before)["events"].startswith("0:")
        assert contents(after) == contents(before)
        original = verify(before)
    with restored.connect(RESTORED, "anamnesis_web") as web:
        report = verify(web)
        assert report.findings == []
        assert report.ledgers == original.ledgers
        assert report.ledgers["events"].verified_to > 2000
        position, _, _ = call(web, batch(f"patient-{uuid4()}", 0))
        assert position == report.ledgers["events"].verified_to + 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("DELETE FROM events")
    for command in (("run_projections", "--once"), ("check_projections",), ("verify_ledger",)):
        done = manage(demo_cluster, restored, *command)
        assert done.returncode == 0, done.stdout + done.stderr


def manage(
    demo_cluster: DisposableCluster, restored: Cluster, *command: str
) -> subprocess.CompletedProcess[str]:
    """A management command on the restored database, with the key file of the first."""
    host = quote(str(restored.socket_folder), safe="")
    addresses = {
        variable: f"postgresql://{role}@/{RESTORED}?host={host}&port={PORT}"
        for variable, role in (
            ("DATABASE_URL", "anamnesis_web"),
            ("MIGRATION_DATABASE_URL", "anamnesis_migrator"),
        )
    }
    return subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), *command],
        env={**demo_cluster.environment, **addresses, "SECRET_KEY": "x" * 50},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
