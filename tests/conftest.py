"""Real PostgreSQL for every test, in the roles that the product uses.

A test runs as the web role. A test that appends to a ledger needs `django_db(transaction=True)`: the append
commits by itself and the database refuses it inside another transaction. After such a test Django empties
its own tables and the read models, never the ledgers: events stay, so each test uses fresh ids, and none may
assume an empty ledger (`disposable_cluster` gives one).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from psycopg import sql
from pytest_django import DjangoDbBlocker

from config.embedded_postgres import Cluster
from config.roles import OWNER, connection_url, django_database, own_server
from eventstore.envelope import create_key_file
from eventstore.projector import projectors
from tests.clusters import PROJECT, DisposableCluster, short_folder
from tests.settings import FOLDER

pytest_plugins = ["tests.cast", "tests.records.charts"]

LEDGER_TABLES = (
    "events",
    "access_events",
    "snapshots",
    "stream_keys",
    "disposable_ledgers",
    "django_migrations",
)


# In CI nothing is left out


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failed one, unless it needs the real records that are kept apart."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("CI") or not isinstance(reporter, pytest.TerminalReporter):
        return
    left_out = [
        f"{report.nodeid}: {report.longrepr}"
        for report in reporter.stats.get("skipped", [])
        if "shared/data" not in str(report.longrepr)
    ]
    if left_out:
        reporter.ensure_newline()
        reporter.section("left out, which fails in CI")
        for line in left_out:
            reporter.line(line)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


# The server of this test run


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster | None]:
    """The server of this test run; None on one's own server."""
    create_key_file(FOLDER / "ledger.key")
    if own_server():
        yield None
        return
    server = Cluster(FOLDER)
    server.ensure_running(ends_with_this_process=True)  # even when the run is killed
    with server.connect() as superuser:
        # Here alone the owner may make databases: the test database is made in its role.
        superuser.execute("ALTER ROLE anamnesis_owner CREATEDB")
    yield server
    server.stop(immediately=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(cluster: Cluster | None) -> None:
    """Start the server before Django asks for a test database."""
    connections["default"].settings_dict["HOST"] = django_database("migrator", PROJECT)["HOST"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Turn from the migrator, who made the test database, to the web role, in which everything is tested."""
    settings = connection.settings_dict
    made_as = {key: settings[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            _grant_truncate(cursor)
            _close_database(cursor)
        connection.close()
        web = django_database("web", PROJECT)
        settings.update({key: web.get(key, "") for key in made_as})
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        settings.update(made_as)


def _grant_truncate(cursor: Any) -> None:
    """Let the web role empty, between tests, the tables that hold no ledger."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    tables = [name for (name,) in cursor.fetchall() if name not in LEDGER_TABLES]
    names = sql.SQL(", ").join(sql.Identifier("public", name) for name in tables)
    cursor.execute(sql.SQL("GRANT TRUNCATE ON {} TO anamnesis_web").format(names).as_string(None))


def _close_database(cursor: Any) -> None:
    """What deploy/roles.sql does for the product's database, as far as an owner may."""
    name = sql.Identifier(connection.settings_dict["NAME"])
    for statement in (
        "REVOKE ALL ON DATABASE {} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {} TO anamnesis_web, anamnesis_migrator",
    ):
        cursor.execute(sql.SQL(statement).format(name).as_string(None))


@pytest.fixture(autouse=True)
def read_models_start_at_the_head(request: pytest.FixtureRequest) -> None:
    """Before a test that commits, earlier events count as shown: their read models were emptied."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and bool(marker.kwargs.get("transaction") or marker.args[:1] == (True,))
    if not commits and "transactional_db" not in request.fixturenames:
        return
    request.getfixturevalue("transactional_db")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE checkpoints SET updated_at = now(),"
            " position = coalesce((SELECT max(position) FROM events), 0)"
        )
        cursor.execute(
            "INSERT INTO built_projectors (name) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING",
            [[projector.name for projector in projectors()]],
        )


# Connections beside Django's


def _connect(role: str, as_owner: bool = False) -> psycopg.Connection:
    opened = psycopg.connect(
        connection_url(role, PROJECT),  # type: ignore[arg-type]
        dbname=connection.settings_dict["NAME"],
        autocommit=True,
    )
    if as_owner:
        opened.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(OWNER)))
    return opened


@pytest.fixture
def superuser_connection(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """The embedded server's superuser, in the test database, in autocommit."""
    if own_server():
        pytest.skip("your own server's superuser is not known here")
    with _connect("superuser") as opened:
        yield opened


@pytest.fixture
def owner_connection(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """The migrator acting as the owner of tables and functions, in autocommit."""
    with _connect("migrator", as_owner=True) as opened:
        yield opened


@pytest.fixture
def migrator_connection(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """The migrator as it logs in, in autocommit."""
    with _connect("migrator") as opened:
        yield opened


@pytest.fixture
def web_connection(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """Another session of the web role, in autocommit."""
    with _connect("web") as opened:
        yield opened


@pytest.fixture
def connect(django_db_setup: None) -> Iterator[Callable[..., psycopg.Connection]]:
    """Opens as many more sessions as a test wants: connect("web"), connect("migrator", as_owner=True)."""
    opened: list[psycopg.Connection] = []

    def open_another(role: str = "web", *, as_owner: bool = False) -> psycopg.Connection:
        opened.append(_connect(role, as_owner=as_owner))
        return opened[-1]

    yield open_another
    for one in opened:
        one.close()


@pytest.fixture
def environment(django_db_setup: None) -> dict[str, str]:
    """The environment in which a subprocess (manage.py …) finds the test database."""
    name = connection.settings_dict["NAME"]
    found = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    for variable, role in (("DATABASE_URL", "web"), ("MIGRATION_DATABASE_URL", "migrator")):
        found[variable] = psycopg.conninfo.make_conninfo(
            connection_url(role, PROJECT),  # type: ignore[arg-type]
            dbname=name,
        )
    return found


@pytest.fixture
def manage() -> list[str]:
    """The command line of manage.py, for subprocesses."""
    return [sys.executable, str(PROJECT / "manage.py")]


# Whole servers


@pytest.fixture
def data_folder() -> Iterator[Path]:
    """An empty folder for a server of one's own: short enough for a socket, open to root's server user."""
    with short_folder() as folder:
        yield folder


@pytest.fixture
def disposable_cluster() -> Iterator[Callable[[], DisposableCluster]]:
    """Makes servers that may be killed, attacked, dumped and restored; migrated, with empty ledgers."""
    made: list[DisposableCluster] = []

    def make() -> DisposableCluster:
        made.append(DisposableCluster())
        return made[-1]

    yield make
    for one in made:
        one.remove()


@pytest.fixture(scope="session")
def demo_cluster() -> Iterator[DisposableCluster]:
    """A server with the demo clinic: years of every kind of entry. Change only copies of its database."""
    made = DisposableCluster()
    try:
        made.manage("load_demo", "--yes")
        yield made
    finally:
        made.remove()
