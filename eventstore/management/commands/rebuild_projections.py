"""`manage.py rebuild_projections [NAME…]`: derive read models anew while the live ones serve."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from eventstore.errors import EventStoreError
from eventstore.rebuild import Progress, chosen, rebuild, roll_back

if TYPE_CHECKING:
    from collections.abc import Iterator


class Command(BaseCommand):
    help = (
        "Build read models anew from the first event on, beside the live ones, and swap them in. "
        "Pages and writers go on meanwhile. What was swapped out stays for --rollback."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="read models; all if none is named")
        parser.add_argument(
            "--rollback", action="store_true", help="bring back, up to date, what a rebuild swapped out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            followers = chosen(options["names"])
            act = roll_back if options["rollback"] else rebuild
            with _bar(shown=self.stderr.isatty()) as progress:
                done = act(followers, progress=progress)
        except EventStoreError as error:
            raise CommandError(str(error)) from error
        verb = "Brought back" if options["rollback"] else "Rebuilt"
        rate = f" ({done.events / done.seconds:,.0f} events/s)" if done.events and done.seconds else ""
        self.stdout.write(
            f"{verb} {', '.join(projector.name for projector in followers)} to entry {done.position:,}"
            f" in {done.seconds:.1f} s{rate}; pages waited {done.paused * 1000:.1f} ms."
        )


@contextmanager
def _bar(*, shown: bool) -> Iterator[Progress]:
    """A progress bar on standard error: events, events a second, time left."""
    with tqdm(unit=" events", unit_scale=False, disable=not shown, dynamic_ncols=True) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress
