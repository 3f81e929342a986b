"""L6: a past can be given to an empty ledger only, by its owner only, and the door stays shut to it."""

from __future__ import annotations

import json
from typing import Any, cast
from uuid import uuid4

import psycopg
import pytest

from tests.eventstore.door import batch, call, planted_ledger

pytestmark = pytest.mark.django_db(transaction=True)


def dated(*times: str) -> tuple[Any, ...]:
    command_id, digest, streams, events = batch(f"patient-{uuid4()}", 0, count=len(times))
    rows = [{**event, "created_at": time} for event, time in zip(json.loads(events), times, strict=True)]
    return command_id, digest, streams, json.dumps(rows)


def seed(
    connection: psycopg.Connection[Any], schema: str, arguments: tuple[Any, ...]
) -> tuple[int, int, bool]:
    row = connection.execute(
        f"SELECT * FROM {schema}.seed_events(%s::uuid, %s::text, %s::jsonb, %s::jsonb)", arguments
    ).fetchone()
    assert row is not None
    return cast(tuple[int, int, bool], row)


def mark(connection: psycopg.Connection[Any], schema: str) -> None:
    connection.execute(f"INSERT INTO {schema}.disposable_ledgers VALUES ('events', 0)")


def test_a_past_is_written_with_its_own_times(owner_connection: psycopg.Connection[Any]) -> None:
    with planted_ledger(owner_connection) as schema:
        mark(owner_connection, schema)
        seed(owner_connection, schema, dated("2021-01-01T00:00Z", "2021-06-01T00:00Z"))
        assert seed(owner_connection, schema, dated("2021-06-01T00:00Z")) == (3, 3, False)
        rows = owner_connection.execute(
            f"SELECT extract(year FROM created_at), position FROM {schema}.events ORDER BY position"
        ).fetchall()
    assert rows == [(2021, 1), (2021, 2), (2021, 3)]


@pytest.mark.parametrize(
    "times",
    [
        ("2022-01-01T00:00Z", "2021-01-01T00:00Z"),
        ("2999-01-01T00:00Z",),
        ("2019-01-01T00:00Z",),
    ],
    ids=["decreasing", "in the future", "before what is there"],
)
def test_times_lie_in_the_past_and_never_decrease(
    times: tuple[str, ...], owner_connection: psycopg.Connection[Any]
) -> None:
    with planted_ledger(owner_connection) as schema:
        mark(owner_connection, schema)
        seed(owner_connection, schema, dated("2020-06-01T00:00Z"))
        with pytest.raises(psycopg.Error) as refusal:
            seed(owner_connection, schema, dated(*times))
    assert refusal.value.sqlstate == "AN004"


def test_an_unmarked_ledger_is_not_seeded(owner_connection: psycopg.Connection[Any]) -> None:
    with planted_ledger(owner_connection) as schema, pytest.raises(psycopg.Error) as refusal:
        seed(owner_connection, schema, dated("2020-06-01T00:00Z"))
    assert refusal.value.sqlstate == "AN006"


def test_a_ledger_that_took_a_real_event_is_seeded_no_more(owner_connection: psycopg.Connection[Any]) -> None:
    with planted_ledger(owner_connection) as schema:
        mark(owner_connection, schema)
        seed(owner_connection, schema, dated("2020-06-01T00:00Z"))
        call(owner_connection, batch(f"patient-{uuid4()}", 0), schema)
        with pytest.raises(psycopg.Error) as refusal:
            seed(owner_connection, schema, dated("2020-07-01T00:00Z"))
    assert refusal.value.sqlstate == "AN006"


def test_the_door_takes_no_times(web_connection: psycopg.Connection[Any]) -> None:
    with pytest.raises(psycopg.Error) as refusal:
        call(web_connection, dated("2020-06-01T00:00Z"))
    assert refusal.value.sqlstate == "AN004"


def test_a_ledger_that_is_not_empty_cannot_be_marked(
    owner_connection: psycopg.Connection[Any], web_connection: psycopg.Connection[Any]
) -> None:
    call(web_connection, batch(f"patient-{uuid4()}", 0))
    owner_connection.execute(
        "INSERT INTO disposable_ledgers (ledger) SELECT 'events' WHERE NOT EXISTS (SELECT 1 FROM events)"
    )
    assert owner_connection.execute("SELECT count(*) FROM disposable_ledgers").fetchone() == (0,)
