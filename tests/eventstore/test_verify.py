"""verify_ledger against what a superuser can do with the triggers off and put back: only the rows tell."""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.test import override_settings

from eventstore import envelope
from eventstore.key_check import key_findings
from eventstore.recompute import COLUMNS, digest, link, read_rows
from eventstore.verify import CannotCheck, Report, examine, verify
from tests.clusters import PROJECT, DisposableCluster

LEDGERS = ("events", "access_events")
ENTRIES = 12
DIGEST = "00" * 32

Named = list[tuple[str, str, int | None]]


@pytest.fixture(scope="module")
def server() -> Iterator[DisposableCluster]:
    """A server whose database holds two honest ledgers of twelve entries in three streams each."""
    made = DisposableCluster()
    try:
        with made.connect("anamnesis_web") as web:
            for ledger in LEDGERS:
                for number in range(ENTRIES):
                    said = {"text": "é", "category": "clinical", "number": number}
                    append(web, ledger, [note(f"patient-{number % 3}", said)])
        yield made
    finally:
        made.remove()


@pytest.fixture
def superuser(server: DisposableCluster) -> Iterator[psycopg.Connection[Any]]:
    """The superuser, in a transaction whose edits are undone after the test."""
    with server.connect() as session, session.transaction(force_rollback=True):
        yield session


def note(stream: str, data: dict[str, Any], event_id: UUID | None = None) -> dict[str, Any]:
    return {
        "event_id": str(event_id or uuid4()),
        "aggregate_id": stream,
        "aggregate_type": "Patient",
        "event_type": "NoteAdded",
        "schema_version": 1,
        "event_data": data,
        "metadata": {"ip": "::1"},
        "occurred_at": "2020-01-01T00:00:00+00:00",
    }


def append(session: psycopg.Connection[Any], ledger: str, events: list[dict[str, Any]]) -> None:
    """Through the door, at whatever version the stream is; through the inner one in a transaction."""
    events[0]["metadata"] = {**events[0]["metadata"], "command": {"digest": DIGEST, "count": len(events)}}
    stream = events[0]["aggregate_id"]
    row = session.execute(
        f"SELECT coalesce(max(version), 0) FROM {ledger} WHERE aggregate_id = %s", [stream]
    ).fetchone()
    assert row is not None
    streams = [{"aggregate_id": stream, "expected_version": row[0]}]
    idle = session.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    door = "CALL append_{}(%s, %s, %s, %s, NULL, NULL, NULL)" if idle else (
        "SELECT append_{}_in_transaction(%s, %s, %s, %s)"
    )  # fmt: skip
    session.execute(
        door.format(ledger),
        [UUID(events[0]["event_id"]), DIGEST, json.dumps(streams), json.dumps(events, ensure_ascii=False)],
    )


@contextmanager
def guards_off(superuser: psycopg.Connection[Any], ledger: str) -> Iterator[None]:
    """What a superuser can do and put back without a trace: only the rows tell."""
    superuser.execute(f"ALTER TABLE {ledger} DISABLE TRIGGER ALL")
    yield
    for trigger in ("refuse_statement", "refuse_row"):
        superuser.execute(f"ALTER TABLE {ledger} ENABLE ALWAYS TRIGGER {ledger}_{trigger}")


def edited(superuser: psycopg.Connection[Any], ledger: str, *statements: str) -> Report:
    """The verdict after a superuser's edits."""
    with guards_off(superuser, ledger):
        for statement in statements:
            superuser.execute(statement)
    return examine(superuser)


def named(report: Report) -> Named:
    assert report.ledgers.keys() == set(LEDGERS)
    return [(finding.ledger or "", finding.kind, finding.position) for finding in report.findings]


def event_at(session: psycopg.Connection[Any], ledger: str, position: int) -> str:
    row = session.execute(f"SELECT event_id::text FROM {ledger} WHERE position = %s", [position]).fetchone()
    assert row is not None
    return str(row[0])


def test_honest_ledgers_verify_to_their_heads(server: DisposableCluster) -> None:
    with server.connect("anamnesis_web") as web:
        report = verify(web)
        head = web.execute("SELECT encode(hash, 'hex') FROM events WHERE position = 12").fetchone()
    assert report.findings == []
    assert report.ledgers["events"].verified_to == report.ledgers["access_events"].verified_to == ENTRIES
    assert head == (report.ledgers["events"].head,)
    assert report.ledgers["events"].head != report.ledgers["access_events"].head


ONE_BIT = {
    "event_id": "encode(set_byte(uuid_send(event_id), 0, get_byte(uuid_send(event_id), 0) # 1), 'hex')::uuid",
    "aggregate_id": "left(aggregate_id, -1) || chr(ascii(right(aggregate_id, 1)) # 16)",
    "aggregate_type": "left(aggregate_type, -1) || chr(ascii(right(aggregate_type, 1)) # 1)",
    "event_type": "left(event_type, -1) || chr(ascii(right(event_type, 1)) # 1)",
    "schema_version": "schema_version # 1::smallint",
    "version": "version # 64",
    "event_data": """jsonb_set(event_data, '{category}', '"clinicam"')""",
    "metadata": """jsonb_set(metadata, '{ip}', '"::0"')""",
    "occurred_at": "occurred_at + interval '1 microsecond'",
    "created_at": "created_at + interval '1 microsecond'",
    "hash": "set_byte(hash, 31, get_byte(hash, 31) # 1)",
}


@pytest.mark.parametrize("ledger", LEDGERS)
@pytest.mark.parametrize("column", ONE_BIT)
def test_one_bit_in_any_column_is_found_and_named(
    superuser: psycopg.Connection[Any], ledger: str, column: str
) -> None:
    report = edited(superuser, ledger, f"UPDATE {ledger} SET {column} = {ONE_BIT[column]} WHERE position = 7")
    assert named(report) == [(ledger, "altered", 7)]
    assert report.findings[0].event_id == event_at(superuser, ledger, 7)
    assert report.ledgers[ledger].verified_to == 6


def test_every_column_is_edited_above() -> None:
    assert {*ONE_BIT, "position"} == set(COLUMNS)


def test_a_changed_position_is_a_hole_and_a_displaced_entry(
    superuser: psycopg.Connection[Any],
) -> None:
    report = edited(superuser, "events", "UPDATE events SET position = position # 1 WHERE position = 12")
    assert named(report) == [("events", "missing", 12), ("events", "swapped", 13)]


@pytest.mark.parametrize("ledger", LEDGERS)
@pytest.mark.parametrize("position", [1, 6])
def test_a_deleted_entry_is_named_by_its_position(
    superuser: psycopg.Connection[Any], ledger: str, position: int
) -> None:
    report = edited(superuser, ledger, f"DELETE FROM {ledger} WHERE position = {position}")
    assert named(report) == [(ledger, "missing", position)]
    assert report.findings[0].event_id is None
    assert report.ledgers[ledger].verified_to == position - 1


def test_a_cut_tail_is_seen_only_while_the_read_models_remember_it(
    superuser: psycopg.Connection[Any],
) -> None:
    cut = "DELETE FROM events WHERE position > 10"
    assert named(edited(superuser, "events", cut)) == []
    superuser.execute("UPDATE checkpoints SET position = 12")
    assert named(examine(superuser)) == [("events", "missing", 11), ("events", "missing", 12)]


def test_a_truncated_ledger_is_seen_by_what_the_read_models_followed(
    superuser: psycopg.Connection[Any],
) -> None:
    superuser.execute("UPDATE checkpoints SET position = 12")
    report = edited(superuser, "events", "TRUNCATE events")
    assert named(report) == [("events", "missing", position) for position in range(1, 13)]
    assert report.ledgers["events"].verified_to == 0


def test_two_swapped_entries_are_both_named(superuser: psycopg.Connection[Any]) -> None:
    report = edited(
        superuser,
        "events",
        "UPDATE events SET position = -4 WHERE position = 4",
        "UPDATE events SET position = 4 WHERE position = 9",
        "UPDATE events SET position = 9 WHERE position = -4",
    )
    assert named(report) == [("events", "swapped", 4), ("events", "swapped", 9)]


def test_two_entries_with_swapped_content_are_both_named(
    superuser: psycopg.Connection[Any],
) -> None:
    report = edited(
        superuser,
        "events",
        "UPDATE events AS a SET event_data = b.event_data FROM events AS b"
        " WHERE (a.position, b.position) IN ((4, 9), (9, 4))",
    )
    assert named(report) == [("events", "altered", 4), ("events", "altered", 9)]


INSERT = (
    "INSERT INTO events SELECT {position}, gen_random_uuid(), 'patient-9', aggregate_type, event_type,"
    " schema_version, {version}, event_data, metadata, occurred_at, created_at, hash"
    " FROM events WHERE position = 12"
)


def test_an_inserted_last_entry_is_named(superuser: psycopg.Connection[Any]) -> None:
    report = edited(superuser, "events", INSERT.format(position=13, version=1))
    assert named(report) == [("events", "altered", 13)]
    assert report.findings[0].event_id == event_at(superuser, "events", 13)


def test_an_entry_inserted_beside_another_is_named_and_so_is_the_lost_constraint(
    superuser: psycopg.Connection[Any],
) -> None:
    report = edited(
        superuser,
        "events",
        "ALTER TABLE events DROP CONSTRAINT events_position_key",
        INSERT.format(position=5, version=1),
    )
    assert named(report) == [("events", "inserted", 5), ("events", "guard", None)]


def test_a_version_that_was_left_out_is_named_with_its_stream(
    superuser: psycopg.Connection[Any],
) -> None:
    rechained(superuser, "UPDATE events SET version = version + 1 WHERE position = 11")
    report = examine(superuser)
    assert named(report) == [("events", "version", 11)]
    assert report.findings[0].what == ("Entry 11 is version 5 of patient-1, after version 3 at entry 8.")


def test_an_event_id_that_stands_twice_is_named(superuser: psycopg.Connection[Any]) -> None:
    rechained(
        superuser,
        "ALTER TABLE events DROP CONSTRAINT events_pkey",
        "UPDATE events SET event_id = (SELECT event_id FROM events WHERE position = 3) WHERE position = 8",
    )
    assert named(examine(superuser)) == [("events", "duplicate", 8), ("events", "guard", None)]


def test_a_time_that_goes_back_is_named(superuser: psycopg.Connection[Any]) -> None:
    rechained(superuser, "UPDATE events SET created_at = created_at - interval '1 day' WHERE position = 8")
    assert named(examine(superuser)) == [("events", "time", 8)]


def test_a_chain_rewritten_as_a_whole_passes_which_only_a_head_kept_elsewhere_can_show(
    superuser: psycopg.Connection[Any],
) -> None:
    before = examine(superuser).ledgers["events"]
    rechained(superuser, """UPDATE events SET event_data = '{"text": "forged"}' WHERE position = 8""")
    report = examine(superuser)
    assert report.findings == []
    assert report.ledgers["events"].verified_to == before.verified_to
    assert report.ledgers["events"].head != before.head


def test_many_edits_are_each_named_and_nothing_else(superuser: psycopg.Connection[Any]) -> None:
    report = edited(
        superuser,
        "events",
        "UPDATE events SET metadata = '{}' WHERE position IN (2, 3, 10)",
        "DELETE FROM events WHERE position IN (6, 7)",
    )
    assert named(report) == [
        ("events", "altered", 2),
        ("events", "altered", 3),
        ("events", "missing", 6),
        ("events", "missing", 7),
        ("events", "altered", 10),
    ]


def test_a_damaged_index_cannot_hide_an_entry(superuser: psycopg.Connection[Any]) -> None:
    superuser.execute(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'events_position_key'::regclass"
    )
    assert named(examine(superuser)) == [("events", "guard", None)]


def rechained(superuser: psycopg.Connection[Any], *statements: str) -> None:
    """Edit, then make every hash anew, as someone would who knows how the chain is made."""
    with guards_off(superuser, "events"):
        for statement in statements:
            superuser.execute(statement)
        previous = bytes(32)
        for row in list(read_rows(superuser, "events")):
            previous = link(previous, row, digest(row))
            superuser.execute("UPDATE events SET hash = %s WHERE position = %s", [previous, row.position])


def test_two_implementations_of_the_hash_agree_on_ten_thousand_generated_events(
    superuser: psycopg.Connection[Any],
) -> None:
    chance = random.Random(20261124)
    for number in range(100):
        stream = f"patient-{uuid4()}" if number % 3 else f"Ä-{chance.choice('😀�𝕊 ')}-{number}"
        append(superuser, "events", [note(stream, {"d": document(chance)}) for _ in range(100)])
    report = examine(superuser)
    assert report.findings == []
    assert report.ledgers["events"].verified_to == ENTRIES + 10_000


def document(chance: random.Random, depth: int = 0) -> Any:
    """JSON of every kind: astral planes, control characters, huge and tiny numbers, decimal texts."""
    kind = chance.randrange(5 if depth > 3 else 7)
    if kind == 0:
        return chance.choice([None, True, False, 0, -1, 2**63, 10**30, 1.10, 1e-7, 1e300, -0.0])
    if kind < 3:
        alphabet = 'aé\u0001\t"\\/ 𝕊😀�0.5'
        return "".join(chance.choice(alphabet) for _ in range(chance.randrange(12)))
    if kind < 5:
        return f"{chance.randrange(1000)}.{chance.randrange(100):02d}"
    if kind == 5:
        return [document(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {f"k{chance.randrange(50)}": document(chance, depth + 1) for _ in range(chance.randrange(5))}


def test_memory_does_not_grow_with_the_ledger(server: DisposableCluster) -> None:
    """Rows arrive one by one: the second is read while the last is still on the server."""
    with server.connect("anamnesis_web") as web, web.transaction():
        rows = read_rows(web, "events")
        first, second = itertools.islice(rows, 2)
        assert (first.position, second.position) == (1, 2)
        assert web.info.transaction_status == psycopg.pq.TransactionStatus.ACTIVE
        rows.close()  # type: ignore[attr-defined]


# --- Keys of personal text ------------------------------------------------------------------------


def test_a_key_that_is_missing_altered_or_of_another_file_is_named(
    server: DisposableCluster, superuser: psycopg.Connection[Any]
) -> None:
    streams = [f"patient-{uuid4()}" for _ in range(4)]
    for stream in streams:
        append(superuser, "events", [note(stream, {"text": {"sealed": "AAAA"}, "category": "clinical"})])
    append(superuser, "access_events", [note("session-1", {"words": {"sealed": "AAAA"}})])
    missing, altered, other, sound = streams
    with override_settings(ANAMNESIS_KEY_FILE=str(server.key_file)):
        keys = envelope.key_file()
        for stream in (altered, other, sound):
            wrapped = envelope._wrap(keys, stream, bytes(32))
            if stream == altered:
                wrapped = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
            key_id = "another" if stream == other else keys.key_id
            superuser.execute(
                "INSERT INTO stream_keys (stream, wrapped_key, key_id) VALUES (%s, %s, %s)",
                [stream, wrapped, key_id],
            )
        found = [(finding.ledger, finding.kind, finding.what) for finding in key_findings(superuser)]
    lost = "its personal text cannot be read."
    assert found == [
        ("events", "key", f"The key of {missing} is missing: {lost}"),
        ("access_events", "key", f"The key of access_events is missing: {lost}"),
        (None, "key", f"The key of {altered} was altered: {lost}"),
        (None, "key", "1 keys need another key file, the one of key another."),
    ]


# --- The command -----------------------------------------------------------------------------------


def test_the_command_says_that_all_is_well(server: DisposableCluster) -> None:
    done = server.manage("verify_ledger", check=False)
    assert done.returncode == 0, done.stderr
    assert "events: No alteration found in entries 1 to 12." in done.stdout
    assert "Guards: as shipped." in done.stdout


def test_the_command_prints_pure_json_and_exits_1_when_it_finds_something(server: DisposableCluster) -> None:
    superuser = server.connect()
    superuser.execute("GRANT UPDATE ON events TO anamnesis_web")
    try:
        done = server.manage("verify_ledger", "--json", check=False)
    finally:
        superuser.execute("REVOKE UPDATE ON events FROM anamnesis_web")
        superuser.close()
    assert done.returncode == 1
    result = json.loads(done.stdout)
    assert result.keys() == {"events", "access_events", "findings"}
    assert result["events"].keys() == {"verified_to", "head"}
    assert result["findings"] == [
        {
            "ledger": "events",
            "kind": "guard",
            "position": None,
            "event_id": None,
            "what": "anamnesis_web may UPDATE on events.",
        }
    ]


def test_without_ledgers_nothing_is_said_of_them(server: DisposableCluster) -> None:
    with server.cluster.connect("postgres") as elsewhere, pytest.raises(CannotCheck, match="no ledger here"):
        verify(elsewhere)


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_the_command_exits_2_when_it_could_not_check(
    server: DisposableCluster, arguments: tuple[str, ...]
) -> None:
    done = nowhere("verify_ledger", *arguments)
    assert done.returncode == 2
    if arguments:
        result = json.loads(done.stdout)
        assert result["events"] is None
        assert result["findings"] == []
        assert result["could_not_check"].endswith(".")
    else:
        assert done.stdout == ""
        assert done.stderr.startswith("Could not check. ")
        assert "Traceback" not in done.stderr


def nowhere(*arguments: str) -> Any:
    """A management command whose database is away."""
    address = "postgresql://anamnesis_web@/anamnesis?host=/nowhere"
    environment = {
        **{key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
        "DATABASE_URL": address,
        "MIGRATION_DATABASE_URL": address,
    }
    return subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), *arguments],
        env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
