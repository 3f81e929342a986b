"""The replay page's stepping: one entry of a stream, what held before it, and what holds after.

The states are folded anew from the events, with the aggregate's own fold, so that the page shows what the
software decided on and not what a read model says. Personal text is in clear: this is for people's eyes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from eventstore import store
from eventstore.store import RecordedEvent
from projections import waypoints, words
from projections.waypoints import Waypoint
from records.allergies import Allergy
from records.courses import Course
from records.fold import Patient


@dataclass(frozen=True)
class Line:
    """One value of a state.

    Shape: changed: it differs on the other side of the step, or is not there; why: the name by which it can
    be asked about (`projections.why.names`), of the thing that key names, or "".
    """

    key: Hashable
    name: str
    value: str
    changed: bool = False
    why: str = ""

    @property
    def subject(self) -> str:
        """What the value belongs to, as the address of its question says it."""
        return str(self.key) if self.why in ("dose", "severity") else "patient"


@dataclass(frozen=True)
class Group:
    label: str
    lines: tuple[Line, ...]

    @property
    def changed(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.changed)

    @property
    def unchanged(self) -> int:
        return len(self.lines) - len(self.changed)


@dataclass(frozen=True)
class Step:
    """Version `number` of a stream. before, after: the same groups in the same order.

    Shape: changed counts the lines that are new, gone or different.
    """

    event: RecordedEvent
    before: tuple[Group, ...]
    after: tuple[Group, ...]
    changed: int

    @property
    def lines(self) -> int:
        """Of the longer side."""
        return max(sum(len(group.lines) for group in side) for side in (self.before, self.after))


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
        allergies = [_none_known(patient.none_known.asked_at)]
    return (
        Group(_("Medications"), tuple(medications)),
        Group(_("Allergies"), tuple(allergies)),
        Group(_("Identity"), tuple(_identity(patient))),
    )


def _medication(course: Course) -> Line:
    silent = course.reported
    why_held = words.because(course.status_reason_code, course.status_reason)
    said = words.joined(
        (
            words.dosage(course.dose, course.unit, reported=silent),
            words.coded(course.route),
            words.frequency(
                course.frequency,
                as_needed=course.as_needed,
                as_needed_reason=course.as_needed_reason,
                reported=silent,
            ),
            _("renewals {count}").format(count=course.renewals) if course.renewals else None,
            words.joined((words.coded("held"), why_held), ": ") if course.status == "held" else None,
        )
    )
    name = words.joined((course.medication, words.coded(course.form)), " ")
    return Line(course.prescription_id, str(name), str(said), why="dose")


def _allergy(allergy: Allergy) -> Line:
    severity = words.stated(words.coded(allergy.severity), reported=allergy.reported)
    whole = _("the whole class") if allergy.whole_class else None
    said = words.joined((severity, allergy.reactions, whole))
    return Line(allergy.allergy_id, allergy.substance, str(said), why="severity")


def _none_known(asked_at: datetime) -> Line:
    asked = _("asked {day}").format(day=words.day_of(asked_at))
    return Line("none known", _("No known allergies"), asked, why="allergies")


def _identity(patient: Patient) -> list[Line]:
    who = patient.demographics
    if who is None:
        return []
    died = str(words.day(who.deceased_date)) if who.deceased_date else _("yes, date unknown")
    family = who.family.upper() if who.family else None
    values: Mapping[str, tuple[str, str | None]] = {
        "name": (pgettext("of a person", "Name"), words.joined((family, who.given))),
        "birth_date": (_("Born"), words.day(who.birth_date)),
        "sex": (_("Sex"), words.coded(who.sex)),
        "mrn": (_("Record number"), who.mrn),
        "deceased": (_("Died"), died if who.deceased else None),
        "other_names": (_("Other names"), who.other_names),
        "phone": (_("Phone"), who.phone),
        "address": (_("Address"), who.address),
    }
    return [
        Line(name, label, str(value or words.absent(reported=False)), why=name)
        for name, (label, value) in values.items()
        if value or name in _ALWAYS
    ]


_ALWAYS = frozenset({"name", "birth_date", "sex", "mrn"})


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
