"""What can go wrong at the ledger, as exceptions that callers may tell apart.

    EventStoreError
    ├── WrongExpectedVersion   someone else appended to the stream first
    ├── CommandReused          a command id came back with other content
    ├── FutureOccurredAt       occurred_at lies more than five minutes ahead
    ├── NotStorable            the content cannot be stored (NUL, lone surrogate, malformed batch)
    ├── InsideTransaction      append was called inside a transaction
    ├── LedgerBusy             the append lock could not be had in time; nothing was stored
    ├── DecodeError            a stored event does not have the shape its type promises
    └── KeyUnavailable         the key file is missing, damaged, or not the one of this database

Knows nothing of Django.
"""

from __future__ import annotations


class EventStoreError(Exception):
    """The ledger refused, or could not be read."""


class WrongExpectedVersion(EventStoreError):
    """The stream is not at the version that the writer had seen."""

    def __init__(self, aggregate_id: str, expected: int, actual: int) -> None:
        super().__init__(f"{aggregate_id} is at version {actual}, not {expected}")
        self.aggregate_id = aggregate_id
        self.expected = expected
        self.actual = actual


class CommandReused(EventStoreError):
    """The command id was used before, for something else."""


class FutureOccurredAt(EventStoreError):
    """occurred_at is later than the database clock allows."""


class NotStorable(EventStoreError):
    """The content cannot be stored as it is."""


class InsideTransaction(EventStoreError):
    """Append needs a connection in autocommit: the lock must not outlive the append."""


class LedgerBusy(EventStoreError):
    """The append lock was not free in time. Nothing was stored; the same command may be sent again."""


class DecodeError(EventStoreError):
    """A stored event does not fit the shape that its type and schema version promise."""


class KeyUnavailable(EventStoreError):
    """The key file is missing, damaged, or not the one that this database was sealed with."""
