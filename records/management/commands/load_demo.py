"""Fills an empty ledger with the demo clinic: fifty patients with years of history, and five accounts.

`make run` does it on the first start of the embedded database; on one's own database only who asks for it.
"""

from __future__ import annotations

import os
import secrets
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from records.demo import clinic, loader
from records.demo.people import EMPLOYEES

NOT_EMPTY = "The ledger is not empty: the demo clinic is loaded only where nothing has been recorded yet."


class Command(BaseCommand):
    help = "Load the demo clinic into an empty ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--yes", action="store_true", help="really do it: invented patients cannot be removed again"
        )
        parser.add_argument("--seed", default=clinic.SEED, help="another word, another clinic (%(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["yes"]:
            raise CommandError(
                "This records invented patients, who cannot be removed again: say --yes if you mean it."
            )
        if loader.holds_events():
            raise CommandError(NOT_EMPTY)
        started = time.monotonic()
        zone = timezone.get_default_timezone()
        made = clinic.generate(timezone.localdate(timezone=zone), zone, options["seed"])
        given = os.environ.get("ANAMNESIS_DEMO_PASSWORD")
        password = given or secrets.token_urlsafe(12)
        try:
            loaded = loader.load(made, password, self._progress)
        except loader.NotEmpty:
            raise CommandError(NOT_EMPTY) from None
        self._summary(loaded, time.monotonic() - started)
        if not given:
            names = ", ".join(employee.username for employee in EMPLOYEES if employee.signs_in)
            self.stdout.write(f"Sign in as {names} with the password {password} (shown only this once).")

    def _progress(self, what: str, done: int, of: int) -> None:
        line = f"{what}: {done:,} of {of:,}"
        if self.stderr.isatty():
            self.stderr.write(f"\r{line}", ending="\n" if done == of else "")
        elif done == of:
            self.stderr.write(line)
        self.stderr.flush()

    def _summary(self, loaded: loader.Loaded, seconds: float) -> None:
        self.stdout.write(
            f"The demo clinic: {loaded.patients} patients, {loaded.events:,} events and"
            f" {loaded.access_events:,} accesses in {seconds:.1f} s."
        )
        for name, count in loaded.types.items():
            self.stdout.write(f"  {name} {count:,}")
