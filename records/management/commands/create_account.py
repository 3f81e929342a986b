"""Opens an account from the command line: how the first one of an installation is made."""

from __future__ import annotations

import getpass
import os
import secrets
import sys
from argparse import ArgumentParser
from typing import Any
from uuid import uuid4

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from eventstore.errors import KeyUnavailable
from records.account_opening import Opening, open_account
from records.author import COMMAND_LINE, Author, Origin
from records.codes import Role
from records.decision import Rejected
from records.models import User

#: 32 of them are 160 bits; none is mistaken for another on paper.
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
LETTERS_IN_PASSWORD = 32


class Command(BaseCommand):
    help = (
        "Open an account: an identity of one person's own, with its roles. Asks for a password on a terminal "
        "(empty: makes one), takes it from an environment variable, or makes one and prints it once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="NAME", help="the name to sign in with, such as jones")
        parser.add_argument(
            "--role",
            action="append",
            required=True,
            choices=[role.value for role in Role],
            help="what the person does here; may be given more than once",
        )
        parser.add_argument("--license", help="license to prescribe; without one a clinician may not")
        parser.add_argument("--name", help='as it is to stand beside entries, such as "Dr Rhys Jones"')
        parser.add_argument(
            "--password-from-env", metavar="VARIABLE", help="take the password from this environment variable"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.open(options)
        except Rejected as rejected:
            raise CommandError(rejected.message) from rejected
        except KeyUnavailable as missing:
            raise CommandError(f"{missing} Make one, once, with: manage.py create_key_file") from missing
        except (ProgrammingError, OperationalError) as missing:
            raise CommandError(f"The tables cannot be used; has migrate run? {missing}") from missing

    def open(self, options: dict[str, Any]) -> None:
        user = User(username=User.normalize_username(options["username"]))
        self.refuse_a_name_that_cannot_be(user)
        password, made_here = self.password(options["password_from_env"], user)
        opening = Opening(
            username=user.username,
            name=options["name"] or options["username"],
            password=password,
            roles=tuple(dict.fromkeys(options["role"])),
            license=options["license"],
        )
        operator = getpass.getuser()
        author = Author(user_id=COMMAND_LINE, name=f"{operator} at the command line", role=COMMAND_LINE)
        open_account(opening, command_id=uuid4(), author=author, origin=Origin(correlation_id=str(uuid4())))
        self.stdout.write(f"Account {user.username} opened: {', '.join(opening.roles)}.")
        if made_here:
            self.stdout.write(f"Password (shown this once): {password}")

    def refuse_a_name_that_cannot_be(self, user: User) -> None:
        """Before a password is asked for. That it stays free until it is taken, the database sees to."""
        try:
            user.clean_fields(exclude=["password"])
        except ValidationError as problem:
            raise CommandError(f"{user.username!r}: {' '.join(problem.messages)}") from problem
        if User.objects.filter(username=user.username).exists():
            taken = User.objects.get(username=user.username)
            if taken.account is not None:
                raise CommandError(f"The user name {user.username} is taken. Choose another.")

    def password(self, variable: str | None, user: User) -> tuple[str, bool]:
        """The password, and whether it was made here and must be shown."""
        if variable is not None:
            found = os.environ.get(variable)
            if not found:
                raise CommandError(f"The environment variable {variable} is not set, or empty.")
            return self.valid(found, user), False
        typed = self.typed() if sys.stdin.isatty() else ""
        if typed:
            return self.valid(typed, user), False
        return "".join(secrets.choice(LETTERS) for _ in range(LETTERS_IN_PASSWORD)), True

    def typed(self) -> str:
        first = getpass.getpass("Password (empty: one is made for you): ")
        if first and getpass.getpass("The same again: ") != first:
            raise CommandError("The two are not the same. Nothing was recorded.")
        return first

    def valid(self, password: str, user: User) -> str:
        try:
            validate_password(password, user)
        except ValidationError as problem:
            raise CommandError(f"This password is not taken. {' '.join(problem.messages)}") from problem
        return password
