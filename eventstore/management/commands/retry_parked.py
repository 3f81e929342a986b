"""`manage.py retry_parked [PROJECTOR] [AGGREGATE]`: try again what could not be shown."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from eventstore.models import ParkedAggregate
from eventstore.projector import projectors, retry


class Command(BaseCommand):
    help = (
        "Apply the entries of parked aggregates again, from the one that failed; what works is unparked. "
        "Exit code: 0 nothing is parked any more, 1 something stays parked."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("projector", nargs="?", metavar="PROJECTOR", help="only of this read model")
        parser.add_argument("aggregate", nargs="?", metavar="AGGREGATE", help="only this aggregate id")

    def handle(self, *args: Any, **options: Any) -> None:
        parked = ParkedAggregate.objects.order_by("position", "id")
        if options["projector"]:
            self._check(options["projector"])
            parked = parked.filter(projector=options["projector"])
        if options["aggregate"]:
            parked = parked.filter(aggregate_id=options["aggregate"])
        if not parked:
            self.stdout.write("Nothing is parked.")
            return
        still = 0
        for one in parked:
            what = f"{one.aggregate_id} for {one.projector}, parked at entry {one.position}"
            if retry(one):
                self.stdout.write(f"Shown again: {what}.")
            else:
                still += 1
                self.stdout.write(f"Still parked: {what}. {one.error}")
        if still:
            sys.exit(1)

    def _check(self, name: str) -> None:
        known = {projector.name for projector in projectors()} | set(
            ParkedAggregate.objects.values_list("projector", flat=True)
        )
        if name not in known:
            raise CommandError(f"There is no read model {name}. There are: {', '.join(sorted(known))}.")
