"""L1: nobody changes or removes a row of a ledger by DML, whatever their role."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors, sql

from tests.eventstore.door import batch, call

pytestmark = pytest.mark.django_db(transaction=True)

REFUSED = "AN010"
STATEMENTS = {
    "update one": "UPDATE {t} SET event_type = 'Forged' WHERE event_id = {id}",
    "update none": "UPDATE {t} SET event_type = 'Forged' WHERE position = -1",
    "delete one": "DELETE FROM {t} WHERE event_id = {id}",
    "delete none": "DELETE FROM {t} WHERE position = -1",
    "truncate": "TRUNCATE {t}",
    "truncate cascade": "TRUNCATE {t} RESTART IDENTITY CASCADE",
    "merge": "MERGE INTO {t} AS t USING (SELECT {id}::uuid AS id) AS s ON t.event_id = s.id"
    " WHEN MATCHED THEN UPDATE SET event_type = 'Forged'",
    "merge delete": "MERGE INTO {t} AS t USING (SELECT {id}::uuid AS id) AS s ON t.event_id = s.id"
    " WHEN MATCHED THEN DELETE",
    "upsert": "INSERT INTO {t} SELECT * FROM {t} WHERE event_id = {id}"
    " ON CONFLICT (event_id) DO UPDATE SET event_type = 'Forged'",
}


@pytest.fixture(params=["events", "access_events"])
def recorded(request: pytest.FixtureRequest, web_connection: psycopg.Connection[Any]) -> tuple[str, Any]:
    """A ledger's name and the id of a row in it."""
    ledger = request.param
    arguments = batch(f"patient-{uuid4()}", 0)
    web_connection.execute(
        f"CALL append_{ledger}(%s::uuid, %s::text, %s::jsonb, %s::jsonb, NULL, NULL, NULL)", arguments
    )
    return ledger, arguments[0]


def statement(text: str, recorded: tuple[str, Any]) -> sql.Composed:
    return sql.SQL(text).format(t=sql.Identifier(recorded[0]), id=sql.Literal(str(recorded[1])))


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_web_role_lacks_the_privilege(
    name: str, recorded: tuple[str, Any], web_connection: psycopg.Connection[Any]
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        web_connection.execute(statement(STATEMENTS[name], recorded))


@pytest.mark.parametrize("column", ["position", "event_id", "hash", "created_at"])
def test_the_web_role_cannot_insert_any_column(
    column: str, recorded: tuple[str, Any], web_connection: psycopg.Connection[Any]
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        web_connection.execute(statement("INSERT INTO {t} SELECT * FROM {t} WHERE event_id = {id}", recorded))
    with pytest.raises(errors.InsufficientPrivilege):
        web_connection.execute(
            sql.SQL("INSERT INTO {} ({}) VALUES (NULL)").format(
                sql.Identifier(recorded[0]), sql.Identifier(column)
            )
        )


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_owner_is_refused_by_the_trigger(
    name: str, recorded: tuple[str, Any], owner_connection: psycopg.Connection[Any]
) -> None:
    with pytest.raises(psycopg.Error) as refusal:
        owner_connection.execute(statement(STATEMENTS[name], recorded))
    assert refusal.value.sqlstate == REFUSED


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_superuser_in_replica_mode_is_refused_by_the_trigger(
    name: str, recorded: tuple[str, Any], superuser_connection: psycopg.Connection[Any]
) -> None:
    superuser_connection.execute("SET session_replication_role = replica")
    with pytest.raises(psycopg.Error) as refusal:
        superuser_connection.execute(statement(STATEMENTS[name], recorded))
    assert refusal.value.sqlstate == REFUSED


def test_the_row_is_still_there_as_it_was(
    recorded: tuple[str, Any], owner_connection: psycopg.Connection[Any]
) -> None:
    for text in STATEMENTS.values():
        with pytest.raises(psycopg.Error):
            owner_connection.execute(statement(text, recorded))
    row = owner_connection.execute(
        statement("SELECT event_type FROM {t} WHERE event_id = {id}", recorded)
    ).fetchone()
    assert row == ("NoteAdded",)


def test_an_ordinary_trigger_would_let_a_replica_session_through(
    superuser_connection: psycopg.Connection[Any],
) -> None:
    """The planted fault: without ENABLE ALWAYS the same attack goes through."""
    superuser_connection.execute("CREATE TEMP TABLE ordinary AS SELECT 1 AS position")
    superuser_connection.execute(
        "CREATE TRIGGER refuse BEFORE UPDATE ON ordinary FOR EACH STATEMENT"
        " EXECUTE FUNCTION public.events_refuse_change()"
    )
    with pytest.raises(psycopg.Error) as refusal:
        superuser_connection.execute("UPDATE ordinary SET position = 2")
    assert refusal.value.sqlstate == REFUSED
    superuser_connection.execute("SET session_replication_role = replica")
    assert superuser_connection.execute("UPDATE ordinary SET position = 2").rowcount == 1


@pytest.mark.parametrize(
    "attack",
    [
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "DROP TRIGGER events_refuse_row ON events",
        "DROP TABLE events",
        "ALTER TABLE events ALTER COLUMN event_type TYPE varchar USING 'Forged'",
        "CREATE OR REPLACE FUNCTION events_refuse_change() RETURNS trigger"
        " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE RULE r AS ON UPDATE TO events DO INSTEAD NOTHING",
        "SET session_replication_role = replica",
        "SET ROLE anamnesis_owner",
        "COPY events FROM PROGRAM 'true'",
        "SELECT * FROM events FOR UPDATE",
        "SELECT seed_events(gen_random_uuid(), '', '[]', '[]')",
        "SELECT events_write(gen_random_uuid(), '', '[]', '[]', true)",
        "INSERT INTO disposable_ledgers VALUES ('events', 0)",
        "UPDATE stream_keys SET wrapped_key = ''",
        "DELETE FROM stream_keys",
        "TRUNCATE stream_keys",
        "DELETE FROM disposable_ledgers",
        "CREATE TABLE public.mine (a int)",
    ],
)
def test_the_web_role_cannot_take_the_guard_away(
    attack: str, web_connection: psycopg.Connection[Any]
) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        web_connection.execute(attack)


def test_the_web_role_cannot_grant_itself_more(web_connection: psycopg.Connection[Any]) -> None:
    web_connection.execute("GRANT UPDATE ON events TO anamnesis_web")  # a warning, and no effect
    row = web_connection.execute(
        "SELECT has_table_privilege('events', 'UPDATE, DELETE, INSERT, TRUNCATE')"
    ).fetchone()
    assert row == (False,)


def test_a_function_of_the_callers_own_is_not_called_by_the_door(
    owner_connection: psycopg.Connection[Any], web_connection: psycopg.Connection[Any]
) -> None:
    """A temporary object that shadows a built-in must not run with the owner's rights."""
    database = sql.Identifier(owner_connection.info.dbname)
    owner_connection.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO anamnesis_web").format(database))
    try:
        web_connection.execute(
            "CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT '\\xff'::bytea $$"
        )
        web_connection.execute("CREATE TEMP TABLE events (LIKE public.events)")
        web_connection.execute("SET search_path = pg_temp, public, pg_catalog")
        stream = f"patient-{uuid4()}"
        first, last, duplicate = call(web_connection, batch(stream, 0))
        assert (last - first, duplicate) == (0, False)
        row = web_connection.execute(
            "SELECT octet_length(hash) FROM public.events WHERE aggregate_id = %s", [stream]
        ).fetchone()
        assert row == (32,)
    finally:
        owner_connection.execute(
            sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM anamnesis_web").format(database)
        )
