"""Keeps Django's secret key of an installation that was given none in its data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from config.server_files import ServerFiles, make_folder


def kept_secret_key(folder: Path) -> str:
    """The key in <folder>/secret-key, made on the first call; readable by its owner alone.

    Why: two processes may make it at once, so it is written aside and linked: the first link wins, whole.
    """
    path = folder / "secret-key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    make_folder(ServerFiles(folder))
    draft = folder / f"secret-key.{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
