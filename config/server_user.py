"""Finds the operating-system user that the embedded PostgreSQL runs as.

Why: PostgreSQL refuses to run as root. An ordinary user's server runs as that user; root's server runs as
the system user `anamnesis`, made for nothing else. No permission of any existing folder is changed for it:
where it cannot enter (root's home is closed to others), the caller puts things elsewhere.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SYSTEM_USER = "anamnesis"


class EmbeddedPostgresError(Exception):
    """The embedded server cannot be had; the message is a sentence for the person at the terminal."""


@dataclass(frozen=True)
class ServerUser:
    """The user that owns the data folder and runs the server."""

    name: str
    uid: int
    gid: int
    other: bool
    """True when it is not the user of this process (which is then root)."""

    @property
    def process_options(self) -> dict[str, Any]:
        """What subprocess needs to run something as this user."""
        if not self.other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder that we made to this user."""
        if self.other:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Whether this user may enter the folder and every folder above it."""
        return self.runs(["/bin/sh", "-c", 'cd "$0"', str(folder)])

    def runs(self, command: Sequence[str]) -> bool:
        """Whether the command succeeds when run as this user."""
        try:
            done = subprocess.run(
                command,
                cwd="/",
                env=environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                **self.process_options,
            )
        except OSError:
            return False
        return done.returncode == 0


def environment() -> dict[str, str]:
    """What the server's programs get of the environment: no PG* variable and no locale of the shell."""
    keep = ("PATH", "LD_LIBRARY_PATH", "LD_PRELOAD", "TZDIR", "TMPDIR")
    return {name: os.environ[name] for name in keep if name in os.environ} | {"LC_ALL": "C.UTF-8"}


def server_user() -> ServerUser:
    """This user, or for root the system user, made if it is missing.

    Raises: EmbeddedPostgresError when there is no such user and none can be made.
    """
    if os.geteuid() != 0:
        try:
            me = pwd.getpwuid(os.geteuid())
        except KeyError:
            raise EmbeddedPostgresError(
                f"The user id {os.geteuid()} has no name on this machine (/etc/passwd), and PostgreSQL needs "
                "one: run Anamnesis as a user that has one, or set DATABASE_URL and MIGRATION_DATABASE_URL."
            ) from None
        return ServerUser(me.pw_name, me.pw_uid, me.pw_gid, other=False)
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        entry = _made_system_user()
    return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid, other=True)


def user_name(uid: int) -> str:
    """A name for messages."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user id {uid}"


def _made_system_user() -> pwd.struct_passwd:
    """The system user, made once however many start at the same time.

    Why: of two `useradd` the second replaces what the first one made, under another id.
    """
    folder = os.open("/etc", os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            _add_system_user()
            return pwd.getpwnam(SYSTEM_USER)
    finally:
        os.close(folder)


def _add_system_user() -> None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    command = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    command += ["--shell", "/usr/sbin/nologin", "--comment", "Anamnesis database server", SYSTEM_USER]
    try:
        if useradd is None:
            raise FileNotFoundError("useradd is not installed")
        subprocess.run([useradd, *command], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = str(getattr(error, "stderr", "") or error).strip()
        raise EmbeddedPostgresError(
            f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} could not be made for it "
            f"({reason}): run Anamnesis as an ordinary user, or set DATABASE_URL and MIGRATION_DATABASE_URL."
        ) from error
