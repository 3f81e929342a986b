"""Entries about identity and notes, and those of clinicians and record numbers, in words."""

from __future__ import annotations

from functools import singledispatch
from uuid import UUID

from projections import words
from projections.course_history import Moment, Values
from projections.entries.told import Told, change, facts
from projections.subjects import Subjects
from records import events

LABELS = {
    "mrn": "Record number", "family": "Family name", "given": "Given names", "birth_date": "Born",
    "sex": "Sex", "deceased": "Deceased", "deceased_date": "Died", "other_names": "Other names",
    "phone": "Phone", "address": "Address",
}  # fmt: skip


@singledispatch
def tell(event: object, person_id: str, moment: Moment, subjects: Subjects) -> Told | None:
    """The entry in words; None where this is not about a person. Keeps what later entries need."""
    return None


@tell.register
def _(event: events.PatientRegistered, person_id: str, moment: Moment, subjects: Subjects) -> Told:
    person = identity(event)
    subjects.keep_person(person_id, person)
    said = _said(person)
    died = f"died {said['deceased_date']}" if event.deceased_date else "deceased" if event.deceased else ""
    return Told(
        kind="demographics",
        title="Record opened",
        subject_id=person_id,
        line=words.joined((name(person), f"born {said['birth_date']}", f"sex {said['sex']}", died)),
        facts=facts(*((LABELS[key], person[key]) for key in ("mrn", "other_names", "phone", "address"))),
    )


@tell.register
def _(event: events.DemographicsCorrected, person_id: str, moment: Moment, subjects: Subjects) -> Told:
    before, after = subjects.person(person_id), identity(event)
    subjects.keep_person(person_id, after)
    told = Told(
        kind="demographics",
        title="Demographics corrected",
        subject_id=person_id,
        reason=event.reason or "",
    )
    if before is None:
        told.line = name(after)
    else:
        told.changes = changes(before, after)
    return told


@tell.register
def _(event: events.NoteAdded, person_id: str, moment: Moment, subjects: Subjects) -> Told:
    return Told(kind="note", icon="note", title=f"{words.capital(event.category)} note", said=event.text)


@tell.register
def _(event: events.RecordNumberReserved, person_id: str, moment: Moment, subjects: Subjects) -> Told:
    return Told(kind="record number", title="Record number reserved")


@tell.register
def _(event: events.ClinicianRegistered, person_id: str, moment: Moment, subjects: Subjects) -> Told:
    subjects.keep_person(person_id, {"name": event.name})
    return _account("Account registered", event.name, f"user name {event.username}")


@tell.register
def _(event: events.LicenseRecorded, person_id: str, moment: Moment, subjects: Subjects) -> Told:
    return _account("License recorded", _clinician(person_id, subjects), f"license {event.license}")


@tell.register
def _(event: events.RoleGranted, person_id: str, moment: Moment, subjects: Subjects) -> Told:
    return _account("Role granted", _clinician(person_id, subjects), event.role, event.reason)


@tell.register
def _(event: events.RoleWithdrawn, person_id: str, moment: Moment, subjects: Subjects) -> Told:
    return _account("Role withdrawn", _clinician(person_id, subjects), event.role, event.reason)


@tell.register
def _(event: events.Deactivated, person_id: str, moment: Moment, subjects: Subjects) -> Told:
    return _account("Account deactivated", _clinician(person_id, subjects), "", event.reason)


def identity(event: events.PatientRegistered | events.DemographicsCorrected) -> Values:
    """Who it is, as the event says it."""
    return {**{key: getattr(event, key) for key in LABELS}, "reported": event.reported}


def changes(before: Values, after: Values) -> list[Values]:
    was, now = _said(before), _said(after)
    return [change(LABELS[key], was[key], now[key]) for key in LABELS if was[key] != now[key]]


def name(person: Values) -> str:
    """'LINDQVIST, Helena'; a missing part is a word."""
    silent = person["reported"]
    if not person["family"] and not person["given"]:
        return f"name {words.absent(reported=silent)}"
    family = person["family"].upper() if person["family"] else f"family name {words.absent(reported=silent)}"
    return f"{family}, {words.stated(person['given'], reported=silent)}"


def _said(person: Values) -> dict[str, str]:
    silent = person["reported"]
    said = {key: words.stated(person[key], reported=silent) for key in LABELS if key != "deceased"}
    return {
        **said,
        "birth_date": words.day(person["birth_date"], reported=silent),
        "deceased_date": words.day(person["deceased_date"], reported=silent)
        if person["deceased"]
        else "not recorded",
        "deceased": "yes" if person["deceased"] else "no",
    }


def _clinician(person_id: str, subjects: Subjects) -> str:
    person = subjects.person(person_id)
    return person["name"] if person else words.UNKNOWN


def _account(title: str, about: str, line: str, reason: str | None = None) -> Told:
    return Told(kind="account", title=title, about=about, line=line, reason=reason or "")


def person_of(aggregate_id: str) -> str:
    """The id within a stream's name: 'patient-<uuid>' → '<uuid>'; '' where it is not a uuid."""
    tail = aggregate_id.partition("-")[2]
    try:
        return str(UUID(tail))
    except ValueError:
        return ""
