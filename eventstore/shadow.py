"""Copies of read-model tables in a second schema, and the swap that puts them in the live ones' place.

Why:    a second schema lets the copies bear the live names of tables, indexes and constraints, so
        that later migrations, which address them by name, find them after the swap.
Shape:  live tables stand in the schema of the ledgers, copies being filled in `rebuild`, and what
        was swapped out in `retired`, until the next rebuild of the same table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, LiteralString

from django.db import connection
from psycopg import sql

from eventstore.errors import EventStoreError

FILLING = "rebuild"
RETIRED = "retired"
#: How long the swap waits for a page to let go of a table before it steps back and tries again.
TABLE_LOCK_TIMEOUT = "100ms"
_PARKED = "projector, aggregate_id, position, event_id, version, error, parked_at"
_MARKS = "%s, %s, %s, %s, %s, %s, %s"


class CannotRebuild(EventStoreError):
    """A read model cannot be rebuilt or brought back; the live tables are as they were."""


def live_schema() -> str:
    """The schema that the live tables stand in, whatever the search path says first."""
    return str(
        _rows(
            "SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.oid = 'checkpoints'::regclass"
        )[0][0]
    )


def refuse_what_points_at(tables: Sequence[str], live: str) -> None:
    """Raises: CannotRebuild where a foreign key or a view would go on pointing at the old table."""
    pointers = _rows(
        """SELECT format('The foreign key %%I ties %%I to another table', k.conname, c.relname)
             FROM pg_constraint k JOIN pg_class c ON c.oid IN (k.conrelid, k.confrelid)
            WHERE k.contype = 'f' AND c.relnamespace = %s::regnamespace AND c.relname = ANY(%s)
            UNION
           SELECT format('The view %%s reads %%I', r.ev_class::regclass, c.relname)
             FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = d.refobjid
            WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
              AND r.ev_class <> c.oid AND c.relnamespace = %s::regnamespace AND c.relname = ANY(%s)""",
        [live, list(tables), live, list(tables)],
    )
    for (what,) in pointers:
        raise CannotRebuild(f"{what}: a read model that is swapped can have none.")


def make_copies(tables: Sequence[str], live: str) -> None:
    """Empty copies, with the keys and indexes by which a projector finds its rows while it fills them.

    What an earlier rebuild left is dropped.
    """
    drop_copies()
    _run("CREATE SCHEMA {copies}", copies=FILLING)
    for table in tables:
        _run(
            "CREATE TABLE {copies}.{table}"
            " (LIKE {live}.{table} INCLUDING ALL EXCLUDING INDEXES EXCLUDING CONSTRAINTS)",
            copies=FILLING, table=table, live=live,
        )  # fmt: skip
        _add_constraints(table, live, kinds="pu")
        _add_indexes(table, live, ordered=True)


def finish_copies(tables: Sequence[str], live: str) -> None:
    """Give filled copies the live tables' other constraints, indexes and grants, by the same names."""
    for table in tables:
        _add_constraints(table, live, kinds="cx")
        _add_indexes(table, live, ordered=False)
        _copy_grants(table, live)
    analyze(FILLING, tables)


def analyze(schema: str, tables: Sequence[str]) -> None:
    """Tell the planner how big the tables have become; plans made while they were small are dropped."""
    for table in tables:
        _run("ANALYZE {schema}.{table}", schema=schema, table=table)


def drop_copies() -> None:
    _run("DROP SCHEMA IF EXISTS {copies} CASCADE", copies=FILLING)


def swap_in(tables: Sequence[str], live: str, *, position: int) -> None:
    """Put the copies in the live tables' place, inside the caller's transaction.

    Shape: position: what both have followed; the retired tables keep it for a rollback.
    Raises: OperationalError (55P03) where a page keeps a table for longer than TABLE_LOCK_TIMEOUT.
    """
    _run("CREATE SCHEMA IF NOT EXISTS {retired}", retired=RETIRED)
    for table in tables:
        _run("DROP TABLE IF EXISTS {retired}.{table}", retired=RETIRED, table=table)
    _rows("SELECT set_config('lock_timeout', %s, true)", [TABLE_LOCK_TIMEOUT])
    for table in sorted(tables):
        _run("LOCK TABLE {live}.{table} IN ACCESS EXCLUSIVE MODE", live=live, table=table)
    for table in tables:
        _run("COMMENT ON TABLE {live}.{table}", f" IS 'retired at {position:d}'", live=live, table=table)
        _run("COMMENT ON TABLE {copies}.{table} IS NULL", copies=FILLING, table=table)
    move(tables, live, RETIRED)
    move(tables, FILLING, live)


def move(tables: Sequence[str], origin: str, target: str) -> None:
    for table in tables:
        _run("ALTER TABLE {origin}.{table} SET SCHEMA {target}", origin=origin, table=table, target=target)


def retired_position(tables: Iterable[str]) -> int:
    """How far the retired tables had followed when they were swapped out.

    Raises: CannotRebuild where one of them is not there, or they were not swapped out together.
    """
    positions = set()
    for table in tables:
        found = _rows(
            "SELECT obj_description(to_regclass(format('%%I.%%I', %s::text, %s::text)), 'pg_class')",
            [RETIRED, table],
        )
        said = re.fullmatch(r"retired at (\d+)", found[0][0] or "")
        if said is None:
            raise CannotRebuild(f"There is no earlier {table} to go back to.")
        positions.add(int(said[1]))
    if len(positions) != 1:
        raise CannotRebuild("These tables were not swapped out together: name the read models one by one.")
    return positions.pop()


def note_position(tables: Iterable[str], position: int) -> None:
    """Write down how far the retired tables have followed."""
    for table in tables:
        _run(
            "COMMENT ON TABLE {retired}.{table}",
            f" IS 'retired at {position:d}'",
            retired=RETIRED,
            table=table,
        )


def take_from_retired(tables: Sequence[str]) -> None:
    """Make the retired tables the copies that are swapped in next."""
    drop_copies()
    _run("CREATE SCHEMA {copies}", copies=FILLING)
    move(tables, RETIRED, FILLING)


def retired_parked(names: Sequence[str]) -> frozenset[tuple[str, str]]:
    """(projector, aggregate) of what was parked when these projectors' tables were retired."""
    if _rows("SELECT to_regclass(%s)", [f"{RETIRED}.parked_aggregates"]) == [(None,)]:
        return frozenset()
    found = _rows(
        f"SELECT projector, aggregate_id FROM {RETIRED}.parked_aggregates WHERE projector = ANY(%s)",  # noqa: S608 - our own names
        [list(names)],
    )
    return frozenset((projector, aggregate_id) for projector, aggregate_id in found)


def exchange_parked(names: Sequence[str], live: str, *, restore: bool) -> None:
    """What is parked belongs to the tables: it retires with them, and comes back with them."""
    _run(
        "CREATE TABLE IF NOT EXISTS {retired}.parked_aggregates (LIKE {live}.parked_aggregates)",
        retired=RETIRED, live=live,
    )  # fmt: skip
    earlier = _rows(
        f"DELETE FROM {RETIRED}.parked_aggregates WHERE projector = ANY(%s) RETURNING {_PARKED}",  # noqa: S608 - our own names
        [list(names)],
    )
    present = _rows(
        f"DELETE FROM {live}.parked_aggregates WHERE projector = ANY(%s) RETURNING {_PARKED}",  # noqa: S608 - our own names
        [list(names)],
    )
    for row in present:
        _run(
            "INSERT INTO {retired}.parked_aggregates (id, ", f"{_PARKED}) VALUES (0, {_MARKS})",
            parameters=row, retired=RETIRED,
        )  # fmt: skip
    for row in earlier if restore else ():
        _run(
            "INSERT INTO {live}.parked_aggregates (", f"{_PARKED}) VALUES ({_MARKS})",
            parameters=row, live=live,
        )  # fmt: skip


def _add_constraints(table: str, live: str, *, kinds: str) -> None:
    for name, definition in _rows(
        """SELECT conname::text, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE conrelid = format('%%I.%%I', %s::text, %s::text)::regclass
              AND strpos(%s, contype::text) > 0 ORDER BY conname""",
        [live, table, kinds],
    ):
        _run(
            "ALTER TABLE {copies}.{table} ADD CONSTRAINT {name}",
            f" {definition}",
            copies=FILLING,
            table=table,
            name=name,
        )


def _add_indexes(table: str, live: str, *, ordered: bool) -> None:
    """Indexes that no constraint brings. ordered: the B-trees; else all others, which are slow to keep."""
    for (definition,) in _rows(
        """SELECT pg_get_indexdef(i.indexrelid)
             FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
            WHERE i.indrelid = format('%%I.%%I', %s::text, %s::text)::regclass
              AND (m.amname = 'btree') = %s
              AND NOT EXISTS (SELECT FROM pg_constraint k
                               WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid)""",
        [live, table, ordered],
    ):
        _run("", _in_copies(definition))


def _in_copies(definition: str) -> str:
    """An index's definition with the copies' schema in the live one's place and nothing else changed."""
    return re.sub(r'(?<= ON )(?:"(?:[^"]|"")+"|\w+)(?=\.)', FILLING, definition, count=1)


def _copy_grants(table: str, live: str) -> None:
    """The live table's grants, on its columns too, and those of the sequences that belong to it."""
    for kind, name, privilege, role, grantable in _rows(
        """WITH live AS (SELECT c.* FROM pg_class c
                          WHERE c.oid = format('%%I.%%I', %s::text, %s::text)::regclass),
                granted AS (
                    SELECT 'TABLE' AS kind, relname, '' AS column, relowner, a.*
                      FROM live, aclexplode(relacl) a
                    UNION ALL
                    SELECT 'TABLE', relname, format(' (%%I)', c.attname), relowner, a.*
                      FROM live JOIN pg_attribute c ON c.attrelid = live.oid, aclexplode(c.attacl) a
                    UNION ALL
                    SELECT 'SEQUENCE', s.relname, '', s.relowner, a.*
                      FROM live JOIN pg_depend d ON d.refobjid = live.oid AND d.deptype IN ('a', 'i')
                           JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S', aclexplode(s.relacl) a)
           SELECT kind, relname::text, privilege_type || "column",
                  CASE grantee WHEN 0 THEN '' ELSE pg_get_userbyid(grantee)::text END, is_grantable
             FROM granted WHERE grantee <> relowner""",
        [live, table],
    ):
        _run(
            f"GRANT {privilege} ON {kind} {{copies}}.{{name}} TO " + ("{role}" if role else "PUBLIC"),
            " WITH GRANT OPTION" if grantable else "",
            copies=FILLING,
            name=name,
            role=role,
        )


def _run(
    statement: LiteralString, definition: str = "", parameters: Sequence[Any] | None = None, **names: str
) -> None:
    """Execute a statement with names filled in, followed by a definition as the catalogue printed it."""
    filled = sql.SQL(statement).format(**{key: sql.Identifier(name) for key, name in names.items() if name})
    with connection.cursor() as cursor:
        cursor.execute(filled.as_string(None) + definition, parameters)


def _rows(query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(parameters))
        return list(cursor.fetchall())
