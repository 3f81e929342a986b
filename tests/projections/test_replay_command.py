"""manage.py replay: each entry, who, from where, why, and the state after it; the reading leaves a trace."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.clusters import PROJECT, DisposableCluster

#: The first test that needs the demo clinic waits for it to be made.
pytestmark = pytest.mark.timeout(300)


def replay(cluster: DisposableCluster, *arguments: str) -> subprocess.CompletedProcess[str]:
    return cluster.manage("replay", *arguments, check=False)


def steps(cluster: DisposableCluster, *arguments: str) -> list[dict[str, Any]]:
    done = replay(cluster, "--json", *arguments)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["steps"]
    return found


@pytest.fixture(scope="module")
def chart(demo_cluster: DisposableCluster) -> dict[str, Any]:
    """A short record with a dose that was adjusted. Shape: stream, versions, adjusted: that version."""
    with demo_cluster.connect() as session:
        row = session.execute(
            "SELECT aggregate_id, max(version), max(version) FILTER (WHERE event_type = 'DosageAdjusted')"
            " FROM events WHERE aggregate_type = 'Patient' GROUP BY 1"
            " HAVING count(*) FILTER (WHERE event_type = 'DosageAdjusted') > 0 ORDER BY 2 LIMIT 1"
        ).fetchone()
    assert row is not None
    return {"stream": row[0], "versions": row[1], "adjusted": row[2]}


def one(session: psycopg.Connection[Any], query: str, *parameters: Any) -> Any:
    row = session.execute(query, parameters).fetchone()
    assert row is not None
    return row[0]


def test_every_entry_is_told_with_who_from_where_and_what_changed(
    demo_cluster: DisposableCluster, chart: dict[str, Any]
) -> None:
    done = replay(demo_cluster, chart["stream"])
    assert done.returncode == 0, done.stderr
    told = done.stdout
    assert told.count("\nVersion ") + 1 == chart["versions"]
    assert told.startswith("Version 1: PatientRegistered")
    adjusted = told.split(f"Version {chart['adjusted']}: DosageAdjusted")[1].split("\nVersion ")[0]
    with demo_cluster.connect() as session:
        ip = one(
            session,
            "SELECT metadata ->> 'ip' FROM events WHERE aggregate_id = %s AND version = %s",
            chart["stream"],
            chart["adjusted"],
        )
    assert f"from {ip}" in adjusted
    assert "  recorded " in adjusted
    assert "  by " in adjusted
    assert "  why: " in adjusted
    assert adjusted.index("\n  - ") < adjusted.index("\n  + "), "the old dose, then the new one"
    assert told.rstrip().endswith(f"{chart['stream']}: {chart['versions']} entries.")
    assert "sealed" not in told


def test_json_is_pure_and_the_state_is_the_one_that_the_changes_lead_to(
    demo_cluster: DisposableCluster, chart: dict[str, Any]
) -> None:
    found = steps(demo_cluster, chart["stream"])
    assert [step["version"] for step in found] == list(range(1, chart["versions"] + 1))
    state: dict[tuple[str, str], str] = {}
    for step in found:
        for change in step["changed"]:
            if change["before"] is not None and change["after"] is None:
                state.pop((change["part"], change["name"]), None)
        now = {(part, line["name"]): line["value"] for part, lines in step["state"].items() for line in lines}
        changed = {(change["part"], change["name"]) for change in step["changed"]}
        assert {key for key in now if now.get(key) != state.get(key)} <= changed
        state = now
    adjusted = found[chart["adjusted"] - 1]
    (change,) = adjusted["changed"]
    assert change["part"] == "Medications"
    assert change["before"] != change["after"]
    assert adjusted["data"]["dose"] in change["after"]
    assert {"who", "role", "ip", "why", "recorded_at", "occurred_at", "event_id", "hash"} <= adjusted.keys()


def test_a_bare_uuid_is_a_patients(demo_cluster: DisposableCluster, chart: dict[str, Any]) -> None:
    bare = chart["stream"].removeprefix("patient-")
    assert steps(demo_cluster, bare, "--until", "2") == steps(demo_cluster, chart["stream"], "--until", "2")


def test_until_stops_after_that_version(demo_cluster: DisposableCluster, chart: dict[str, Any]) -> None:
    found = steps(demo_cluster, chart["stream"], "--until", "3")
    assert [step["version"] for step in found] == [1, 2, 3]


def test_as_of_tells_what_was_known_then(demo_cluster: DisposableCluster, chart: dict[str, Any]) -> None:
    """By the time of recording, not by the time when it was true."""
    everything = steps(demo_cluster, chart["stream"])
    at = everything[2]["recorded_at"]
    known = steps(demo_cluster, chart["stream"], "--as-of", at)
    assert known == [step for step in everything if step["recorded_at"] <= at]
    day = everything[-1]["recorded_at"][:10]
    assert steps(demo_cluster, chart["stream"], "--as-of", day) == everything, "a day means its end"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((str(uuid4()),), 1, "There is no stream patient-"),
        (("nonsense",), 1, "There is no stream nonsense."),
        (("x", "--until", "0"), 2, "a version is a number from 1 on"),
        (("x", "--as-of", "yesterday"), 2, "write the time as 2026-11-24"),
        (("x", "--as-of", "2026-13-01"), 2, "write the time as 2026-11-24"),
    ],
)
def test_what_cannot_be_shown_is_one_clear_sentence(
    demo_cluster: DisposableCluster, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = replay(demo_cluster, *arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_before_anything_was_recorded_there_is_nothing_to_tell(
    demo_cluster: DisposableCluster, chart: dict[str, Any]
) -> None:
    done = replay(demo_cluster, chart["stream"], "--as-of", "1999-12-31")
    assert done.returncode == 1
    assert f"Nothing of {chart['stream']} was recorded by 31-Dec-1999 23:59." in done.stderr


def test_the_reading_is_recorded_and_one_that_shows_nothing_is_not(
    demo_cluster: DisposableCluster, chart: dict[str, Any]
) -> None:
    query = (
        "SELECT count(*) FROM access_events WHERE event_type = 'ChartViewed'"
        " AND event_data ->> 'page' = 'replay-command' AND event_data ->> 'patient_id' = %s"
    )
    patient = chart["stream"].removeprefix("patient-")
    with demo_cluster.connect() as session:
        before = one(session, query, patient)
        replay(demo_cluster, chart["stream"], "--until", "1")
        assert one(session, query, patient) == before + 1
        last = session.execute(
            "SELECT metadata ->> 'user_id', metadata ->> 'user_role', metadata ->> 'session'"
            " FROM access_events ORDER BY position DESC LIMIT 1"
        ).fetchone()
        everything = one(session, "SELECT max(position) FROM access_events")
        replay(demo_cluster, str(uuid4()))
        assert one(session, "SELECT max(position) FROM access_events") == everything
    assert last is not None
    assert last[:2] == ("command line", "command line")
    assert len(last[2]) == 64


def test_a_clinicians_account_is_told_too(demo_cluster: DisposableCluster) -> None:
    with demo_cluster.connect() as session:
        stream = one(session, "SELECT min(aggregate_id) FROM events WHERE event_type = 'LicenseRecorded'")
    found = steps(demo_cluster, stream)
    recorded = next(step for step in found if step["event_type"] == "LicenseRecorded")
    (change,) = recorded["changed"]
    assert (change["part"], change["name"], change["before"]) == ("Account", "License", "none")


def test_a_reader_who_has_seen_enough_is_no_fault(
    demo_cluster: DisposableCluster, chart: dict[str, Any]
) -> None:
    """As with `replay … | head -1`."""
    with demo_cluster.connect() as session:
        longest = one(session, "SELECT aggregate_id FROM events GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
    command = f"{sys.executable} {PROJECT / 'manage.py'} replay {longest} | head -1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        env=demo_cluster.environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.startswith("Version 1: ")
