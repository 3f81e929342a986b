"""Entries about prescriptions, in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

from projections import words
from projections.course_history import DOSAGE, CourseHistory, Moment, Values, end_of, evolve, opened
from projections.entries.told import Told, change, facts
from projections.subjects import Subjects
from records import courses, events, frequency_words
from records.speech import capital, coded, joined, say, say_many

#: Said of a prescription whose first entry is of an unknown kind.
UNKNOWN_MEDICATION = say("unknown medication")
DOSE, ROUTE, FREQUENCY = say("dose"), say("route"), say("frequency")


@singledispatch
def tell(event: object, moment: Moment, subjects: Subjects) -> Told | None:
    """The entry in words; None where it is not about a prescription. Keeps what later entries need."""
    return None


@tell.register
def _(event: events.PrescriptionAdded, moment: Moment, subjects: Subjects) -> Told:
    course = opened(event, moment)
    subjects.keep_course(course)
    strong, line = _full_line(course)
    return Told(
        kind="medication",
        title=say("{drug} prescribed", drug=course.medication),
        about=course.medication,
        subject_id=course.prescription_id,
        strong=strong,
        line=line,
        facts=_order_facts(course),
    )


@tell.register
def _(event: events.PrescriptionChanged, moment: Moment, subjects: Subjects) -> Told:
    before = subjects.course(event.prescription_id)
    after = opened(event, moment)
    subjects.keep_course(after)
    told = Told(
        kind="medication",
        title=say("{drug} changed to {other}", drug=_name(before), other=after.medication),
        subject_id=event.prescription_id,
        other_subject_id=event.replacement_id,
        facts=_order_facts(after),
        reason=event.reason or "",
    )
    if before is None:
        told.about = after.medication
        told.strong, told.line = _full_line(after)
        return told
    subjects.keep_course(evolve(before, event, moment))
    was = before.dosage_before(moment) or before.dosage
    changes, same = compared(before, was, after, after.dosage)
    drug = change(say("Medication"), _drug_and_dose(before, was), _drug_and_dose(after, after.dosage))
    told.changes = [drug, *(change(capital(label), *both) for label, *both in changes if label != DOSE)]
    told.unchanged = _unchanged([pair for pair in same if pair[0] != DOSE])
    return told


@tell.register
def _(event: events.DosageAdjusted, moment: Moment, subjects: Subjects) -> Told:
    course = subjects.course(event.prescription_id)
    after = {name: getattr(event, name) for name in DOSAGE}
    told = Told(
        kind="medication",
        title=say("Dose of {drug} adjusted", drug=_name(course)),
        about=_name(course),
        subject_id=event.prescription_id,
        reason=event.reason or "",
    )
    if course is None:
        told.strong = words.dosage(event.dose, event.unit, reported=event.reported)
        told.line = joined((coded(event.route), frequency_words.said(event.frequency or "")))
        return told
    subjects.keep_course(evolve(course, event, moment))
    was = course.dosage_before(moment)
    if was is None:
        told.strong, told.line = dosage_line(course, after, reported=event.reported)
        return told
    changes, same = compared(course, was, course, after)
    told.changes = [change(capital(label), *both) for label, *both in changes]
    told.unchanged = _unchanged(same)
    if changes and changes[0][0] != DOSE:
        parts = capital(words.listed([label for label, *_ in changes]))
        told.title = say("{parts} of {drug} adjusted", parts=parts, drug=course.medication)
    return told


@tell.register
def _(event: events.PrescriptionRenewed, moment: Moment, subjects: Subjects) -> Told:
    course = _followed(event, event.prescription_id, moment, subjects)
    renewed = say("renewed {day}", day=words.day(event.renewed_on, reported=event.reported))
    quantity = (
        words.dosage(event.quantity, event.quantity_unit, reported=event.reported) if event.quantity else ""
    )
    return Told(
        kind="medication",
        title=say("{drug} renewed", drug=_name(course)),
        about=_name(course),
        subject_id=event.prescription_id,
        line=joined((renewed, quantity, _for_days(event.duration_days))),
        facts=facts((say("Prescriber"), event.prescriber), (say("Number at the source"), event.source_id)),
    )


@tell.register
def _(event: events.PrescriptionHeld, moment: Moment, subjects: Subjects) -> Told:
    course = _followed(event, event.prescription_id, moment, subjects)
    title = say("{drug} held", drug=_name(course))
    return _status(title, event, course, moment, tag=say("Held"), icon="held")


@tell.register
def _(event: events.PrescriptionResumed, moment: Moment, subjects: Subjects) -> Told:
    course = _followed(event, event.prescription_id, moment, subjects)
    return _status(say("{drug} resumed", drug=_name(course)), event, course, moment)


@tell.register
def _(event: events.PrescriptionDiscontinued, moment: Moment, subjects: Subjects) -> Told:
    course = _followed(event, event.prescription_id, moment, subjects)
    end = end_of(event)
    name = _name(course)
    completed = end == courses.COMPLETED
    title = say("{drug} completed", drug=name) if completed else say("{drug} discontinued", drug=name)
    told = _status(title, event, course, moment, tag=capital(coded(end)), icon=end)
    if event.source_status and event.source_status != end:
        told.facts = facts((say("In the source's words"), event.source_status))
    return told


# --- Parts -----------------------------------------------------------------------------------------


def _followed(
    event: object, prescription_id: str, moment: Moment, subjects: Subjects
) -> CourseHistory | None:
    course = subjects.course(prescription_id)
    if course is not None:
        course = evolve(course, event, moment)
        subjects.keep_course(course)
    return course


def _status(
    title: str,
    event: events.PrescriptionHeld | events.PrescriptionResumed | events.PrescriptionDiscontinued,
    course: CourseHistory | None,
    moment: Moment,
    *,
    tag: str = "",
    icon: str = "entry",
) -> Told:
    told = Told(
        kind="medication",
        title=title,
        about=_name(course),
        subject_id=event.prescription_id,
        tag=tag,
        icon=icon,
        because=coded(event.reason_code),
        reason=event.reason or "",
    )
    if course is not None:
        dosage = course.dosage_before(moment) or course.dosage
        told.line = joined(dosage_line(course, dosage, reported=course.now.reported))
    return told


def _name(course: CourseHistory | None) -> str:
    return course.medication if course else UNKNOWN_MEDICATION


def _drug_and_dose(course: CourseHistory, dosage: Values) -> str:
    reported = course.now.reported
    dose = words.dosage(dosage["dose"], dosage["unit"], reported=reported) if dosage["dose"] else ""
    return joined((course.medication, dose), " ")


def _said(course: CourseHistory, dosage: Values) -> list[tuple[str, str]]:
    """Dose, route and frequency as words, an unstated one too."""
    silent = course.now.reported
    return [
        (DOSE, words.dosage(dosage["dose"], dosage["unit"], reported=silent)),
        (ROUTE, words.stated(coded(dosage["route"]), reported=silent)),
        (
            FREQUENCY,
            words.frequency(
                dosage["frequency"],
                as_needed=course.now.as_needed,
                as_needed_reason=course.now.as_needed_reason,
                reported=silent,
            ),
        ),
    ]


def compared(
    course: CourseHistory, was: Values, other: CourseHistory, now: Values
) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    """(what changed, as name, before and after; what stayed, as name and value)."""
    changes, same = [], []
    for (label, before), (_, after) in zip(_said(course, was), _said(other, now), strict=True):
        if before == after:
            same.append((label, after))
        else:
            changes.append((label, before, after))
    return changes, same


def _unchanged(same: list[tuple[str, str]]) -> str:
    """'Route and frequency unchanged: oral, once daily'; what nobody states is said apart."""
    silent = (words.NOT_STATED, words.UNKNOWN)
    known = [pair for pair in same if pair[1] not in silent]
    parts: list[str] = []
    if known:
        what = words.listed([label for label, _ in known])
        parts.append(say("{what} unchanged: {values}", what=what, values=joined([text for _, text in known])))
    for word in silent:
        unsaid = [label for label, value in same if value == word]
        parts.append(_unsaid(unsaid, reported=word == words.NOT_STATED))
    return capital(joined(parts, "; "))


def _unsaid(labels: Sequence[str], *, reported: bool) -> str:
    """'dose and route not stated by source'."""
    if not labels:
        return ""
    what = words.listed(labels)
    return say("{what} not stated by source", what=what) if reported else say("{what} unknown", what=what)


def dosage_line(course: CourseHistory, dosage: Values, *, reported: bool) -> tuple[str, str]:
    """(the dose, or nothing; route, frequency and what is not stated)."""
    silent = [
        name for name in (DOSE, ROUTE, FREQUENCY)
        if not dosage[name] and not (name == FREQUENCY and course.now.as_needed)
    ]  # fmt: skip
    parts = [coded(dosage["route"])]
    if FREQUENCY not in silent:
        parts.append(
            words.frequency(
                dosage["frequency"],
                as_needed=course.now.as_needed,
                as_needed_reason=course.now.as_needed_reason,
            )
        )
    parts.append(_unsaid(silent, reported=reported))
    strong = words.dosage(dosage["dose"], dosage["unit"], reported=reported) if dosage["dose"] else ""
    return strong, joined(parts)


def _full_line(course: CourseHistory) -> tuple[str, str]:
    """The whole prescription line of an order: its dose, and the rest."""
    strong, line = dosage_line(course, course.dosage, reported=course.now.reported)
    order = course.now
    dates = [
        say("from {day}", day=words.day(order.start)) if order.start else "",
        say("until {day}", day=words.day(order.end)) if order.end else "",
        _for_days(order.duration_days),
    ]
    return strong, joined((line, *dates))


def _for_days(count: int | None) -> str:
    return say_many("for {count} day", "for {count} days", count) if count else ""


def _order_facts(course: CourseHistory) -> list[Values]:
    order = course.now
    return facts(
        (say("Form"), coded(order.form)),
        (say("Indication"), order.indication),
        (say("Prescriber"), order.prescriber),
        (say("Prescriber's license"), order.prescriber_license),
        (say("Note to patient"), order.note_to_patient),
        (say("Code"), words.code(order.code, order.code_system)),
    )
