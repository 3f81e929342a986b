"""The extension that compares spellings (pg_trgm), made by the first migration that needs it.

It is a trusted one: whoever owns the database may make it, no superuser is asked. It is part of the embedded
server, and of Debian's and Red Hat's PostgreSQL with their contrib files.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.operations import TrigramExtension
from django.db import Error as DatabaseError
from django.db.utils import NotSupportedError

MISSING = (
    "This PostgreSQL cannot make its extension pg_trgm, by which misspelt names are found. Install the"
    " contrib files of your PostgreSQL (Debian: they come with postgresql-15; Red Hat: postgresql15-contrib),"
    " or let a superuser run CREATE EXTENSION pg_trgm in this database. Then migrate again."
)


class Trigrams(TrigramExtension):
    """Makes the extension. Raises: NotSupportedError with a sentence that says what to install."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        except DatabaseError as error:
            raise NotSupportedError(f"{MISSING} The server said: {error}".strip()) from error
