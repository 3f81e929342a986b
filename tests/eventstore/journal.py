"""Writers whose server dies under them, and the journal of what they were told: the oracle of fault tests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg

from eventstore.ledgers import EVENTS
from eventstore.sql_objects import render
from tests.eventstore.door import batch

WRITERS = 5
FLUSH = "PERFORM pg_catalog.pg_logical_emit_message(true, '', '');"


def plant_unflushed(superuser: psycopg.Connection[Any]) -> None:
    """The shipped door with its flush left out, as append_unflushed."""
    shipped = render("append", schema="public", ledger=EVENTS)
    assert FLUSH in shipped
    superuser.execute(
        shipped.replace(FLUSH, "").replace("public.append_events(", "public.append_unflushed(", 1)
    )
    superuser.execute("GRANT EXECUTE ON PROCEDURE append_unflushed TO anamnesis_web")
    superuser.execute("CHECKPOINT")


@dataclass
class Journal:
    """What the clients know. Shape: acknowledged and open: {command id: the door's arguments}."""

    acknowledged: dict[UUID, tuple[Any, ...]] = field(default_factory=dict)
    open: dict[UUID, tuple[Any, ...]] = field(default_factory=dict)


def write_until_it_dies(
    connect: Callable[[], psycopg.Connection[Any]],
    procedure: str,
    *,
    seconds: float,
    die: Callable[[], None],
) -> Journal:
    """Writers, each on a stream of its own, until the server is made to die under them."""
    journal = Journal()
    ready = threading.Barrier(WRITERS + 1)

    def writer() -> None:
        stream, version = f"patient-{uuid4()}", 0
        with connect() as session:
            ready.wait()
            while True:
                arguments = batch(stream, version)
                journal.open[arguments[0]] = arguments
                try:
                    session.execute(f"CALL {procedure}(%s, %s, %s, %s, NULL, NULL, NULL)", arguments)
                except psycopg.OperationalError:
                    return
                journal.acknowledged[arguments[0]] = journal.open.pop(arguments[0])
                version += 1

    threads = [threading.Thread(target=writer) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    ready.wait()
    time.sleep(seconds)
    die()
    for thread in threads:
        thread.join()
    return journal
