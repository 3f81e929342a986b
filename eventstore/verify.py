"""Recomputes both ledgers from their raw rows and names what is not as it was recorded.

Checks: the hash chain, positions without a hole from 1, versions without a hole in each stream,
        times that never decrease, event ids used once, and the guards of `guards.py`.
Limits: see `diagnosis.py`. Nothing here trusts the database's own functions and constraints for
        what it says of the entries; indexes give an order, and a second reading without them must
        find as many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from eventstore.diagnosis import Finding, Gap, Run, Suspect, Trouble
from eventstore.guards import guard_findings
from eventstore.ledgers import LEDGERS
from eventstore.recompute import GENESIS, Row, digest, link, read_rows, read_versions

if TYPE_CHECKING:
    from psycopg import Connection

#: How far a run of renumbered entries is searched for, in either direction.
SHIFTS = tuple(shift for distance in range(1, 17) for shift in (distance, -distance))


class CannotCheck(Exception):
    """The ledgers could not be read: nothing is said of them, neither good nor bad."""


@dataclass(frozen=True, slots=True)
class LedgerState:
    """How far a ledger holds: no finding up to `verified_to`; head: hex of the hash stored there."""

    verified_to: int
    head: str


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict over a database. Shape: ledgers by name, in the order they were checked."""

    ledgers: dict[str, LedgerState]
    findings: list[Finding] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        ledgers = {name: asdict(state) for name, state in self.ledgers.items()}
        return ledgers | {"findings": [asdict(finding) for finding in self.findings]}


def verify(connection: Connection[Any]) -> Report:
    """Check ledgers and guards as one moment shows them; writers go on meanwhile.

    Raises: CannotCheck where the database is away or the ledgers are not there to be read.
    """
    try:
        with _one_moment(connection):
            return examine(connection)
    except psycopg.errors.UndefinedTable as error:
        raise CannotCheck(f"There is no ledger here to check ({_first_line(error)}).") from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise CannotCheck(f"This role may not read the ledger ({_first_line(error)}).") from error
    except psycopg.Error as error:
        raise CannotCheck(f"The database could not be asked ({_first_line(error)}).") from error


def examine(connection: Connection[Any]) -> Report:
    """Check what the connection's open transaction sees."""
    ledgers: dict[str, LedgerState] = {}
    findings: list[Finding] = []
    for ledger in LEDGERS:
        found = _ledger_findings(connection, ledger.name)
        ledgers[ledger.name] = _state(connection, ledger.name, found)
        findings += found
    return Report(ledgers, findings + guard_findings(connection))


def walk(ledger: str, rows: Iterable[Row]) -> Trouble:
    """Read a ledger's rows by position and note each that does not follow from the one before."""
    trouble = Trouble(ledger)
    at, here, before = 0, [GENESIS], list[bytes]()
    twins: list[Suspect] = []
    followed = latest = -(2**63)
    for row in rows:
        content = digest(row)
        if row.position < 1:
            trouble.suspects.append(Suspect(row, content, before=(), twin=True))
            continue
        if row.position != at:
            before = here if row.position == at + 1 else []
            if not before:
                trouble.gaps.append(Gap(at + 1, row.position - 1, tuple(here)))
            at, here, twins = row.position, [], []
        here.append(row.hash)
        if row.created_at < latest:
            trouble.earlier.append((at, row.event))
        latest = row.created_at
        if any(link(previous, row, content) == row.hash for previous in before):
            followed = at
            for suspect in twins:
                suspect.twin = True
        elif not _renumbered(trouble, row, content, before):
            suspect = Suspect(row, content, tuple(before), twin=followed == at)
            twins.append(suspect)
            trouble.suspects.append(suspect)
    return trouble


def _renumbered(trouble: Trouble, row: Row, content: bytes, before: list[bytes]) -> bool:
    """Whether the entry holds at another position near by; then it continues or opens a run."""
    run = trouble.runs[-1] if trouble.runs else None
    continues = run is not None and run.last == row.position - 1
    if not continues and not (trouble.suspects and trouble.suspects[-1].row.position == row.position - 1):
        return False
    for shift in (run.shift,) if continues and run else SHIFTS:
        if any(link(previous, row, content, row.position + shift) == row.hash for previous in before):
            if continues and run:
                run.last = row.position
            else:
                trouble.runs.append(Run(row.position, row.position, shift, row.event))
            return True
    return False


def _ledger_findings(connection: Connection[Any], ledger: str) -> list[Finding]:
    counted = _Counted(read_rows(connection, ledger))
    findings = walk(ledger, counted).findings()
    named = sorted(finding.position for finding in findings if finding.position is not None)
    findings += _truncated(connection, ledger, counted.last)
    findings += _version_findings(connection, ledger, named, counted.count)
    findings += _reused_ids(connection, ledger)
    return findings


class _Counted:
    """Rows, counted on their way through."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.rows, self.count, self.last = rows, 0, 0

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            self.count += 1
            self.last = row.position
            yield row


def _truncated(connection: Connection[Any], ledger: str, last: int) -> Iterator[Finding]:
    """Entries that the read models have followed and the ledger no longer holds.

    Why: the only trace of a cut tail inside the database. It catches who forgets it, nobody else.
    """
    if ledger != "events":
        return
    row = connection.execute("SELECT max(position) FROM checkpoints").fetchone()
    for position in range(last + 1, ((row and row[0]) or 0) + 1):
        yield Finding(
            ledger, "missing", position, None,
            f"Entry {position} is missing: the read models have followed it, the ledger ends at {last}.",
        )  # fmt: skip


def _version_findings(
    connection: Connection[Any], ledger: str, named: list[int], count: int
) -> Iterator[Finding]:
    """Holes in a stream's versions that no finding by position explains already."""
    stream, version, position, counted = b"", 0, 0, 0
    for aggregate_id, next_version, next_position, event in read_versions(connection, ledger):
        counted += 1
        if aggregate_id != stream:
            stream, version, position = aggregate_id, 0, 0
        fits = next_version == version + 1 and next_position > position
        low, high = sorted((position, next_position))
        if not fits and not any(low <= found <= high for found in named):
            yield Finding(
                ledger, "version", next_position, event,
                f"Entry {next_position} is version {next_version} of {stream.decode()},"
                f" after version {version} at entry {position}.",
            )  # fmt: skip
        version, position = next_version, next_position
    if counted != count:
        yield Finding(
            ledger, "guard", None, None,
            f"The index on position shows {count} entries, the table holds {counted}: the index is damaged.",
        )  # fmt: skip


def _reused_ids(connection: Connection[Any], ledger: str) -> Iterator[Finding]:
    query = sql.SQL(
        "SELECT event_id::text, array_agg(position ORDER BY position) FROM {}"
        " GROUP BY event_id HAVING count(*) > 1"
    ).format(sql.Identifier(ledger))
    for event, positions in connection.execute(query):
        places = ", ".join(map(str, positions))
        yield Finding(ledger, "duplicate", positions[-1], event, f"One event id stands at entries {places}.")


def _state(connection: Connection[Any], ledger: str, findings: list[Finding]) -> LedgerState:
    named = [finding.position for finding in findings if finding.position is not None]
    query = sql.SQL(
        "SELECT position, encode(hash, 'hex') FROM {} WHERE position < %s ORDER BY position DESC LIMIT 1"
    ).format(sql.Identifier(ledger))
    row = connection.execute(query, [min(named, default=2**63 - 1)]).fetchone()
    return LedgerState(*row) if row and row[0] > 0 else LedgerState(0, GENESIS.hex())


@contextmanager
def _one_moment(connection: Connection[Any]) -> Iterator[None]:
    """One snapshot for all that is read."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute("SET LOCAL statement_timeout = 0")
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
