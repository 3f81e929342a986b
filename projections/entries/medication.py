"""Entries about prescriptions, in words."""

from __future__ import annotations

from functools import singledispatch

from projections import words
from projections.course_history import DOSAGE, CourseHistory, Moment, Values, end_of, evolve, opened
from projections.entries.told import Told, change, facts
from projections.subjects import Subjects
from records import events

#: Said of a prescription whose first entry is of an unknown kind.
UNKNOWN_MEDICATION = "unknown medication"


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
        title=f"{course.medication} prescribed",
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
        title=f"{_name(before)} changed to {after.medication}",
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
    drug = change("Medication", _drug_and_dose(before, was), _drug_and_dose(after, after.dosage))
    told.changes = [drug, *(each for each in changes if each["label"] != "Dose")]
    told.unchanged = _unchanged([pair for pair in same if pair[0] != "Dose"])
    return told


@tell.register
def _(event: events.DosageAdjusted, moment: Moment, subjects: Subjects) -> Told:
    course = subjects.course(event.prescription_id)
    after = {name: getattr(event, name) for name in DOSAGE}
    told = Told(
        kind="medication",
        title=f"Dose of {_name(course)} adjusted",
        about=_name(course),
        subject_id=event.prescription_id,
        reason=event.reason or "",
    )
    if course is None:
        told.strong = words.dosage(event.dose, event.unit, reported=event.reported)
        told.line = words.joined((event.route, event.frequency))
        return told
    subjects.keep_course(evolve(course, event, moment))
    was = course.dosage_before(moment)
    if was is None:
        told.strong, told.line = _line(course, after, reported=event.reported)
        return told
    told.changes, same = compared(course, was, course, after)
    told.unchanged = _unchanged(same)
    if told.changes and told.changes[0]["label"] != "Dose":
        parts = words.listed([each["label"].lower() for each in told.changes])
        told.title = f"{words.capital(parts)} of {course.medication} adjusted"
    return told


@tell.register
def _(event: events.PrescriptionRenewed, moment: Moment, subjects: Subjects) -> Told:
    course = _followed(event, event.prescription_id, moment, subjects)
    quantity = (
        words.dosage(event.quantity, event.quantity_unit, reported=event.reported) if event.quantity else ""
    )
    days = f"for {event.duration_days} days" if event.duration_days else ""
    return Told(
        kind="medication",
        title=f"{_name(course)} renewed",
        about=_name(course),
        subject_id=event.prescription_id,
        line=words.joined(
            (f"renewed {words.day(event.renewed_on, reported=event.reported)}", quantity, days)
        ),
        facts=facts(("Prescriber", event.prescriber), ("Number at the source", event.source_id)),
    )


@tell.register
def _(event: events.PrescriptionHeld, moment: Moment, subjects: Subjects) -> Told:
    course = _followed(event, event.prescription_id, moment, subjects)
    return _status("held", event, course, moment, tag="Held", icon="held")


@tell.register
def _(event: events.PrescriptionResumed, moment: Moment, subjects: Subjects) -> Told:
    course = _followed(event, event.prescription_id, moment, subjects)
    return _status("resumed", event, course, moment)


@tell.register
def _(event: events.PrescriptionDiscontinued, moment: Moment, subjects: Subjects) -> Told:
    course = _followed(event, event.prescription_id, moment, subjects)
    end = end_of(event)
    told = _status(end, event, course, moment, tag=words.capital(end), icon=end)
    if event.source_status and event.source_status != end:
        told.facts = facts(("In the source's words", event.source_status))
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
    act: str,
    event: events.PrescriptionHeld | events.PrescriptionResumed | events.PrescriptionDiscontinued,
    course: CourseHistory | None,
    moment: Moment,
    *,
    tag: str = "",
    icon: str = "entry",
) -> Told:
    told = Told(
        kind="medication",
        title=f"{_name(course)} {act}",
        about=_name(course),
        subject_id=event.prescription_id,
        tag=tag,
        icon=icon,
        because=event.reason_code or "",
        reason=event.reason or "",
    )
    if course is not None:
        dosage = course.dosage_before(moment) or course.dosage
        told.line = words.joined(_line(course, dosage, reported=course.now.reported))
    return told


def _name(course: CourseHistory | None) -> str:
    return course.medication if course else UNKNOWN_MEDICATION


def _drug_and_dose(course: CourseHistory, dosage: Values) -> str:
    reported = course.now.reported
    dose = words.dosage(dosage["dose"], dosage["unit"], reported=reported) if dosage["dose"] else ""
    return words.joined((course.medication, dose), " ")


def _said(course: CourseHistory, dosage: Values) -> list[tuple[str, str]]:
    """Dose, route and frequency as words, an unstated one too."""
    silent = course.now.reported
    return [
        ("Dose", words.dosage(dosage["dose"], dosage["unit"], reported=silent)),
        ("Route", words.stated(dosage["route"], reported=silent)),
        (
            "Frequency",
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
) -> tuple[list[Values], list[tuple[str, str]]]:
    """(what changed, as label, before and after; what stayed, as label and value)."""
    changes, same = [], []
    for (label, before), (_, after) in zip(_said(course, was), _said(other, now), strict=True):
        if before == after:
            same.append((label, after))
        else:
            changes.append(change(label, before, after))
    return changes, same


def _unchanged(same: list[tuple[str, str]]) -> str:
    """'Route and frequency unchanged: oral, once daily'; what nobody states is said apart."""
    silent = (words.NOT_STATED, words.UNKNOWN)
    known = [pair for pair in same if pair[1] not in silent]
    labels = words.listed([label.lower() for label, _ in known])
    parts = [f"{labels} unchanged: {', '.join(value for _, value in known)}" if known else ""]
    for word in silent:
        unsaid = [label.lower() for label, value in same if value == word]
        parts.append(f"{words.listed(unsaid)} {word}" if unsaid else "")
    return words.capital(words.joined(parts, "; "))


def _line(course: CourseHistory, dosage: Values, *, reported: bool) -> tuple[str, str]:
    """(the dose, or nothing; route, frequency and what is not stated)."""
    silent = [
        name for name in ("dose", "route", "frequency")
        if not dosage[name] and not (name == "frequency" and course.now.as_needed)
    ]  # fmt: skip
    parts = [dosage["route"]]
    if "frequency" not in silent:
        parts.append(
            words.frequency(
                dosage["frequency"],
                as_needed=course.now.as_needed,
                as_needed_reason=course.now.as_needed_reason,
            )
        )
    if silent:
        parts.append(f"{words.listed(silent)} {words.absent(reported=reported)}")
    strong = words.dosage(dosage["dose"], dosage["unit"], reported=reported) if dosage["dose"] else ""
    return strong, words.joined(parts)


def _full_line(course: CourseHistory) -> tuple[str, str]:
    """The whole prescription line of an order: its dose, and the rest."""
    strong, line = _line(course, course.dosage, reported=course.now.reported)
    order = course.now
    dates = [
        f"from {words.day(order.start)}" if order.start else "",
        f"until {words.day(order.end)}" if order.end else "",
        f"for {order.duration_days} days" if order.duration_days else "",
    ]
    return strong, words.joined((line, *dates))


def _order_facts(course: CourseHistory) -> list[Values]:
    order = course.now
    return facts(
        ("Form", order.form),
        ("Indication", order.indication),
        ("Prescriber", order.prescriber),
        ("Prescriber's license", order.prescriber_license),
        ("Note to patient", order.note_to_patient),
        ("Code", words.code(order.code, order.code_system)),
    )
