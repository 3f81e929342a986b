"""L12, L13: read models follow in one path, together with their checkpoint; poison parks one aggregate."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, connection, models, transaction
from django.test import override_settings

from eventstore import projector, store
from eventstore.checks import projectors_have_names_of_their_own
from eventstore.models import ParkedAggregate
from eventstore.projector import Projector, catch_up
from eventstore.registry import Unknown
from eventstore.rows import Rows, StaleRow
from eventstore.store import Batch, NewEvent, RecordedEvent
from records.events import NoteAdded
from tests.eventstore.door import batch, call

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
POISON = "poison"


class NoteTally(models.Model):
    """A read model of these tests' own: how many notes each stream has."""

    aggregate_id = models.TextField(primary_key=True)
    notes = models.IntegerField(default=0)
    words = models.TextField(default="")
    version = models.IntegerField(default=0)

    objects: ClassVar[models.Manager[NoteTally]] = models.Manager()

    class Meta:
        managed = False
        app_label = "eventstore"
        db_table = "test_note_tally"

    def __str__(self) -> str:
        return self.aggregate_id


class NoteTallyProjector(Projector):
    name = "test_note_tally"
    models: ClassVar[tuple[type[models.Model], ...]] = (NoteTally,)
    broken = True

    def note_added(self, event: RecordedEvent, rows: Rows) -> None:
        if event.data.text == POISON and self.broken:
            raise ValueError("this note cannot be counted")
        row = rows.get(NoteTally, event.aggregate_id) or NoteTally(aggregate_id=event.aggregate_id)
        row.notes, row.version = row.notes + 1, event.version
        row.words = f"{row.words} {event.data.text}".strip()
        rows.put(row)


class SecondTallyProjector(NoteTallyProjector):
    """A neighbour that takes every note: one projector's poison is its own."""

    name = "test_second"
    models: ClassVar[tuple[type[models.Model], ...]] = ()

    def note_added(self, event: RecordedEvent, rows: Rows) -> None:
        SEEN.append(event.data.text)


SEEN: list[str] = []
PATHS = [f"{__name__}.NoteTallyProjector", f"{__name__}.SecondTallyProjector"]


@pytest.fixture(autouse=True)
def _followed(transactional_db: None, owner_connection: psycopg.Connection[Any]) -> Iterator[None]:
    SEEN.clear()
    owner_connection.execute(
        "CREATE TABLE test_note_tally (aggregate_id text PRIMARY KEY, notes int NOT NULL,"
        " words text NOT NULL, version int NOT NULL)"
    )
    owner_connection.execute(
        "INSERT INTO built_projectors (name) VALUES ('test_note_tally'), ('test_second')"
    )
    projector._imported.cache_clear()
    with override_settings(PROJECTORS=PATHS):
        yield
    projector._imported.cache_clear()
    owner_connection.execute("DELETE FROM built_projectors WHERE name IN ('test_note_tally', 'test_second')")
    owner_connection.execute("DROP TABLE test_note_tally")


def write(*texts: str, stream: str | None = None) -> tuple[str, int]:
    stream = stream or f"patient-{uuid4()}"
    events = tuple(NewEvent(NoteAdded(text=text, category="clinical"), NOW) for text in texts)
    version = store.stream_version(stream)
    done = store.append(
        [Batch(stream, "Patient", version, events)], command_id=uuid4(), command_digest="00" * 32
    )
    return stream, done.last_position


def words(stream: str) -> str | None:
    row = NoteTally.objects.filter(pk=stream).first()
    return row.words if row else None


def test_the_next_page_shows_what_was_just_appended() -> None:
    stream, position = write("one", "two")
    done = catch_up(until=position)
    assert (done.position >= position, done.complete) == (True, True)
    assert words(stream) == "one two"
    assert catch_up(until=position).complete, "nothing to do, and no lock taken"
    assert words(stream) == "one two"


def test_rows_and_checkpoint_move_in_one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, position = write("one")
    before = projector.checkpoint()

    apply = projector.apply_events

    def apply_and_die(*given: Any) -> None:
        apply(*given)
        raise SystemExit("killed between apply and commit")

    with monkeypatch.context() as patch:
        patch.setattr(projector, "apply_events", apply_and_die)
        with pytest.raises(SystemExit):
            catch_up(until=position)
    assert (projector.checkpoint(), words(stream)) == (before, None)
    catch_up(until=position)
    assert words(stream) == "one", "no gap, no double"


def test_many_requests_catching_up_at_once_apply_each_event_once() -> None:
    streams = [write("a", "b", "c") for _ in range(6)]
    gate, failures = threading.Barrier(8), []

    def run() -> None:
        try:
            gate.wait()
            catch_up()
        except Exception as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [words(stream) for stream, _ in streams] == ["a b c"] * 6


def test_a_busy_checkpoint_leaves_the_append_acknowledged_and_says_so(
    connect: Callable[..., psycopg.Connection[Any]],
) -> None:
    stream, position = write("one")
    with connect("web") as holder, holder.transaction():
        holder.execute("SELECT * FROM checkpoints FOR UPDATE")
        done = catch_up(until=position)
        assert done.complete is False
        assert done.position < position
    assert catch_up(until=position).complete
    assert words(stream) == "one"


def test_poison_parks_one_aggregate_for_one_projector_and_all_others_go_on() -> None:
    before, _ = write("fine")
    poisoned, _ = write("good", POISON, "later")
    after, position = write("fine too")
    assert catch_up(until=position).complete
    assert (words(before), words(after)) == ("fine", "fine too")
    assert words(poisoned) == "good", "up to the poison, and nothing after it"
    (parked,) = ParkedAggregate.objects.all()
    assert (parked.projector, parked.aggregate_id, parked.version) == ("test_note_tally", poisoned, 2)
    assert "this note cannot be counted" in parked.error
    assert SEEN[-5:] == ["fine", "good", POISON, "later", "fine too"]

    write("much later", stream=poisoned)
    catch_up()
    assert words(poisoned) == "good", "still parked: a hole is worse than a stop"


def test_a_retry_heals_once_the_projector_is_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned, position = write("good", POISON, "later")
    catch_up(until=position)
    parked = ParkedAggregate.objects.get()
    assert projector.retry(parked) is False
    assert ParkedAggregate.objects.count() == 1
    assert words(poisoned) == "good"

    monkeypatch.setattr(NoteTallyProjector, "broken", False)
    assert projector.retry(parked) is True
    assert ParkedAggregate.objects.count() == 0
    assert words(poisoned) == f"good {POISON} later"
    write("afterwards", stream=poisoned)
    catch_up()
    assert words(poisoned) == f"good {POISON} later afterwards"


def test_a_database_fault_moves_nothing_and_parks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, position = write("one")

    def unplugged(*_: Any) -> None:
        raise OperationalError("connection lost")

    with monkeypatch.context() as patch:
        patch.setattr(NoteTallyProjector, "note_added", unplugged)
        with pytest.raises(OperationalError):
            catch_up(until=position)
    assert ParkedAggregate.objects.count() == 0
    assert catch_up(until=position).complete
    assert words(stream) == "one"


def test_a_value_too_long_for_an_index_is_the_events_fault_not_the_databases(
    owner_connection: psycopg.Connection[Any],
) -> None:
    """SQLSTATE 54000 arrives as an OperationalError, as a lost connection does: it parks all the same."""
    owner_connection.execute("CREATE INDEX ON test_note_tally (words)")
    endless, _ = write("".join(f"{number:x}" for number in range(40_000)))
    fine, position = write("fine")
    assert catch_up(until=position).complete
    assert words(fine) == "fine"
    assert ParkedAggregate.objects.get().aggregate_id == endless


def test_a_row_never_goes_back_to_an_older_version_of_its_stream() -> None:
    rows = Rows()
    rows.put(NoteTally(aggregate_id="a", notes=1, version=5))
    with pytest.raises(StaleRow):
        rows.put(NoteTally(aggregate_id="a", notes=0, version=4))
    rows.flush()
    with pytest.raises(StaleRow):
        fresh = Rows()
        fresh.get(NoteTally, "a")
        fresh.put(NoteTally(aggregate_id="a", notes=0, version=4))
    assert NoteTally.objects.get(pk="a").version == 5


def test_rows_are_read_once_and_written_once(django_assert_num_queries: Any) -> None:
    NoteTally.objects.create(aggregate_id="a", notes=1, version=1)
    with transaction.atomic(), django_assert_num_queries(2):
        rows = Rows()
        for version in range(2, 50):
            row = rows.get(NoteTally, "a")
            assert row is not None
            row.notes, row.version = row.notes + 1, version
            rows.put(row)
        rows.flush()
    assert NoteTally.objects.get(pk="a").notes == 49


def test_deleted_rows_are_gone_and_may_come_back() -> None:
    rows = Rows()
    rows.put(NoteTally(aggregate_id="a", version=1))
    rows.flush()
    row = rows.get(NoteTally, "a")
    assert row is not None
    rows.delete(row)
    assert rows.get(NoteTally, "a") is None
    assert rows.all(NoteTally) == []
    rows.put(NoteTally(aggregate_id="a", version=2))
    rows.flush()
    assert NoteTally.objects.get(pk="a").version == 2


def test_a_new_projector_waits_for_its_rebuild(owner_connection: psycopg.Connection[Any]) -> None:
    """The ledger is not empty: half a read model would be worse than none."""
    owner_connection.execute("DELETE FROM built_projectors WHERE name = 'test_note_tally'")
    if projector.checkpoint() == 0:
        write("something")
        catch_up()
        owner_connection.execute("DELETE FROM built_projectors WHERE name = 'test_note_tally'")
    stream, position = write("one")
    assert catch_up(until=position).complete
    assert words(stream) is None


def test_an_event_of_an_unknown_kind_is_passed_on_not_dropped(
    owner_connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []
    monkeypatch.setattr(
        NoteTallyProjector,
        "otherwise",
        lambda self, event, rows: taken.append(event.event_type),
        raising=False,
    )
    stream = f"patient-{uuid4()}"
    command_id, digest, streams, events = batch(stream, 0)
    row = json.loads(events)[0] | {"event_type": "NoteSung"}
    first, _, _ = call(owner_connection, (command_id, digest, streams, json.dumps([row])))
    catch_up(until=first)
    assert taken == ["NoteSung", "NoteSung"], "once for each projector"
    assert ParkedAggregate.objects.count() == 0


def test_content_that_does_not_fit_its_type_is_poison() -> None:
    """Handed over, not stored: other tests read this ledger from its first entry on."""
    stream, position = write("one")
    (event,) = store.read_stream(stream)
    wrong = replace(event, data=Unknown("NoteAdded", 1, {}, problem="NoteAdded lacks text"))
    with transaction.atomic():
        projector.apply_events(projector.projectors(), [wrong])
    parked = ParkedAggregate.objects.get(projector="test_note_tally")
    assert (parked.aggregate_id, parked.position) == (stream, position)
    assert "lacks text" in parked.error


def test_projectors_cannot_share_a_name() -> None:
    assert projectors_have_names_of_their_own(None) == []
    with override_settings(PROJECTORS=[PATHS[0], PATHS[0]]):
        assert [error.id for error in projectors_have_names_of_their_own(None)] == ["eventstore.E002"]
