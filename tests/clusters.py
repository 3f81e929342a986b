"""Servers of a test's own, in folders of their own."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from config.embedded_postgres import Cluster
from eventstore.envelope import create_key_file
from tests.settings import FOLDER

PROJECT = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def short_folder() -> Iterator[Path]:
    """A temporary folder that root's server user can pass through, with a path short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="anamnesis-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        Cluster(folder).stop(immediately=True)
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    foreign = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "DJANGO_SETTINGS_MODULE", "ANAMNESIS_ROLE")
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    return kept | {"ANAMNESIS_DATA": str(folder), "ANAMNESIS_KEY_FILE": str(folder / "ledger.key")}


def _manage(folder: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", str(PROJECT / "manage.py"), *arguments],
        env=_environment(folder),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=check,
        timeout=300,
    )


@functools.cache
def _migrated() -> Path:
    """The data folder of a server that was made, migrated and stopped; once in a test run."""
    folder = FOLDER / "migrated"
    folder.mkdir()
    folder.chmod(0o711)
    create_key_file(folder / "ledger.key")
    _manage(folder, "migrate", "--verbosity", "0")
    return folder


class DisposableCluster:
    """A migrated server with empty ledgers, for what would spoil the others' tests."""

    def __init__(self) -> None:
        self._folder = contextlib.ExitStack()
        self.folder = self._folder.enter_context(short_folder())
        self.key_file = self.folder / "ledger.key"
        # A copy of one that was made and migrated once takes a tenth of the time. cp keeps the owners.
        subprocess.run(["cp", "-a", *map(str, _migrated().iterdir()), str(self.folder)], check=True)
        self.cluster = Cluster(self.folder)
        self.start()

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which manage.py and the settings find this server."""
        return _environment(self.folder)

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a management command on this server."""
        return _manage(self.folder, *arguments, check=check)

    def connect(self, role: str = "postgres") -> psycopg.Connection:
        """A session in autocommit: postgres (the superuser), anamnesis_migrator or anamnesis_web."""
        return self.cluster.connect(role=role)

    def kill(self) -> None:
        """End every process of the server at once, as a power cut would for them."""
        pid = self.cluster.pid()
        if pid is not None:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            for one in (pid, *map(int, children)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
        while self.cluster.is_running():
            time.sleep(0.01)

    def start(self) -> None:
        """Start it (again); it ends with the test run, even when that is killed."""
        self.cluster.ensure_running(ends_with_this_process=True)

    def stop(self) -> None:
        self.cluster.stop()

    def remove(self) -> None:
        self.cluster.stop(immediately=True)  # by the object that started it, which then sees it end
        self._folder.close()
