"""manage.py: each command finds a database and runs in its role."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from config.embedded_postgres import Cluster
from tests.clusters import PROJECT


def embedded(folder: Path) -> dict[str, str]:
    """The environment in which the folder's embedded server is used, whatever these tests run on."""
    foreign = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "DJANGO_SETTINGS_MODULE", "ANAMNESIS_ROLE")
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    return kept | {"ANAMNESIS_DATA": str(folder)}


def manage(
    folder: Path, *arguments: str, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), *arguments],
        env=embedded(folder) | environment,
        cwd="/",
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_command_starts_the_server_and_stops_it_again(data_folder: Path) -> None:
    done = manage(
        data_folder, "shell", "-v", "0", "-c", "from django.db import connection as c; c.ensure_connection()"
    )

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1] == "Starting the database ..."
    assert (data_folder / "postgres" / "data").is_dir()
    assert not Cluster(data_folder).is_running()


def test_dbshell_runs_as_the_web_role(data_folder: Path) -> None:
    done = manage(data_folder, "dbshell", "--", "-tA", stdin="SELECT current_user")

    assert (done.stdout.strip(), done.returncode) == ("anamnesis_web", 0)


@pytest.mark.parametrize(
    ("role", "user"),
    [("web", "anamnesis_web"), ("migrator", "anamnesis_migrator"), ("superuser", "postgres")],
)
def test_a_printed_address_is_one_that_can_be_used_at_once(data_folder: Path, role: str, user: str) -> None:
    done = manage(data_folder, "database_url", "--role", role)

    with psycopg.connect(done.stdout.strip()) as session:
        assert session.execute("SELECT current_user, current_database()").fetchone() == (user, "anamnesis")


def test_a_command_that_needs_no_database_starts_none(data_folder: Path) -> None:
    done = manage(data_folder, "help")

    assert done.returncode == 0
    assert not (data_folder / "postgres").exists()


@pytest.mark.parametrize(
    "environment",
    [{"DATABASE_URL": "postgresql://a@b/c"}, {"MIGRATION_DATABASE_URL": "postgresql://a@b/c"}],
)
def test_half_an_address_is_one_sentence_and_no_traceback(
    data_folder: Path, environment: dict[str, str]
) -> None:
    done = manage(data_folder, "migrate", **environment)

    assert done.returncode == 1
    assert "is not: your own PostgreSQL needs DATABASE_URL" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_ones_own_server_needs_a_secret_key_by_name(data_folder: Path) -> None:
    done = manage(
        data_folder,
        "check",
        DATABASE_URL="postgresql://a@b/c",
        MIGRATION_DATABASE_URL="postgresql://d@b/c",
        SECRET_KEY="",
    )

    assert done.returncode == 1
    assert done.stderr.startswith("SECRET_KEY is not set")
    assert len(done.stderr.splitlines()) == 1


def test_a_time_zone_that_is_none_is_one_sentence_and_leaves_no_server(data_folder: Path) -> None:
    done = manage(data_folder, "showmigrations", ANAMNESIS_TIME_ZONE="Mars/Olympus")

    assert done.returncode == 1
    assert "ANAMNESIS_TIME_ZONE is 'Mars/Olympus': it is a name like" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert not Cluster(data_folder).is_running()


def test_the_superuser_of_ones_own_server_is_refused_in_one_sentence(data_folder: Path) -> None:
    own = {"DATABASE_URL": "postgresql://a@b/c", "MIGRATION_DATABASE_URL": "postgresql://d@b/c"}

    assert manage(data_folder, "database_url", "--role", "migrator", **own).stdout == "postgresql://d@b/c\n"
    refused = manage(data_folder, "database_url", "--role", "superuser", **own)
    assert refused.returncode == 1
    assert "does not know the superuser of your own PostgreSQL" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_command_that_is_told_to_end_leaves_no_server(data_folder: Path) -> None:
    waiting = "print('waiting', flush=True); import time; time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, str(PROJECT / "manage.py"), "shell", "-v", "0", "-c", waiting],
        env=embedded(data_folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        assert Cluster(data_folder).is_running()
        process.send_signal(signal.SIGTERM)

    assert process.returncode == 128 + signal.SIGTERM
    assert not Cluster(data_folder).is_running()


def test_the_key_file_is_made_once_and_closed(data_folder: Path) -> None:
    key_file = data_folder / "my.key"

    made = manage(data_folder, "create_key_file", ANAMNESIS_KEY_FILE=str(key_file))
    again = manage(data_folder, "create_key_file", ANAMNESIS_KEY_FILE=str(key_file))

    assert "Keep a copy" in made.stdout
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert (again.returncode, "is there already" in again.stderr) == (1, True)


def test_migrate_makes_the_embedded_servers_key_file_and_says_that_it_must_be_kept(data_folder: Path) -> None:
    key_file = data_folder / "ledger.key"
    done = manage(data_folder, "migrate", "-v", "0", ANAMNESIS_KEY_FILE=str(key_file))
    again = manage(data_folder, "migrate", "-v", "0", ANAMNESIS_KEY_FILE=str(key_file))

    assert (done.returncode, again.returncode) == (0, 0)
    assert "KEEP A COPY" in done.stdout
    assert key_file.stat().st_mode & 0o077 == 0
    assert "KEEP A COPY" not in again.stdout


def test_missing_tables_are_one_sentence(data_folder: Path) -> None:
    done = manage(data_folder, "load_demo", "--yes")

    assert done.returncode == 1
    assert "run manage.py migrate first" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_needs_no_database(data_folder: Path) -> None:
    done = manage(data_folder, "import_fhir", "--help")

    assert done.returncode == 0
    assert not (data_folder / "postgres").exists()


def test_a_ledger_that_cannot_be_reached_could_not_be_checked(data_folder: Path) -> None:
    done = manage(data_folder, "verify_ledger", DATABASE_URL="postgresql://web@localhost/only-one-of-two")

    assert done.returncode == 2
    assert "MIGRATION_DATABASE_URL" in done.stderr
