"""The values that can be asked about: what each is called, and how it reads."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from projections import words
from records.allergies import Allergy
from records.courses import Course
from records.identity import Demographics

PRESCRIPTION, ALLERGY, PATIENT = "prescription", "allergy", "patient"

#: By what is asked about: the values and what they are called.
LABELS = {
    PRESCRIPTION: {
        "medication": gettext_lazy("medication"),
        "form": gettext_lazy("form"),
        "dose": gettext_lazy("dose"),
        "route": gettext_lazy("route"),
        "frequency": gettext_lazy("frequency"),
        "as_needed": gettext_lazy("as needed"),
        "start": gettext_lazy("start"),
        "end": gettext_lazy("end"),
        "indication": gettext_lazy("indication"),
        "prescriber": gettext_lazy("prescriber"),
        "note_to_patient": gettext_lazy("note to the patient"),
        "status": gettext_lazy("status"),
    },
    ALLERGY: {
        "substance": gettext_lazy("substance"),
        "severity": gettext_lazy("severity"),
        "reactions": gettext_lazy("reaction"),
        "certainty": gettext_lazy("certainty"),
        "criticality": gettext_lazy("criticality"),
        "category": gettext_lazy("category"),
        "whole_class": gettext_lazy("whole class"),
        "onset": gettext_lazy("onset"),
        "status": gettext_lazy("status"),
    },
    PATIENT: {
        "name": pgettext_lazy("of a person", "name"),
        "birth_date": gettext_lazy("birth date"),
        "sex": gettext_lazy("sex"),
        "mrn": gettext_lazy("record number"),
        "deceased": gettext_lazy("death"),
        "other_names": gettext_lazy("other names"),
        "phone": gettext_lazy("phone"),
        "address": gettext_lazy("address"),
        "allergies": gettext_lazy("allergies"),
    },
}
_NAMES = frozenset(name for labels in LABELS.values() for name in labels)


def asked_for(name: str) -> str:
    """Raises: LookupError where nothing has a value of this name, so that a template cannot misspell one."""
    if name not in _NAMES:
        raise LookupError(name)
    return name


def of_prescription(name: str, course: Course) -> str:
    """One value of a prescription in the reader's words; the word for its absence where nobody stated it."""
    return str(_of_prescription(name, course))


def _of_prescription(name: str, course: Course) -> str:
    silent = course.reported
    match name:
        case "medication":
            return course.medication
        case "dose":
            return words.dosage(course.dose, course.unit, reported=silent)
        case "frequency":
            return words.frequency(
                course.frequency,
                as_needed=course.as_needed,
                as_needed_reason=course.as_needed_reason,
                reported=silent,
            )
        case "as_needed":
            return _as_needed(course)
        case "start":
            return _start(course)
        case "end":
            return _end(course)
        case "status":
            return words.coded(course.status)
        case "route" | "form":
            return words.stated(words.coded(getattr(course, name)), reported=silent)
    return words.stated(getattr(course, name), reported=silent)


def _as_needed(course: Course) -> str:
    if not course.as_needed:
        return _("no")
    return (
        _("yes, for {reason}").format(reason=course.as_needed_reason) if course.as_needed_reason else _("yes")
    )


def _start(course: Course) -> str:
    """Where an order made here does not say, it runs from the day that the entry was true."""
    if course.start or course.reported:
        return words.day(course.start, reported=course.reported)
    return words.day_of(course.since)


def _end(course: Course) -> str:
    if course.end:
        return words.day(course.end)
    if course.duration_days:
        return _("for {days} days").format(days=course.duration_days)
    return words.absent(reported=course.reported)


def of_allergy(name: str, allergy: Allergy) -> str:
    return str(_of_allergy(name, allergy))


def _of_allergy(name: str, allergy: Allergy) -> str:
    match name:
        case "substance":
            return allergy.substance
        case "onset":
            return words.day(allergy.onset, reported=allergy.reported)
        case "whole_class":
            return _("yes") if allergy.whole_class else _("no")
        case "status":
            return words.coded(allergy.status)
        case "severity" | "certainty" | "criticality" | "category":
            return words.stated(words.coded(getattr(allergy, name)), reported=allergy.reported)
    return words.stated(getattr(allergy, name), reported=allergy.reported)


def of_person(name: str, person: Demographics, *, reported: bool) -> str:
    return str(_of_person(name, person, reported=reported))


def _of_person(name: str, person: Demographics, *, reported: bool) -> str:
    match name:
        case "name":
            family = person.family.upper() if person.family else None
            return words.joined((family, person.given)) or words.absent(reported=reported)
        case "birth_date":
            return words.day(person.birth_date, reported=reported)
        case "deceased":
            return _death(person)
        case "sex":
            return words.stated(words.coded(person.sex), reported=reported)
    return words.stated(getattr(person, name), reported=reported)


def _death(person: Demographics) -> str:
    if not person.deceased:
        return _("not recorded")
    if person.deceased_date:
        return _("died {day}").format(day=str(words.day(person.deceased_date)))
    return _("died, date unknown")


#: What a prescription's value is read from when only its dosage or status changes.
OF_DOSAGE = frozenset({"dose", "route", "frequency"})
