"""What the SQL files ship, read as the facts that a catalogue can be compared with.

Why:    the files that the migration runs are the one definition of the guards; a second list, kept
        by hand, would drift from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from eventstore import sql_objects
from eventstore.ledgers import Ledger

#: Type names as written in the files and as the catalogue prints them.
_TYPES = {"timestamptz": "timestamp with time zone"}
_EVENTS = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
_ROW, _BEFORE = 1, 2

_COLUMN = re.compile(r"^ {4}(\w+) +(\w+) +NOT NULL,?$", re.MULTILINE)
_CONSTRAINT = re.compile(r"CONSTRAINT (\w+) ((?:PRIMARY KEY|UNIQUE) \([\w, ]+\))")
_TRIGGER = re.compile(
    r"CREATE TRIGGER (\w+)\s+BEFORE ([A-Z ]+?) ON [\w.]+\s+FOR EACH (ROW|STATEMENT)"
    r" EXECUTE FUNCTION \w+\.(\w+)\(\)"
)
_ROUTINE = re.compile(
    r"CREATE (FUNCTION|PROCEDURE) \w+\.(\w+)\((.*?)\)(?: RETURNS \w+)?\s+LANGUAGE (\w+)\n(.*?)"
    r"AS \$body\$(.*?)\$body\$",
    re.DOTALL,
)
_SEARCH_PATH = re.compile(r"SET search_path = ([^\n]+)")
_EXECUTE = re.compile(r"GRANT EXECUTE ON (?:FUNCTION|PROCEDURE) \w+\.(\w+)\([^)]*\) TO (\w+)")
_TABLE_GRANT = re.compile(r"GRANT ([A-Z, ]+) ON \w+\.(\w+) TO (\w+)")


class Trigger(NamedTuple):
    """Shape: kind is pg_trigger.tgtype (row, before, and which statements)."""

    name: str
    kind: int
    function: str


@dataclass(frozen=True)
class Routine:
    """A function or procedure. Shape: kind is pg_proc.prokind; settings is pg_proc.proconfig."""

    name: str
    kind: str
    arguments: str
    language: str
    security_definer: bool
    settings: tuple[str, ...]
    body: str
    granted_to: frozenset[str]


def columns(ledger: Ledger, schema: str) -> dict[str, str]:
    """Type by column name."""
    text = sql_objects.render("ledger_table", schema=schema, ledger=ledger)
    return {name: _TYPES.get(type_, type_) for name, type_ in _COLUMN.findall(text)}


def constraints(ledger: Ledger, schema: str) -> dict[str, str]:
    """Definition by name; each stands for one index of the same name."""
    text = sql_objects.render("ledger_table", schema=schema, ledger=ledger)
    return dict(_CONSTRAINT.findall(text))


def triggers(ledger: Ledger, schema: str) -> list[Trigger]:
    text = sql_objects.render("refuse_change_triggers", schema=schema, ledger=ledger)
    return [
        Trigger(
            name,
            _BEFORE + (_ROW if each == "ROW" else 0) + sum(_EVENTS[event] for event in events.split(" OR ")),
            function,
        )
        for name, events, each, function in _TRIGGER.findall(text)
    ]


def routines(ledger: Ledger, schema: str) -> list[Routine]:
    text = "\n".join(sql_objects.render(name, schema=schema, ledger=ledger) for name in sql_objects.LEDGER)
    granted: dict[str, set[str]] = {}
    for name, role in _EXECUTE.findall(text):
        granted.setdefault(name, set()).add(role)
    return [
        Routine(
            name=name,
            kind="p" if word == "PROCEDURE" else "f",
            arguments=plain_arguments(arguments),
            language=language,
            security_definer="SECURITY DEFINER" in options,
            settings=tuple(f"search_path={path}" for path in _SEARCH_PATH.findall(options)),
            body=body,
            granted_to=frozenset(granted.get(name, ())),
        )
        for word, name, arguments, language, options, body in _ROUTINE.findall(text)
    ]


def table_grants(ledger: Ledger, schema: str) -> dict[str, frozenset[tuple[str, str]]]:
    """(role, privilege) by table: the ledger's own, and those of what stands beside the ledgers."""
    text = sql_objects.render("ledger_grants", schema=schema, ledger=ledger)
    text += "".join(sql_objects.render(name, schema=schema) for name in ("stream_keys", "disposable_ledgers"))
    return {
        table: frozenset((role, privilege) for privilege in privileges.split(", "))
        for privileges, table, role in _TABLE_GRANT.findall(text)
    }


def plain_arguments(text: str) -> str:
    """Arguments on one line, without the mode that is the default."""
    return re.sub(r"\bIN ", "", " ".join(text.split()))
