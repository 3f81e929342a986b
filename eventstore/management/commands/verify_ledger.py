"""`manage.py verify_ledger`: is the ledger still what was recorded?"""

from __future__ import annotations

import json
import sys
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection

from eventstore.diagnosis import Finding
from eventstore.key_check import key_findings
from eventstore.ledgers import LEDGERS
from eventstore.verify import CannotCheck, Report, verify

FOUND, COULD_NOT_CHECK = 1, 2
#: Kinds of finding that are of no entry.
BESIDE = ("guard", "key")


class Command(BaseCommand):
    help = (
        "Recompute every hash, position and version of both ledgers from their raw rows, compare the guards "
        "(triggers, functions, grants, roles) with those shipped, and name what differs. "
        "Exit code: 0 nothing found, 1 something found, 2 could not check. "
        "What a database cannot know of itself: entries cut off at the end, a chain rewritten as a whole."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        as_json = options["json"]
        try:
            connection.ensure_connection()
            report = verify(connection.connection)
            report.findings.extend(key_findings(connection.connection))
        except CannotCheck as error:
            self._could_not_check(str(error), as_json=as_json)
        except (DatabaseError, psycopg.Error) as error:
            first = str(error).strip().splitlines()[0]
            self._could_not_check(f"The database could not be reached ({first}).", as_json=as_json)
        else:
            self._print_json(report.as_json()) if as_json else self._print(report)
            if report.findings:
                sys.exit(FOUND)

    def _could_not_check(self, why: str, *, as_json: bool) -> None:
        if as_json:
            nothing: dict[str, Any] = {ledger.name: None for ledger in LEDGERS}
            self._print_json(nothing | {"findings": [], "could_not_check": why})
        else:
            self.stderr.write(f"Could not check. {why}")
        sys.exit(COULD_NOT_CHECK)

    def _print_json(self, result: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(result, indent=2))

    def _print(self, report: Report) -> None:
        for name, state in report.ledgers.items():
            found = sum(finding.ledger == name and finding.kind not in BESIDE for finding in report.findings)
            if found:
                sound = f"Entries 1 to {state.verified_to} are sound." if state.verified_to else ""
                self.stdout.write(f"{name}: {found} found that is not as recorded. {sound}")
            elif state.verified_to:
                self.stdout.write(f"{name}: No alteration found in entries 1 to {state.verified_to}.")
                self.stdout.write(f"  head {state.head}")
            else:
                self.stdout.write(f"{name}: No entries yet.")
        if not any(finding.kind == "guard" for finding in report.findings):
            self.stdout.write("Guards: as shipped.")
        for finding in report.findings:
            self.stdout.write(f"  {_place(finding)}: {finding.what}")


def _place(finding: Finding) -> str:
    event = f", event {finding.event_id}" if finding.event_id else ""
    return f"{finding.ledger or 'database'}, {finding.kind}{event}"
