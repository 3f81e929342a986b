"""What an order must state, brought to the shape that an event holds, or refused naming the field.

Knows nothing of Django, nor of the patient: what may be ordered now is in prescription_rules.py.
Source: clinic safety rules; FHIR R4 MedicationRequest for the words.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from records import codes, commands, partial_dates, stated
from records.author import Author
from records.courses import Course
from records.decision import Rejected
from records.medication_names import coded
from records.speech import _


def order_of(
    command: commands.AddPrescription | commands.ChangePrescription,
    author: Author,
    *,
    keeping: Course | None = None,
) -> dict[str, Any]:
    dosage = dosage_of(command, keeping=keeping)
    as_needed = command.as_needed or dosage["frequency"] == codes.Frequency.AS_NEEDED
    as_needed_reason = stated.text(command.as_needed_reason, "as_needed_reason")
    if as_needed and as_needed_reason is None:
        raise Rejected(
            _("Say what it is to be taken for when needed, for example: pain."), "as_needed_reason"
        )
    start, end = stated.calendar(command.start, "start"), stated.calendar(command.end, "end")
    if end and command.duration_days:
        raise Rejected(_("Give the end or the duration, not both."), "duration_days")
    if partial_dates.surely_before(end, start):
        raise Rejected(
            _("The end lies before the start, {day}. Correct one.").format(day=partial_dates.shown(start)),
            "end",
        )
    prescriber = stated.text(command.prescriber, "prescriber") or author.name
    medication = stated.required(command.medication, "medication", _("Write the medication."))
    code, system = coded(
        medication, stated.text(command.code, "code"), stated.text(command.code_system, "code_system")
    )
    return {
        "medication": medication,
        "code": code,
        "code_system": system,
        "form": stated.text(command.form, "form"),
        **dosage,
        "as_needed": as_needed,
        "as_needed_reason": as_needed_reason if as_needed else None,
        "start": start,
        "end": end,
        "duration_days": stated.days(command.duration_days, "duration_days"),
        "indication": stated.required(
            command.indication, "indication", _("Say what it is for: the indication is required.")
        ),
        "prescriber": prescriber,
        "prescriber_license": author.license if prescriber == author.name else None,
        "note_to_patient": stated.text(
            command.note_to_patient, "note_to_patient", limit=stated.PARAGRAPH
        ),
    }  # fmt: skip


def dosage_of(
    command: commands.AddPrescription | commands.ChangePrescription | commands.AdjustDosage,
    *,
    keeping: Course | None,
) -> dict[str, Any]:
    """Dose, unit, route and frequency, all stated; a source's own word may stay as it was."""

    def word(choices: type[StrEnum], name: str, ask: str) -> str:
        value: str | None = getattr(command, name)
        if keeping is not None and value and value == getattr(keeping, name):
            return value
        return stated.required_code(choices, value, name, ask)

    return {
        "dose": stated.amount(command.dose, "dose", _("Write the dose, for example 0.5.")),
        "unit": word(codes.Unit, "unit", _("Choose the unit.")),
        "route": word(codes.Route, "route", _("Choose the route.")),
        "frequency": word(codes.Frequency, "frequency", _("Choose how often.")),
    }


def coded_reason(
    choices: type[StrEnum],
    command: commands.HoldPrescription | commands.ResumePrescription | commands.DiscontinuePrescription,
) -> tuple[str, str]:
    code = stated.required_code(choices, command.reason_code, "reason_code", _("Choose the reason."))
    return code, stated.reason(command.reason)


def is_same_product(course: Course, order: dict[str, Any]) -> bool:
    """Whether an order names the drug and form that a course has."""

    def plain(value: str | None) -> str:
        return " ".join((value or "").casefold().split())

    return plain(course.medication) == plain(order["medication"]) and plain(course.form) == plain(
        order["form"]
    )
