"""What an owner or a superuser can do to the guards themselves, and that verification names it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from eventstore import shipped
from eventstore.guards import guard_findings
from eventstore.ledgers import ACCESS_EVENTS, EVENTS, LEDGERS, Ledger
from tests.clusters import DisposableCluster


@pytest.fixture(scope="module")
def server() -> Iterator[DisposableCluster]:
    made = DisposableCluster()
    yield made
    made.remove()


@pytest.fixture
def superuser(server: DisposableCluster) -> Iterator[psycopg.Connection[Any]]:
    """The superuser, in a transaction that is undone after the test, roles included."""
    with server.connect() as session, session.transaction(force_rollback=True):
        yield session


def named(session: psycopg.Connection[Any]) -> list[tuple[str | None, str]]:
    found = guard_findings(session)
    assert {(finding.kind, finding.position, finding.event_id) for finding in found} <= {
        ("guard", None, None)
    }
    return [(finding.ledger, finding.what) for finding in found]


def test_guards_as_shipped_are_not_complained_about(superuser: psycopg.Connection[Any]) -> None:
    assert named(superuser) == []


def test_the_web_role_can_check_them_too(server: DisposableCluster) -> None:
    with server.connect("anamnesis_web") as web:
        assert named(web) == []


OF_A_LEDGER: dict[str, tuple[str, str]] = {
    "trigger disabled": (
        "ALTER TABLE {0} DISABLE TRIGGER {0}_refuse_row",
        "Trigger {0}_refuse_row of {0} is disabled.",
    ),
    "trigger no longer always": (
        "ALTER TABLE {0} ENABLE TRIGGER {0}_refuse_statement",
        "Trigger {0}_refuse_statement of {0} is not ALWAYS (a session setting can switch it off).",
    ),
    "trigger for replicas only": (
        "ALTER TABLE {0} ENABLE REPLICA TRIGGER {0}_refuse_row",
        "Trigger {0}_refuse_row of {0} is disabled but on replicas.",
    ),
    "trigger dropped": (
        "DROP TRIGGER {0}_refuse_statement ON {0}",
        "Trigger {0}_refuse_statement of {0} is missing.",
    ),
    "trigger on fewer statements": (
        (
            "CREATE OR REPLACE TRIGGER {0}_refuse_statement BEFORE UPDATE OR DELETE ON {0}"
            " EXECUTE FUNCTION {0}_refuse_change();"
            "ALTER TABLE {0} ENABLE ALWAYS TRIGGER {0}_refuse_statement"
        ),
        "Trigger {0}_refuse_statement of {0} no longer fires on what it was shipped for.",
    ),
    "trigger with a condition": (
        (
            "CREATE OR REPLACE TRIGGER {0}_refuse_row BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW"
            " WHEN (false) EXECUTE FUNCTION {0}_refuse_change();"
            "ALTER TABLE {0} ENABLE ALWAYS TRIGGER {0}_refuse_row"
        ),
        "Trigger {0}_refuse_row of {0} no longer fires on what it was shipped for.",
    ),
    "trigger of one column": (
        (
            "CREATE OR REPLACE TRIGGER {0}_refuse_row BEFORE UPDATE OF hash OR DELETE ON {0} FOR EACH ROW"
            " EXECUTE FUNCTION {0}_refuse_change(); ALTER TABLE {0} ENABLE ALWAYS TRIGGER {0}_refuse_row"
        ),
        "Trigger {0}_refuse_row of {0} no longer fires on what it was shipped for.",
    ),
    "trigger to another function": (
        (
            "CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
            "CREATE OR REPLACE TRIGGER {0}_refuse_row BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW"
            " EXECUTE FUNCTION quiet(); ALTER TABLE {0} ENABLE ALWAYS TRIGGER {0}_refuse_row"
        ),
        "Trigger {0}_refuse_row of {0} calls public.quiet, not {0}_refuse_change.",
    ),
    "trigger added": (
        (
            "CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
            "CREATE TRIGGER quiet BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION quiet()"
        ),
        "Trigger quiet on {0} was added.",
    ),
    "guard emptied": (
        (
            "CREATE OR REPLACE FUNCTION {0}_refuse_change() RETURNS trigger LANGUAGE plpgsql"
            " SET search_path = pg_catalog, pg_temp AS 'BEGIN RETURN NEW; END'"
        ),
        "The body of {0}_refuse_change is not the one shipped.",
    ),
    "append replaced": (
        (
            "CREATE OR REPLACE FUNCTION append_{0}_in_transaction(command_id uuid, command_digest text,"
            " streams jsonb, new_events jsonb, OUT first_position bigint, OUT last_position bigint,"
            " OUT duplicate boolean) LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
            " AS 'SELECT 1, 1, true'"
        ),
        "The body of append_{0}_in_transaction is not the one shipped.",
    ),
    "definer taken away": (
        "ALTER FUNCTION append_{0}_in_transaction SECURITY INVOKER",
        "append_{0}_in_transaction runs with the rights of its caller.",
    ),
    "definer given": (
        "ALTER FUNCTION {0}_write SECURITY DEFINER",
        "{0}_write runs with the rights of its owner.",
    ),
    "search path unpinned": (
        "ALTER FUNCTION {0}_write RESET search_path",
        "{0}_write runs under other settings than shipped: none.",
    ),
    "search path changed": (
        "ALTER FUNCTION {0}_write SET search_path = public",
        "{0}_write runs under other settings than shipped: search_path=public.",
    ),
    "volatility": (
        "ALTER FUNCTION {0}_write STABLE",
        "The signature, language or volatility of {0}_write is not the one shipped.",
    ),
    "routine dropped": ("DROP FUNCTION seed_{0}", "Routine seed_{0} is missing."),
    "routine overloaded": (
        "CREATE FUNCTION {0}_write() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "Routine {0}_write stands there twice.",
    ),
    "routine owner": (
        "ALTER FUNCTION {0}_refuse_change OWNER TO anamnesis_migrator",
        "{0}_refuse_change belongs to anamnesis_migrator, not to anamnesis_owner.",
    ),
    "write for the web role": (
        "GRANT EXECUTE ON FUNCTION {0}_write TO anamnesis_web",
        "anamnesis_web may execute {0}_write.",
    ),
    "seeding for everybody": (
        "GRANT EXECUTE ON FUNCTION seed_{0} TO PUBLIC",
        "PUBLIC may execute seed_{0}.",
    ),
    "door closed": (
        "REVOKE EXECUTE ON PROCEDURE append_{0} FROM anamnesis_web",
        "anamnesis_web may no longer execute append_{0}.",
    ),
    "update granted": ("GRANT UPDATE ON {0} TO anamnesis_web", "anamnesis_web may UPDATE on {0}."),
    "one column granted": (
        "GRANT UPDATE (metadata) ON {0} TO anamnesis_web",
        "anamnesis_web may UPDATE on {0}.",
    ),
    "delete granted to all": ("GRANT DELETE ON {0} TO PUBLIC", "PUBLIC may DELETE on {0}."),
    "may pass on": (
        "GRANT SELECT ON {0} TO anamnesis_web WITH GRANT OPTION",
        "anamnesis_web may pass SELECT on {0} on to others.",
    ),
    "select revoked": (
        "REVOKE SELECT ON {0} FROM anamnesis_web",
        "anamnesis_web may no longer SELECT on {0}.",
    ),
    "table owner": (
        "ALTER TABLE {0} OWNER TO anamnesis_migrator",
        "Table {0} belongs to anamnesis_migrator, not to anamnesis_owner.",
    ),
    "index dropped": (
        "ALTER TABLE {0} DROP CONSTRAINT {0}_aggregate_id_version_key",
        (
            "Constraint {0}_aggregate_id_version_key of {0} is missing or differs:"
            " UNIQUE (aggregate_id, version) was shipped."
        ),
    ),
    "constraint exchanged": (
        (
            "ALTER TABLE {0} DROP CONSTRAINT {0}_position_key;"
            "ALTER TABLE {0} ADD CONSTRAINT {0}_position_key UNIQUE (position, event_id)"
        ),
        "Constraint {0}_position_key of {0} is missing or differs: UNIQUE (position) was shipped.",
    ),
    "index added": (
        "CREATE INDEX handy ON {0} (event_type)",
        "handy on {0} was added: the ledger has three indexes and no other constraint.",
    ),
    "check added": (
        "ALTER TABLE {0} ADD CONSTRAINT narrow CHECK (version > 0)",
        "narrow on {0} was added: the ledger has three indexes and no other constraint.",
    ),
    "rule": (
        "CREATE RULE sink AS ON UPDATE TO {0} DO INSTEAD NOTHING",
        "Rule sink rewrites statements on {0}.",
    ),
    "row security": (
        "ALTER TABLE {0} ENABLE ROW LEVEL SECURITY",
        "Row-level security hides rows of {0}.",
    ),
    "policy": ("CREATE POLICY few ON {0} USING (false)", "Row-level security hides rows of {0}."),
    "child": ("CREATE TABLE child () INHERITS ({0})", "{0} takes part in table inheritance."),
    "unlogged": ("ALTER TABLE {0} SET UNLOGGED", "{0} is not an ordinary, logged table."),
    "column added": ("ALTER TABLE {0} ADD extra text", "Column extra of {0} was added."),
    "column generated": (
        "ALTER TABLE {0} ADD extra text GENERATED ALWAYS AS (event_type) STORED",
        "Column extra of {0} was added.",
    ),
    "column nullable": (
        "ALTER TABLE {0} ALTER hash DROP NOT NULL",
        "Column hash of {0} is not a plain, required bytea: it is nullable, generated or has a default.",
    ),
    "column default": (
        "ALTER TABLE {0} ALTER created_at SET DEFAULT now()",
        (
            "Column created_at of {0} is not a plain, required timestamp with time zone:"
            " it is nullable, generated or has a default."
        ),
    ),
    "column type": (
        "ALTER TABLE {0} ALTER event_data TYPE json",
        "Column event_data of {0} is not a plain, required jsonb: it is json.",
    ),
    "column renamed": (
        "ALTER TABLE {0} RENAME metadata TO meta",
        "Column metadata of {0} is missing.",
    ),
}


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.name)
@pytest.mark.parametrize("attack", OF_A_LEDGER)
def test_whatever_is_done_to_a_ledgers_guards_is_named(
    superuser: psycopg.Connection[Any], ledger: Ledger, attack: str
) -> None:
    statements, sentence = (text.format(ledger.name) for text in OF_A_LEDGER[attack])
    superuser.execute(statements)
    found = named(superuser)
    assert (ledger.name, sentence) in found
    assert {name for name, _ in found} == {ledger.name}, "the other ledger is as shipped"


OF_THE_DATABASE: dict[str, tuple[str, str]] = {
    "owner logs in": (
        "ALTER ROLE anamnesis_owner LOGIN",
        "anamnesis_owner can log in: whoever does may switch the guards off.",
    ),
    "owner is superuser": ("ALTER ROLE anamnesis_owner SUPERUSER", "anamnesis_owner is a superuser."),
    "someone acts as owner": (
        "CREATE ROLE intruder LOGIN; GRANT anamnesis_owner TO intruder",
        "intruder may act as anamnesis_owner.",
    ),
    "someone acts as migrator": (
        "CREATE ROLE intruder LOGIN; GRANT anamnesis_migrator TO intruder",
        "intruder may act as anamnesis_owner.",
    ),
    "web acts as owner": (
        "GRANT anamnesis_owner TO anamnesis_web",
        "anamnesis_web may act as anamnesis_owner.",
    ),
    "web writes everywhere": (
        "GRANT pg_write_all_data TO anamnesis_web",
        "anamnesis_web may act as pg_write_all_data.",
    ),
    "web is superuser": (
        "ALTER ROLE anamnesis_web SUPERUSER",
        "anamnesis_web has powers past all privileges (superuser, roles, replication or row security).",
    ),
    "web makes objects": (
        "GRANT CREATE ON SCHEMA public TO anamnesis_web",
        "anamnesis_web may create objects in schema public.",
    ),
    "keys may be changed": (
        "GRANT UPDATE ON stream_keys TO anamnesis_web",
        "anamnesis_web may UPDATE on stream_keys.",
    ),
    "keys may be dropped": ("GRANT DELETE ON stream_keys TO PUBLIC", "PUBLIC may DELETE on stream_keys."),
    "keys cannot be made": (
        "REVOKE INSERT ON stream_keys FROM anamnesis_web",
        "anamnesis_web may no longer INSERT on stream_keys.",
    ),
    "keys belong to another": (
        "ALTER TABLE stream_keys OWNER TO anamnesis_migrator",
        "Table stream_keys belongs to anamnesis_migrator, not to anamnesis_owner.",
    ),
    "web may mark disposable": (
        "GRANT INSERT ON disposable_ledgers TO anamnesis_web",
        "anamnesis_web may INSERT on disposable_ledgers.",
    ),
}


@pytest.mark.parametrize("attack", OF_THE_DATABASE)
def test_whatever_is_done_to_roles_and_keys_is_named(superuser: psycopg.Connection[Any], attack: str) -> None:
    statements, sentence = OF_THE_DATABASE[attack]
    superuser.execute(statements)
    assert (None, sentence) in named(superuser)


def test_what_is_shipped_is_read_whole_from_the_files() -> None:
    """A pattern that no longer matches a file would make the comparison empty, and silent."""
    for ledger in LEDGERS:
        assert len(shipped.columns(ledger, "public")) == 12
        assert len(shipped.constraints(ledger, "public")) == 3
        assert [trigger.name for trigger in shipped.triggers(ledger, "public")] == [
            f"{ledger.name}_refuse_statement",
            f"{ledger.name}_refuse_row",
        ]
        assert [routine.name for routine in shipped.routines(ledger, "public")] == [
            f"{ledger.name}_refuse_change",
            f"{ledger.name}_write",
            f"append_{ledger.name}_in_transaction",
            f"append_{ledger.name}",
            f"seed_{ledger.name}",
        ]
    assert shipped.table_grants(EVENTS, "public").keys() == {"events", "stream_keys", "disposable_ledgers"}
    assert shipped.table_grants(ACCESS_EVENTS, "public")["access_events"] == {("anamnesis_web", "SELECT")}
