"""Runs the whole product: the database, its tables, the web server and the projection worker.

Why one command: a new user types `make run` and gets a working clinic; Ctrl-C ends all of it, the database
included. Nothing here is needed where a system's own services run gunicorn, the worker and PostgreSQL.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from config.children import Child, KeepsDying, end_all
from config.embedded_postgres import Cluster
from config.key_file import ensure_key_file
from config.roles import ConfigurationError
from config.server_files import ServerFiles, make_folder
from config.server_lease import try_lock
from config.server_user import EmbeddedPostgresError
from eventstore import store
from eventstore.projector import outdated_names
from records.demo.people import EMPLOYEES
from records.models import User

DEMO_ACCOUNTS = tuple((one.username, one.role) for one in EMPLOYEES if one.signs_in)
ANSWER_SECONDS = 120.0
LOOK_EVERY_SECONDS = 1.0


class Stop(BaseException):
    """A signal asked for the end. Not an Exception: no handler on the way may swallow it."""


class Command(BaseCommand):
    help = "Run Anamnesis until Ctrl-C: database, migrations, demo clinic, web server, projection worker."
    requires_system_checks: list[str] = []
    cluster: Cluster | None = None
    demo_password: str | None = None

    def handle(self, *args: Any, **options: Any) -> None:
        self.children: list[Child] = []
        self.project: Path = settings.BASE_DIR
        listener = self._listener()
        self._only_one()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        try:
            self._prepare()
            self._start(listener)
            self._announce(listener)
            self._keep_alive()
        except Stop:
            self._say("Stopping ...")
        except (EmbeddedPostgresError, KeepsDying) as error:
            raise CommandError(str(error)) from error
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            end_all(self.children)
            connection.close()
            if self.cluster is not None:
                self.cluster.stop()
        self._say("Stopped. Everything recorded is kept; `make run` goes on from here.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    # Before anything starts

    def _listener(self) -> socket.socket:
        """The port, held from the first moment: whoever comes early waits until the web server has it.

        Raises: CommandError when the port is taken, or is none.
        """
        named, address = os.environ.get("PORT") or "8000", os.environ.get("ANAMNESIS_BIND") or "127.0.0.1"
        if not named.isdecimal() or not 1 <= int(named) <= 65535:
            raise CommandError(f"PORT is {named!r}: it is a number from 1 to 65535.")
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, int(named)))
            # A port that another socket listens on can be bound and not listened on: ask now, not later.
            listener.listen()
        except OSError as error:
            other = int(named) + 1 if int(named) < 65535 else 8001
            raise CommandError(
                f"Port {named} on {address} cannot be had ({error.strerror}): end the program that uses it, "
                f"or take another port, as in PORT={other} make run."
            ) from error
        return listener

    def _only_one(self) -> None:
        folder: Path = settings.DATA_FOLDER
        make_folder(ServerFiles(folder))
        if try_lock(folder / "serve.lock") is None:
            raise CommandError(f"Anamnesis is already running with the data in {folder}.")

    def _prepare(self) -> None:
        if not settings.OWN_SERVER:
            self.cluster = Cluster(settings.DATA_FOLDER, say=self._say)
            self.cluster.ensure_running(ends_with_this_process=True)
            connection.settings_dict["HOST"] = str(self.cluster.socket_folder)
        try:
            connection.ensure_connection()
        except DatabaseError as error:
            raise CommandError(f"The database does not answer: {str(error).partition(chr(10))[0]}") from error
        self._migrate()
        self._key_file()
        self._demo_clinic()

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            self._say(f"Making the tables ({len(plan)} migrations) ...")
            self._manage("migrate", "--verbosity", "0")
            if outdated := outdated_names():
                self._say(f"Deriving anew what an earlier release made: {', '.join(outdated)} ...")
                self._manage("rebuild_projections", *outdated)

    def _key_file(self) -> None:
        try:
            ensure_key_file(self._say)
        except ConfigurationError as error:
            raise CommandError(str(error)) from error

    # The demo clinic, on the embedded database alone

    @property
    def _untold(self) -> Path:
        """Stands from the making of the demo clinic until its password was shown."""
        return Path(settings.DATA_FOLDER) / "demo-password.untold"

    def _demo_clinic(self) -> None:
        if self.cluster is None or not settings.DEMO:
            return
        password = os.environ.get("ANAMNESIS_DEMO_PASSWORD") or secrets.token_urlsafe(12)
        if store.head().position == 0:
            self._say("Making the demo clinic ...")
            self._untold.touch()
            self._manage("load_demo", "--yes", ANAMNESIS_DEMO_PASSWORD=password)
        elif self._untold.exists():
            give_demo_accounts(password)  # interrupted before anybody saw the first one
        else:
            return
        self.demo_password = password

    # What runs

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(self.project / "manage.py"), *arguments]

    def _manage(self, *arguments: str, **environment: str) -> None:
        """Run another management command, in the role that is its own.

        Raises: CommandError when it fails; what it said stands above.
        """
        child = Child(arguments[0], self._command(*arguments), os.environ | environment)
        self.children.append(child)
        code = child.start().wait()
        self.children.remove(child)
        if code != 0:
            raise CommandError(f"`manage.py {' '.join(arguments)}` failed (exit code {code}).")

    def _start(self, listener: socket.socket) -> None:
        web = [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn"]
        web += ["--chdir", str(self.project), "--bind", f"fd://{listener.fileno()}"]
        environment = os.environ | {"ANAMNESIS_ROLE": "web", "DJANGO_SETTINGS_MODULE": "config.settings"}
        self.children = [
            Child("The web server", web, environment, inherited=[listener.fileno()]),
            Child("The projection worker", self._command("run_projections"), dict(os.environ)),
        ]
        for child in self.children:
            child.start()

    def _announce(self, listener: socket.socket) -> None:
        """Wait for the first good answer, then say where it is and who may sign in."""
        address, port = listener.getsockname()[:2]
        host = "localhost" if address in ("127.0.0.1", "::1", "0.0.0.0", "::") else address  # noqa: S104 - compared
        give_up = time.monotonic() + ANSWER_SECONDS
        while not _answers(address, port):
            self._look_after_all()
            if time.monotonic() > give_up:
                self._say(
                    f"It is up, but /healthz does not say that all is well yet: http://{host}:{port}/healthz"
                )
                break
            time.sleep(0.2)
        lines = ["", f"Anamnesis is running:  http://{host}:{port}/", ""]
        if self.demo_password:
            lines += ["Sign in to the demo clinic as", ""]
            lines += [f"    {name:<9} {role}" for name, role in DEMO_ACCOUNTS]
            lines += ["", f"with the password  {self.demo_password}  (shown only this once)."]
        elif not User.objects.exists():
            lines += [
                "Nobody can sign in yet. Open the first account, in another terminal, with",
                "",
                "    .venv/bin/python manage.py create_account NAME --role 'account administrator'",
                "",
            ]
        else:
            lines += ["Sign in with your account (manage.py changepassword NAME, if its password is lost)."]
        lines += [f"Ctrl-C stops it{', the database included' if self.cluster else ''}.", ""]
        self._say("\n".join(lines))
        self._untold.unlink(missing_ok=True)

    def _keep_alive(self) -> None:
        while True:
            time.sleep(LOOK_EVERY_SECONDS)
            self._look_after_all()

    def _look_after_all(self) -> None:
        if self.cluster is not None and not self.cluster.is_running():
            self._say("The database ended by itself:")
            self.cluster.ensure_running(ends_with_this_process=True)
        for child in self.children:
            code = child.keep_alive()
            if code is not None:
                self._say(f"{child.name} ended (exit code {code}) and is started again.")


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stop


def give_demo_accounts(password: str) -> None:
    """Let everybody of the demo clinic sign in with this password from now on."""
    for user in User.objects.filter(username__in=[name for name, _ in DEMO_ACCOUNTS]):
        user.set_password(password)
        user.save(update_fields=["password"])


def _answers(address: str, port: int) -> bool:
    """Whether /healthz says that all is well."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104 - looked up
    host = f"[{host}]" if ":" in host else host
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{host}:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
