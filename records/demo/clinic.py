"""The demo clinic as a whole: everyone's entries in the one order in which they were recorded.

Pure and deterministic: the same seed and the same day give the same clinic, ids included.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from records.demo.doubles import two_records
from records.demo.histories import HISTORIES, act_out, random_of
from records.demo.life import Life
from records.demo.people import EMPLOYEES, PEOPLE
from records.demo.recorder import Entry, Staff
from records.demo.schedule import Calendar
from records.demo.staff_room import employment

SEED = "northfield"

#: Namespace of every id of a generated clinic.
_NAMESPACE = UUID("6f1d9a52-7f0b-5b0e-9d0c-0c6b6f3f2a11")


@dataclass(frozen=True)
class Clinic:
    """entries in the order of recording; lives by the patient's key, for those who look inside."""

    namespace: UUID
    calendar: Calendar
    staff: Staff
    entries: tuple[Entry, ...]
    lives: dict[str, Life]


def generate(today: date, zone: ZoneInfo, seed: str = SEED) -> Clinic:
    """The clinic as it is on the morning of `today`, clinic time: the last entries are of the day before."""
    namespace = uuid5(_NAMESPACE, seed)
    calendar = Calendar(today=today, zone=zone)
    staff = Staff(namespace=namespace, calendar=calendar)
    lives = {}
    for person in PEOPLE:
        life = Life(person, rng=random_of(seed, person.key), calendar=calendar, staff=staff)
        act_out(life, HISTORIES[person.key])
        lives[person.key] = life
    two_records(lives)
    employed = chain.from_iterable(employment(employee, staff) for employee in EMPLOYEES)
    entries = _in_order(chain(employed, chain.from_iterable(life.entries for life in lives.values())))
    return Clinic(namespace, calendar, staff, entries, lives)


def _in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """By time of recording; within a stream by version, which never contradicts it."""
    return tuple(
        sorted(entries, key=lambda entry: (entry.recorded_at, entry.aggregate_id, entry.expected_version))
    )
