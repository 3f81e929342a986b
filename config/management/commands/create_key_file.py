"""Makes the file with the keys of the ledger's personal fields, for one's own PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from eventstore.envelope import create_key_file


class Command(BaseCommand):
    help = (
        "Make the key file named by ANAMNESIS_KEY_FILE. On the embedded database `make run` and `migrate`"
        " do this by themselves."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.ANAMNESIS_KEY_FILE)
        try:
            create_key_file(path)
        except FileExistsError as error:
            raise CommandError(f"{path} is there already, and stays as it is.") from error
        except OSError as error:
            raise CommandError(f"{path} cannot be made: {error.strerror}.") from error
        self.stdout.write(
            f"{path} is made. Keep a copy apart from the database and its backups: without it, names, "
            "birth dates and free text in the ledger can never be read again."
        )
