"""`manage.py run_projections`: the worker that brings read models up to date when no request does."""

from __future__ import annotations

import logging
import signal
import threading
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError, connection

from eventstore import store
from eventstore.errors import EventStoreError
from eventstore.projector import catch_up

if TYPE_CHECKING:
    from types import FrameType

logger = logging.getLogger("eventstore.worker")

#: How long the worker rests when there was nothing to do, and at most after a failure. Units: seconds.
REST = 0.25
LONGEST_REST = 5.0


class Command(BaseCommand):
    help = "Bring the read models up to date whenever no request has done so. Runs until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="catch up with the ledger and end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            done = catch_up()
            self.stdout.write(f"The read models have followed to entry {done.position}.")
            return
        stopped = threading.Event()

        def stop(number: int, frame: FrameType | None) -> None:
            stopped.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        follow(stopped)


def follow(stopped: threading.Event) -> None:
    """Catch up again and again until told to stop; a database that is away is waited for."""
    position, rest = -1, REST
    while not stopped.is_set():
        try:
            done = catch_up(until=store.head().position)
        except (DatabaseError, InterfaceError, EventStoreError) as error:
            rest = min(rest * 2, LONGEST_REST)
            logger.warning("cannot follow the ledger (%s); trying again in %.1f s", _first_line(error), rest)
            connection.close()
        else:
            if done.position > position >= 0:
                logger.info("the read models have followed to entry %d", done.position)
            position, rest = done.position, REST
        stopped.wait(rest)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
