"""The replay page's stepping: one entry of a stream, what held before it, and what holds after.

The states are folded anew from the events, with the aggregate's own fold, so that the page shows what the
software decided on and not what a read model says. Personal text is in clear: this is for people's eyes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from eventstore import store
from eventstore.store import RecordedEvent
from projections import waypoints, words
from projections.waypoints import Waypoint
from records.allergies import Allergy
from records.courses import Course
from records.fold import Patient


@dataclass(frozen=True)
class Line:
    """One value of a state. changed: it differs on the other side of the step, or is not there."""

    key: Hashable
    name: str
    value: str
    changed: bool = False


@dataclass(frozen=True)
class Group:
    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Step:
    """Version `number` of a stream. before, after: the same groups in the same order.

    Shape: changed counts the lines that are new, gone or different.
    """

    event: RecordedEvent
    before: tuple[Group, ...]
    after: tuple[Group, ...]
    changed: int


@dataclass(frozen=True)
class Ruler:
    """The whole stream on a line of 1,000.

    Shape: ticks are (place, whether it is a long one); here: this step's place.
    """

    ticks: tuple[tuple[float, bool], ...]
    here: float


#: More ticks than this could not be told apart.
TICKS = 200


def ruler(number: int, last: int) -> Ruler:
    every = -(-last // TICKS)
    places = range(1, last + 1, every)
    return Ruler(
        tuple((_place(version, last), index % 10 == 0) for index, version in enumerate(places)),
        _place(number, last),
    )


def _place(version: int, last: int) -> float:
    return round(1000 * (version - 1) / max(last - 1, 1), 1)


def step(patient_id: UUID, number: int) -> Step | None:
    """The step that the entry of this version made; None where there is no such version."""
    event = next(store.read_stream(f"patient-{patient_id}", after=number - 1, until=number), None)
    return _made(waypoints.at(patient_id, number - 1).in_clear(), event) if event else None


def steps(patient_id: str, entries: Iterable[RecordedEvent]) -> Iterator[Step]:
    """The steps that a whole stream's entries made."""
    here = waypoints.begin(patient_id)
    for event in entries:
        yield _made(here, event)
        here = here.after(event)


def _made(here: Waypoint, event: RecordedEvent) -> Step:
    """What an entry made of the record.

    What ran out before the day of an entry stands in neither state: nobody stopped it, it only ended.
    """
    day, there = words.clinic_day(event.occurred_at), here.after(event)
    before, after = (state(each.patient, each.ran_out(day)) for each in (here, there))
    return compared(event, before, after)


def state(patient: Patient, ran_out: frozenset[str] = frozenset()) -> tuple[Group, ...]:
    """What holds, in words: current medications by name, allergies, who the patient is."""
    current = [course for course in patient.open_courses if course.prescription_id not in ran_out]
    medications = sorted(map(_medication, current), key=lambda line: line.name)
    allergies = [_allergy(allergy) for allergy in patient.active_allergies]
    if patient.none_known:
        allergies = [Line("none known", "No known allergies", _asked(patient.none_known.asked_at))]
    return (
        Group("Medications", tuple(medications)),
        Group("Allergies", tuple(allergies)),
        Group("Identity", tuple(_identity(patient))),
    )


def _medication(course: Course) -> Line:
    silent = course.reported
    why_held = words.because(course.status_reason_code, course.status_reason)
    said = words.joined(
        (
            words.dosage(course.dose, course.unit, reported=silent),
            course.route,
            words.frequency(
                course.frequency,
                as_needed=course.as_needed,
                as_needed_reason=course.as_needed_reason,
                reported=silent,
            ),
            words.joined(("held", why_held), ": ") if course.status == "held" else None,
            f"renewals {course.renewals}" if course.renewals else None,
        )
    )
    return Line(course.prescription_id, words.joined((course.medication, course.form), " "), said)


def _allergy(allergy: Allergy) -> Line:
    severity = words.stated(allergy.severity, reported=allergy.reported)
    said = words.joined((severity, allergy.reactions, "the whole class" if allergy.whole_class else None))
    return Line(allergy.allergy_id, allergy.substance, said)


def _asked(at: datetime) -> str:
    return f"asked {words.day_of(at)}"


_ALWAYS = frozenset({"Name", "Born", "Sex", "Record number"})


def _identity(patient: Patient) -> list[Line]:
    who = patient.demographics
    if who is None:
        return []
    died = words.day(who.deceased_date) if who.deceased_date else "yes, date unknown"
    values: Mapping[str, str | None] = {
        "Name": words.joined((who.family and who.family.upper(), who.given)),
        "Born": words.day(who.birth_date),
        "Sex": who.sex,
        "Record number": who.mrn,
        "Died": died if who.deceased else None,
        "Other names": who.other_names,
        "Phone": who.phone,
        "Address": who.address,
    }
    always = ("Name", "Born", "Sex", "Record number")
    return [
        Line(name, name, value or words.UNKNOWN) for name, value in values.items() if value or name in always
    ]


def compared(event: RecordedEvent, before: tuple[Group, ...], after: tuple[Group, ...]) -> Step:
    pairs = [_marked(was, now) for was, now in zip(before, after, strict=True)]
    changed = sum(len({line.key for group in pair for line in group.lines if line.changed}) for pair in pairs)
    return Step(event, tuple(was for was, _ in pairs), tuple(now for _, now in pairs), changed)


def _marked(was: Group, now: Group) -> tuple[Group, Group]:
    """Both groups with the lines marked that the other does not have in the same words."""
    sides = ({(line.key, line.name, line.value) for line in group.lines} for group in (was, now))
    same = set.intersection(*sides)
    first, second = (
        replace(
            group,
            lines=tuple(
                replace(line, changed=(line.key, line.name, line.value) not in same) for line in group.lines
            ),
        )
        for group in (was, now)
    )
    return first, second
