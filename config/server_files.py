"""Lays out the embedded server's files: whose they are, where they lie, what the server reads at its start.

Shape, under the data folder: postgres/{data,socket,server.log} and, where the server's user cannot read the
installed programs, postgres/server (a copy). Where root's data folder lies below a folder that is closed to
that user, postgres is a link to /var/lib/anamnesis/<name>: nobody's permissions are loosened.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.server_user import SYSTEM_USER, EmbeddedPostgresError, ServerUser, environment, user_name

PORT = 5432
LOGIN_ROLES = ("anamnesis_web", "anamnesis_migrator", "postgres")
ELSEWHERE = Path("/var/lib/anamnesis")
SOCKET_PATH_LIMIT = 100

Say = Callable[[str], None]


@dataclass(frozen=True)
class ServerFiles:
    """Where the files of one data folder's server are."""

    folder: Path

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
    def lock(self) -> Path:
        return self.folder / "postgres.lock"

    @property
    def lease(self) -> Path:
        return self.folder / "postgres.lease"

    @property
    def socket_folder(self) -> Path:
        """The folder of the socket; a short one elsewhere when the path would not fit into an address."""
        folder = self.home / "socket"
        if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
            return folder
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"anamnesis-{digest}"  # noqa: S108 - made 0700, and its owner is checked


def make_folder(files: ServerFiles) -> None:
    """Make the data folder. It lets others through; what is secret in it is closed file by file.

    Raises: EmbeddedPostgresError when it cannot be made or written.
    """
    folder = files.folder
    if not folder.is_dir():
        try:
            folder.mkdir(parents=True)
            folder.chmod(0o755)
        except OSError as error:
            raise EmbeddedPostgresError(
                f"The data folder {folder} cannot be made ({error.strerror}): name another in ANAMNESIS_DATA."
            ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise EmbeddedPostgresError(
            f"The data folder {folder} belongs to {user_name(folder.stat().st_uid)} and you are "
            f"{user_name(os.geteuid())}: run as that user, or name another folder in ANAMNESIS_DATA."
        )


def check_owner(files: ServerFiles, user: ServerUser) -> None:
    """Refuse a database that another user made, by name and before anything is touched.

    Raises: EmbeddedPostgresError.
    """
    found = next((path for path in (files.data, files.home) if path.exists()), None)
    if found is None or found.stat().st_uid == user.uid:
        return
    owner = user_name(found.stat().st_uid)
    maker = "root" if owner == SYSTEM_USER else owner
    raise EmbeddedPostgresError(
        f"The database in {files.home} was made by {maker} and you are {user_name(os.geteuid())}: "
        f"run as {maker}, or name another folder in ANAMNESIS_DATA."
    )


def prepare_home(files: ServerFiles, user: ServerUser, say: Say) -> None:
    """Make the server's own folders, its user's alone.

    Raises: EmbeddedPostgresError when somebody else's folder stands where the socket would be.
    """
    home = files.folder / "postgres"
    if not home.exists():
        if user.other and not user.can_enter(files.folder):
            elsewhere = ELSEWHERE / secrets.token_hex(4)
            elsewhere.mkdir(parents=True)
            ELSEWHERE.chmod(0o755)
            home.unlink(missing_ok=True)
            home.symlink_to(elsewhere)
            say(
                f"The database server runs as the user {user.name}, who may not enter {files.folder}: "
                f"its files are in {elsewhere}, and {home} leads there."
            )
        else:
            home.mkdir()
        user.own(files.home)
        files.home.chmod(0o700)
    sockets = files.socket_folder
    if not os.path.lexists(sockets):
        sockets.mkdir(mode=0o700)
        user.own(sockets)
    found = sockets.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid or stat.S_IMODE(found.st_mode) & 0o077:
        raise EmbeddedPostgresError(f"{sockets} is not a folder of {user.name} alone: remove it.")


def make_database(files: ServerFiles, user: ServerUser, programs: Path, version: int) -> None:
    """Run initdb; the data folder is there whole or not at all.

    Raises: EmbeddedPostgresError with initdb's last words.
    """
    unfinished = files.home / "data.unfinished"
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
        last = (done.stderr.strip() or done.stdout.strip() or "it gave no reason").splitlines()[-1]
        raise EmbeddedPostgresError(f"The database could not be made in {files.home}: {last}")
    with (unfinished / "postgresql.conf").open("a") as configuration:
        configuration.write("\ninclude 'anamnesis.conf'\n")
    unfinished.rename(files.data)


def check_version(files: ServerFiles, version: int) -> None:
    """Refuse data that another major version made, and say which.

    Raises: EmbeddedPostgresError.
    """
    made_by = int((files.data / "PG_VERSION").read_text())
    if made_by != version:
        raise EmbeddedPostgresError(
            f"The database in {files.data} was made by PostgreSQL {made_by}, and the programs here are those "
            f"of {version}: name the folder of {made_by}'s in ANAMNESIS_POSTGRES_BIN, or move the data "
            "(docs/running.md)."
        )


def configure(files: ServerFiles, user: ServerUser) -> None:
    """Write what differs from PostgreSQL's defaults; at each start, since users and paths may change.

    Why: there is no network address, and the kernel says who calls through the socket (peer). Statements and
    their details carry what people typed, so they stay out of the log.
    """
    settings = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(files.socket_folder),
        "max_connections": "100",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %u@%d ",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }
    callers = sorted({user_name(os.geteuid()), "root", user.name})
    texts = {
        "anamnesis.conf": "".join(f"{name} = '{_quoted(value)}'\n" for name, value in settings.items()),
        "pg_hba.conf": "local all all peer map=anamnesis\nlocal replication all peer map=anamnesis\n",
        "pg_ident.conf": "".join(
            f'anamnesis "{caller}" "{role}"\n' for caller in callers for role in LOGIN_ROLES
        ),
    }
    for name, text in texts.items():
        path = files.data / name
        path.write_text(text)
        path.chmod(0o600)
        user.own(path)


def _quoted(value: str) -> str:
    return value.replace("'", "''")
