"""Which role a command runs in, and how the environment names a server."""

from __future__ import annotations

from pathlib import Path

import psycopg.conninfo
import pytest

from config.roles import ConfigurationError, connection_url, django_database, own_server, role_of

WEB = "postgresql://anamnesis_web:s%40cret@db.clinic:6432/record?sslmode=require"
MIGRATOR = "postgresql://anamnesis_migrator@db.clinic/record"


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", WEB)
    monkeypatch.setenv("MIGRATION_DATABASE_URL", MIGRATOR)


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("MIGRATION_DATABASE_URL", raising=False)
    monkeypatch.setenv("ANAMNESIS_DATA", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("command", ["migrate", "showmigrations", "load_demo", "rebuild_projections"])
def test_what_changes_tables_or_seeds_a_past_runs_as_the_migrator(command: str) -> None:
    assert role_of(command) == "migrator"


@pytest.mark.parametrize(
    "command", ["run_projections", "import_fhir", "create_account", "dbshell", "shell", "anything_new"]
)
def test_everything_else_runs_as_the_web_role(command: str) -> None:
    assert role_of(command) == "web"


def test_the_migrator_acts_as_the_owner_and_the_web_role_as_itself(embedded: Path) -> None:
    migrator, web = django_database("migrator", embedded), django_database("web", embedded)

    assert (migrator["USER"], migrator["OPTIONS"]["assume_role"]) == ("anamnesis_migrator", "anamnesis_owner")
    assert web["USER"] == "anamnesis_web"
    assert "assume_role" not in web["OPTIONS"]


@pytest.mark.parametrize(
    ("given", "missing"),
    [("DATABASE_URL", "MIGRATION_DATABASE_URL"), ("MIGRATION_DATABASE_URL", "DATABASE_URL")],
)
def test_one_address_without_the_other_is_named_in_one_sentence(
    embedded: Path, monkeypatch: pytest.MonkeyPatch, given: str, missing: str
) -> None:
    monkeypatch.setenv(given, WEB)

    with pytest.raises(ConfigurationError, match=f"^{given} is set and {missing} is not") as raised:
        own_server()
    assert "\n" not in str(raised.value)


def test_every_part_of_an_address_reaches_django(own: None, tmp_path: Path) -> None:
    web = django_database("web", tmp_path)

    assert {key: web[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "record",
        "USER": "anamnesis_web",
        "PASSWORD": "s@cret",
        "HOST": "db.clinic",
        "PORT": "6432",
    }
    assert web["OPTIONS"]["sslmode"] == "require"
    assert django_database("migrator", tmp_path)["USER"] == "anamnesis_migrator"


@pytest.mark.parametrize("address", ["mysql://a@b/c", "postgresql://role@host", "nonsense"])
def test_an_address_that_names_no_database_is_refused(
    own: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)

    with pytest.raises(ConfigurationError, match="look like postgresql://"):
        django_database("web", tmp_path)


def test_the_superuser_of_ones_own_server_is_not_known(own: None, tmp_path: Path) -> None:
    assert connection_url("web", tmp_path) == WEB
    assert connection_url("migrator", tmp_path) == MIGRATOR
    with pytest.raises(ConfigurationError, match="superuser of your own PostgreSQL"):
        connection_url("superuser", tmp_path)


def test_an_embedded_address_is_one_that_libpq_reads(embedded: Path) -> None:
    parts = psycopg.conninfo.conninfo_to_dict(connection_url("superuser", embedded))

    assert parts == {
        "user": "postgres",
        "host": str(embedded / "postgres" / "socket"),
        "port": "5432",
        "dbname": "anamnesis",
    }
