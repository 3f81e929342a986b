"""What may be done to a patient's prescriptions: the rules, and the refusals that say what else to do.

Pure functions of (patient, command, author, now); personal text in the patient is in clear here.
Knows nothing of Django. Who may prescribe at all is said in permissions.py.
Source: clinic safety rules; SAFER guides; MSP and O3 prescribing defaults (indication required).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from records import codes, commands, events, interactions, partial_dates, stated, times
from records.alerts import answered, as_notes, flagged, lifetime_alerts
from records.author import Author
from records.courses import HELD, Course
from records.decision import Alert, Decision, Rejected
from records.fold import Patient
from records.medication_names import name_alerts
from records.orders import coded_reason, dosage_of, is_same_product, order_of
from records.speech import _, gettext_noop

NOT_OPEN = gettext_noop(
    "This prescription is not current: it was stopped, replaced, marked in error or never recorded here."
)


def add(patient: Patient, command: commands.AddPrescription, author: Author, now: datetime) -> Decision:
    at = times.moment_in_life(patient, command.occurred_at, now)
    prescription_id = stated.identifier(command.prescription_id, "prescription_id")
    _unused(patient, prescription_id)
    order = order_of(command, author)
    alerts = (
        *drug_alerts(patient, order, now),
        *lifetime_alerts(patient, order["start"], at, now),
        *flagged(command.indication, command.as_needed_reason, command.note_to_patient),
    )
    event = events.PrescriptionAdded(prescription_id=prescription_id, **order)
    return answered(event, at, alerts, command.override_code, command.override_reason)


def change(patient: Patient, command: commands.ChangePrescription, author: Author, now: datetime) -> Decision:
    at = times.moment_in_life(patient, command.occurred_at, now)
    course = _open_course(
        patient, command.prescription_id, _("To prescribe another drug, add a prescription.")
    )
    at = _from_its_status(course, command, at, now)
    replacement_id = stated.identifier(command.replacement_id, "replacement_id")
    _unused(patient, replacement_id)
    order = order_of(command, author, keeping=course)
    why = stated.reason(command.reason, _("Say why it is replaced, for example: allergy to penicillin."))
    if is_same_product(course, order):
        raise Rejected(
            _(
                "This is the drug and form it has already."
                " To change dose, route or frequency, adjust the dosage."
            ),
            "medication",
        )
    alerts = (
        *drug_alerts(patient, order, now, replaces=course),
        *lifetime_alerts(patient, order["start"], at, now),
        *flagged(command.indication, command.as_needed_reason, command.note_to_patient, why),
    )
    event = events.PrescriptionChanged(
        prescription_id=course.prescription_id, replacement_id=replacement_id, reason=why, **order
    )
    return answered(event, at, alerts, command.override_code, command.override_reason)


def drug_alerts(
    patient: Patient, order: Mapping[str, Any], now: datetime, *, replaces: Course | None = None
) -> tuple[Alert, ...]:
    """What to say of the drug alone, which is known before the rest of the order is.

    Shape: order: medication, code, code_system, and route where it is chosen. replaces: a course that
    it takes the place of.
    """
    others = [
        other for other in interactions.still_taken(patient.open_courses, now.date()) if other is not replaces
    ]
    drug = order["medication"], order["code"], order["code_system"]
    return (
        *interactions.allergy_alerts(patient.active_allergies, *drug),
        *interactions.duplicate_alerts(others, *drug),
        *interactions.same_class_alerts(others, *drug, order.get("route")),
        *name_alerts(others, order["medication"]),
    )


def adjust(patient: Patient, command: commands.AdjustDosage, _author: Author, now: datetime) -> Decision:
    at = times.moment_in_life(patient, command.occurred_at, now)
    course = _open_course(
        patient, command.prescription_id, _("What is stopped is not adjusted: add a prescription instead.")
    )
    at = _from_its_start(course, command, at, now)
    at = times.not_before(course.dose_since, at, command.occurred_at, now) or at  # else a late entry
    dosage = dosage_of(command, keeping=course)
    why = stated.reason(
        command.reason, _("Say why the dosage changes, for example: blood pressure still high.")
    )
    is_late = at < course.dose_since
    if not is_late and all(value == getattr(course, name) for name, value in dosage.items()):
        raise Rejected(_("This is the dosage it has already. Change dose, unit, route or frequency."), "dose")
    event = events.DosageAdjusted(prescription_id=course.prescription_id, reason=why, **dosage)
    return Decision(events=(event,), occurred_at=at, alerts=flagged(why))


def renew(patient: Patient, command: commands.RenewPrescription, author: Author, now: datetime) -> Decision:
    at = times.moment_in_life(patient, command.occurred_at, now)
    course = _open_course(patient, command.prescription_id, _("To order the drug again, add a prescription."))
    if course.status == HELD:
        raise Rejected(_("This prescription is on hold. Resume it first, then renew it."))
    renewed_on, at = _renewal_day(course, command, at, now)
    quantity, quantity_unit = _quantity(command)
    alerts = (
        *interactions.allergy_alerts(
            patient.active_allergies,
            course.medication,
            course.code,
            course.code_system,
            answered_version=course.answered_version,
        ),
        *lifetime_alerts(patient, renewed_on, at, now),
    )
    event = events.PrescriptionRenewed(
        prescription_id=course.prescription_id,
        renewed_on=renewed_on,
        quantity=quantity,
        quantity_unit=quantity_unit,
        duration_days=stated.days(command.duration_days, "duration_days"),
        prescriber=stated.text(command.prescriber, "prescriber") or author.name,
    )
    return answered(event, at, alerts, command.override_code, command.override_reason)


def hold(patient: Patient, command: commands.HoldPrescription, _author: Author, now: datetime) -> Decision:
    at = times.moment_in_life(patient, command.occurred_at, now)
    course = _open_course(patient, command.prescription_id, _("There is nothing to hold."))
    if course.status == HELD:
        raise Rejected(
            _("This prescription is on hold already, since {day}. Resume it, or discontinue it.").format(
                day=times.shown(course.status_at, now)
            )
        )
    at = _from_its_status(course, command, at, now)
    code, why = coded_reason(codes.HoldReason, command)
    event = events.PrescriptionHeld(prescription_id=course.prescription_id, reason_code=code, reason=why)
    return Decision(events=(event,), occurred_at=at, alerts=flagged(why))


def resume(
    patient: Patient, command: commands.ResumePrescription, _author: Author, now: datetime
) -> Decision:
    at = times.moment_in_life(patient, command.occurred_at, now)
    course = _open_course(
        patient,
        command.prescription_id,
        _("What is stopped is not resumed: add a prescription, or mark the stop as entered in error."),
    )
    if course.status != HELD:
        raise Rejected(_("This prescription is not on hold: it is active. There is nothing to resume."))
    at = _from_its_status(course, command, at, now)
    code, why = coded_reason(codes.ResumeReason, command)
    alerts = (
        *as_notes(interactions.allergy_alerts(
            patient.active_allergies, course.medication, course.code, course.code_system
        )),
        *flagged(why),
    )  # fmt: skip
    event = events.PrescriptionResumed(prescription_id=course.prescription_id, reason_code=code, reason=why)
    return Decision(events=(event,), occurred_at=at, alerts=alerts)


def discontinue(
    patient: Patient, command: commands.DiscontinuePrescription, _author: Author, now: datetime
) -> Decision:  # fmt: skip
    at = times.moment_in_life(patient, command.occurred_at, now)
    course = _open_course(patient, command.prescription_id, _("There is nothing left to discontinue."))
    at = _from_its_status(course, command, at, now)
    code, why = coded_reason(codes.StopReason, command)
    event = events.PrescriptionDiscontinued(
        prescription_id=course.prescription_id, reason_code=code, reason=why
    )
    return Decision(events=(event,), occurred_at=at, alerts=flagged(why))


# --- Renewals ------------------------------------------------------------------------------------


def _renewal_day(
    course: Course, command: commands.RenewPrescription, at: datetime, now: datetime
) -> tuple[str, datetime]:
    """The day of a renewal and when it was true: an earlier day makes it a late entry."""
    stated_day = stated.calendar(command.renewed_on, "renewed_on", whole=True)
    day = stated_day or times.day(at, now).isoformat()
    if partial_dates.surely_before(times.day(now, now), day):
        raise Rejected(
            _("This day is still to come. Enter the day of the renewal, today at the latest."), "renewed_on"
        )
    if partial_dates.surely_before(day, course.start):
        raise Rejected(
            _("It starts on {day}: enter a day from then on.").format(day=partial_dates.shown(course.start)),
            "renewed_on",
        )
    if command.occurred_at is None and partial_dates.surely_before(day, times.day(at, now)):
        if partial_dates.surely_before(day, times.day(course.since, now)):
            raise Rejected(
                _("It was prescribed on {day}: enter a day from then on.").format(
                    day=times.shown(course.since, now)
                ),
                "renewed_on",
            )
        at = times.start_of_day(day, now, not_before=course.since)
    return day, _from_its_start(course, command, at, now)


def _quantity(command: commands.RenewPrescription) -> tuple[str | None, str | None]:
    if not command.quantity:
        if command.quantity_unit:
            raise Rejected(_("Write how much of this, or leave the unit empty."), "quantity")
        return None, None
    quantity = stated.amount(command.quantity, "quantity", _("Write how much."))
    unit = stated.required_code(
        codes.Unit, command.quantity_unit, "quantity_unit", _("Say of what: tablets, mL, …")
    )
    return quantity, unit


# --- Sequence --------------------------------------------------------------------------------------


def _open_course(patient: Patient, prescription_id: str, instead: str) -> Course:
    course = patient.courses.get(prescription_id)
    if course is None or not course.is_open:
        raise Rejected(f"{_(NOT_OPEN)} {instead}")
    return course


def _unused(patient: Patient, prescription_id: str) -> None:
    if prescription_id in patient.courses:
        raise Rejected(_("This prescription is recorded already. To change it, use what its line offers."))


def _from_its_start(
    course: Course, command: commands.PatientCommand, at: datetime, now: datetime
) -> datetime:
    """When an entry about the course is true. Raises: Rejected where the course had not begun."""
    found = times.not_before(course.since, at, command.occurred_at, now)
    if found is None:
        raise Rejected(
            _("It was prescribed on {time}: enter a time from then on.").format(
                time=times.shown(course.since, now)
            ),
            "occurred_at",
        )
    return found


def _from_its_status(
    course: Course, command: commands.PatientCommand, at: datetime, now: datetime
) -> datetime:
    """When a new status is true. Raises: Rejected where a later one holds already."""
    found = times.not_before(course.status_at, at, command.occurred_at, now)
    if found is None:
        if course.status == HELD:
            sentence = _(
                "It was put on hold on {time}: enter a time from then on,"
                " or mark that entry in error first if it is wrong."
            )
        elif course.status_reason:
            sentence = _(
                "It was resumed on {time}: enter a time from then on,"
                " or mark that entry in error first if it is wrong."
            )
        else:
            sentence = _(
                "It was prescribed on {time}: enter a time from then on,"
                " or mark that entry in error first if it is wrong."
            )
        raise Rejected(sentence.format(time=times.shown(course.status_at, now)), "occurred_at")
    return found
