"""Prints how to reach the database as one of its roles, for psql and psycopg."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.roles import ConfigurationError, connection_url


class Command(BaseCommand):
    help = 'Print a connection string: psql "$(manage.py database_url --role web)".'

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--role",
            choices=["web", "migrator", "superuser"],
            default="web",
            help="web serves pages; migrator migrates and rebuilds; superuser is the embedded server's alone",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(connection_url(options["role"], settings.BASE_DIR))
        except ConfigurationError as error:
            raise CommandError(str(error)) from error
