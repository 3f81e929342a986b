"""What lies between two moments of one record, by cause: learned, happened, entered and withdrawn.

Compared is which entries stood at the one moment and at the other. One that stands at the second alone was
either true already and told later, or came true later; where the second lies before the first, the other
way round. What ran out in between has no entry, and is told from its last day.
Pure; the words are in telling.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from eventstore.store import RecordedEvent
from projections.course_history import CourseHistory
from projections.moments.asked import Moment
from projections.moments.record_at import RecordAt, Telling, as_of, holds, marked, standing, unfolded
from records import events

MEDICATIONS, ALLERGIES, IDENTITY = "medications", "allergies", "identity"
PARTS = (MEDICATIONS, ALLERGIES, IDENTITY)

#: What an entry is about, as far as a chart shows it. Notes change no value.
PART_OF: Mapping[type, str] = {
    events.PrescriptionAdded: MEDICATIONS,
    events.PrescriptionChanged: MEDICATIONS,
    events.DosageAdjusted: MEDICATIONS,
    events.PrescriptionRenewed: MEDICATIONS,
    events.PrescriptionHeld: MEDICATIONS,
    events.PrescriptionResumed: MEDICATIONS,
    events.PrescriptionDiscontinued: MEDICATIONS,
    events.AllergyRecorded: ALLERGIES,
    events.AllergyRevised: ALLERGIES,
    events.AllergyRefuted: ALLERGIES,
    events.AllergyResolved: ALLERGIES,
    events.NoKnownAllergiesAsserted: ALLERGIES,
    events.PatientRegistered: IDENTITY,
    events.DemographicsCorrected: IDENTITY,
}


class Cause(StrEnum):
    """Why a value differs, seen from the first moment."""

    LEARNED = "learned"
    HAPPENED = "happened"
    WITHDRAWN = "withdrawn"
    NOT_RECORDED = "not recorded"
    NOT_TRUE = "not true"


@dataclass(frozen=True)
class Side:
    """One of two moments, and the record there. Shape: stood: ids of the entries that held; marked: of
    those that were known to be wrong."""

    known_at: datetime
    true_at: datetime
    record: RecordAt
    known: frozenset[UUID]
    stood: frozenset[UUID]
    marked: frozenset[UUID]


@dataclass(frozen=True)
class Case:
    """All entries of one cause about one thing, oldest truth first. Shape: before: for a wrong entry, the
    course just before it was recorded; marks: the corrections of wrong ones, by the id of the wrong."""

    cause: Cause
    part: str
    subject: str
    entries: tuple[RecordedEvent, ...]
    first: Side
    second: Side
    before: CourseHistory | None = None
    marks: Mapping[UUID, RecordedEvent] = field(default_factory=dict)

    @property
    def gained(self) -> bool:
        """Whether it stands at the second moment, and did not at the first."""
        return self.cause in {Cause.LEARNED, Cause.HAPPENED}

    @property
    def where(self) -> Side:
        """The moment at which it stands."""
        return self.second if self.gained else self.first


@dataclass(frozen=True)
class RanOut:
    """A course whose last day lies between the moments; back: the second is the earlier one."""

    course: CourseHistory
    back: bool


def side(patient_id: UUID, entries: Sequence[RecordedEvent], moment: Moment, now: datetime) -> Side:
    known_at, true_at = moment.fixed(now)
    record = as_of(patient_id, entries, known_at=moment.known_at, true_at=moment.true_at)
    known = [entry for entry in entries if moment.known_at is None or entry.created_at <= moment.known_at]
    return Side(
        known_at,
        true_at,
        record,
        known=frozenset(entry.event_id for entry in unfolded(known)),
        stood=frozenset(
            entry.event_id for entry in standing(known) if moment.true_at is None or holds(entry, true_at)
        ),
        marked=marked(known),
    )


def cases(entries: Sequence[RecordedEvent], first: Side, second: Side) -> list[Case]:
    """Every difference that an entry makes, by cause and thing; a wrong entry is a case of its own."""
    found: dict[tuple[Cause, str, str], list[RecordedEvent]] = defaultdict(list)
    for entry in unfolded(entries):
        part = PART_OF.get(type(entry.data))
        cause = _cause(entry, first, second) if part else None
        if part and cause:
            single = f" {entry.event_id}" if cause is Cause.WITHDRAWN else ""
            found[cause, part, subject(entry) + single].append(entry)
    wrong = {e.event_id for (cause, _, _), case in found.items() if cause is Cause.WITHDRAWN for e in case}
    before, marks = _before(entries, wrong), _marks(entries, wrong)
    return [
        Case(
            cause,
            part,
            about.partition(" ")[0],
            tuple(sorted(case, key=lambda entry: (entry.occurred_at, entry.version))),
            first,
            second,
            before.get(case[0].event_id),
            marks,
        )
        for (cause, part, about), case in found.items()
    ]


def ran_out(first: Side, second: Side) -> list[RanOut]:
    """Courses that only ended: on the list at one moment, past their last day at the other."""
    return [
        *(RanOut(course, back=False) for course in _ended(first, second)),
        *(RanOut(course, back=True) for course in _ended(second, first)),
    ]


def subject(entry: RecordedEvent) -> str:
    """The id of the prescription or allergy that an entry is about, or "patient"."""
    data = entry.data
    return str(getattr(data, "prescription_id", None) or getattr(data, "allergy_id", None) or "patient")


def _cause(entry: RecordedEvent, first: Side, second: Side) -> Cause | None:
    key = entry.event_id
    stood = key in first.stood, key in second.stood
    if key in first.marked | second.marked:
        # Known to be wrong at both moments, or at neither, it makes no difference.
        both = key in first.marked and key in second.marked
        seen = stood[0] or stood[1] or not (key in first.known and key in second.known)
        return None if both or not seen else Cause.WITHDRAWN
    if stood[0] == stood[1]:
        return None
    if stood[1]:
        return Cause.LEARNED if key not in first.known and holds(entry, first.true_at) else Cause.HAPPENED
    unknown = key not in second.known and holds(entry, second.true_at)
    return Cause.NOT_RECORDED if unknown else Cause.NOT_TRUE


def _before(entries: Sequence[RecordedEvent], wrong: set[UUID]) -> dict[UUID, CourseHistory | None]:
    """What each wrong entry found when it was recorded."""
    found: dict[UUID, CourseHistory | None] = {}
    if not wrong:
        return found
    telling = Telling("")
    for entry in entries:
        if entry.event_id in wrong:
            known = telling.courses.get(subject(entry))
            found[entry.event_id] = known[0] if known else None
        if PART_OF.get(type(entry.data)) != ALLERGIES:
            telling.tell(entry)
    return found


def _marks(entries: Iterable[RecordedEvent], wrong: set[UUID]) -> dict[UUID, RecordedEvent]:
    return {
        UUID(entry.data.target_event_id): entry
        for entry in entries
        if isinstance(entry.data, events.EntryMarkedInError) and UUID(entry.data.target_event_id) in wrong
    }


def _ended(one: Side, other: Side) -> Iterable[CourseHistory]:
    gone = _listed(one) - _listed(other)
    return [
        course
        for course in other.record.courses
        if course.prescription_id in gone
        and course.now.is_open
        and course.ends_on is not None
        and course.ends_on >= one.record.day
    ]


def _listed(side: Side) -> set[str]:
    return {str(row.prescription_id) for row in side.record.current}
