"""Starts and ends the embedded server's process, and tells whether it lives.

Why not pg_ctl: it detaches the server, so that nothing could tie its life to the command that started it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from config.children import end_with_parent
from config.server_files import ServerFiles
from config.server_user import EmbeddedPostgresError, ServerUser, environment

START_SECONDS = 60.0
RETRY_SECONDS = 20.0
STOP_SECONDS = 60.0

# What this process started and has not yet seen end, by number: whoever asks first reaps it.
_ours: dict[int, subprocess.Popen[bytes]] = {}


class ServerProcess:
    """The process of one data folder's server, whichever process of ours started it."""

    def __init__(self, files: ServerFiles, answers: Callable[[], bool]) -> None:
        self.files = files
        self.answers = answers

    def pid(self) -> int | None:
        """The server's process number while it lives."""
        _reap()
        pid = self._noted_pid()
        return pid if pid is not None and _is_postgres(pid) else None

    def lives(self) -> bool:
        return self.pid() is not None

    def start(self, user: ServerUser, programs: Path, *, ends_with_this_process: bool) -> None:
        """Start the server and wait for its first answer.

        Why it tries again: after a kill -9 the dying processes may refuse a successor for a moment.
        Raises: EmbeddedPostgresError with the last lines of its log.
        """
        how_it_ends = end_with_parent(signal.SIGINT) if ends_with_this_process else None
        give_up = time.monotonic() + RETRY_SECONDS
        while True:
            self._forget_a_stale_note()
            log = os.open(self.files.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            try:
                user.own(self.files.log)
                process = subprocess.Popen(
                    [str(programs / "postgres"), "-D", str(self.files.data)],
                    cwd="/",
                    env=environment(),
                    umask=0o077,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=how_it_ends,  # noqa: PLW1509 - there are no threads yet
                    **user.process_options,
                )
            finally:
                os.close(log)
            _ours[process.pid] = process
            if self.wait_for_an_answer(partial(_lives, process)):
                return
            if time.monotonic() > give_up:
                raise EmbeddedPostgresError(
                    f"The database server does not start; {self.files.log} ends with: {self._last_words()}"
                )
            time.sleep(0.5)

    def wait_for_an_answer(self, lives: Callable[[], bool]) -> bool:
        """Wait until the server answers. False when it ended instead.

        Raises: EmbeddedPostgresError when it lives and does not answer.
        """
        give_up = time.monotonic() + START_SECONDS
        while not self.answers():
            if not lives():
                return False
            if time.monotonic() > give_up:
                raise EmbeddedPostgresError(
                    f"The database server runs and does not answer; {self.files.log} ends with: "
                    f"{self._last_words()}"
                )
            time.sleep(0.05)
        return True

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server and wait until it is gone: SIGINT ends sessions and writes all, SIGQUIT is abrupt.

        Raises: EmbeddedPostgresError when nothing ends it.
        """
        for this in (how, signal.SIGQUIT):
            pid = self.pid()
            if pid is None:
                return
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, this)
            give_up = time.monotonic() + STOP_SECONDS
            while self.pid() == pid and time.monotonic() < give_up:
                time.sleep(0.02)
        if self.lives():
            raise EmbeddedPostgresError(f"The database server (process {self.pid()}) does not stop.")

    def _noted_pid(self) -> int | None:
        try:
            return int((self.files.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def _forget_a_stale_note(self) -> None:
        """Remove the note of a server that is gone when its number now belongs to some other program.

        Why: PostgreSQL asks only whether a process of that number lives; in a fresh container one often does.
        """
        pid = self._noted_pid()
        if pid is not None and not _is_postgres(pid):
            (self.files.data / "postmaster.pid").unlink(missing_ok=True)

    def _last_words(self) -> str:
        return " / ".join(self.files.log.read_text(errors="replace").strip().splitlines()[-3:])


def _lives(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is None


def _reap() -> None:
    for pid, process in list(_ours.items()):
        if process.poll() is not None:
            del _ours[pid]


def _is_postgres(pid: int) -> bool:
    """Whether the process lives, is no zombie, and is a PostgreSQL."""
    if Path("/proc/self/stat").exists():
        try:
            status = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return False
        name, _, rest = status.partition("(")[2].rpartition(")")
        return name in ("postgres", "postmaster") and rest.split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
