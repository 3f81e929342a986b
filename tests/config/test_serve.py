"""`manage.py serve`, which `make run` runs: it starts everything, says so, and ends everything."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from config.embedded_postgres import Cluster
from config.management.commands.serve import give_demo_accounts
from records.models import User
from tests.cast import PASSWORD, Member
from tests.clusters import PROJECT, short_folder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@dataclass
class Serving:
    """A running `manage.py serve`, started in a session of its own as a shell would."""

    process: subprocess.Popen[str]
    port: int
    said: Path

    def health(self) -> dict[str, object]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=10) as answer:
            return dict(json.load(answer))

    def wait_until_it_says(self, words: str) -> str:
        give_up = time.monotonic() + 120
        while words not in (text := self.said.read_text()):
            assert self.process.poll() is None, text
            assert time.monotonic() < give_up, text
            time.sleep(0.1)
        return text

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One data folder for all of these tests: each start goes on from the last one."""
    with short_folder() as made:
        yield made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, **more: str) -> dict[str, str]:
    foreign = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "DJANGO_SETTINGS_MODULE", "ANAMNESIS_ROLE")
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    own = {"ANAMNESIS_DATA": str(folder), "ANAMNESIS_KEY_FILE": str(folder / "ledger.key")}
    return kept | own | {"ANAMNESIS_DEMO": "no"} | more


@contextlib.contextmanager
def start(folder: Path, port: int, **more: str) -> Iterator[Serving]:
    said = folder / f"said-{port}"
    with said.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, str(PROJECT / "manage.py"), "serve"],
            env=environment(folder, PORT=str(port), **more),
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    try:
        yield Serving(process, port, said)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Serving]:
    with start(folder, free_port()) as running:
        running.wait_until_it_says("Ctrl-C stops it")
        yield running


def gone(processes: list[psutil.Process], seconds: float = 15) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return [one for one in alive if one.status() != psutil.STATUS_ZOMBIE] == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_that_was_started(folder: Path, how: signal.Signals) -> None:
    with serving(folder) as running:
        assert running.health()["status"] == "ok"
        family = running.family()
        assert len(family) >= 5  # the database and its own processes, gunicorn and its own, the worker
        started = time.monotonic()
        os.killpg(running.process.pid, how)  # as a terminal does, to all of the group

        assert running.process.wait(30) == 0
        assert time.monotonic() - started < 15
        assert gone(family)
        assert "Everything recorded is kept" in running.said.read_text()
        assert "Traceback" not in running.said.read_text()
    assert not Cluster(folder).is_running()


def test_a_killed_serve_leaves_nothing_running_and_the_next_start_recovers(folder: Path) -> None:
    with serving(folder) as running:
        family = running.family()
        running.process.kill()

        assert gone(family)
    with serving(folder) as running:
        assert running.health()["status"] == "ok"


def test_what_dies_is_started_again(folder: Path) -> None:
    with serving(folder) as running:
        for one in running.family():
            with contextlib.suppress(psutil.NoSuchProcess):
                if one.ppid() == running.process.pid:
                    one.kill()

        running.wait_until_it_says("The database ended by itself")
        running.wait_until_it_says("The projection worker ended (exit code -9) and is started again.")
        running.wait_until_it_says("The web server ended (exit code -9) and is started again.")
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                if running.health()["status"] == "ok":
                    break
            time.sleep(0.2)
        assert running.health()["status"] == "ok"


def test_a_taken_port_is_one_sentence_before_anything_starts(folder: Path) -> None:
    with socket.socket() as taken, short_folder() as untouched:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = serve(untouched, PORT=str(port))

        assert done.returncode == 1
        assert f"Port {port} on 127.0.0.1 cannot be had" in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert not (untouched / "postgres").exists()


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_port_that_is_none_is_one_sentence(folder: Path, port: str) -> None:
    done = serve(folder, PORT=port)

    assert (done.returncode, done.stderr) == (
        1,
        f"CommandError: PORT is '{port}': it is a number from 1 to 65535.\n",
    )


def test_a_second_serve_on_the_same_data_is_refused_and_the_first_goes_on(folder: Path) -> None:
    with serving(folder) as running:
        done = serve(folder, PORT=str(free_port()))

        assert done.returncode == 1
        assert done.stderr == f"CommandError: Anamnesis is already running with the data in {folder}.\n"
        assert running.health()["status"] == "ok"


def test_a_server_that_a_command_left_is_taken_over_and_stopped_at_the_end(folder: Path) -> None:
    cluster = Cluster(folder)
    cluster.ensure_running()
    with serving(folder) as running:
        assert running.health()["status"] == "ok"

    assert not cluster.is_running()


def test_a_lost_key_file_is_not_replaced_once_it_is_needed(folder: Path) -> None:
    with serving(folder):
        pass
    cluster = Cluster(folder)
    cluster.ensure_running()
    with cluster.connect() as superuser:
        superuser.execute(
            "INSERT INTO stream_keys (stream, wrapped_key, key_id) VALUES ('a lost one', '\\x00', 'gone')"
        )
    (folder / "ledger.key").rename(folder / "kept.key")
    try:
        done = serve(folder, PORT=str(free_port()))
    finally:
        (folder / "kept.key").rename(folder / "ledger.key")

    assert done.returncode == 1
    assert "is missing, and the ledger has personal fields that only its keys open" in done.stderr
    assert not cluster.is_running()
    cluster.ensure_running()
    with cluster.connect() as superuser:
        superuser.execute("DELETE FROM stream_keys WHERE stream = 'a lost one'")
    cluster.leave()


def test_a_demo_clinic_that_was_interrupted_leaves_nothing_half_made() -> None:
    with short_folder() as fresh:
        with start(fresh, free_port(), ANAMNESIS_DEMO="yes") as running:
            running.wait_until_it_says("Making the demo clinic")
            os.killpg(running.process.pid, signal.SIGINT)
            assert running.process.wait(60) == 0
        assert "with the password" not in running.said.read_text()

        with serving(fresh) as running:
            assert running.health()["ledger"] == {"position": 0}


@pytest.mark.django_db(transaction=True)
def test_a_password_that_nobody_saw_is_replaced(clinician: Member, outsider: Member) -> None:
    give_demo_accounts("another wet Tuesday")

    for member, password in ((clinician, "another wet Tuesday"), (outsider, PASSWORD)):
        assert User.objects.get(pk=member.user.pk).check_password(password)


def serve(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), "serve"],
        env=environment(folder, **more),
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
