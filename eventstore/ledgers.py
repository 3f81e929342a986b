"""The two ledgers: what was changed, and who looked. Same shape, same code, separate order and lock."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ledger:
    """One append-only table.

    any_version: streams may be appended to without an expected version (sessions never conflict).
    keyring: the one key that seals all its personal text; None: each stream has its own.
    """

    name: str
    any_version: bool = False
    keyring: str | None = None

    def keyring_of(self, aggregate_id: str) -> str:
        return self.keyring or aggregate_id


EVENTS = Ledger("events")
ACCESS_EVENTS = Ledger("access_events", any_version=True, keyring="access_events")
LEDGERS = (EVENTS, ACCESS_EVENTS)
