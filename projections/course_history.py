"""A prescription with how it came to be: what it is now, and every dose and status it had before.

What holds now is the write side's own fold (`records.courses`), so that page and rule never differ.
The steps beside it are what pages need besides: what was true just before an entry, which entry set
a value, which days the orders cover. Nothing is forgotten when a course ends.
Must not know: tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from projections import words
from records import courses, events, partial_dates, speech
from records.courses import Course
from records.values import part_of, values

#: The value group that `DosageAdjusted` sets.
DOSAGE = ("dose", "unit", "route", "frequency")

Values = dict[str, Any]
Order = events.PrescriptionAdded | events.PrescriptionChanged


@dataclass(frozen=True)
class Moment:
    """Where an entry stands: when it was true, its version in the stream, its event id."""

    at: datetime
    version: int
    event_id: str

    @property
    def key(self) -> tuple[datetime, int]:
        return self.at, self.version


@dataclass(frozen=True)
class Step:
    """A value group as it became at a moment. Shape: values are those of DOSAGE, or {status, reason}."""

    moment: Moment
    values: Values

    def to_json(self) -> Values:
        at, version, event_id = self.moment.at.isoformat(), self.moment.version, self.moment.event_id
        return {"at": at, "version": version, "event_id": event_id, **speech.kept(self.values)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Step:
        values = speech.recalled(dict(stored))
        at = datetime.fromisoformat(values.pop("at"))
        return cls(Moment(at, values.pop("version"), values.pop("event_id")), values)


@dataclass(frozen=True)
class CourseHistory:
    """One prescription. dosages and statuses: oldest first by (occurred_at, version), never empty.

    Shape: last_days: {event id of an order: the last day it covers, None where that cannot be told};
    entries_in_error: entries of it that were marked as such.
    """

    now: Course
    dosages: tuple[Step, ...]
    statuses: tuple[Step, ...]
    last_days: Mapping[str, str | None] = field(default_factory=dict)
    entries_in_error: int = 0

    @property
    def prescription_id(self) -> str:
        return self.now.prescription_id

    @property
    def medication(self) -> str:
        return self.now.medication

    @property
    def dosage(self) -> Values:
        return {name: getattr(self.now, name) for name in DOSAGE}

    @property
    def ends_on(self) -> date | None:
        """The last day that its orders cover; None where one of them has no end that can be told.

        Why: a prescription leaves the current list by itself only where its end is certain.
        """
        days = list(self.last_days.values())
        return None if None in days else max((date.fromisoformat(day) for day in days if day), default=None)

    def has_step(self, event_id: str) -> bool:
        """Whether an entry opened it, or set or renewed anything of it."""
        steps = (*self.dosages, *self.statuses)
        return event_id in self.last_days or any(step.moment.event_id == event_id for step in steps)

    def dosage_before(self, moment: Moment) -> Values | None:
        """The dosage that held just before a moment, by what is known so far."""
        earlier = [step for step in self.dosages if step.moment.key < moment.key]
        return earlier[-1].values if earlier else None

    def status_before(self, moment: Moment) -> str | None:
        """The status just before a moment, by what is known so far."""
        earlier = [step for step in self.statuses if step.moment.key < moment.key]
        return str(earlier[-1].values["status"]) if earlier else None

    def to_json(self) -> Values:
        """Shape: {"now": `values` of the course, "dosages": [{at, version, event_id, dose, unit,
        route, frequency}], "statuses": [{at, version, event_id, status, reason}], "last_days",
        "entries_in_error"}; steps oldest first, times as ISO 8601 text."""
        return {
            "now": values(self.now),
            "dosages": [step.to_json() for step in self.dosages],
            "statuses": [step.to_json() for step in self.statuses],
            "last_days": dict(self.last_days),
            "entries_in_error": self.entries_in_error,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> CourseHistory:
        return cls(
            now=part_of(Course, stored["now"]),
            dosages=tuple(map(Step.from_json, stored["dosages"])),
            statuses=tuple(map(Step.from_json, stored["statuses"])),
            last_days=stored["last_days"],
            entries_in_error=stored["entries_in_error"],
        )


# --- From events -----------------------------------------------------------------------------------


def opened(order: Order, moment: Moment) -> CourseHistory:
    """What an order opens; of a change, its replacement."""
    now = courses.prescribed(order, moment.at)
    history = _begun(now, moment)
    return _covered(history, moment, _last_day(order.start, order.end, order.duration_days, moment.at))


def evolve(history: CourseHistory, event: object, moment: Moment) -> CourseHistory:
    """After one more entry on it. An ended course takes no more; only a correction opens it again."""
    if not history.now.is_open:
        return history
    now = courses.after(history.now, event, moment.at)
    if isinstance(event, events.DosageAdjusted):
        step = Step(moment, {name: getattr(event, name) for name in DOSAGE})
        return replace(history, now=now, dosages=_placed(history.dosages, step))
    history = replace(history, now=now)
    match event:
        case events.PrescriptionRenewed():
            # An order that does not say how long it lasts runs as long as the first one did.
            days = event.duration_days or history.now.duration_days
            return _covered(history, moment, _last_day(event.renewed_on, None, days, moment.at))
        case events.PrescriptionHeld():
            return _in_status(history, courses.HELD, event.reason_code, event.reason, moment)
        case events.PrescriptionResumed():
            return _in_status(history, courses.ACTIVE, event.reason_code, event.reason, moment)
        case events.PrescriptionDiscontinued():
            return _in_status(history, end_of(event), event.reason_code, event.reason, moment)
        case events.PrescriptionChanged():
            return _in_status(history, courses.CHANGED, None, event.reason, moment)
    return history


def end_of(event: events.PrescriptionDiscontinued) -> str:
    """Discontinued by decision, unless a source reported that the course was completed."""
    return courses.COMPLETED if event.source_status == courses.COMPLETED else courses.DISCONTINUED


def restored(
    stored: Mapping[str, Any], known: CourseHistory | None, wrong_event_id: str, moment: Moment
) -> CourseHistory:
    """What holds without a wrong entry, as its correction says it, with the steps that remain."""
    now = part_of(Course, stored)
    if known is None:
        opening = Moment(now.since, moment.version, moment.event_id)
        known = _begun(now, opening)
        known = _covered(known, opening, _last_day(now.start, now.end, now.duration_days, now.since))
    history = replace(
        known,
        now=now,
        dosages=_without(known.dosages, wrong_event_id),
        statuses=_without(known.statuses, wrong_event_id),
        last_days={key: day for key, day in known.last_days.items() if key != wrong_event_id},
        entries_in_error=known.entries_in_error + 1,
    )
    return _agreeing(history, moment)


def _begun(now: Course, moment: Moment) -> CourseHistory:
    dosage = {name: getattr(now, name) for name in DOSAGE}
    return CourseHistory(
        now=now,
        dosages=(Step(moment, dosage),),
        statuses=(Step(moment, {"status": courses.ACTIVE, "reason": ""}),),
    )


def _in_status(
    history: CourseHistory, status: str, code: str | None, reason: str | None, moment: Moment
) -> CourseHistory:
    step = Step(moment, {"status": status, "reason": words.because(code, reason)})
    return replace(history, statuses=_placed(history.statuses, step))


def _agreeing(history: CourseHistory, moment: Moment) -> CourseHistory:
    """A last step for each group that a correction restored to something the steps do not end with."""
    now = history.now
    if history.dosages[-1].values != history.dosage:
        step = Step(replace(moment, at=now.dose_since), history.dosage)
        history = replace(history, dosages=(*history.dosages, step))
    if history.statuses[-1].values["status"] != now.status:
        reason = words.because(now.status_reason_code, now.status_reason)
        step = Step(replace(moment, at=now.status_at), {"status": now.status, "reason": reason})
        history = replace(history, statuses=(*history.statuses, step))
    return history


def _covered(history: CourseHistory, moment: Moment, last_day: str | None) -> CourseHistory:
    return replace(history, last_days={**history.last_days, moment.event_id: last_day})


def _last_day(start: str | None, end: str | None, days: int | None, at: datetime) -> str | None:
    """The last day an order covers; without a stated start it began on the day it was recorded for.

    None where it cannot be told.
    """
    last = partial_dates.last_day(start or words.clinic_day(at).isoformat(), end, days)
    return last.isoformat() if last else None


_order = attrgetter("moment.at", "moment.version")


def _placed(steps: tuple[Step, ...], step: Step) -> tuple[Step, ...]:
    return tuple(sorted((*steps, step), key=_order))


def _without(steps: tuple[Step, ...], event_id: str) -> tuple[Step, ...]:
    """The first step stays in any case: a course has a beginning."""
    return tuple(step for step in steps if step.moment.event_id != event_id) or steps[:1]
