"""check_projections: each row, and each snapshot, against a fold that shares nothing with the projectors."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.test import override_settings

from eventstore import snapshots, store
from eventstore.projector import catch_up
from projections import comparison
from projections.comparison import Comparison
from projections.differences import Difference
from records.events import NoteAdded
from records.licenses import licenses
from records.patient import PatientAggregate
from tests.clusters import PROJECT, DisposableCluster

#: The first test that needs the demo clinic waits for it to be made.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

#: What the second fold is made of.
INDEPENDENT = ("independent_fold", "independent_courses", "independent_words")


@pytest.fixture
def demo(demo_cluster: DisposableCluster, transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """A copy of the demo clinic's database, as Django's own for this test; yields its superuser."""
    name = f"copy_{uuid4().hex}"
    with demo_cluster.cluster.connect("postgres") as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE anamnesis")
        with override_settings(ANAMNESIS_KEY_FILE=str(demo_cluster.key_file)):
            before = connection.settings_dict
            connection.close()
            connection.settings_dict = {
                **before,
                "NAME": name,
                "HOST": str(demo_cluster.cluster.socket_folder),
                "PORT": "5432",
                "USER": "anamnesis_web",
                "PASSWORD": "",
            }
            licenses.forget()
            try:
                with demo_cluster.cluster.connect(name) as superuser:
                    yield superuser
            finally:
                connection.close()
                connection.settings_dict = before
                licenses.forget()
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def found(*streams: str) -> list[Difference]:
    return list(Comparison(only=streams).differences())


def stream_of(superuser: psycopg.Connection[Any], table: str, key: str) -> str:
    """The stream that a row tells of."""
    model, owner = comparison.COMPARED[table]
    kind = {"patient_id": "patient-", "user_id": "clinician-", "aggregate_id": ""}[owner]
    pk = model._meta.pk.name
    return str(one(superuser, f"SELECT '{kind}' || {owner}::text FROM {table} WHERE {pk} = '{key}'"))


def one(superuser: psycopg.Connection[Any], query: str) -> Any:
    row = superuser.execute(query).fetchone()
    assert row is not None, query
    return row[0]


def test_the_demo_clinics_read_models_say_what_its_events_say(demo: psycopg.Connection[Any]) -> None:
    compared = Comparison()
    assert list(compared.differences()) == []
    assert compared.position == one(demo, "SELECT max(position) FROM events") > 2000
    assert compared.streams == one(demo, "SELECT count(DISTINCT aggregate_id) FROM events")
    rows = sum(one(demo, f"SELECT count(*) FROM {table}") for table in comparison.COMPARED)
    assert compared.rows == rows > 5000
    assert compared.notes == []


def test_the_demo_holds_what_makes_the_fold_hard(demo: psycopg.Connection[Any]) -> None:
    """Late entries, corrections, replacements, version 1 rows: else agreement would say little."""
    for query in (
        "SELECT count(*) FROM events WHERE event_type = 'EntryMarkedInError'",
        "SELECT count(*) FROM events WHERE event_type = 'PrescriptionChanged'",
        "SELECT count(*) FROM events WHERE event_type = 'PrescriptionAdded' AND schema_version = 1",
        "SELECT count(*) FROM events WHERE created_at > occurred_at + interval '1 day'",
        "SELECT count(*) FROM patient_state WHERE dose_since IS NOT NULL",
        "SELECT count(*) FROM patients WHERE allergy_status = 'none known'",
    ):
        assert one(demo, query) > 0, query


SPOILED: dict[str, tuple[str, str, str]] = {
    "a dose": ("UPDATE patient_state SET dose = '999' WHERE {0}", "patient_state", "dose"),
    "a dosage as it is searched": (
        "UPDATE patient_state SET dosage = '1 g' WHERE {0}",
        "patient_state",
        "dosage",
    ),
    "a status": (
        "UPDATE patient_state SET status = 'held', version = version WHERE {0}",
        "patient_state",
        "status",
    ),
    "a renewal": ("UPDATE patient_state SET renewals = renewals + 1 WHERE {0}", "patient_state", "renewals"),
    "a last day": ("UPDATE patient_state SET ends_on = '1999-01-01' WHERE {0}", "patient_state", "ends_on"),
    "who set the dose": (
        "UPDATE patient_state SET dose_event_id = gen_random_uuid() WHERE {0}",
        "patient_state",
        "dose_event_id",
    ),
    "a past course": (
        "UPDATE medication_courses SET status = 'active' WHERE status = 'discontinued' AND {0}",
        "medication_courses",
        "status",
    ),
    "a name": ("UPDATE patients SET family = 'Other' WHERE {0}", "patients", "family"),
    "a birth date": ("UPDATE patients SET birth_date = '1900' WHERE {0}", "patients", "birth_date"),
    "an allergy": (
        "UPDATE patients SET allergies = '[]' WHERE allergy_status = 'known' AND {0}",
        "patients",
        "allergies",
    ),
    "a severity": (
        "UPDATE patients SET allergies = jsonb_set(allergies, '{{0,severity}}', '\"mild\"')"
        " WHERE allergies #>> '{{0,severity}}' = 'severe' AND {0}",
        "patients",
        "allergies",
    ),
    "an allergy status": (
        "UPDATE patients SET allergy_status = 'none known' WHERE allergy_status = 'not recorded' AND {0}",
        "patients",
        "allergy_status",
    ),
    "a chart version": ("UPDATE patients SET version = version - 1 WHERE {0}", "patients", "version"),
    "a history's dose": (
        "UPDATE medication_history SET after = jsonb_set(after, '{{dosage}}', '\"1 kg\"')"
        " WHERE change = 'dose adjusted' AND {0}",
        "medication_history",
        "after.dosage",
    ),
    "a history's dose before": (
        "UPDATE medication_history SET before = jsonb_set(before, '{{dosage}}', '\"1 kg\"')"
        " WHERE change = 'dose adjusted' AND {0}",
        "medication_history",
        "before.dosage",
    ),
    "an error mark": (
        "UPDATE timeline SET in_error = false WHERE in_error AND {0}",
        "timeline",
        "in_error",
    ),
    "who": ("UPDATE timeline SET who = 'Somebody' WHERE {0}", "timeline", "who"),
    "a time": (
        "UPDATE timeline SET occurred_at = occurred_at + interval '1 s' WHERE {0}",
        "timeline",
        "occurred_at",
    ),
    "an address": ("UPDATE compliance_audit SET ip = '::1' WHERE {0}", "compliance_audit", "ip"),
    "an author": (
        "UPDATE compliance_audit SET changed_by = gen_random_uuid()::text WHERE {0}",
        "compliance_audit",
        "changed_by",
    ),
    "a role": (
        "UPDATE accounts SET roles = '{{clinician,compliance officer}}' WHERE {0}",
        "accounts",
        "roles",
    ),
    "a license": ("UPDATE accounts SET license = 'X' WHERE {0}", "accounts", "license"),
}


@pytest.mark.parametrize("deed", SPOILED)
def test_one_spoiled_value_is_named_by_table_row_and_column(demo: psycopg.Connection[Any], deed: str) -> None:
    statement, table, column = SPOILED[deed]
    key = comparison.COMPARED[table][0]._meta.pk.name
    condition = statement.split(" WHERE ")[1].format("true")
    spoiled = one(demo, f"SELECT max({key}::text) FROM {table} WHERE {condition}")
    stream = stream_of(demo, table, spoiled)
    demo.execute(statement.format(f"{key} = '{spoiled}'"))
    differences = found(stream)
    assert {(each.table, each.key, each.column) for each in differences} >= {(table, spoiled, column)}
    assert {each.key for each in differences} == {spoiled}


@pytest.mark.parametrize("table", comparison.COMPARED)
def test_a_row_that_is_missing_is_named(demo: psycopg.Connection[Any], table: str) -> None:
    key = comparison.COMPARED[table][0]._meta.pk.name
    gone = one(demo, f"SELECT max({key}::text) FROM {table}")
    stream = stream_of(demo, table, gone)
    demo.execute(f"DELETE FROM {table} WHERE {key} = '{gone}'")
    assert found(stream) == [Difference(table, gone, "", "a row", "no row")]


def test_rows_that_no_event_tells_of_are_named(demo: psycopg.Connection[Any]) -> None:
    strangers = []
    for table, (model, owner) in comparison.COMPARED.items():
        key = model._meta.pk.name
        stranger = str(uuid4())
        changed = {name: f"'{stranger}'::uuid" for name in (key, owner) if name != "aggregate_id"}
        fields = [str(field.column) for field in model._meta.concrete_fields]
        values = ", ".join(changed.get(field, f'"{field}"') for field in fields)
        names = ", ".join(f'"{field}"' for field in fields)
        demo.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} LIMIT 1")
        strangers.append(Difference(table, stranger, "", "no row: no event tells of it", "a row"))
    assert sorted(found(), key=str) == sorted(strangers, key=str)


def test_a_prescription_too_many_on_a_chart_is_named(demo: psycopg.Connection[Any]) -> None:
    stranger = str(uuid4())
    fields = [field.column for field in comparison.COMPARED["patient_state"][0]._meta.concrete_fields]
    names = ", ".join(f'"{field}"' for field in fields)
    values = names.replace('"prescription_id"', f"'{stranger}'::uuid")
    demo.execute(f"INSERT INTO patient_state ({names}) SELECT {values} FROM patient_state LIMIT 1")
    chart = stream_of(demo, "patient_state", stranger)
    assert found(chart) == [Difference("patient_state", stranger, "", "no row", "a row")]


def test_a_row_on_another_chart_is_missed_on_its_own_and_too_many_there(
    demo: psycopg.Connection[Any],
) -> None:
    moved = one(demo, "SELECT min(prescription_id::text) FROM patient_state")
    own = stream_of(demo, "patient_state", moved)
    other = one(demo, f"SELECT max(patient_id::text) FROM patients WHERE 'patient-' || patient_id <> '{own}'")
    demo.execute(f"UPDATE patient_state SET patient_id = '{other}' WHERE prescription_id = '{moved}'")
    assert found(own) == [Difference("patient_state", moved, "", "a row", "no row")]
    assert found(f"patient-{other}") == [Difference("patient_state", moved, "", "no row", "a row")]


def test_personal_text_is_compared_and_never_printed(demo: psycopg.Connection[Any]) -> None:
    key, family = demo.execute(
        "SELECT patient_id::text, family FROM patients WHERE family <> '' LIMIT 1"
    ).fetchall()[0]
    demo.execute("UPDATE patients SET family = 'Somebody' WHERE patient_id = %s", [key])
    (difference,) = found(f"patient-{key}")
    assert (difference.key, difference.column) == (key, "family")
    assert family not in str(difference)
    assert "Somebody" not in str(difference)
    demo.execute("UPDATE patients SET family = NULL WHERE patient_id = %s", [key])
    (difference,) = found(f"patient-{key}")
    assert str(difference) == f"patients {key}, family: nothing, should be a personal text"


def test_a_lag_is_no_difference(demo: psycopg.Connection[Any]) -> None:
    stream = one(demo, "SELECT aggregate_id FROM events WHERE aggregate_type = 'Patient' LIMIT 1")
    note(stream)
    assert found(stream) == []
    catch_up()
    compared = Comparison(only=[stream])
    assert list(compared.differences()) == []
    assert compared.position == one(demo, "SELECT max(position) FROM events")


def note(stream: str) -> None:
    event = store.NewEvent(NoteAdded(text="late", category="clinical"), occurred_at=datetime.now(UTC))
    batch = store.Batch(stream, "Patient", store.stream_version(stream), (event,))
    store.append([batch], command_id=uuid4(), command_digest="00" * 32)


def test_a_parked_aggregate_is_told_and_compared_as_far_as_it_was_followed(
    demo: psycopg.Connection[Any],
) -> None:
    stream = one(demo, "SELECT aggregate_id FROM events WHERE aggregate_type = 'Patient' LIMIT 1")
    version = store.stream_version(stream) + 1
    note(stream)
    catch_up()
    patient = stream.removeprefix("patient-")
    demo.execute("DELETE FROM timeline WHERE patient_id = %s AND version = %s", [patient, version])
    assert [each.table for each in found(stream)] == ["timeline"]
    demo.execute(
        "INSERT INTO parked_aggregates"
        " (projector, aggregate_id, position, event_id, version, error, parked_at)"
        " SELECT 'timeline', aggregate_id, position, event_id, version, '?', now() FROM events"
        " WHERE aggregate_id = %s AND version = %s",
        [stream, version],
    )
    compared = Comparison(only=[stream])
    assert list(compared.differences()) == []
    assert compared.notes == [f"{stream} is parked for timeline at entry {compared.position}."]
    demo.execute("UPDATE timeline SET who = 'Somebody' WHERE patient_id = %s AND version = 1", [patient])
    assert [each.column for each in found(stream)] == ["who"]


def test_a_read_model_that_waits_for_its_rebuild_is_told(demo: psycopg.Connection[Any]) -> None:
    demo.execute("DELETE FROM built_projectors WHERE name = 'timeline'")
    demo.execute("DELETE FROM timeline")
    compared = Comparison(
        only=[one(demo, "SELECT min(aggregate_id) FROM events WHERE aggregate_type = 'Patient'")]
    )
    assert list(compared.differences()) == []
    assert compared.notes == ["Read model timeline waits for its rebuild."]


# --- Snapshots -------------------------------------------------------------------------------------


@pytest.fixture
def snapped(demo: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """A snapshot of every patient with up to a hundred entries."""
    aggregate = PatientAggregate()
    with override_settings(SNAPSHOT_EVERY=1):
        for (stream,) in demo.execute(
            "SELECT aggregate_id FROM events WHERE aggregate_type = 'Patient'"
            " GROUP BY 1 HAVING count(*) < 100"
        ).fetchall():
            snapshots.load(aggregate, stream)
    return demo


def test_snapshots_agree_with_the_second_fold(snapped: psycopg.Connection[Any]) -> None:
    compared = Comparison()
    assert list(compared.differences()) == []
    assert compared.snapshots == one(snapped, "SELECT count(*) FROM snapshots") > 20


@pytest.mark.parametrize(
    ("statement", "condition", "column"),
    [
        (
            "state = jsonb_set(state, '{courses,0,dose}', '\"77\"')",
            "jsonb_array_length(state->'courses') > 0",
            "dose",
        ),
        (
            "state = jsonb_set(state, '{courses,0,status}', '\"held\"')",
            "state #>> '{courses,0,status}' = 'active'",
            "status",
        ),
        ("state = state #- '{courses,0}'", "jsonb_array_length(state->'courses') > 0", "courses"),
        ("state = state #- '{allergies,0}'", "jsonb_array_length(state->'allergies') > 0", "allergies"),
        ("state = jsonb_set(state, '{none_known}', 'null')", "state->'none_known' <> 'null'", "none_known"),
        ("state = jsonb_set(state, '{demographics,sex}', '\"other\"')", "true", "demographics sex"),
        ("version = version + 1000", "true", "version"),
    ],
)
def test_a_spoiled_snapshot_is_named(
    snapped: psycopg.Connection[Any], statement: str, condition: str, column: str
) -> None:
    stream = one(snapped, f"SELECT max(aggregate_id) FROM snapshots WHERE {condition}")
    snapped.execute(f"UPDATE snapshots SET {statement} WHERE aggregate_id = %s", [stream])
    differences = found(stream)
    assert differences
    for each in differences:
        assert (each.table, each.key) == ("snapshots", stream)
        assert column in each.column


def test_snapshots_of_an_earlier_fold_are_told_and_not_compared(snapped: psycopg.Connection[Any]) -> None:
    snapped.execute("UPDATE snapshots SET state = '{}', fold_fingerprint = 'earlier'")
    stream = one(snapped, "SELECT min(aggregate_id) FROM snapshots")
    compared = Comparison(only=[stream])
    assert list(compared.differences()) == []
    assert compared.snapshots == 0
    assert compared.notes == ["1 snapshots of an earlier fold are not used and were not compared."]


# --- Apart, and the command ------------------------------------------------------------------------


def test_the_second_fold_shares_no_code_with_what_it_checks() -> None:
    allowed = {"projections.independent_words", "projections.independent_courses"}
    for name in INDEPENDENT:
        tree = ast.parse((Path(PROJECT) / "projections" / f"{name}.py").read_text())
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        imported |= {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        ours = {
            module
            for module in imported
            if module and module.split(".")[0] in ("projections", "records", "eventstore")
        }
        assert ours <= allowed, name


def test_the_command_says_that_all_agree(demo_cluster: DisposableCluster) -> None:
    done = demo_cluster.manage("check_projections", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("No difference. ")


def test_the_command_names_what_differs_and_exits_1(demo_cluster: DisposableCluster) -> None:
    with demo_cluster.connect() as superuser:
        spoiled = one(superuser, "SELECT max(prescription_id::text) FROM patient_state")
        stream = stream_of(superuser, "patient_state", spoiled)
        dose = one(superuser, f"SELECT dose FROM patient_state WHERE prescription_id = '{spoiled}'")
        superuser.execute("UPDATE patient_state SET dose = '999' WHERE prescription_id = %s", [spoiled])
        try:
            done = demo_cluster.manage("check_projections", stream, check=False)
        finally:
            superuser.execute(
                "UPDATE patient_state SET dose = %s WHERE prescription_id = %s", [dose, spoiled]
            )
    assert done.returncode == 1
    assert f"patient_state {spoiled}, dose: 999, should be {dose}" in done.stdout
    assert "1 values differ." in done.stdout
