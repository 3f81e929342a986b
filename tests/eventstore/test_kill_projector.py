"""L12: a projector that is killed at any point leaves no gap and applies nothing twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.clusters import PROJECT, DisposableCluster

#: Catches up in a process of its own, with one step of it replaced.
CATCH_UP = """
import os, signal, sys
sys.path.insert(0, {project!r})
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
os.environ["ANAMNESIS_ROLE"] = "web"
import django
django.setup()
from django.db import connection
from eventstore import projector, store

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def then_die(step):
    def dying(*args, **kwargs):
        result = step(*args, **kwargs)
        die()
    return dying

{plant}
projector.catch_up()
"""
POINTS = {
    "after reading": "projector.store.read_all = then_die(store.read_all)",
    "after applying": "projector.apply_events = then_die(projector.apply_events)",
    "before the commit": "connection.ensure_connection(); connection.commit = die",
    "after the commit": "connection.ensure_connection(); connection.commit = then_die(connection.commit)",
}
#: What the oracle must catch, or it proves nothing.
FAULTS = {
    "applied twice": (
        "apply = projector.apply_events\nprojector.apply_events = lambda *a: (apply(*a), apply(*a))"
    ),
    "left out": "projector.apply_events = lambda *a: None",
}


@pytest.fixture(scope="module")
def server() -> Iterator[DisposableCluster]:
    made = DisposableCluster()
    yield made
    made.remove()


def event(stream: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "event_id": str(uuid4()),
        "aggregate_id": stream,
        "aggregate_type": "Patient",
        "event_type": kind,
        "schema_version": 2 if kind == "PrescriptionAdded" else 1,
        "event_data": data,
        "metadata": {},
        "occurred_at": "2020-01-01T00:00:00+00:00",
    }


def write_a_chart(session: psycopg.Connection[Any]) -> str:
    """A prescription renewed three times and an entry of an unknown kind: what is counted shows doubles."""
    stream, prescription = f"patient-{uuid4()}", str(uuid4())
    ordered = dict.fromkeys(
        ("code", "code_system", "form", "route", "frequency", "as_needed_reason", "start", "end",
         "duration_days", "indication", "prescriber", "prescriber_license", "note_to_patient")
    )  # fmt: skip
    ordered |= {"medication": "furosemide", "dose": "20", "unit": "mg", "as_needed": False}
    renewal = dict.fromkeys(("renewed_on", "quantity", "quantity_unit", "duration_days", "prescriber"))
    events = [
        event(stream, "PrescriptionAdded", {"prescription_id": prescription} | ordered),
        *(
            event(stream, "PrescriptionRenewed", {"prescription_id": prescription} | renewal)
            for _ in range(3)
        ),
        event(stream, "SomethingNew", {"code": "x"}),
    ]
    digest = "00" * 32
    events[0]["metadata"] = {"command": {"digest": digest, "count": len(events)}}
    session.execute(
        "CALL append_events(%s, %s, %s, %s, NULL, NULL, NULL)",
        [
            events[0]["event_id"],
            digest,
            json.dumps([{"aggregate_id": stream, "expected_version": 0}]),
            json.dumps(events),
        ],
    )
    return stream


def catch_up(server: DisposableCluster, plant: str = "") -> int:
    """The exit code of a process that catches up; negative where a signal ended it."""
    return subprocess.run(
        [sys.executable, "-c", CATCH_UP.format(project=str(PROJECT), plant=plant)],
        env=server.environment, check=False, timeout=60,
    ).returncode  # fmt: skip


def checkpoint(session: psycopg.Connection[Any]) -> int:
    row = session.execute("SELECT position FROM checkpoints").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_leaves_no_gap_and_nothing_twice(server: DisposableCluster, point: str) -> None:
    with server.connect("anamnesis_web") as session:
        assert catch_up(server) == 0
        stream = write_a_chart(session)
        before = checkpoint(session)
        assert catch_up(server, POINTS[point]) == -9
        moved = checkpoint(session) - before
        assert moved == (5 if point == "after the commit" else 0)
        shown = session.execute(
            "SELECT count(*) FROM patients WHERE 'patient-' || patient_id = %s", [stream]
        ).fetchone()
        assert shown == (1 if moved else 0,), "rows and checkpoint move together"
        assert catch_up(server) == 0
        assert checkpoint(session) - before == 5
    done = server.manage("check_projections", stream, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("fault", FAULTS)
def test_the_check_would_see_a_gap_and_a_double(server: DisposableCluster, fault: str) -> None:
    with server.connect("anamnesis_web") as session:
        assert catch_up(server) == 0
        stream = write_a_chart(session)
    assert catch_up(server, FAULTS[fault]) == 0
    done = server.manage("check_projections", stream, check=False)
    assert done.returncode == 1
    assert stream.removeprefix("patient-") in done.stdout or "renewals" in done.stdout
