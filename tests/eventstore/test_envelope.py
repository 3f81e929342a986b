"""L17: personal text is nowhere in clear in ledgers, snapshots and keys, and opens only in its place."""

from __future__ import annotations

import stat
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.test import override_settings

import records.events  # noqa: F401  (registers the event types)
from eventstore import envelope, registry, store
from eventstore.errors import KeyUnavailable
from eventstore.ledgers import ACCESS_EVENTS, EVENTS
from eventstore.registry import Sealed
from eventstore.store import Batch, NewEvent
from records.events import NoteAdded

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PRODUCT = ("records.events",)


def filled(cls: type, personal: frozenset[str], canary: str) -> object:
    """An event of this type with a canary word in each personal field, nested ones included."""
    values: dict[str, Any] = {}
    for field in fields(cls):
        kind = str(field.type)
        if field.name in personal:
            values[field.name] = f"{canary}-{field.name}"
        elif kind.startswith("tuple"):
            values[field.name] = ()
        elif kind.startswith("dict"):
            values[field.name] = {"prescriptions": {"p1": {"indication": f"{canary}-nested", "dose": "5"}}}
        elif kind.startswith("bool"):
            values[field.name] = False
        else:
            values[field.name] = "1" if kind.startswith("str") else None
    return cls(**values)


@pytest.mark.django_db(transaction=True)
def test_no_canary_of_any_personal_field_is_stored_in_clear(
    owner_connection: psycopg.Connection[Any],
) -> None:
    canary = f"canary{uuid4().hex}"
    metadata = {
        "user_name": f"{canary}-user",
        "reason": f"{canary}-reason",
        "override_reason": f"{canary}-override",
        "alerts": [{"kind": "allergy", "text": f"{canary}-alert"}],
    }
    count = 0
    for known in [t for t in registry.known_types() if t.cls.__module__ in PRODUCT]:
        ledger = ACCESS_EVENTS if known.aggregate_type == "Session" else EVENTS
        event = filled(known.cls, known.personal, canary)
        stream = f"{known.aggregate_type.lower()}-{uuid4()}"
        done = store.append(
            [
                Batch(
                    stream,
                    known.aggregate_type,
                    None if ledger.any_version else 0,
                    (NewEvent(event, NOW, metadata),),
                )
            ],
            command_id=uuid4(),
            command_digest=store.command_digest(known.name, {"text": canary}),
            ledger=ledger,
        )
        (read,) = store.read_stream(stream, ledger=ledger)
        assert read.data == event, "what was sealed opens again"
        assert read.metadata["alerts"][0]["text"] == f"{canary}-alert"
        assert done.duplicate is False
        count += 1
    assert count > 25
    for table in ("events", "access_events", "stream_keys", "snapshots"):
        row = owner_connection.execute(
            f"SELECT count(*) FROM {table} AS t WHERE t::text ILIKE %s", [f"%{canary}%"]
        ).fetchone()
        assert row == (0,), f"{table} holds personal text in clear"


@pytest.mark.django_db(transaction=True)
def test_codes_and_doses_stay_readable_for_sql(owner_connection: psycopg.Connection[Any]) -> None:
    stream = f"patient-{uuid4()}"
    event = NewEvent(NoteAdded(text="secret", category="clinical"), NOW)
    store.append([Batch(stream, "Patient", 0, (event,))], command_id=uuid4(), command_digest="00" * 32)
    row = owner_connection.execute(
        "SELECT event_data ->> 'category', event_data -> 'text' ? 'sealed' FROM events"
        " WHERE aggregate_id = %s",
        [stream],
    ).fetchone()
    assert row == ("clinical", True)


@pytest.mark.django_db(transaction=True)
def test_a_ciphertext_moved_to_another_event_does_not_open() -> None:
    stream = f"patient-{uuid4()}"
    events = (
        NewEvent(NoteAdded(text="first", category="clinical"), NOW),
        NewEvent(NoteAdded(text="second", category="clinical"), NOW),
    )
    store.append([Batch(stream, "Patient", 0, events)], command_id=uuid4(), command_digest="00" * 32)
    first, second = store.read_stream(stream, opened=False)
    assert isinstance(first.data.text, Sealed)
    assert envelope.opened(first.data.text) == "first"
    moved = Sealed(str(first.data.text), second.data.text.context)
    assert envelope.opened(moved) == envelope.ALTERED


@pytest.mark.django_db(transaction=True)
def test_a_stream_without_its_key_reads_on_in_words(owner_connection: psycopg.Connection[Any]) -> None:
    lost, kept = f"patient-{uuid4()}", f"patient-{uuid4()}"
    for stream in (lost, kept):
        event = NewEvent(NoteAdded(text="words", category="clinical"), NOW)
        store.append([Batch(stream, "Patient", 0, (event,))], command_id=uuid4(), command_digest="00" * 32)
    owner_connection.execute("DELETE FROM stream_keys WHERE stream = %s", [lost])
    assert [e.data.text for e in store.read_stream(lost)] == [envelope.KEY_GONE]
    assert [e.data.text for e in store.read_stream(kept)] == ["words"]


@pytest.mark.django_db(transaction=True)
def test_another_key_file_is_refused_by_name(tmp_path: Path) -> None:
    stream = f"patient-{uuid4()}"
    event = NewEvent(NoteAdded(text="words", category="clinical"), NOW)
    store.append([Batch(stream, "Patient", 0, (event,))], command_id=uuid4(), command_digest="00" * 32)
    envelope.create_key_file(tmp_path / "other.key")
    with (
        override_settings(ANAMNESIS_KEY_FILE=str(tmp_path / "other.key")),
        pytest.raises(KeyUnavailable, match="does not fit"),
    ):
        list(store.read_stream(stream))


def test_a_key_file_is_the_owners_alone_and_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "new" / "ledger.key"
    envelope.create_key_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first = path.read_text()
    with pytest.raises(FileExistsError):
        envelope.create_key_file(path)
    assert path.read_text() == first


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "lacks"),
        ("wrapping-key = !!\ndigest-key = !!\n", "lacks"),
        ("wrapping-key = YWJj\ndigest-key = YWJj\n", "32 bytes"),
    ],
)
def test_a_damaged_key_file_is_named(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    path.write_text(text)
    with pytest.raises(KeyUnavailable, match=says):
        envelope.read_key_file(path)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable, match="cannot be read"):
        envelope.read_key_file(tmp_path / "none")


def test_digests_of_two_uses_never_match(cluster: object) -> None:
    assert envelope.keyed_digest("session", "x") != envelope.keyed_digest("record number", "x")
    assert envelope.keyed_digest("session", "x") == envelope.keyed_digest("session", "x")


def test_a_personal_field_holds_text_and_nothing_else() -> None:
    context = registry.SealedContext("s", "e", "T", "")
    with pytest.raises(TypeError, match="holds text"):
        envelope.seal_json({"text": 5}, frozenset({"text"}), envelope.Keyring(), context)
