"""Says whether database, ledger and read models are well, in a few milliseconds and in plain words.

A glance, not a proof: `verify_ledger` and `check_projections` are the proofs. Shows no content of
any record. A parked aggregate is told as a reason but fails nothing: one chart is incomplete, and
says so itself, while all others go on. So are rows of an earlier release: what they say is true.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import DatabaseError, InterfaceError, connection

from eventstore.envelope import key_file
from eventstore.errors import KeyUnavailable
from eventstore.ledgers import LEDGERS
from eventstore.projector import CHECKPOINT, projectors

#: A read model that is this late is not well. Units: seconds.
LATE = 30.0
#: How long the database may take to answer.
PATIENCE = "3s"
#: Triggers that guard each ledger (eventstore/sql/refuse_change_triggers.sql).
GUARDS = 2
#: A table, or a column, that is not there.
_UNMIGRATED = {
    "42P01": "The database has no ledger yet: run manage.py migrate.",
    "42703": "The database is as an earlier release left it: run manage.py migrate.",
}


@dataclass(frozen=True)
class Lag:
    """How far a read model is behind the ledger: 0 and 0 when it has followed everything."""

    lag_events: int
    lag_seconds: float


@dataclass
class Health:
    """Shape: position and parked are None where the database did not say."""

    position: int | None = None
    projections: dict[str, Lag] = field(default_factory=dict)
    parked: int | None = None
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        return not self.failures

    def as_json(self) -> dict[str, Any]:
        return {
            "status": "ok" if self.well else "failing",
            "ledger": {"position": self.position},
            "projections": {name: asdict(lag) for name, lag in self.projections.items()},
            "parked": self.parked,
            "reasons": [*self.failures, *self.notes],
        }


def health() -> Health:
    """Ask the database. Never raises: whatever is wrong is a reason."""
    found = Health()
    try:
        key_file()
    except KeyUnavailable:
        found.failures.append("The key file cannot be read: names and free text cannot be shown or recorded.")
    try:
        _ask(found)
    except (DatabaseError, InterfaceError) as error:
        code = getattr(error.__cause__, "sqlstate", "")
        found.failures.append(_UNMIGRATED.get(code, "The database does not answer."))
    return found


def _ask(found: Health) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", [PATIENCE])
        try:
            cursor.execute(_QUESTION, [[ledger.name for ledger in LEDGERS], CHECKPOINT])
            head, at, waiting, waited, built, outdated, parked, guards, read_only = cursor.fetchone()
        finally:
            cursor.execute("RESET statement_timeout")
    found.position, found.parked = head, parked
    if read_only:
        found.failures.append("The database is read-only: nothing can be recorded.")
    if guards != GUARDS * len(LEDGERS):
        found.failures.append(
            "A guard of the ledger is missing or switched off: run manage.py verify_ledger."
        )
    if at is None or at > head:
        found.failures.append("The read models are ahead of the ledger: run manage.py verify_ledger.")
        return
    for projector in projectors():
        follows = at == 0 or projector.name in built
        lag = Lag(head - at, waiting) if follows else Lag(head, waited)
        found.projections[projector.name] = lag
        if lag.lag_seconds < LATE:
            continue
        found.failures.append(
            f"Read model {projector.name} is {lag.lag_events:,} entries and {lag.lag_seconds:,.0f} s behind."
            if follows
            else f"Read model {projector.name} is new: run manage.py rebuild_projections {projector.name}."
        )
    if old := [projector.name for projector in projectors() if projector.name in outdated]:
        found.notes.append(
            f"As an earlier release made them: {', '.join(old)}. Run manage.py rebuild_projections"
            f" {' '.join(old)}."
        )
    if parked:
        found.notes.append(
            f"{parked} parked: charts that are incomplete and say so. Mend the cause, then run"
            " manage.py retry_parked."
        )


#: Head, checkpoint, seconds that the first entry after the checkpoint, and the first of all, have
#: waited; names of the read models that follow, and of those with old rows; how many are parked;
#: guards in force; read-only.
_QUESTION = """
SELECT coalesce(l.head, 0), c.position, coalesce(l.waiting, 0), coalesce(l.waited, 0),
       ARRAY(SELECT name FROM built_projectors), ARRAY(SELECT name FROM built_projectors WHERE outdated),
       (SELECT count(*) FROM parked_aggregates),
       (SELECT count(*) FROM pg_trigger AS t, unnest(%s::text[]) AS ledger
         WHERE t.tgrelid = to_regclass(ledger) AND t.tgenabled = 'A'
           AND t.tgfoid = to_regproc(ledger || '_refuse_change')),
       pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean
  FROM (SELECT 1) AS one
  LEFT JOIN checkpoints AS c ON c.name = %s AND c.partition = 0
 CROSS JOIN LATERAL (
    SELECT (SELECT max(position) FROM events) AS head,
           (SELECT extract(epoch FROM clock_timestamp() - created_at)::float8 FROM events
             WHERE position > c.position ORDER BY position LIMIT 1) AS waiting,
           (SELECT extract(epoch FROM clock_timestamp() - created_at)::float8 FROM events
             ORDER BY position LIMIT 1) AS waited) AS l
"""
