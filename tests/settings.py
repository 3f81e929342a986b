"""The product's settings for a test run: a throw-away server, key file and secret.

Why: a test run must never touch the data of `make run`, so the environment is set before it is read. With
DATABASE_URL and MIGRATION_DATABASE_URL given, the tests make a database of their own on that server. Tables
are made in the migrator's role; conftest.py then turns to the web role, in which everything is tested.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from config.embedded_postgres import Cluster


def _throw_away_folder() -> Path:
    """A folder for this run alone; root's server can pass through it, and what is in it is closed."""
    folder = Path(tempfile.mkdtemp(prefix="anamnesis-test-"))
    folder.chmod(0o711)
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:
            Cluster(folder).stop(immediately=True)
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


FOLDER = _throw_away_folder()
os.environ["ANAMNESIS_DATA"] = str(FOLDER)
os.environ["ANAMNESIS_KEY_FILE"] = str(FOLDER / "ledger.key")
os.environ["ANAMNESIS_ROLE"] = "migrator"
os.environ["SECRET_KEY"] = "only for tests, where nobody signs in from outside: 0123456789"
for name in ("ANAMNESIS_DEBUG", "ANAMNESIS_HTTPS", "ANAMNESIS_TIME_ZONE", "ANAMNESIS_DEMO_PASSWORD"):
    os.environ.pop(name, None)

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Patients of tests are alike by design; tests of the warning ask for it (tests/records/test_duplicates.py).
LIKELY_DUPLICATES = "records.duplicates.nobody"
