"""Starts the processes that make up the running product, starts again those that die, and ends them all.

Why each is in a session of its own: Ctrl-C at the terminal reaches only the parent, which ends the others
in order. Why the kernel is asked to signal them when the parent dies: kill -9 of it leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 10.0
MOST_DEATHS = 5
WITHIN_SECONDS = 60.0


class KeepsDying(Exception):
    """A child ended so often in so short a time that starting it again is no cure."""


def end_with_parent(how: signal.Signals) -> Callable[[], None]:
    """For preexec_fn: the kernel sends `how` when the parent dies; other systems know no such thing."""

    def ask() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how)

    return ask


@dataclass
class Child:
    """One process that is to run for as long as the parent does."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    inherited: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> subprocess.Popen[bytes]:
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            pass_fds=self.inherited,
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGTERM),  # noqa: PLW1509 - no threads here
        )
        return self.process

    def keep_alive(self) -> int | None:
        """Start it again if it ended. Returns the code it ended with, None while it runs.

        Raises: KeepsDying.
        """
        if self.process is None or (code := self.process.poll()) is None:
            return None
        now = time.monotonic()
        self.deaths = [moment for moment in self.deaths if now - moment < WITHIN_SECONDS] + [now]
        if len(self.deaths) >= MOST_DEATHS:
            raise KeepsDying(f"{self.name} ended {MOST_DEATHS} times within {WITHIN_SECONDS:.0f} seconds")
        time.sleep(0.2 * len(self.deaths))
        self.start()
        return code

    def ask_to_end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def see_it_end(self, deadline: float) -> None:
        """Wait for it, then end it and whatever it started by force."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def end_all(children: Sequence[Child]) -> None:
    """Ask all of them at once, wait for each, force those that do not hear."""
    for child in children:
        child.ask_to_end()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        child.see_it_end(deadline)
