"""L11: a snapshot is a shortcut and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.db import connection
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventstore import registry, snapshots, store
from eventstore.envelope import opened
from eventstore.registry import Sealed, sealed_from_json, sealed_to_json
from eventstore.store import Batch, NewEvent, RecordedEvent
from records.events import NoteAdded

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Tally:
    notes: int = 0
    last: str = ""


@dataclass
class Tallying:
    """Counts notes and remembers the last one's text. step: what one note counts."""

    fingerprint: str = "v1"
    step: int = 1
    folded: int = 0

    def initial(self, aggregate_id: str) -> Tally:
        return Tally()

    def evolve(self, state: Tally, event: RecordedEvent) -> Tally:
        self.folded += 1
        return replace(state, notes=state.notes + self.step, last=event.data.text)

    def to_json(self, state: Tally) -> dict[str, Any]:
        return {"notes": state.notes, "last": sealed_to_json(state.last)}

    def from_json(self, state: dict[str, Any]) -> Tally:
        return Tally(state["notes"], sealed_from_json(state["last"]))


def write(stream: str, count: int) -> None:
    version = store.stream_version(stream)
    events = tuple(
        NewEvent(NoteAdded(text=f"note {version + i}", category="clinical"), NOW) for i in range(count)
    )
    store.append([Batch(stream, "Patient", version, events)], command_id=uuid4(), command_digest="00" * 32)


def stored(stream: str) -> Any:
    """Shape: (version, state as JSON text, fingerprint), or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT version, state::text, fold_fingerprint FROM snapshots WHERE aggregate_id = %s", [stream]
        )
        return cursor.fetchone()


@override_settings(SNAPSHOT_EVERY=10)
def test_a_snapshot_is_written_every_so_many_events_and_spares_the_fold() -> None:
    stream = f"patient-{uuid4()}"
    write(stream, 9)
    assert snapshots.load(Tallying(), stream)[1] == 9
    assert stored(stream) is None
    write(stream, 3)
    snapshots.load(Tallying(), stream)
    assert stored(stream) is not None
    assert stored(stream)[0] == 12
    write(stream, 2)
    counting = Tallying()
    state, version = snapshots.load(counting, stream)
    assert (state.notes, version, counting.folded) == (14, 14, 2)


@override_settings(SNAPSHOT_EVERY=5)
def test_a_changed_fold_ignores_what_the_old_one_left() -> None:
    stream = f"patient-{uuid4()}"
    write(stream, 6)
    snapshots.load(Tallying(), stream)
    state, _ = snapshots.load(Tallying(fingerprint="v2", step=2), stream)
    assert state.notes == 12
    assert stored(stream)[2] == "v2"


@override_settings(SNAPSHOT_EVERY=5)
def test_the_harness_sees_a_fold_that_changed_without_its_fingerprint() -> None:
    """The planted fault: same fingerprint, other fold: the old state is taken, and it is wrong."""
    stream = f"patient-{uuid4()}"
    write(stream, 6)
    snapshots.load(Tallying(), stream)
    state, _ = snapshots.load(Tallying(step=2), stream)
    assert state.notes != 12


@override_settings(SNAPSHOT_EVERY=5)
def test_a_snapshot_holds_no_plaintext_and_its_text_still_opens() -> None:
    stream = f"patient-{uuid4()}"
    write(stream, 5)
    snapshots.load(Tallying(), stream)
    assert "note" not in orjson.loads(stored(stream)[1])["last"]["sealed"]
    state, _ = snapshots.load(Tallying(), stream)
    assert isinstance(state.last, Sealed)
    assert opened(state.last) == "note 4"


def test_a_stream_that_does_not_exist_is_at_version_0() -> None:
    assert snapshots.load(Tallying(), f"patient-{uuid4()}") == (Tally(), 0)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 8), min_size=1, max_size=6))
def test_full_fold_equals_snapshot_and_tail(batches: list[int]) -> None:
    stream = f"patient-{uuid4()}"
    with override_settings(SNAPSHOT_EVERY=5):
        for count in batches:
            write(stream, count)
            snapshots.load(Tallying(), stream)
        quick = snapshots.load(Tallying(), stream)[0]
    slow = Tally()
    for event in store.read_stream(stream, opened=False):
        slow = Tallying().evolve(slow, event)
    assert registry.sealed_to_json({"a": quick.last}) == registry.sealed_to_json({"a": slow.last})
    assert quick.notes == slow.notes == sum(batches)
