"""The key file of the embedded database: made once, for a ledger that has used no keys yet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

from config.roles import ConfigurationError
from eventstore.envelope import create_key_file


def ensure_key_file(say: Callable[[str], None]) -> None:
    """Make the key file where there is none, and say that it must be kept.

    Raises: ConfigurationError when the ledger's keys are elsewhere: a new file could not open them.
    """
    path = Path(settings.ANAMNESIS_KEY_FILE)
    if path.exists():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM stream_keys)")
        (used,) = cursor.fetchone()
    if used:
        raise ConfigurationError(
            f"The key file {path} is missing, and the ledger has personal fields that only its keys "
            "open: put the file back, or name it in ANAMNESIS_KEY_FILE."
        )
    create_key_file(path)
    say(
        f"Made the key file {path}.\n"
        "KEEP A COPY of it apart from the database: without it, names, birth dates and free text in the "
        "ledger can never be read again."
    )
