"""Gives one management command its role and a running database, and cleans up after it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from config.embedded_postgres import Cluster
from config.roles import OFFLINE_COMMANDS, data_folder, own_server, role_of
from config.server_binaries import binaries


@contextlib.contextmanager
def database_for(command: str, project: Path) -> Iterator[None]:
    """Set the role of the command, and have the embedded server run while it lasts if it needs one.

    The server is stopped at the end when no other process uses it.
    Raises: ConfigurationError, EmbeddedPostgresError.
    """
    os.environ["ANAMNESIS_ROLE"] = role_of(command)
    if own_server() or command in OFFLINE_COMMANDS:
        yield
        return
    if command == "dbshell":
        os.environ["PATH"] = f"{binaries()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    cluster = Cluster(data_folder(project), say=_tell)
    _leave_on_signals()
    cluster.ensure_running()
    try:
        yield
    finally:
        if command != "database_url":  # whoever asked for the address is about to use it
            _close_sessions()
            cluster.leave()


def _close_sessions() -> None:
    from django.conf import settings  # noqa: PLC0415 - not before the settings may load
    from django.db import connections  # noqa: PLC0415

    if settings.configured:
        connections.close_all()


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _leave_on_signals() -> None:
    """Let SIGTERM and SIGHUP end the command as Ctrl-C does, so that the server is not left behind."""

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, leave)
