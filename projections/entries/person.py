"""Entries about identity and notes, and those of clinicians and record numbers, in words."""

from __future__ import annotations

from functools import singledispatch
from uuid import UUID

from projections import words
from projections.course_history import Moment, Values
from projections.entries.told import Told, change, facts
from projections.subjects import Subjects
from records import events
from records.codes import NoteCategory
from records.speech import coded, joined, say

LABELS = {
    "mrn": say("Record number"), "family": say("Family name"), "given": say("Given names"),
    "birth_date": say("Born"), "sex": say("Sex"), "deceased": say("Deceased"), "deceased_date": say("Died"),
    "other_names": say("Other names"), "phone": say("Phone"), "address": say("Address"),
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
    died = say("deceased") if event.deceased else ""
    if event.deceased_date:
        died = say("died {day}", day=said["deceased_date"])
    born, sex = say("born {day}", day=said["birth_date"]), say("sex {sex}", sex=said["sex"])
    return Told(
        kind="demographics",
        title=say("Record opened"),
        subject_id=person_id,
        line=joined((name(person), born, sex, died)),
        facts=facts(*((LABELS[key], person[key]) for key in ("mrn", "other_names", "phone", "address"))),
    )


@tell.register
def _(event: events.DemographicsCorrected, person_id: str, moment: Moment, subjects: Subjects) -> Told:
    before, after = subjects.person(person_id), identity(event)
    subjects.keep_person(person_id, after)
    told = Told(
        kind="demographics",
        title=say("Demographics corrected"),
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
    return Told(kind="note", icon="note", title=_note_title(event.category), said=event.text)


@tell.register
def _(event: events.RecordNumberReserved, person_id: str, moment: Moment, subjects: Subjects) -> Told:
    return Told(kind="record number", title=say("Record number reserved"))


@tell.register
def _(event: events.ClinicianRegistered, person_id: str, moment: Moment, subjects: Subjects) -> Told:
    subjects.keep_person(person_id, {"name": event.name})
    return _account(say("Account registered"), event.name, say("user name {name}", name=event.username))


@tell.register
def _(event: events.LicenseRecorded, person_id: str, moment: Moment, subjects: Subjects) -> Told:
    line = say("license {number}", number=event.license)
    return _account(say("License recorded"), _clinician(person_id, subjects), line)


@tell.register
def _(event: events.RoleGranted, person_id: str, moment: Moment, subjects: Subjects) -> Told:
    about = _clinician(person_id, subjects)
    return _account(say("Role granted"), about, coded(event.role), event.reason)


@tell.register
def _(event: events.RoleWithdrawn, person_id: str, moment: Moment, subjects: Subjects) -> Told:
    about = _clinician(person_id, subjects)
    return _account(say("Role withdrawn"), about, coded(event.role), event.reason)


@tell.register
def _(event: events.Deactivated, person_id: str, moment: Moment, subjects: Subjects) -> Told:
    return _account(say("Account deactivated"), _clinician(person_id, subjects), "", event.reason)


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
        return say("name not stated by source") if silent else say("name unknown")
    unsaid = say("family name not stated by source") if silent else say("family name unknown")
    family = person["family"].upper() if person["family"] else unsaid
    return joined((family, words.stated(person["given"], reported=silent)))


def _said(person: Values) -> dict[str, str]:
    silent = person["reported"]
    said = {key: words.stated(person[key], reported=silent) for key in LABELS if key != "deceased"}
    return {
        **said,
        "sex": words.stated(coded(person["sex"]), reported=silent),
        "birth_date": words.day(person["birth_date"], reported=silent),
        "deceased_date": words.day(person["deceased_date"], reported=silent)
        if person["deceased"]
        else say("not recorded"),
        "deceased": say("yes") if person["deceased"] else say("no"),
    }


def _clinician(person_id: str, subjects: Subjects) -> str:
    person = subjects.person(person_id)
    return person["name"] if person else say(words.UNKNOWN)


def _note_title(category: str) -> str:
    match category:
        case NoteCategory.CLINICAL:
            return say("Clinical note")
        case NoteCategory.PHARMACY:
            return say("Pharmacy note")
        case NoteCategory.NURSING:
            return say("Nursing note")
        case NoteCategory.ADMINISTRATIVE:
            return say("Administrative note")
    return say("{category} note", category=words.capital(category))


def _account(title: str, about: str, line: str, reason: str | None = None) -> Told:
    return Told(kind="account", title=title, about=about, line=line, reason=reason or "")


def person_of(aggregate_id: str) -> str:
    """The id within a stream's name: 'patient-<uuid>' → '<uuid>'; '' where it is not a uuid."""
    tail = aggregate_id.partition("-")[2]
    try:
        return str(UUID(tail))
    except ValueError:
        return ""
