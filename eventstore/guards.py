"""Compares what guards the ledgers with what was shipped: tables, triggers, routines, grants, roles.

Why:    whoever may change the schema can switch a trigger off, empty the function it calls, or hand
        out a privilege, and put everything back afterwards. What is not back is found here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from eventstore import shipped
from eventstore.diagnosis import Finding
from eventstore.ledgers import EVENTS, LEDGERS, Ledger
from eventstore.sql_objects import MIGRATOR_ROLE, OWNER_ROLE, WEB_ROLE

if TYPE_CHECKING:
    from psycopg import Connection

#: Roles that could write anywhere, or take over those that can.
_POWERFUL = (
    "pg_write_all_data",
    "pg_write_server_files",
    "pg_execute_server_program",
    OWNER_ROLE,
    MIGRATOR_ROLE,
)
_ENABLED = {
    "O": "not ALWAYS (a session setting can switch it off)",
    "D": "disabled",
    "R": "disabled but on replicas",
}


def guard_findings(connection: Connection[Any]) -> list[Finding]:
    """Everything about the guards that is not as shipped, in plain words."""
    found: list[Finding] = []
    schema = _schema(connection)
    for ledger in LEDGERS:
        for compare in _COMPARISONS:
            found += [
                Finding(ledger.name, "guard", None, None, what)
                for what in compare(connection, ledger, schema)
            ]
    for name, grants in shipped.table_grants(EVENTS, schema).items():
        if name != EVENTS.name:
            found += [
                Finding(None, "guard", None, None, what) for what in _grants(connection, name, schema, grants)
            ]
            found += [Finding(None, "guard", None, None, what) for what in _owner(connection, name, schema)]
    found += [Finding(None, "guard", None, None, what) for what in _roles(connection, schema)]
    return found


def _schema(connection: Connection[Any]) -> str:
    """The schema in which the ledger of events is found. Raises: UndefinedTable where there is none."""
    rows = connection.execute(
        "SELECT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.oid = %s::regclass",
        [EVENTS.name],
    )
    return str(next(schema for (schema,) in rows))


def _table(connection: Connection[Any], ledger: Ledger, schema: str) -> Iterator[str]:
    row = connection.execute(
        """SELECT c.relkind::text, c.relpersistence::text, c.relrowsecurity OR c.relforcerowsecurity,
                  EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid),
                  EXISTS (SELECT FROM pg_inherits WHERE c.oid IN (inhrelid, inhparent)),
                  ARRAY(SELECT rulename::text FROM pg_rewrite WHERE ev_class = c.oid)
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = %s AND c.relname = %s""",
        [schema, ledger.name],
    ).fetchone()
    if row is None:
        yield f"Table {ledger.name} does not stand in schema {schema}."
        return
    kind, persistence, row_security, policies, inherits, rules = row
    if (kind, persistence) != ("r", "p"):
        yield f"{ledger.name} is not an ordinary, logged table."
    if row_security or policies:
        yield f"Row-level security hides rows of {ledger.name}."
    if inherits:
        yield f"{ledger.name} takes part in table inheritance."
    for rule in rules:
        yield f"Rule {rule} rewrites statements on {ledger.name}."
    yield from _owner(connection, ledger.name, schema)


def _owner(connection: Connection[Any], table: str, schema: str) -> Iterator[str]:
    row = connection.execute(
        "SELECT tableowner FROM pg_tables WHERE schemaname = %s AND tablename = %s", [schema, table]
    ).fetchone()
    if row is None:
        yield f"Table {table} does not stand in schema {schema}."
    elif row[0] != OWNER_ROLE:
        yield f"Table {table} belongs to {row[0]}, not to {OWNER_ROLE}."


def _columns(connection: Connection[Any], ledger: Ledger, schema: str) -> Iterator[str]:
    actual = {
        name: (type_, plain)
        for name, type_, plain in connection.execute(
            """SELECT a.attname::text, format_type(a.atttypid, a.atttypmod),
                      a.attnotnull AND NOT a.atthasdef AND a.attgenerated = '' AND a.attidentity = ''
                 FROM pg_attribute a
                WHERE a.attrelid = format('%%I.%%I', %s::text, %s::text)::regclass
                  AND a.attnum > 0 AND NOT a.attisdropped""",
            [schema, ledger.name],
        )
    }
    expected = shipped.columns(ledger, schema)
    for name, type_ in expected.items():
        if name not in actual:
            yield f"Column {name} of {ledger.name} is missing."
        elif actual[name] != (type_, True):
            what = actual[name][0] if actual[name][0] != type_ else "nullable, generated or has a default"
            yield f"Column {name} of {ledger.name} is not a plain, required {type_}: it is {what}."
    for name in sorted(actual.keys() - expected.keys()):
        yield f"Column {name} of {ledger.name} was added."


def _indexes(connection: Connection[Any], ledger: Ledger, schema: str) -> Iterator[str]:
    table = f'"{schema}"."{ledger.name}"'
    expected = shipped.constraints(ledger, schema)
    actual = dict(
        connection.execute(
            "SELECT conname::text, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype NOT IN ('n', 't')",
            [table],
        ).fetchall()
    )
    sound = dict(
        connection.execute(
            """SELECT c.relname::text, i.indisvalid AND i.indisready AND i.indislive AND i.indisunique
                      AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
                 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                WHERE i.indrelid = %s::regclass""",
            [table],
        ).fetchall()
    )
    for name, definition in expected.items():
        if actual.get(name, "").replace('"', "") != definition:
            yield f"Constraint {name} of {ledger.name} is missing or differs: {definition} was shipped."
        elif not sound.get(name):
            yield f"Index {name} of {ledger.name} is not in force."
    for name in sorted((actual.keys() | sound.keys()) - expected.keys()):
        yield f"{name} on {ledger.name} was added: the ledger has three indexes and no other constraint."


def _triggers(connection: Connection[Any], ledger: Ledger, schema: str) -> Iterator[str]:
    actual = {
        row[0]: row[1:]
        for row in connection.execute(
            """SELECT t.tgname::text, t.tgtype::integer, t.tgenabled::text, n.nspname || '.' || p.proname,
                      t.tgqual IS NULL AND t.tgnargs = 0 AND t.tgattr = '' AND NOT t.tgisinternal
                 FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
                      JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE t.tgrelid = format('%%I.%%I', %s::text, %s::text)::regclass""",
            [schema, ledger.name],
        )
    }
    for trigger in shipped.triggers(ledger, schema):
        if trigger.name not in actual:
            yield f"Trigger {trigger.name} of {ledger.name} is missing."
            continue
        kind, enabled, function, plain = actual.pop(trigger.name)
        if enabled != "A":
            yield f"Trigger {trigger.name} of {ledger.name} is {_ENABLED.get(enabled, enabled)}."
        if function != f"{schema}.{trigger.function}":
            yield f"Trigger {trigger.name} of {ledger.name} calls {function}, not {trigger.function}."
        if kind != trigger.kind or not plain:
            yield f"Trigger {trigger.name} of {ledger.name} no longer fires on what it was shipped for."
    for name in sorted(actual):
        yield f"Trigger {name} on {ledger.name} was added."


def _routines(connection: Connection[Any], ledger: Ledger, schema: str) -> Iterator[str]:
    for routine in shipped.routines(ledger, schema):
        rows = connection.execute(
            """SELECT p.prokind::text, pg_get_function_arguments(p.oid), l.lanname::text, p.prosecdef,
                      coalesce(p.proconfig, '{}'), p.prosrc, p.provolatile::text,
                      pg_get_userbyid(p.proowner)::text,
                      ARRAY(SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC'
                                   ELSE pg_get_userbyid(a.grantee)::text END
                                   || CASE WHEN a.is_grantable THEN ' (may pass it on)' ELSE '' END
                              FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                             WHERE a.grantee <> p.proowner)
                 FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                      JOIN pg_language l ON l.oid = p.prolang
                WHERE n.nspname = %s AND p.proname = %s""",
            [schema, routine.name],
        ).fetchall()
        if len(rows) != 1:
            yield (
                f"Routine {routine.name} is missing."
                if not rows
                else f"Routine {routine.name} stands there twice."
            )
            continue
        kind, arguments, language, definer, settings, body, volatility, owner, granted = rows[0]
        if body != routine.body:
            yield f"The body of {routine.name} is not the one shipped."
        if (kind, shipped.plain_arguments(arguments), language, volatility) != (
            routine.kind, routine.arguments, routine.language, "v",
        ):  # fmt: skip
            yield f"The signature, language or volatility of {routine.name} is not the one shipped."
        if definer != routine.security_definer:
            yield f"{routine.name} runs with the rights of {'its owner' if definer else 'its caller'}."
        if tuple(settings) != routine.settings:
            yield f"{routine.name} runs under other settings than shipped: {', '.join(settings) or 'none'}."
        if owner != OWNER_ROLE:
            yield f"{routine.name} belongs to {owner}, not to {OWNER_ROLE}."
        for role in sorted(set(granted) - routine.granted_to):
            yield f"{role} may execute {routine.name}."
        for role in sorted(routine.granted_to - set(granted)):
            yield f"{role} may no longer execute {routine.name}."


def _ledger_grants(connection: Connection[Any], ledger: Ledger, schema: str) -> Iterator[str]:
    yield from _grants(connection, ledger.name, schema, shipped.table_grants(ledger, schema)[ledger.name])


def _grants(
    connection: Connection[Any], table: str, schema: str, expected: frozenset[tuple[str, str]]
) -> Iterator[str]:
    rows = connection.execute(
        """WITH t AS (SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                       WHERE n.nspname = %s AND c.relname = %s),
                granted AS (
                    SELECT t.relowner, a.*
                      FROM t, aclexplode(coalesce(t.relacl, acldefault('r', t.relowner))) a
                    UNION ALL
                    SELECT t.relowner, a.*
                      FROM t JOIN pg_attribute c ON c.attrelid = t.oid, aclexplode(c.attacl) a)
           SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END,
                  privilege_type, is_grantable
             FROM granted WHERE grantee <> relowner""",
        [schema, table],
    ).fetchall()
    actual = {(role, privilege) for role, privilege, _ in rows}
    for role, privilege in sorted(actual - expected):
        yield f"{role} may {privilege} on {table}."
    for role, privilege in sorted(expected - actual):
        yield f"{role} may no longer {privilege} on {table}."
    for role, privilege, grantable in rows:
        if grantable:
            yield f"{role} may pass {privilege} on {table} on to others."


def _roles(connection: Connection[Any], schema: str) -> Iterator[str]:
    """The owner cannot log in, nobody but the migrator may act for it, the web role has no power."""
    owner = connection.execute(
        "SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = %s", [OWNER_ROLE]
    ).fetchone()
    if owner is None:
        yield f"Role {OWNER_ROLE} is missing."
        return
    if owner[0]:
        yield f"{OWNER_ROLE} can log in: whoever does may switch the guards off."
    if owner[1]:
        yield f"{OWNER_ROLE} is a superuser."
    # From 16 on whoever made a role is its member, but may not act for it.
    acts_for = "SET" if connection.info.server_version >= 160000 else "MEMBER"
    for (role,) in connection.execute(
        """SELECT rolname::text FROM pg_roles
            WHERE rolcanlogin AND NOT rolsuper AND rolname <> ALL(%s)
              AND (pg_has_role(oid, %s::name, %s) OR pg_has_role(oid, %s::name, 'USAGE'))
            ORDER BY 1""",
        [[OWNER_ROLE, MIGRATOR_ROLE], OWNER_ROLE, acts_for, OWNER_ROLE],
    ):
        yield f"{role} may act as {OWNER_ROLE}."
    web = connection.execute(
        """SELECT rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls,
                  ARRAY(SELECT o.rolname::text FROM pg_roles o
                         WHERE o.rolname = ANY(%s) AND pg_has_role(w.oid, o.oid, 'MEMBER')),
                  has_schema_privilege(w.oid, %s, 'CREATE')
             FROM pg_roles w WHERE w.rolname = %s""",
        [list(_POWERFUL), schema, WEB_ROLE],
    ).fetchone()
    if web is None:
        yield f"Role {WEB_ROLE} is missing."
        return
    powerful, member_of, may_create = web
    if powerful:
        yield f"{WEB_ROLE} has powers past all privileges (superuser, roles, replication or row security)."
    for role in member_of if not powerful else ():
        yield f"{WEB_ROLE} may act as {role}."
    if may_create and not powerful:
        yield f"{WEB_ROLE} may create objects in schema {schema}."


_COMPARISONS: tuple[Callable[[Connection[Any], Ledger, str], Iterator[str]], ...] = (
    _table,
    _columns,
    _indexes,
    _triggers,
    _routines,
    _ledger_grants,
)
