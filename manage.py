#!/usr/bin/env python
"""Runs a management command in the database role it needs, on a running database.

What is wrong in the environment (no database, no tables, no key file) is said in one sentence.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    from config.database_session import database_for
    from config.roles import ConfigurationError
    from config.server_user import EmbeddedPostgresError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if {"-h", "--help"} & set(sys.argv[2:]):
        command = "help"  # nobody needs a database to read about one
    try:
        with database_for(command, Path(__file__).resolve().parent):
            run(command)
    except (ConfigurationError, EmbeddedPostgresError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2 if command == "verify_ledger" else 1)  # 2: could not check


def run(command: str) -> None:
    """The command itself. Raises: ConfigurationError, for what the environment lacks."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, ProgrammingError

    from config.roles import ConfigurationError, own_server
    from eventstore.errors import KeyUnavailable

    try:
        execute_from_command_line(sys.argv)
        if command == "migrate" and not own_server():
            from config.key_file import ensure_key_file

            ensure_key_file(print)
    except (ImproperlyConfigured, KeyUnavailable) as error:
        raise ConfigurationError(str(error)) from error
    except (OperationalError, ProgrammingError) as error:
        sqlstate = getattr(error.__cause__, "sqlstate", None)
        if sqlstate is None:
            raise ConfigurationError(
                f"The database does not answer: {str(error).partition(chr(10))[0]}"
            ) from error
        if sqlstate == "42P01":
            raise ConfigurationError(
                "The database lacks a table that this needs: run manage.py migrate first."
                f" ({str(error).partition(chr(10))[0]})"
            ) from error
        raise


if __name__ == "__main__":
    main()
