#!/usr/bin/env python
"""Runs a management command in the database role it needs, on a running database."""

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
    try:
        with database_for(command, Path(__file__).resolve().parent):
            from django.core.exceptions import ImproperlyConfigured
            from django.core.management import execute_from_command_line
            from django.db import OperationalError

            try:
                execute_from_command_line(sys.argv)
            except ImproperlyConfigured as error:
                raise ConfigurationError(str(error)) from error
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) is not None:
                    raise  # it did answer
                sys.exit(f"The database does not answer: {str(error).partition(chr(10))[0]}")
    except (ConfigurationError, EmbeddedPostgresError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
