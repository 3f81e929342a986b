"""The SQL objects of the event store: one file each, rendered for a ledger and a schema.

The migration runs them, verification compares the database against them: one definition.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eventstore.ledgers import LEDGERS, Ledger

FOLDER = Path(__file__).parent / "sql"
WEB_ROLE = "anamnesis_web"
OWNER_ROLE = "anamnesis_owner"
MIGRATOR_ROLE = "anamnesis_migrator"

#: Once for the schema, before and after the ledgers.
BEFORE = ("web_privileges", "stream_keys", "snapshots", "checkpoints", "disposable_ledgers")
#: Once for each ledger, in this order.
LEDGER = (
    "ledger_table",
    "refuse_change",
    "refuse_change_triggers",
    "write",
    "append_in_transaction",
    "append",
    "seed",
    "ledger_grants",
)


def render(name: str, *, schema: str, ledger: Ledger | None = None) -> str:
    """The statements of one file. Shape: {schema}, {ledger} and {any_version} are filled in."""
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    if ledger is None:
        return text.format(schema=schema)
    return text.format(schema=schema, ledger=ledger.name, any_version=str(ledger.any_version).lower())


def statements(schema: str) -> Iterator[str]:
    """Everything that a new schema needs, in order."""
    for name in BEFORE:
        yield render(name, schema=schema)
    for ledger in LEDGERS:
        for name in LEDGER:
            yield render(name, schema=schema, ledger=ledger)
