"""L8 under a simulated power cut: what no flush brought to the disk is gone, what was acknowledged is not.

The server's folder lies on a file system in a file. At the cut all its processes are stopped and the
file is copied: it holds what was flushed, nothing that only the kernel's cache held. A server on the
copy is the server after the cut. Needs loop devices, so root on Linux: elsewhere there is no such test.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.embedded_postgres import Cluster
from eventstore.verify import verify
from tests.clusters import DisposableCluster, short_folder
from tests.eventstore.journal import Journal, plant_unflushed, write_until_it_dies

SIZE = 400 * 1024 * 1024


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def loop_devices_can_be_made() -> bool:
    if os.geteuid() != 0 or not all(map(shutil.which, ("losetup", "mkfs.ext4", "mount"))):
        return False
    with short_folder() as folder:
        try:
            image = folder / "try"
            image.touch()
            os.truncate(image, 16 * 1024 * 1024)
            run("mkfs.ext4", "-q", str(image))
            with mounted(image, folder / "mount"):
                return True
        except (subprocess.CalledProcessError, OSError):
            return False


@contextlib.contextmanager
def mounted(image: Path, folder: Path) -> Iterator[Path]:
    """A file system in a file, written to it only when somebody flushes (or ten minutes have passed)."""
    folder.mkdir(exist_ok=True)
    device = run("losetup", "--find", "--show", "--direct-io=on", str(image))
    try:
        run("mount", "-o", "commit=600", device, str(folder))
        try:
            yield folder
        finally:
            run("umount", "--lazy", str(folder))
    finally:
        run("losetup", "--detach", device)


def processes(cluster: Cluster) -> list[int]:
    pid = cluster.pid()
    assert pid is not None
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


def cut_while_writing(
    folder: Path,
    procedure: str,
    prepare: Callable[[Cluster], None],
    check: Callable[[Cluster, Journal], None],
) -> None:
    """Write, cut the power, start on what the disk held, and look."""
    image, copy = folder / "disk", folder / "disk after the cut"
    image.touch()
    os.truncate(image, SIZE)
    run("mkfs.ext4", "-q", str(image))
    made = DisposableCluster()
    try:
        made.stop()
        with mounted(image, folder / "before") as disk:
            run("cp", "-a", str(made.folder), str(disk / "c"))
            (disk / "c").chmod(0o711)
            cluster = Cluster(disk / "c")
            cluster.ensure_running(ends_with_this_process=True)
            prepare(cluster)
            os.sync()

            def cut() -> None:
                stopped = processes(cluster)
                for pid in stopped:
                    os.kill(pid, signal.SIGSTOP)
                run("cp", "--sparse=always", str(image), str(copy))
                for pid in stopped:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)

            journal = write_until_it_dies(
                lambda: cluster.connect(role="anamnesis_web"), procedure, seconds=0.7, die=cut
            )
            cluster.stop(immediately=True)
        with mounted(copy, folder / "after") as disk:
            cluster = Cluster(disk / "c")
            try:
                cluster.ensure_running(ends_with_this_process=True)
                check(cluster, journal)
            finally:
                cluster.stop(immediately=True)
    finally:
        made.remove()


def stored(cluster: Cluster) -> set[object]:
    with cluster.connect(role="anamnesis_web") as session:
        return {event_id for (event_id,) in session.execute("SELECT event_id FROM events")}


def settle(cluster: Cluster) -> None:
    """From here on nothing reaches the disk but what somebody waits for."""
    with cluster.connect() as superuser:
        superuser.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        superuser.execute("SELECT pg_reload_conf()")
        plant_unflushed(superuser)


if loop_devices_can_be_made():

    @pytest.fixture
    def folder() -> Iterator[Path]:
        with short_folder() as made:
            yield made

    @pytest.mark.timeout(300)
    def test_nothing_acknowledged_is_lost_when_the_power_goes(folder: Path) -> None:
        def check(cluster: Cluster, journal: Journal) -> None:
            assert len(journal.acknowledged) > 20
            assert journal.acknowledged.keys() <= stored(cluster)
            with cluster.connect(role="anamnesis_web") as session:
                found = [one for one in verify(session).findings if "unflushed" not in one.what]
            assert found == []

        cut_while_writing(folder, "append_events", settle, check)

    @pytest.mark.timeout(300)
    def test_without_the_flush_a_power_cut_loses_acknowledged_events(folder: Path) -> None:
        """The planted fault: the test above must be able to fail."""

        def check(cluster: Cluster, journal: Journal) -> None:
            assert journal.acknowledged.keys() - stored(cluster)

        cut_while_writing(folder, "append_unflushed", settle, check)
