"""A prescription's value through time, by the steps that the read models keep of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time
from uuid import UUID

from django.utils import timezone

from eventstore.store import RecordedEvent
from projections import words
from projections.course_history import CourseHistory
from projections.models import MedicationCourse
from projections.moments.record_at import record_at
from projections.why import names
from projections.why.followed import Followed, Mark, Moments, Step, marks_of, wrong_ones
from records import courses, events
from records.courses import Course

ORDERS = ("PrescriptionAdded", "PrescriptionChanged")
#: Which entries say something of a value besides the order itself.
_SAY = {
    "dose": ("DosageAdjusted",),
    "route": ("DosageAdjusted",),
    "frequency": ("DosageAdjusted",),
    "end": ("PrescriptionRenewed",),
    "status": (
        "PrescriptionHeld",
        "PrescriptionResumed",
        "PrescriptionDiscontinued",
    ),
}
_BECOMES = {
    "PrescriptionHeld": courses.HELD,
    "PrescriptionResumed": courses.ACTIVE,
    "PrescriptionDiscontinued": courses.DISCONTINUED,
}


def prescription(patient_id: UUID, subject: UUID, name: str, moments: Moments) -> Followed | None:
    history, gone = _history(patient_id, subject, moments)
    if history is None:
        return None
    marks = marks_of(patient_id, moments, subject=subject)
    opener = next((mark for mark in marks if _opens(mark, history)), None)
    about = [mark for mark in marks if mark.event_type in (*ORDERS, *_SAY.get(name, ()))]
    now = history.now
    steps = list(_course_steps(history, name, opener))
    ran_out = _ran_out(history, moments) if name == "status" else None
    if ran_out:
        steps.append(ran_out)
    return Followed(
        kind=names.PRESCRIPTION,
        name=name,
        subject=words.joined((now.medication, words.coded(now.form)), " "),
        value=ran_out.value if ran_out else names.of_prescription(name, now),
        stated=_is_stated(name, now),
        steps=steps,
        wrong=[mark for mark in wrong_ones(about) if moments.true(mark.at)],
        said_by=lambda event: _said_of_prescription(event, now, name),
        reported=now.reported,
        gone=gone,
        ran_out=ran_out is not None,
        course=history,
    )


def _history(patient_id: UUID, subject: UUID, moments: Moments) -> tuple[CourseHistory | None, bool]:
    """(the prescription, whether it was entered in error). Where no read model has it, from its entries."""
    if not moments.past:
        row = MedicationCourse.objects.filter(patient_id=patient_id, prescription_id=subject).first()
        if row is not None:
            return CourseHistory.from_json(row.course), row.status == "entered in error"
    then = record_at(patient_id, known_at=moments.known_at, true_at=moments.true_at)
    return next((each for each in then.courses if each.prescription_id == str(subject)), None), False


def _opens(mark: Mark, history: CourseHistory) -> bool:
    """The order that opened it: a change opens what it changes to."""
    return (
        mark.event_type in ORDERS
        and mark.event_id in history.last_days
        and (mark.event_type == ("PrescriptionChanged" if history.now.replaces else "PrescriptionAdded"))
    )


def _course_steps(history: CourseHistory, name: str, opener: Mark | None) -> Iterator[Step]:
    now = history.now
    if name in names.OF_DOSAGE:
        for each in history.dosages:
            moment = each.moment
            value = names.of_prescription(name, replace(now, **each.values))
            yield Step(moment.event_id, moment.at, moment.version, value)
    elif name == "status":
        for each in history.statuses:
            moment = each.moment
            value = str(words.coded(each.values["status"]))
            yield Step(moment.event_id, moment.at, moment.version, value)
    else:
        first = history.dosages[0].moment
        event_id, at, version = (
            (opener.event_id, opener.at, opener.version)
            if opener
            else (first.event_id, first.at, first.version)
        )
        yield Step(event_id, at, version, names.of_prescription(name, now))


def _ran_out(history: CourseHistory, moments: Moments) -> Step | None:
    """That its last day has passed: no entry says so, but one order reached until then."""
    ends_on, day = history.ends_on, words.clinic_day(moments.true_at or timezone.now())
    if not history.now.is_open or not ends_on or ends_on >= day:
        return None
    event_id = max(history.last_days, key=lambda each: history.last_days[each] or "")
    last = datetime.combine(ends_on, time.max, timezone.get_default_timezone())
    return Step(event_id, last, 0, str(words.coded(courses.COMPLETED)))


def _is_stated(name: str, course: Course) -> bool:
    if name == "frequency":
        return bool(course.frequency) or course.as_needed
    if name == "end":
        return bool(course.end or course.duration_days)
    if name == "start" and not course.reported:
        return True
    return name == "as_needed" or bool(getattr(course, name))


def _said_of_prescription(event: RecordedEvent, now: Course, name: str) -> str:
    """What an entry says of one value, whatever became of it."""
    match event.data:
        case events.PrescriptionAdded() | events.PrescriptionChanged():
            order = courses.prescribed(event.data, event.occurred_at)
            if order.prescription_id != now.prescription_id:
                return str(words.coded(courses.CHANGED))
            return names.of_prescription(name, order)
        case events.DosageAdjusted():
            stated = {part: getattr(event.data, part) for part in ("dose", "unit", "route", "frequency")}
            return names.of_prescription(name, replace(now, **stated))
        case events.PrescriptionRenewed():
            return str(words.day(event.data.renewed_on, reported=event.data.reported))
    return str(words.coded(_BECOMES.get(event.event_type, "")))
