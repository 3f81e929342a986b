"""Expected and found side by side, each difference named by table, row and column.

Personal text is compared and never printed. Knows no database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from projections.independent_fold import IDENTITY
from projections.independent_words import Values, with_times

PERSONAL = {
    *IDENTITY, "allergies", "no_known_asked_by", "as_needed_reason", "indication", "prescriber",
    "note_to_patient", "status_reason", "reason", "changed_by_name", "who", "name", "demographics",
    "none_known", "merged",
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One value that is not what the events say. column "": the row is missing, or should not be there."""

    table: str
    key: str
    column: str
    expected: str
    found: str

    def __str__(self) -> str:
        what = f"{self.table} {self.key}"
        return f"{what}, {self.column}: {self.found}, should be {self.expected}" if self.column else (
            f"{what}: {self.found}, should be {self.expected}"
        )  # fmt: skip


def compare_rows(
    table: str, expected: Mapping[str, Values], found: Mapping[str, Values]
) -> Iterator[Difference]:
    for key in sorted(expected.keys() | found.keys()):
        if key not in found:
            yield Difference(table, key, "", "a row", "no row")
        elif key not in expected:
            yield Difference(table, key, "", "no row", "a row")
        else:
            yield from _compare_row(table, key, expected[key], found[key])


def _compare_row(table: str, key: str, expected: Values, found: Values) -> Iterator[Difference]:
    for column, should_be in expected.items():
        outer, _, inner = column.partition(".")
        there: Any = (found.get(outer) or {}).get(inner) if inner else found.get(column)
        if column == "allergies":
            there = {each["allergy_id"]: with_times(each, "recorded_at", "revised_at") for each in there}
            there = _only_known(there, should_be)
        if there != should_be:
            personal = column in PERSONAL
            yield Difference(
                table,
                key,
                column,
                expected="a personal text" if personal and should_be else _written(should_be),
                found="another text" if personal and there else _written(there),
            )


def _only_known(there: Values, should_be: Values) -> Values:
    """Of each part, the values that the second fold knows: a later field is not its business."""
    found: Values = {}
    for key, part in there.items():
        known = should_be.get(key) or part
        found[key] = {name: value for name, value in part.items() if name in known}
    return found


def compare_snapshot(aggregate_id: str, expected: Values, found: Values) -> Iterator[Difference]:
    """A stored state beside the one that the second fold gives at its version."""
    times = ("status_at", "since", "dose_since", "renewed_at", "recorded_at", "revised_at", "asked_at")
    for name, should_be in expected.items():
        there = found.get(name)
        if isinstance(there, list):
            id_of = "prescription_id" if name == "courses" else "allergy_id"
            there = _only_known({each[id_of]: with_times(each, *times) for each in there}, should_be)
        elif there is not None:
            there = with_times(there, *times)
        if there is None or should_be is None:
            if there != should_be:
                yield from _compare_part(aggregate_id, name, "", there, should_be)
            continue
        for key in sorted(should_be.keys() | there.keys()):
            if there.get(key) != should_be.get(key):
                yield from _compare_part(aggregate_id, name, key, there.get(key), should_be.get(key))


def _compare_part(aggregate_id: str, name: str, key: str, there: Any, should_be: Any) -> Iterator[Difference]:
    """One course or allergy of a snapshot, value by value; one value of an identity."""
    if isinstance(there, dict) and isinstance(should_be, dict):
        for difference in _compare_row("snapshots", aggregate_id, should_be, there):
            yield replace(difference, column=f"{name} {key} {difference.column}")
    elif name in ("demographics", "none_known"):
        yield Difference(
            "snapshots", aggregate_id, f"{name} {key}".strip(), "a personal text", "another text"
        )
    else:
        there, should_be = ("there" if part else "not there" for part in (there, should_be))
        yield Difference("snapshots", aggregate_id, f"{name} {key}", should_be, there)


def _written(value: Any) -> str:
    if value is None:
        return "nothing"
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
