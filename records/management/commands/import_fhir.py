"""manage.py import_fhir PATH…: take real records from FHIR files into the ledger."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.utils import timezone
from tqdm import tqdm

from eventstore.errors import EventStoreError
from records.author import Author
from records.fhir.importer import Report, Run, import_files
from records.models import User

#: All taken; some refused; nothing usable.
ALL, SOME, NOTHING = 0, 1, 2
GO_ON = "What was recorded stays; run it again to go on."
_SAY_EVERY = 5.0


class Command(BaseCommand):
    help = (
        "Import FHIR R4 patients, allergies and prescriptions as reported by their source. Reads .json"
        " and .ndjson files, each also .gz, and whole folders. Importing again adds only what is new."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="a file or a folder")
        parser.add_argument(
            "--source",
            help="the name of the system that these files come from (else: what they say themselves)",
        )
        parser.add_argument(
            "--as",
            dest="username",
            metavar="NAME",
            help="the user name of the account that runs this import (else the record says: Import)",
        )
        parser.add_argument(
            "--json", action="store_true", help="the summary as JSON on standard output, and nothing else"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        run = Run(
            author=author(options["username"]),
            zone=timezone.get_default_timezone(),
            now=timezone.now(),
            source=(options["source"] or "").strip() or None,
        )
        progress = Bar() if sys.stderr.isatty() else Lines()
        started = time.monotonic()
        try:
            report = import_files(options["paths"], run, progress)
        except (EventStoreError, DatabaseError) as error:
            raise CommandError(f"The import stopped: {error}. {GO_ON}") from error
        except KeyboardInterrupt:
            raise CommandError(f"The import was stopped. {GO_ON}", returncode=130) from None
        finally:
            progress.close()
        if options["json"]:
            self.stdout.write(json.dumps(summary(report), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(in_words(report, time.monotonic() - started))
        if code := exit_code(report):
            sys.exit(code)


def author(username: str | None) -> Author:
    """Whom the record names. Raises: CommandError where there is no such account."""
    if not username:
        return Author(user_id="import", name="Import", role="import")
    user = User.objects.filter(username=User.normalize_username(username)).first()
    account = user.account if user else None
    if account is None or not account.active:
        raise CommandError(f"There is no active account {username}.")
    return Author(user_id=str(account.user_id), name=account.name, role=", ".join(account.roles))


def summary(report: Report) -> dict[str, Any]:
    return {
        "patients": report.patients,
        "events": dict(sorted(report.events.items())),
        "unchanged": report.unchanged,
        "refused": report.refused,
    }


def exit_code(report: Report) -> int:
    if not report.used:
        return NOTHING
    return SOME if report.refused else ALL


def in_words(report: Report, seconds: float) -> str:
    """The summary for people."""
    events = report.events.total()
    lines = [
        f"{_count(report.patients, 'patient')}, {_count(events, 'event')} recorded"
        + (f" ({events / seconds:,.0f} events a second)" if events and seconds > 1 else "")
    ]
    lines += [f"  {number:>9,}  {name}" for name, number in sorted(report.events.items())]
    if report.unchanged:
        lines.append(f"{_count(report.unchanged, 'resource')} on record already, unchanged")
    if report.ignored:
        kinds = ", ".join(f"{name} {number:,}" for name, number in report.ignored.most_common(6) if name)
        lines.append(f"{_count(report.ignored.total(), 'resource')} of other kinds not imported ({kinds})")
    if report.refused:
        lines.append(f"{len(report.refused):,} refused:")
        for refusal in report.refused:
            where = f"{refusal['file']}: {refusal['resource']}" if refusal["resource"] else refusal["file"]
            lines.append(f"  {where}: {refusal['reason']}")
    if not report.used:
        lines.append("Nothing usable was found.")
    return "\n".join(lines)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


class Lines:
    """Progress as a line on standard error every few seconds."""

    def __init__(self) -> None:
        self._said = time.monotonic()

    def reading(self, number: int, of: int) -> None:
        self._say(f"read {number:,} of {_count(of, 'file')}")

    def recording(self, number: int, of: int) -> None:
        self._say(f"recorded {number:,} of {_count(of, 'patient')}")

    def close(self) -> None:
        pass

    def _say(self, words: str) -> None:
        if time.monotonic() - self._said >= _SAY_EVERY:
            self._said = time.monotonic()
            sys.stderr.write(f"import_fhir: {words}\n")
            sys.stderr.flush()


class Bar:
    """Progress as a bar on a terminal."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None
        self._what = ""

    def reading(self, number: int, of: int) -> None:
        self._move("files", number, of)

    def recording(self, number: int, of: int) -> None:
        self._move("patients", number, of)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()

    def _move(self, what: str, number: int, of: int) -> None:
        if self._bar is None or what != self._what:
            self.close()
            self._what = what
            self._bar = tqdm(total=of, desc=what, unit=f" {what}", file=sys.stderr)
        self._bar.update(number - self._bar.n)
