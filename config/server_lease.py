"""Keeps count of the processes that use the embedded server, so that the last one to leave stops it.

Why: each manage.py command may start the server, and several may run at once. A lock on a file is a count
that cannot go stale: the kernel drops it when its process dies, however it dies.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

_held: dict[Path, int] = {}


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file's exclusive lock, waiting for it: starts and stops happen one at a time."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def try_lock(path: Path) -> int | None:
    """Hold a file's exclusive lock until this process ends. Returns None when another process holds it."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


class Lease:
    """A shared lock that each user of the server holds. Take and leave it only inside `locked`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def take(self) -> None:
        """Count this process among the users; once, however often it is called."""
        if self.path not in _held:
            descriptor = _open(self.path)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            _held[self.path] = descriptor

    def leave(self) -> bool:
        """Count this process out. True when it was a user and no other is left."""
        descriptor = _held.pop(self.path, None)
        if descriptor is None:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        finally:
            os.close(descriptor)
        return True


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
