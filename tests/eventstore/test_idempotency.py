"""L5: one command, one event, however often it is sent; L18: several streams, all or nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, transaction

from eventstore import store
from eventstore.errors import (
    CommandReused,
    FutureOccurredAt,
    InsideTransaction,
    NotStorable,
    WrongExpectedVersion,
)
from eventstore.store import ACCESS_EVENTS, Appended, Batch, NewEvent
from records.events import NoteAdded, PatientRegistered, PatientsSearched, RecordNumberReserved
from tests.eventstore.door import batch, call, planted_ledger

pytestmark = pytest.mark.django_db(transaction=True)
Connect = Callable[[], psycopg.Connection[Any]]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def note(text: str = "", **others: Any) -> NewEvent:
    return NewEvent(NoteAdded(text=text, category="clinical"), **{"occurred_at": NOW, **others})


def patient_stream() -> str:
    return f"patient-{uuid4()}"


def in_parallel(count: int, connect: Connect, work: Callable[[psycopg.Connection[Any]], Any]) -> list[Any]:
    """What `count` sessions answer that all start at once; an error is its SQLSTATE."""
    gate, answers = threading.Barrier(count), []

    def run() -> None:
        with connect() as session:
            gate.wait()
            try:
                answers.append(work(session))
            except psycopg.Error as error:
                answers.append(error.sqlstate)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_fifty_parallel_duplicates_give_one_event_and_fifty_equal_answers(connect: Connect) -> None:
    stream = patient_stream()
    arguments = batch(stream, 0)
    answers = in_parallel(50, connect, lambda session: call(session, arguments))
    assert len(answers) == 50
    assert len({answer[:2] for answer in answers}) == 1
    assert sorted(answer[2] for answer in answers) == [False] + [True] * 49
    assert store.stream_version(stream) == 1


def test_the_harness_catches_a_look_up_before_the_lock(
    connect: Connect, owner_connection: psycopg.Connection[Any]
) -> None:
    """The planted fault: the command id is looked up, but too early to see the winner."""
    fault = ("WHERE e.event_id = command_id;", "WHERE e.event_id = command_id AND e.created_at < now();")
    failed = 0
    with planted_ledger(owner_connection, fault) as schema:
        for _ in range(6):
            answers = in_parallel(
                50, connect, partial(call, arguments=batch(patient_stream(), 0), schema=schema)
            )
            failed += any(isinstance(answer, str) for answer in answers)
            if failed:
                return
    pytest.fail("no duplicate was refused: the harness cannot see the fault")


def test_a_retry_gets_the_first_answer_even_after_the_stream_moved_on() -> None:
    stream, command_id = patient_stream(), uuid4()
    digest = store.command_digest("AddNote", {"text": "x"})
    first = store.append(
        [Batch(stream, "Patient", 0, (note("x"), note("y")))], command_id=command_id, command_digest=digest
    )
    store.append([Batch(stream, "Patient", 2, (note(),))], command_id=uuid4(), command_digest=digest)
    again = store.append(
        [Batch(stream, "Patient", 3, (note("x"),))], command_id=command_id, command_digest=digest
    )
    assert again == Appended(first.first_position, first.last_position, {stream: 2}, True, first.event_ids)
    assert store.find_command(command_id, digest) == again
    assert store.stream_version(stream) == 3


def test_the_same_id_with_other_content_is_refused() -> None:
    stream, command_id = patient_stream(), uuid4()
    digest, other = (store.command_digest("AddNote", {"text": text}) for text in ("x", "y"))
    store.append([Batch(stream, "Patient", 0, (note("x"),))], command_id=command_id, command_digest=digest)
    for target, version in ((stream, 1), (patient_stream(), 0)):
        with pytest.raises(CommandReused):
            store.append(
                [Batch(target, "Patient", version, (note("y"),))], command_id=command_id, command_digest=other
            )
    with pytest.raises(CommandReused):
        store.find_command(command_id, other)
    assert store.stream_version(stream) == 1


def test_a_commands_digest_is_keyed_and_blind_to_the_order_of_fields() -> None:
    assert store.command_digest("A", {"a": "1", "b": "2"}) == store.command_digest("A", {"b": "2", "a": "1"})
    assert store.command_digest("A", {"a": "1"}) != store.command_digest("B", {"a": "1"})


def test_an_unknown_command_is_not_found() -> None:
    assert store.find_command(uuid4(), "00" * 32) is None


def test_several_streams_are_appended_to_all_or_nothing() -> None:
    patient, number = patient_stream(), f"recordnumber-{uuid4().hex}"
    registered = PatientRegistered(mrn="1", family="Doe", given="Jo", birth_date=None, sex=None)
    reserved = NewEvent(RecordNumberReserved(patient_id=patient), NOW)
    both = [
        Batch(patient, "Patient", 0, (NewEvent(registered, NOW),)),
        Batch(number, "RecordNumber", 0, (reserved,)),
    ]
    done = store.append(both, command_id=uuid4(), command_digest="00" * 32)
    assert done.versions == {patient: 1, number: 1}
    assert done.last_position == done.first_position + 1

    other = patient_stream()
    with pytest.raises(WrongExpectedVersion) as refusal:
        store.append(
            [Batch(other, "Patient", 0, (NewEvent(registered, NOW),)), both[1]],
            command_id=uuid4(),
            command_digest="00" * 32,
        )
    assert (refusal.value.aggregate_id, refusal.value.expected, refusal.value.actual) == (number, 0, 1)
    assert store.stream_version(other) == 0


def test_two_registrations_race_for_one_record_number_and_one_wins(connect: Connect) -> None:
    number = f"recordnumber-{uuid4().hex}"

    def register(session: psycopg.Connection[Any]) -> Any:
        command_id, digest, streams, events = batch(patient_stream(), 0)
        extra = json.loads(events)[0] | {"event_id": str(uuid4()), "aggregate_id": number, "metadata": {}}
        first = json.loads(events)[0]
        first["metadata"]["command"]["count"] = 2
        return call(
            session,
            (
                command_id,
                digest,
                json.dumps([*json.loads(streams), {"aggregate_id": number, "expected_version": 0}]),
                json.dumps([first, extra]),
            ),
        )

    answers = in_parallel(12, connect, register)
    assert answers.count("AN001") == 11
    assert store.stream_version(number) == 1


def test_an_append_inside_a_transaction_is_refused_and_stores_nothing() -> None:
    stream = patient_stream()
    with pytest.raises(InsideTransaction), transaction.atomic():
        store.append([Batch(stream, "Patient", 0, (note(),))], command_id=uuid4(), command_digest="00" * 32)
    assert store.stream_version(stream) == 0


@pytest.mark.parametrize(("ahead", "refused"), [("4 minutes", False), ("6 minutes", True)])
def test_what_is_true_lies_at_most_five_minutes_ahead_of_the_databases_clock(
    ahead: str, refused: bool
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() + %s::interval", [ahead])
        (occurred_at,) = cursor.fetchone()
    stream = patient_stream()
    with pytest.raises(FutureOccurredAt) if refused else nullcontext():
        store.append(
            [Batch(stream, "Patient", 0, (note(occurred_at=occurred_at),))],
            command_id=uuid4(),
            command_digest="00" * 32,
        )
    assert store.stream_version(stream) == (0 if refused else 1)


@pytest.mark.parametrize("text", ["NUL \x00 inside", "a lone surrogate \ud800"])
def test_text_that_cannot_be_stored_is_refused_before_anything_is(text: str) -> None:
    """In a field that is not sealed: sealed text is base64, whatever it holds."""
    stream = patient_stream()
    event = NewEvent(NoteAdded(text="", category=text), NOW)
    with pytest.raises(NotStorable):
        store.append([Batch(stream, "Patient", 0, (event,))], command_id=uuid4(), command_digest="00" * 32)
    assert store.stream_version(stream) == 0


def test_an_event_of_another_aggregate_is_refused() -> None:
    with pytest.raises(NotStorable, match="does not belong"):
        store.append(
            [Batch("clinician-1", "Clinician", 0, (note(),))], command_id=uuid4(), command_digest="00" * 32
        )


def test_sessions_take_events_at_any_version() -> None:
    session = f"session-{uuid4().hex}"
    for _ in range(2):
        event = NewEvent(PatientsSearched(words="jo", patient_ids=()), NOW)
        store.append(
            [Batch(session, "Session", None, (event, event))],
            command_id=uuid4(),
            command_digest="00" * 32,
            ledger=ACCESS_EVENTS,
        )
    assert [e.version for e in store.read_stream(session, ledger=ACCESS_EVENTS)] == [1, 2, 3, 4]


def test_the_first_events_id_is_the_commands() -> None:
    command_id: UUID = uuid4()
    done = store.append(
        [Batch(patient_stream(), "Patient", 0, (note(event_id=uuid4()), note()))],
        command_id=command_id,
        command_digest="00" * 32,
    )
    assert done.event_ids[0] == command_id
    event = store.read_event(command_id)
    assert event is not None
    assert event.version == 1
