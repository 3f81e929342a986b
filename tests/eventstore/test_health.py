"""/healthz: 200 while all is well, 503 with plain reasons otherwise, never anything else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from eventstore.health import LATE
from eventstore.models import ParkedAggregate
from eventstore.projector import catch_up, outdated_names, projectors
from tests.clusters import PROJECT
from tests.eventstore.door import batch, call

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def followed(read_models_start_at_the_head: None) -> None:
    """Every read model has followed the events of earlier tests."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO built_projectors (name) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING",
            [[projector.name for projector in projectors()]],
        )


def ask() -> tuple[int, dict[str, Any]]:
    response = Client().get("/healthz")
    assert response.headers["Content-Type"] == "application/json"
    return response.status_code, response.json()


def write(session: psycopg.Connection[Any]) -> int:
    return call(session, batch(f"patient-{uuid4()}", 0))[0]


def lag(entry: dict[str, Any]) -> tuple[int, float]:
    assert entry.keys() == {"lag_events", "lag_seconds"}
    return entry["lag_events"], entry["lag_seconds"]


def test_all_is_well_and_nobody_has_to_sign_in(web_connection: psycopg.Connection[Any]) -> None:
    position = write(web_connection)
    catch_up()
    status, found = ask()
    assert (status, found["status"], found["reasons"]) == (200, "ok", [])
    assert found.keys() == {"status", "ledger", "projections", "parked", "reasons"}
    assert found["ledger"] == {"position": position}
    assert found["parked"] == 0
    assert found["projections"].keys() == {projector.name for projector in projectors()}
    assert {lag(entry) for entry in found["projections"].values()} == {(0, 0.0)}


def test_it_leaves_no_trace_in_the_ledger_of_reads() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_events")
        before = cursor.fetchone()
        ask()
        cursor.execute("SELECT count(*) FROM access_events")
        assert cursor.fetchone() == before


def test_a_short_lag_is_well_and_is_told(web_connection: psycopg.Connection[Any]) -> None:
    write(web_connection)
    write(web_connection)
    status, found = ask()
    assert (status, found["reasons"]) == (200, [])
    events, seconds = lag(found["projections"][projectors()[0].name])
    assert events == 2
    assert 0 < seconds < 30


def test_a_lag_of_thirty_seconds_fails_and_names_the_read_model(
    web_connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(web_connection)
    monkeypatch.setattr("eventstore.health.LATE", 0.0)
    status, found = ask()
    assert (status, found["status"]) == (503, "failing")
    assert f"Read model {projectors()[0].name} is 1 entries and 0 s behind." in found["reasons"]


def test_the_limit_is_thirty_seconds() -> None:
    assert LATE == 30.0


def test_a_parked_aggregate_is_counted_and_told_but_fails_nothing() -> None:
    ParkedAggregate.objects.create(
        projector="patients", aggregate_id="patient-x", position=1, event_id=uuid4(), version=1, error="?"
    )
    status, found = ask()
    assert (status, found["status"], found["parked"]) == (200, "ok", 1)
    assert "1 parked: charts that are incomplete and say so." in found["reasons"][0]


def test_a_read_model_that_was_not_built_yet_is_named(
    web_connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = projectors()[-1].name
    write(web_connection)
    catch_up()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM built_projectors WHERE name = %s", [name])
    monkeypatch.setattr("eventstore.health.LATE", 0.0)
    status, found = ask()
    assert status == 503
    assert f"Read model {name} is new: run manage.py rebuild_projections {name}." in found["reasons"]
    assert found["projections"][name]["lag_events"] == found["ledger"]["position"]


def test_read_models_of_an_earlier_release_are_named_with_the_command_that_renews_them() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE built_projectors SET outdated = true WHERE name IN ('patients', 'timeline')")
    try:
        status, found = ask()
        assert (status, outdated_names()) == (200, ["patients", "timeline"])
        assert found["reasons"] == [
            "As an earlier release made them: patients, timeline."
            " Run manage.py rebuild_projections patients timeline."
        ]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE built_projectors SET outdated = false")


def test_read_models_ahead_of_the_ledger_are_a_failure() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE checkpoints SET position = position + 5")
    status, found = ask()
    assert status == 503
    assert found["reasons"] == ["The read models are ahead of the ledger: run manage.py verify_ledger."]


@pytest.mark.parametrize("ledger", ["events", "access_events"])
def test_a_guard_that_is_switched_off_is_a_failure(
    owner_connection: psycopg.Connection[Any], ledger: str
) -> None:
    owner_connection.execute(f"ALTER TABLE {ledger} DISABLE TRIGGER {ledger}_refuse_row")
    try:
        status, found = ask()
    finally:
        owner_connection.execute(f"ALTER TABLE {ledger} ENABLE ALWAYS TRIGGER {ledger}_refuse_row")
    assert status == 503
    assert found["reasons"] == [
        "A guard of the ledger is missing or switched off: run manage.py verify_ledger."
    ]


def test_a_read_only_database_is_a_failure() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        status, found = ask()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
    assert status == 503
    assert found["reasons"] == ["The database is read-only: nothing can be recorded."]


def test_a_key_file_that_cannot_be_read_is_a_failure(tmp_path: Path) -> None:
    with override_settings(ANAMNESIS_KEY_FILE=str(tmp_path / "gone.key")):
        status, found = ask()
    assert status == 503
    assert "The key file cannot be read" in found["reasons"][0]


def test_the_sessions_own_time_limit_is_as_before() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        before = cursor.fetchone()
        ask()
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == before


QUESTION = """
import os, sys, django
sys.path.insert(0, os.environ["PROJECT"])
django.setup()
from django.test import Client
client = Client(raise_request_exception=True, SERVER_NAME="localhost")
response = client.get("/healthz")
print(response.status_code)
print(response.content.decode())
"""


def elsewhere(address: str) -> tuple[int, dict[str, Any]]:
    """The answer of a process whose database is at another address."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PROJECT": str(PROJECT),
        "DATABASE_URL": address,
        "MIGRATION_DATABASE_URL": address,
        "ANAMNESIS_KEY_FILE": settings.ANAMNESIS_KEY_FILE,
        "ANAMNESIS_ROLE": "web",
    }
    done = subprocess.run(
        [sys.executable, "-c", QUESTION],
        env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    status, answer = done.stdout.split("\n", 1)
    return int(status), json.loads(answer)


def test_a_database_that_is_away_is_503_and_json() -> None:
    status, found = elsewhere("postgresql://anamnesis_web@/anamnesis?host=/nowhere")
    assert (status, found["status"]) == (503, "failing")
    assert found["reasons"] == ["The database does not answer."]
    assert found["ledger"] == {"position": None}
    assert found["projections"] == {}
    assert found["parked"] is None


def test_a_database_without_a_ledger_is_503_and_says_what_to_do(environment: dict[str, str]) -> None:
    address = psycopg.conninfo.make_conninfo(environment["MIGRATION_DATABASE_URL"], dbname="postgres")
    parts = psycopg.conninfo.conninfo_to_dict(address)
    query = "&".join(f"{key}={value}" for key, value in parts.items() if key in ("host", "port"))
    status, found = elsewhere(f"postgresql://{parts['user']}@/{parts['dbname']}?{query}")
    assert status == 503
    assert found["reasons"] == ["The database has no ledger yet: run manage.py migrate."]
