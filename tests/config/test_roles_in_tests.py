"""The tests' own database: which role they run in and what it may do."""

from __future__ import annotations

import psycopg
import pytest
from django.db import DatabaseError, connection


@pytest.mark.django_db(transaction=True)
def test_tests_run_as_the_web_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user, current_user, current_setting('lock_timeout')")
        assert cursor.fetchone() == ("anamnesis_web", "anamnesis_web", "2s")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["events", "access_events"])
def test_the_flush_between_tests_may_not_empty_a_ledger(table: str) -> None:
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="permission denied"):
        cursor.execute(f"TRUNCATE {table}")


def test_each_connection_is_the_role_it_is_named_for(
    superuser_connection: psycopg.Connection,
    owner_connection: psycopg.Connection,
    migrator_connection: psycopg.Connection,
    web_connection: psycopg.Connection,
) -> None:
    connections = superuser_connection, owner_connection, migrator_connection, web_connection
    found = [one.execute("SELECT session_user, current_user").fetchone() for one in connections]

    assert found == [
        ("postgres", "postgres"),
        ("anamnesis_migrator", "anamnesis_owner"),
        ("anamnesis_migrator", "anamnesis_migrator"),
        ("anamnesis_web", "anamnesis_web"),
    ]


def test_the_ledgers_are_found_unqualified_in_every_role(
    superuser_connection: psycopg.Connection,
    owner_connection: psycopg.Connection,
    migrator_connection: psycopg.Connection,
    web_connection: psycopg.Connection,
) -> None:
    for one in (superuser_connection, owner_connection, migrator_connection, web_connection):
        for table in ("events", "access_events", "snapshots"):
            row = one.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert row is not None
            assert row[0] >= 0
