"""The server that comes along: made, started, found, refused and stopped as it should be."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from config import server_binaries
from config import server_user as server_user_module
from config.embedded_postgres import Cluster
from config.server_files import ServerFiles, check_owner, check_version, make_database, make_folder
from config.server_user import EmbeddedPostgresError, ServerUser, server_user
from tests.clusters import PROJECT

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another user")

# Another process that uses the server until its standard input ends.
ANOTHER_USER = """
import sys
from pathlib import Path
from config.embedded_postgres import Cluster
cluster = Cluster(Path(sys.argv[1]))
cluster.ensure_running()
print("using", flush=True)
sys.stdin.read()
cluster.leave()
"""


@contextlib.contextmanager
def another_user(folder: Path) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "-c", ANOTHER_USER, str(folder)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "using\n"
        yield


def test_a_new_server_is_private_durable_and_speaks_unicode(data_folder: Path) -> None:
    cluster = Cluster(data_folder)

    assert cluster.ensure_running()

    with cluster.connect() as superuser:
        names = ("data_checksums", "fsync", "full_page_writes", "synchronous_commit", "server_encoding")
        found = [superuser.execute(f"SHOW {name}").fetchone() for name in (*names, "listen_addresses")]
        collation = superuser.execute("SELECT 'a' < 'B', 'é' ~ '\\w', upper('é')").fetchone()
    assert found == [("on",), ("on",), ("on",), ("on",), ("UTF8",), ("",)]
    assert collation is not None
    assert collation[0] is False  # byte order: the same on every machine
    assert stat.S_IMODE(cluster.socket_folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.files.data.stat().st_mode) == 0o700
    assert cluster.files.data.stat().st_uid == server_user().uid != 0


def test_the_roles_are_those_of_roles_sql(data_folder: Path) -> None:
    cluster = Cluster(data_folder)
    cluster.ensure_running()

    with cluster.connect(role="anamnesis_web") as web:
        limits = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
        assert [web.execute(f"SHOW {name}").fetchone() for name in limits] == [("2s",), ("30s",), ("30s",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("CREATE TABLE stray (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("CREATE TEMPORARY TABLE events (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("SET ROLE anamnesis_owner")
    with cluster.connect(role="anamnesis_migrator") as migrator:
        migrator.execute("SET ROLE anamnesis_owner; CREATE TABLE mine (id int)")
    with pytest.raises(psycopg.OperationalError):
        cluster.connect(role="anamnesis_owner")


def test_what_was_committed_survives_a_killed_server(data_folder: Path) -> None:
    cluster = Cluster(data_folder)
    cluster.ensure_running()
    with cluster.connect() as session:
        session.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    pid = cluster.pid()
    assert pid is not None
    os.kill(pid, 9)

    assert Cluster(data_folder).ensure_running()

    with cluster.connect() as session:
        assert session.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_dead_servers_number_that_another_program_has_now_is_no_hindrance(data_folder: Path) -> None:
    cluster = Cluster(data_folder)
    cluster.ensure_running()
    note = cluster.files.data / "postmaster.pid"
    lines = note.read_text().split("\n")
    cluster.stop(immediately=True)
    with subprocess.Popen(["sleep", "60"], **server_user().process_options) as other:
        note.write_text("\n".join([str(other.pid), *lines[1:]]))
        server_user().own(note)

        assert not Cluster(data_folder).is_running()
        assert Cluster(data_folder).ensure_running()
        other.kill()


def test_two_starts_at_once_make_one_server(data_folder: Path) -> None:
    clusters = Cluster(data_folder), Cluster(data_folder)
    started: list[bool] = []
    threads = [
        threading.Thread(target=lambda one=one: started.append(one.ensure_running())) for one in clusters
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(started) == [False, True]
    assert clusters[0].pid() == clusters[1].pid() is not None


def test_the_last_one_to_leave_stops_the_server(data_folder: Path) -> None:
    cluster = Cluster(data_folder)
    with another_user(data_folder):
        assert not cluster.ensure_running()
        cluster.leave()
        assert cluster.is_running()

    assert not cluster.is_running()


def test_a_server_with_an_open_session_is_left_running(data_folder: Path) -> None:
    cluster = Cluster(data_folder)
    cluster.ensure_running()
    with cluster.connect():
        cluster.leave()
        assert cluster.is_running()
    cluster.ensure_running()
    cluster.leave()

    assert not cluster.is_running()


def test_stop_ends_the_server_whoever_uses_it(data_folder: Path) -> None:
    cluster = Cluster(data_folder)
    cluster.ensure_running()
    session = cluster.connect()

    cluster.stop()

    assert not cluster.is_running()
    with pytest.raises(psycopg.OperationalError):
        session.execute("SELECT 1")
    assert "database system is shut down" in cluster.files.log.read_text()


def test_the_log_says_nothing_that_people_typed(data_folder: Path) -> None:
    cluster = Cluster(data_folder)
    cluster.ensure_running()
    with cluster.connect() as session:
        session.execute("CREATE TABLE people (name text UNIQUE)")
        session.execute("INSERT INTO people VALUES ('Canary Featherstone')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            session.execute("INSERT INTO people VALUES ('Canary Featherstone')")
        with pytest.raises(psycopg.errors.UndefinedColumn):
            session.execute("SELECT nothing FROM people WHERE name = 'Canary Featherstone'")

    log = cluster.files.log.read_text()
    assert "duplicate key" in log
    assert "Canary" not in log


def test_a_long_path_gets_a_short_socket_of_its_own(data_folder: Path) -> None:
    folder = data_folder / ("a-long-name-" * 8)
    cluster = Cluster(folder)
    try:
        cluster.ensure_running()
        assert cluster.socket_folder.parent == Path("/tmp")
        assert stat.S_IMODE(cluster.socket_folder.stat().st_mode) == 0o700
        with cluster.connect(role="anamnesis_web") as web:
            assert web.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.stop(immediately=True)
        shutil.rmtree(cluster.socket_folder, ignore_errors=True)


def test_somebody_elses_short_socket_folder_is_refused(data_folder: Path) -> None:
    cluster = Cluster(data_folder / ("a-long-name-" * 8))
    cluster.socket_folder.mkdir(mode=0o755)
    cluster.socket_folder.chmod(0o777)
    try:
        with pytest.raises(EmbeddedPostgresError, match="is not a folder of"):
            cluster.ensure_running()
    finally:
        cluster.socket_folder.rmdir()


def test_a_database_that_another_user_made_is_refused_by_name(data_folder: Path) -> None:
    files = ServerFiles(data_folder)
    files.home.mkdir()
    somebody = ServerUser("somebody", os.geteuid() + 1, os.getegid(), other=False)

    with pytest.raises(EmbeddedPostgresError, match=r"was made by \w+ and you are \w+: run as \w+") as raised:
        check_owner(files, somebody)
    assert "\n" not in str(raised.value)


def test_a_data_folder_that_one_may_not_write_is_refused_by_name(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere

    with pytest.raises(EmbeddedPostgresError, match=r"belongs to \w+ and you are \w+"):
        Cluster(data_folder).ensure_running()


def test_a_data_folder_that_cannot_be_made_is_refused(data_folder: Path) -> None:
    (data_folder / "file").touch()

    with pytest.raises(EmbeddedPostgresError, match=r"cannot be made \(Not a directory\)"):
        make_folder(ServerFiles(data_folder / "file" / "var"))


def test_data_of_another_major_version_are_refused_with_the_way_on(data_folder: Path) -> None:
    files = ServerFiles(data_folder)
    files.data.mkdir(parents=True)
    (files.data / "PG_VERSION").write_text("14\n")

    with pytest.raises(
        EmbeddedPostgresError, match="by PostgreSQL 14, and the programs here are those of 18"
    ):
        check_version(files, 18)


def test_a_database_is_made_whole_or_not_at_all(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = ServerFiles(data_folder)
    user = server_user()
    files.home.mkdir()
    user.own(files.home)
    (files.home / "data.unfinished").mkdir()
    (files.home / "data.unfinished" / "half").touch()
    broken = data_folder / "initdb"
    broken.write_text("#!/bin/sh\necho 'no space left' >&2; exit 1\n")
    broken.chmod(0o755)

    with pytest.raises(EmbeddedPostgresError, match=r"no space left$"):
        make_database(files, user, data_folder, 18)
    assert not files.data.exists()

    cluster = Cluster(data_folder)
    cluster.ensure_running()
    assert not (files.home / "data.unfinished").exists()


def test_a_folder_without_programs_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ANAMNESIS_POSTGRES_BIN", str(tmp_path))

    with pytest.raises(EmbeddedPostgresError, match=r"ANAMNESIS_POSTGRES_BIN has no initdb and postgres"):
        server_binaries.binaries()


@as_root
def test_below_a_closed_folder_the_files_lie_elsewhere_and_the_folder_stays_closed(data_folder: Path) -> None:
    closed = data_folder / "home"
    closed.mkdir(mode=0o700)
    lines: list[str] = []
    cluster = Cluster(closed / "var", say=lines.append)
    try:
        assert cluster.ensure_running()
        assert (closed / "var" / "postgres").is_symlink()
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert str(cluster.files.home) in lines[0]
        cluster.stop()
        assert Cluster(closed / "var").ensure_running()
    finally:
        cluster.stop(immediately=True)
        shutil.rmtree(cluster.files.home, ignore_errors=True)


@as_root
def test_programs_that_the_server_user_cannot_read_are_copied_once(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANAMNESIS_POSTGRES_BIN", raising=False)
    site = server_binaries.binaries().parent.parent.parent
    closed = data_folder / "closed"
    closed.mkdir(mode=0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(site / part, closed / part)
    hidden = closed / "embedded_postgres" / "pginstall" / "bin"
    monkeypatch.setattr(server_binaries, "binaries", lambda: hidden)
    home = data_folder / "home"
    home.mkdir()
    home.chmod(0o755)
    lines: list[str] = []

    found = [server_binaries.readable_binaries(server_user(), home, lines.append) for _ in range(2)]

    assert found == [home / "server" / "embedded_postgres" / "pginstall" / "bin"] * 2
    assert len(lines) == 1
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_another_user_of_the_machine_does_not_reach_the_server(data_folder: Path) -> None:
    cluster = Cluster(data_folder)
    cluster.ensure_running()
    cluster.socket_folder.chmod(0o755)  # even if the folder stood open
    stranger = ServerUser("nobody", 65534, 65534, other=True)
    psql = server_binaries.binaries() / "psql"
    command = [
        str(psql),
        "-h",
        str(cluster.socket_folder),
        "-U",
        "postgres",
        "-d",
        "anamnesis",
        "-c",
        "SELECT 1",
    ]
    cluster.files.home.chmod(0o755)

    assert server_user().runs(command) or not stranger.runs([str(psql), "--version"])
    assert not stranger.runs(command)


def test_the_system_user_is_made_once_by_those_who_start_together(monkeypatch: pytest.MonkeyPatch) -> None:
    me = pwd.getpwuid(os.geteuid())
    made: list[str] = []

    def getpwnam(name: str) -> pwd.struct_passwd:
        if not made:
            raise KeyError(name)
        return me

    def useradd() -> None:
        time.sleep(0.1)
        made.append(server_user_module.SYSTEM_USER)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", getpwnam)
    monkeypatch.setattr(server_user_module, "_add_system_user", useradd)
    with ThreadPoolExecutor(4) as starts:
        found = [each.result() for each in [starts.submit(server_user) for _ in range(4)]]
    assert made == ["anamnesis"]
    assert {user.uid for user in found} == {me.pw_uid}
