"""Answers which license a clinician had at a point of the ledger, from license events alone.

Why not from the accounts table: it says what is true now, and reading the past must not depend on
it. A clinician's stream is read once and kept; all it holds up to a position is settled once that
position is, so it is read again only for a later one.
"""

from __future__ import annotations

from bisect import bisect_left
from threading import Lock

from eventstore import store
from eventstore.registry import lookup_source
from records import clinician, events


class Licenses:
    """The look-up, with what it has read. Shape: {user id: (settled until, [(position, license)])}."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[int, list[tuple[int, str]]]] = {}
        self._lock = Lock()

    def __call__(self, key: str, position: int) -> str | None:
        with self._lock:
            settled, recorded = self._read.get(key, (0, []))
            if position > settled:
                settled, recorded = self._of(key)
                self._read[key] = (settled, recorded)
        before = bisect_left(recorded, (position, ""))
        return recorded[before - 1][1] if before else None

    def forget(self) -> None:
        """Start anew: the ledger was replaced (tests, a restored database)."""
        with self._lock:
            self._read.clear()

    def _of(self, user_id: str) -> tuple[int, list[tuple[int, str]]]:
        settled = store.head().position  # first: what is read after it holds at least up to here
        stream = store.read_stream(clinician.stream(user_id), opened=False)
        return settled, [
            (event.position, event.data.license)
            for event in stream
            if isinstance(event.data, events.LicenseRecorded)
        ]


licenses = Licenses()
lookup_source("licenses")(licenses)
