"""The ledger's doors called by hand, for tests that need raw connections, threads or planted faults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg

from eventstore.ledgers import EVENTS
from eventstore.sql_objects import LEDGER, render

DIGEST = "00" * 32


def batch(
    aggregate_id: str,
    expected: int | None,
    *,
    command_id: UUID | None = None,
    count: int = 1,
    digest: str = DIGEST,
) -> tuple[Any, ...]:
    """The door's four arguments for `count` notes on one stream."""
    ids = [command_id or uuid4(), *(uuid4() for _ in range(count - 1))]
    events = [
        {
            "event_id": str(event_id),
            "aggregate_id": aggregate_id,
            "aggregate_type": "Patient",
            "event_type": "NoteAdded",
            "schema_version": 1,
            "event_data": {"text": "", "category": "clinical"},
            "metadata": {"command": {"digest": digest, "count": count}} if index == 0 else {},
            "occurred_at": "2020-01-01T00:00:00+00:00",
        }
        for index, event_id in enumerate(ids)
    ]
    streams = [{"aggregate_id": aggregate_id, "expected_version": expected}]
    return ids[0], digest, json.dumps(streams), json.dumps(events)


def call(
    connection: psycopg.Connection[Any], arguments: tuple[Any, ...], schema: str = "public"
) -> tuple[int, int, bool]:
    """CALL the door: autocommit, one round trip."""
    row = connection.execute(
        f"CALL {schema}.append_events(%s::uuid, %s::text, %s::jsonb, %s::jsonb, NULL, NULL, NULL)", arguments
    ).fetchone()
    assert row is not None
    return cast(tuple[int, int, bool], row)


def inside(
    connection: psycopg.Connection[Any], arguments: tuple[Any, ...], schema: str = "public"
) -> tuple[int, int, bool]:
    """The inner function, within whatever transaction the connection is in."""
    row = connection.execute(
        f"SELECT * FROM {schema}.append_events_in_transaction(%s::uuid, %s::text, %s::jsonb, %s::jsonb)",
        arguments,
    ).fetchone()
    assert row is not None
    return cast(tuple[int, int, bool], row)


@contextmanager
def planted_ledger(owner: psycopg.Connection[Any], *faults: tuple[str, str]) -> Iterator[str]:
    """A ledger of its own in a throw-away schema, with faults planted in the function that writes it.

    faults: (what stands there, what stands there instead); none: a sound ledger. Yields the schema.
    """
    schema = f"planted_{uuid4().hex[:12]}"
    owner.execute(f"CREATE SCHEMA {schema}")
    owner.execute(f"GRANT USAGE ON SCHEMA {schema} TO anamnesis_web")
    owner.execute(f"CREATE TABLE {schema}.disposable_ledgers (ledger text PRIMARY KEY, seeded_to bigint)")
    owner.execute(f"CREATE SEQUENCE {schema}.planted")
    owner.execute(f"GRANT USAGE ON SEQUENCE {schema}.planted TO anamnesis_web")
    for name in LEDGER:
        text = render(name, schema=schema, ledger=EVENTS)
        if name == "write":
            for sound, fault in faults:
                assert sound in text, f"the place of the planted fault is gone: {sound}"
                text = text.replace(sound, fault.replace("SCHEMA", schema))
        owner.execute(text)
    try:
        yield schema
    finally:
        owner.execute(f"DROP SCHEMA {schema} CASCADE")
