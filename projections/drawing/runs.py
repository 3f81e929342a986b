"""A course as it ran: which dose from when to when, when it was held, how it ended.

From the steps of `CourseHistory` to stretches of time up to a cursor, without any picture in mind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.utils import timezone

from projections import words
from projections.course_history import CourseHistory
from records import courses, partial_dates
from records.courses import Course

DISCONTINUED, COMPLETED, CHANGED = courses.DISCONTINUED, courses.COMPLETED, courses.CHANGED
UNDATED = "undated"
RAN_OUT = "ran out"


@dataclass(frozen=True)
class Dose:
    """One dose over a stretch. Shape: course, values: as in `CourseHistory`; amount: None where it is not
    stated, or no number. Its words are made when they are asked for: most of a long course is never said."""

    begins: datetime
    ends: datetime
    amount: Decimal | None
    course: Course
    values: Mapping[str, Any]
    event_id: str
    ongoing: bool = False

    @property
    def unit(self) -> str | None:
        unit: str | None = self.values.get("unit")
        return unit

    @cached_property
    def dosage(self) -> str:
        return words.dosage(self.values.get("dose"), self.unit, reported=self.course.reported)

    @cached_property
    def frequency(self) -> str:
        return _frequency(self.course, self.values)


@dataclass(frozen=True)
class Hold:
    begins: datetime
    ends: datetime
    reason: str
    event_id: str
    ongoing: bool = False


@dataclass(frozen=True)
class Ending:
    """kind: DISCONTINUED, COMPLETED, CHANGED, RAN_OUT or UNDATED; other: the drug it was changed to."""

    kind: str
    at: datetime
    reason: str
    event_id: str
    other: str = ""


@dataclass(frozen=True)
class Mistake:
    """An entry in error: what it said, from when it would have been true until it was marked.

    Shape: whole: it opened the course, which never was; dosage: in words.
    """

    prescription_id: str
    medication: str
    dosage: str
    begins: datetime
    ends: datetime
    event_id: str
    whole: bool = False


@dataclass(frozen=True)
class Remarks:
    """What a course does not say itself. recorded: when an entry was written down, by its id, where that
    was on a later day than it was true; mistakes: what was entered in error."""

    recorded: Mapping[str, datetime] = field(default_factory=dict)
    mistakes: Sequence[Mistake] = ()


@dataclass(frozen=True)
class Run:
    """Shape: doses oldest first; ending None while it goes on; start: "stated", "partial" (a month, a year)
    or "unstated" (reported without one: it is known from then on)."""

    prescription_id: str
    medication: str
    frequency: str
    as_needed: bool
    reported: bool
    start: str
    doses: tuple[Dose, ...]
    holds: tuple[Hold, ...]
    ending: Ending | None
    cursor: datetime

    @property
    def begins(self) -> datetime:
        return self.doses[0].begins

    @property
    def ends(self) -> datetime:
        return self.ending.at if self.ending else max(self.cursor, self.begins)

    @property
    def is_current(self) -> bool:
        return self.ending is None

    @property
    def key(self) -> str:
        """Courses of one drug have the same."""
        return words.plain(self.medication)


def run(course: CourseHistory, cursor: datetime, names: Mapping[str, str]) -> Run:
    """The course up to the cursor. `names`: medications by prescription id."""
    now = course.now
    begins, start = _start(course)
    ending = _ending(course, cursor, names)
    ends = ending.at if ending else cursor
    begins = min(begins, ends) if ending else begins
    ends = max(begins, ends)
    return Run(
        prescription_id=now.prescription_id,
        medication=now.medication,
        frequency=_frequency(now, course.dosage),
        as_needed=now.as_needed,
        reported=now.reported,
        start=start,
        doses=tuple(_doses(course, begins, ends, ongoing=ending is None)),
        holds=tuple(_holds(course, begins, ends, ongoing=ending is None)),
        ending=ending,
        cursor=cursor,
    )


def start_of(day: date) -> datetime:
    """Midnight of the clinic's day."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _start(course: CourseHistory) -> tuple[datetime, str]:
    first, stated = course.dosages[0].moment.at, course.now.start
    span = partial_dates.known_span(stated)
    if span is None:
        return first, "unstated" if course.now.reported else "stated"
    if words.clinic_day(first) == span[0]:
        return first, "stated"
    return start_of(span[0]), "stated" if span[0] == span[1] else "partial"


def _ending(course: CourseHistory, cursor: datetime, names: Mapping[str, str]) -> Ending | None:
    now, last = course.now, course.statuses[-1]
    if now.is_open:
        day = course.ends_on
        if day is None or day >= words.clinic_day(cursor):
            return None
        order = max(course.last_days.items(), key=lambda item: item[1] or "")[0]
        return Ending(RAN_OUT, start_of(day) + timedelta(days=1), "", order)
    event_id, reason = last.moment.event_id, now.status_reason or now.status_reason_code or ""
    if now.status_undated:
        return Ending(UNDATED, max(now.since, now.renewed_at or now.since), reason, event_id)
    other = names.get(now.replaced_by or "", "")
    return Ending(now.status, now.status_at, reason, event_id, other)


def _doses(course: CourseHistory, begins: datetime, ends: datetime, *, ongoing: bool) -> list[Dose]:
    """Every step has its stretch; of two that began at the same moment the later entry holds."""
    steps = course.dosages
    starts = [begins, *(min(max(step.moment.at, begins), ends) for step in steps[1:]), ends]
    return [
        Dose(
            begins=first,
            ends=until,
            amount=amount(step.values.get("dose")),
            course=course.now,
            values=step.values,
            event_id=step.moment.event_id,
            ongoing=ongoing and step is steps[-1],
        )
        for step, (first, until) in zip(steps, pairwise(starts), strict=True)
        if until > first or step is steps[-1]
    ]


def amount(dose: str | None) -> Decimal | None:
    try:
        found = Decimal(dose) if dose else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() and found > 0 else None


def _frequency(course: Course, values: Mapping[str, Any]) -> str:
    return words.frequency(
        values.get("frequency"),
        as_needed=course.as_needed,
        as_needed_reason=course.as_needed_reason,
        reported=course.reported,
    )


def _holds(course: CourseHistory, begins: datetime, ends: datetime, *, ongoing: bool) -> list[Hold]:
    found = []
    for step, following in zip(course.statuses, (*course.statuses[1:], None), strict=True):
        if step.values["status"] != courses.HELD:
            continue
        first = min(max(step.moment.at, begins), ends)
        until = min(max(following.moment.at, first), ends) if following else ends
        held = Hold(
            first, until, str(step.values["reason"]), step.moment.event_id, ongoing and following is None
        )
        found.append(held)
    return found
