"""What a reading of rows names, without a database: one deed, one finding, at its own place."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from hashlib import sha256
from uuid import UUID

import pytest

from eventstore.diagnosis import Finding
from eventstore.recompute import GENESIS, Row, digest, link
from eventstore.verify import walk


def chained(rows: Iterable[Row]) -> list[Row]:
    """The rows as an honest ledger would hold them: hashes made one after the other."""
    previous, result = GENESIS, []
    for row in rows:
        previous = link(previous, row, digest(row))
        result.append(row._replace(hash=previous))
    return result


def ledger(count: int) -> list[Row]:
    return chained(
        Row(
            position=n,
            event_id=sha256(b"%d" % n).digest()[:16],
            aggregate_id=b"patient-%d" % (n % 3),
            aggregate_type=b"Patient",
            event_type=b"NoteAdded",
            schema_version=1,
            version=1 + n // 3,
            occurred_at=1_000_000 * n,
            created_at=1_000_000 * n,
            event_data=b'{"text": "%d"}' % n,
            metadata=b"{}",
            hash=b"",
        )
        for n in range(1, count + 1)
    )


def event(position: int) -> str:
    return str(UUID(bytes=sha256(b"%d" % position).digest()[:16]))


def read(rows: Iterable[Row]) -> list[tuple[str, int | None, str | None]]:
    """(kind, position, event id) of every finding, the rows read in the order of a query."""
    ordered = sorted(rows, key=lambda row: (row.position, row.event_id))
    return [
        (finding.kind, finding.position, finding.event_id) for finding in walk("events", ordered).findings()
    ]


def what(rows: Iterable[Row]) -> list[str]:
    ordered = sorted(rows, key=lambda row: (row.position, row.event_id))
    return [finding.what for finding in walk("events", ordered).findings()]


def test_finds_nothing_in_an_honest_ledger() -> None:
    assert read(ledger(40)) == []
    assert read([]) == []


CHANGES: dict[str, Callable[[Row], Row]] = {
    "event_id": lambda row: row._replace(event_id=bytes([row.event_id[0] ^ 1]) + row.event_id[1:]),
    "aggregate_id": lambda row: row._replace(aggregate_id=b"patient-x"),
    "aggregate_type": lambda row: row._replace(aggregate_type=b"Patiend"),
    "event_type": lambda row: row._replace(event_type=b"NoteAddec"),
    "schema_version": lambda row: row._replace(schema_version=row.schema_version ^ 1),
    "version": lambda row: row._replace(version=row.version ^ 1),
    "occurred_at": lambda row: row._replace(occurred_at=row.occurred_at ^ 1),
    "created_at": lambda row: row._replace(created_at=row.created_at ^ 1),
    "event_data": lambda row: row._replace(event_data=row.event_data.replace(b"text", b"tesT")),
    "metadata": lambda row: row._replace(metadata=b'{"a": 1}'),
    "hash": lambda row: row._replace(hash=row.hash[:-1] + bytes([row.hash[-1] ^ 1])),
}


@pytest.mark.parametrize("column", CHANGES)
@pytest.mark.parametrize("position", [1, 7, 12])
def test_one_changed_bit_is_one_finding_at_its_own_entry(column: str, position: int) -> None:
    rows = ledger(12)
    rows[position - 1] = CHANGES[column](rows[position - 1])
    assert read(rows) == [("altered", position, rows[position - 1].event)]


def test_says_so_when_only_the_stored_hash_was_changed() -> None:
    rows = ledger(5)
    rows[2] = CHANGES["hash"](rows[2])
    assert what(rows) == ["The stored hash of entry 3 was altered; its content is as recorded."]


def test_many_altered_entries_are_each_named_and_no_other() -> None:
    rows = ledger(60)
    altered = sorted(random.Random(7).sample(range(60), 20))
    for index in altered:
        rows[index] = CHANGES["event_data"](rows[index])
    assert [position for _, position, _ in read(rows)] == [index + 1 for index in altered]


@pytest.mark.parametrize("position", [1, 6, 11])
def test_a_deleted_entry_is_missing_under_its_own_position(position: int) -> None:
    rows = ledger(12)
    del rows[position - 1]
    assert read(rows) == [("missing", position, None)]


def test_a_hole_lists_each_missing_position() -> None:
    rows = ledger(12)
    del rows[3:6]
    assert read(rows) == [("missing", position, None) for position in (4, 5, 6)]


def test_the_deleted_last_entry_cannot_be_seen_from_the_rows_alone() -> None:
    assert read(ledger(12)[:-1]) == []


@pytest.mark.parametrize(("one", "other"), [(3, 4), (3, 9), (1, 2), (11, 12), (1, 12)])
def test_two_swapped_entries_are_named_with_where_each_was_recorded(one: int, other: int) -> None:
    rows = ledger(12)
    rows[one - 1], rows[other - 1] = (
        rows[other - 1]._replace(position=one),
        rows[one - 1]._replace(position=other),
    )
    assert read(rows) == [("swapped", one, event(other)), ("swapped", other, event(one))]
    assert f"Entry {one} holds an event that was recorded as entry {other}." in what(rows)


def test_three_rotated_entries_are_each_named() -> None:
    rows = ledger(12)
    three, five, eight = rows[2], rows[4], rows[7]
    rows[2], rows[4], rows[7] = (
        eight._replace(position=3), three._replace(position=5), five._replace(position=8)
    )  # fmt: skip
    assert read(rows) == [("swapped", 3, event(8)), ("swapped", 5, event(3)), ("swapped", 8, event(5))]


def test_an_entry_moved_past_the_end_leaves_a_hole_and_is_recognised() -> None:
    rows = ledger(12)
    rows[4] = rows[4]._replace(position=13)
    assert read(rows) == [("missing", 5, None), ("swapped", 13, event(5))]
    assert what(rows)[0] == "Entry 5 is missing. The event recorded there now stands at position 13."


def test_a_second_entry_at_a_position_is_an_insertion() -> None:
    rows = ledger(12)
    forged = rows[5]._replace(event_id=bytes(16), event_data=b'{"text": "forged"}')
    assert read([*rows, forged]) == [("inserted", 6, str(UUID(int=0)))]


def test_an_entry_before_the_first_is_an_insertion() -> None:
    rows = ledger(3)
    assert read([*rows, rows[0]._replace(position=0)]) == [("inserted", 0, event(1))]


def test_an_entry_added_at_the_end_without_a_right_hash_is_named() -> None:
    rows = ledger(12)
    forged = rows[-1]._replace(position=13, event_id=bytes(16))
    assert read([*rows, forged]) == [("altered", 13, str(UUID(int=0)))]


def test_an_entry_squeezed_in_by_renumbering_the_later_ones_is_named() -> None:
    rows = ledger(12)
    forged = rows[4]._replace(event_id=bytes(16), event_data=b'{"text": "forged"}')
    later = [row._replace(position=row.position + 1) for row in rows[4:]]
    found = read([*rows[:4], forged, *later])
    assert ("inserted", 5, str(UUID(int=0))) in found
    assert len(found) == 3, "the insertion, the displaced neighbour, and one line for all the renumbered"


def test_a_deletion_hidden_by_renumbering_is_named_in_one_line_for_all() -> None:
    rows = ledger(40)
    later = [row._replace(position=row.position - 1) for row in rows[10:]]
    assert read([*rows[:9], *later]) == [("missing", 10, None), ("renumbered", 10, event(11))]
    assert what([*rows[:9], *later])[1] == "Entries 10 to 39 were recorded as entries 11 to 40."


def test_an_earlier_time_is_found_even_where_the_hashes_are_right() -> None:
    rows = ledger(12)
    rows[6] = rows[6]._replace(created_at=1)
    assert read(chained(rows)) == [("time", 7, event(7))]


def test_an_edit_whose_own_hash_was_made_anew_breaks_the_next_link() -> None:
    rows = ledger(12)
    forged = rows[6]._replace(event_data=b'{"text": "forged"}')
    rows[6] = forged._replace(hash=link(rows[5].hash, forged, digest(forged)))
    assert read(rows) == [("altered", 8, event(8))]
    assert "(Or entry 7 was, and its hash was made anew.)" in what(rows)[0]


def test_a_chain_rewritten_to_its_end_looks_sound_which_is_why_heads_are_kept_elsewhere() -> None:
    rows = ledger(12)
    rows[6] = rows[6]._replace(event_data=b'{"text": "forged"}')
    assert read(chained(rows)) == []


def test_the_words_say_no_more_than_is_known() -> None:
    rows = ledger(6)
    forged = rows[2]._replace(event_id=bytes(16))
    assert what([*rows, forged]) == ["Entry 3 was inserted: it is not what was recorded there."]
    rows[0] = CHANGES["metadata"](rows[0])
    assert what(rows) == [
        "Entry 1 was altered: its hash does not follow from its content and the hash before it."
    ], "nothing stands before the first entry that might have been altered instead"


def test_a_finding_of_each_kind_is_a_plain_sentence() -> None:
    rows = ledger(12)
    rows[3] = CHANGES["metadata"](rows[3])
    del rows[8]
    for finding in walk("events", rows).findings():
        assert isinstance(finding, Finding)
        assert finding.what[0].isupper()
        assert finding.what.endswith((".", ".)"))
