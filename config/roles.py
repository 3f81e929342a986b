"""Decides which database role a command runs in, and how each role reaches the database.

Why: the web role cannot change the ledger's tables, so the few commands that migrate, seed or rebuild run as
the migrator (acting as the owner) and everything else runs as the web role. The table below is the whole
decision; it is made before the settings load. Must not import Django: settings.py reads it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from config.embedded_postgres import DATABASE, Cluster
from config.server_files import PORT

Role = Literal["web", "migrator", "superuser"]

ROLE_NAMES: dict[Role, str] = {
    "web": "anamnesis_web",
    "migrator": "anamnesis_migrator",
    "superuser": "postgres",
}
OWNER = "anamnesis_owner"

# Commands that make, change or replace tables, or seed a past. All others run as the web role.
MIGRATOR_COMMANDS = frozenset(
    {
        "createcachetable",
        "load_demo",
        "makemigrations",
        "migrate",
        "optimizemigration",
        "rebuild_projections",
        "showmigrations",
        "sqlmigrate",
        "squashmigrations",
    }
)

# Commands that need no running database. `serve` starts it itself.
OFFLINE_COMMANDS = frozenset(
    {
        "check",
        "collectstatic",
        "compilemessages",
        "create_key_file",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "makemigrations",
        "sendtestemail",
        "serve",
        "startapp",
        "startproject",
        "version",
        "--help",
        "--version",
        "-h",
    }
)


class ConfigurationError(Exception):
    """The environment contradicts itself; the message is one sentence for the person who set it."""


def role_of(command: str) -> Role:
    """The role that `manage.py <command>` runs in."""
    return "migrator" if command in MIGRATOR_COMMANDS else "web"


def current_role() -> Role:
    """The role of this process: manage.py says it in ANAMNESIS_ROLE, web servers leave it at web."""
    role = os.environ.get("ANAMNESIS_ROLE", "web")
    if role not in ("web", "migrator"):
        raise ConfigurationError(f"ANAMNESIS_ROLE is {role!r}: it can be web or migrator.")
    return role  # type: ignore[return-value]


def own_server() -> bool:
    """Whether the environment names the user's own PostgreSQL instead of the embedded one.

    Raises: ConfigurationError when only one of the two addresses is set.
    """
    web = bool(os.environ.get("DATABASE_URL"))
    migrator = bool(os.environ.get("MIGRATION_DATABASE_URL"))
    if web != migrator:
        given, missing = (
            ("DATABASE_URL", "MIGRATION_DATABASE_URL") if web else ("MIGRATION_DATABASE_URL", "DATABASE_URL")
        )
        raise ConfigurationError(
            f"{given} is set and {missing} is not: your own PostgreSQL needs DATABASE_URL for the web role "
            "and MIGRATION_DATABASE_URL for the migrator (docs/running.md); the embedded one needs neither."
        )
    return web


def data_folder(project: Path) -> Path:
    """The folder that holds everything which must be kept: ANAMNESIS_DATA, by default <project>/var."""
    return Path(os.environ.get("ANAMNESIS_DATA") or project / "var").absolute()


def connection_url(role: Role, project: Path) -> str:
    """A connection string for psql and psycopg.

    Raises: ConfigurationError for the superuser of one's own server, whom Anamnesis does not know.
    """
    if role not in get_args(Role):
        raise ConfigurationError(f"There is no role {role!r}: it can be web, migrator or superuser.")
    if own_server():
        if role == "superuser":
            raise ConfigurationError(
                "Anamnesis does not know the superuser of your own PostgreSQL: ask for web or migrator."
            )
        return os.environ["DATABASE_URL" if role == "web" else "MIGRATION_DATABASE_URL"]
    socket = quote(str(Cluster(data_folder(project)).socket_folder), safe="")
    return f"postgresql://{ROLE_NAMES[role]}@{socket}:{PORT}/{DATABASE}"


def django_database(role: Role, project: Path) -> dict[str, Any]:
    """The entry of Django's DATABASES for a role."""
    options: dict[str, Any] = {"application_name": f"anamnesis {role}", "prepare_threshold": 1}
    if role == "migrator":
        options["assume_role"] = OWNER
    entry: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
    if own_server():
        entry |= _address(connection_url(role, project), options)
    else:
        entry |= {
            "NAME": DATABASE,
            "USER": ROLE_NAMES[role],
            "HOST": str(Cluster(data_folder(project)).socket_folder),
            "PORT": str(PORT),
        }
    return entry | {"OPTIONS": options}


def _address(url: str, options: dict[str, Any]) -> dict[str, Any]:
    """Django's names for the parts of a connection string; what has no such name goes into the options.

    Raises: ConfigurationError when libpq cannot read it or it names no database.
    """
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        parts = {}
    if not parts.get("dbname"):
        raise ConfigurationError(
            "DATABASE_URL and MIGRATION_DATABASE_URL look like postgresql://role:password@host:5432/database."
        )
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    entry = {django: str(parts.pop(libpq, "") or "") for libpq, django in names.items()}
    options.update(parts)
    return entry
