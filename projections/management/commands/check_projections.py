"""`manage.py check_projections`: do the read models still say what the events say?"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from projections.comparison import Comparison


class Command(BaseCommand):
    help = (
        "Compare every row of the read models, and every snapshot, with a fold of the events that was "
        "written apart from the projectors, as of the checkpoint. Exit code: 0 all agree, 1 the rows named "
        "differ."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "streams", nargs="*", metavar="AGGREGATE_ID", help="only these; all if none is named"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        comparison, differing = Comparison(only=options["streams"]), 0
        for difference in comparison.differences():
            differing += 1
            self.stdout.write(str(difference))
        for note in comparison.notes:
            self.stdout.write(note)
        compared = (
            f"{comparison.rows:,} rows of {comparison.streams:,} streams and {comparison.snapshots:,}"
            f" snapshots compared as of entry {comparison.position:,}"
        )
        if differing:
            self.stdout.write(f"{differing:,} values differ. {compared}.")
            sys.exit(1)
        self.stdout.write(f"No difference. {compared}.")
