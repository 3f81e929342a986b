"""A patient's record as far as decisions need it, folded from its events one by one.

Pure: no clock, no database, no look inside personal text (it may be sealed). An event type that is
not known here only moves the version. What has ended is forgotten, so the state, and with it a
snapshot, does not grow with history; folding with `remember` keeps the ended courses and allergies
for those who work out what a correction restores.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from eventstore.registry import sealed_from_json, sealed_to_json
from records import allergies, carried, courses, events, identity, merged
from records.allergies import Allergy, NoneKnown
from records.carried import Carried
from records.codes import MergeRole
from records.courses import Course
from records.identity import Demographics
from records.merged import MergedInto, MergedRecord
from records.values import part_of, values

T = TypeVar("T")


class Entry(Protocol):
    """An event as recorded, as far as a fold looks at it."""

    @property
    def version(self) -> int: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def data(self) -> Any: ...


@dataclass(frozen=True, kw_only=True)
class Patient:
    """One patient's record. courses: by prescription id; allergies: by allergy id, oldest first.

    demographics is None before registration; none_known is None unless someone asked for
    allergies, there were none, and nothing has been recorded since. merged: the records that were
    merged into this one, by patient id; merged_into: the one into which this was.
    """

    patient_id: str
    version: int = 0
    demographics: Demographics | None = None
    courses: Mapping[str, Course] = field(default_factory=dict)
    allergies: Mapping[str, Allergy] = field(default_factory=dict)
    none_known: NoneKnown | None = None
    merged: Mapping[str, MergedRecord] = field(default_factory=dict)
    merged_into: MergedInto | None = None
    remember: bool = False

    @property
    def active_allergies(self) -> tuple[Allergy, ...]:
        return tuple(allergy for allergy in self.allergies.values() if allergy.is_active)

    @property
    def open_courses(self) -> tuple[Course, ...]:
        return tuple(course for course in self.courses.values() if course.is_open)


def evolve(patient: Patient, entry: Entry) -> Patient:
    """The record after one more entry."""
    step = _STEPS.get(type(entry.data))
    if step is not None:
        patient = step(patient, entry.data, entry)
    return replace(patient, version=entry.version)


def fold(patient_id: str, entries: Iterable[Entry], *, remember: bool = False) -> Patient:
    """The record after all these entries."""
    patient = Patient(patient_id=patient_id, remember=remember)
    for entry in entries:
        patient = evolve(patient, entry)
    return patient


# --- One step an event ---------------------------------------------------------------------------


def _identified(
    patient: Patient, event: events.PatientRegistered | events.DemographicsCorrected, _entry: Entry
) -> Patient:
    return replace(patient, demographics=identity.stated(event))


def _prescribed(patient: Patient, event: events.PrescriptionAdded, entry: Entry) -> Patient:
    return with_course(
        patient, event.prescription_id, courses.prescribed(event, entry.occurred_at, entry.version)
    )


def _replaced(patient: Patient, event: events.PrescriptionChanged, entry: Entry) -> Patient:
    patient = _on_course(patient, event, entry)
    return with_course(
        patient, event.replacement_id, courses.prescribed(event, entry.occurred_at, entry.version)
    )


def _on_course(patient: Patient, event: Any, entry: Entry) -> Patient:
    course = patient.courses.get(event.prescription_id)
    if course is None:
        return patient
    return with_course(
        patient, course.prescription_id, courses.after(course, event, entry.occurred_at, entry.version)
    )


def _allergy_recorded(patient: Patient, event: events.AllergyRecorded, entry: Entry) -> Patient:
    allergy = allergies.recorded(event, entry.occurred_at, entry.version)
    without = _asked_before(patient, None, None)
    return with_allergy(replace(patient, none_known=None, merged=without), event.allergy_id, allergy)


def _on_allergy(patient: Patient, event: Any, entry: Entry) -> Patient:
    allergy = patient.allergies.get(event.allergy_id)
    if allergy is None:
        return patient
    return with_allergy(
        patient, allergy.allergy_id, allergies.after(allergy, event, entry.occurred_at, entry.version)
    )


def _none_known(patient: Patient, event: events.NoKnownAllergiesAsserted, entry: Entry) -> Patient:
    """A known allergy weighs more than the statement that there is none; a denial of one kind alone
    ("no known drug allergy") is not a denial of all."""
    if patient.active_allergies or event.scope is not None:
        return patient
    return replace(patient, none_known=NoneKnown(asked_by=event.asked_by, asked_at=entry.occurred_at))


def _corrected(patient: Patient, event: events.EntryMarkedInError, _entry: Entry) -> Patient:
    """What the correction says holds without the wrong entry, in one step."""
    restores: Mapping[str, Any] = event.restores
    for key, stored in restores.get("prescriptions", {}).items():
        patient = with_course(patient, key, part_of(Course, stored) if stored else None)
    for key, stored in restores.get("allergies", {}).items():
        patient = with_allergy(patient, key, part_of(Allergy, stored) if stored else None)
    if "no_known_allergies" in restores:
        none_known = part_of(NoneKnown, restores) if restores["no_known_allergies"] else None
        patient = replace(patient, none_known=none_known)
    if "demographics" in restores:
        patient = replace(patient, demographics=part_of(Demographics, restores["demographics"]))
    if event.target_event_type == events.NoKnownAllergiesAsserted.__name__:
        patient = replace(patient, merged=_asked_before(patient, None, None))
    return patient


def _merged(patient: Patient, event: events.PatientsMerged, entry: Entry) -> Patient:
    """The survivor takes over what the other record holds; the other one is closed as it stands."""
    if event.role == MergeRole.MERGED:
        return replace(patient, merged_into=merged.into(event))
    brought = list(carried.entries(event))
    asked = patient.none_known
    record = MergedRecord(
        other_id=event.other_id,
        **{name: getattr(event, name) for name in merged.IDENTITY},
        also=event.also,
        version=entry.version,
        prescriptions=_ids(brought, of_allergies=False),
        allergies=_ids(brought, of_allergies=True),
        asked_by=asked.asked_by if asked else None,
        asked_at=asked.asked_at if asked else None,
    )
    patient = _taken_over(patient, brought, entry)
    return replace(patient, merged={**patient.merged, event.other_id: record})


def _unmerged(patient: Patient, event: events.PatientsUnmerged, entry: Entry) -> Patient:
    """What came from the other record leaves with it. That nobody knows an allergy holds again only if it
    was said before: what was said meanwhile was said of both."""
    if event.role == MergeRole.MERGED:
        return _taken_over(replace(patient, merged_into=None), list(carried.entries(event)), entry)
    record = patient.merged.get(event.other_id)
    if record is None:
        return patient
    for key in record.prescriptions:
        patient = with_course(patient, key, None)
    for key in record.allergies:
        patient = with_allergy(patient, key, None)
    later = _asked_before(patient, record.asked_by, record.asked_at, since=record.version)
    return replace(
        patient,
        merged=_with(later, event.other_id, None),
        none_known=None if patient.active_allergies else record.none_known_before,
    )


def _asked_before(
    patient: Patient, asked_by: str | None, asked_at: datetime | None, *, since: int = 0
) -> Mapping[str, MergedRecord]:
    """The merged records, those that came since with another word on what was said before each."""
    return {
        key: replace(each, asked_by=asked_by, asked_at=asked_at) if each.version >= since else each
        for key, each in patient.merged.items()
    }


def _taken_over(patient: Patient, brought: Iterable[Carried], entry: Entry) -> Patient:
    """After the other record's entries. Its allergies become known here now; what was prescribed there was
    never held against the allergies of this record, so that nothing counts as answered."""
    for told in brought:
        version = entry.version if told.is_allergy else 0
        at = Carried(told.event_id, version, told.occurred_at, told.data)
        patient = _STEPS[type(told.data)](patient, told.data, at)
    return patient


def _ids(brought: Iterable[Carried], *, of_allergies: bool) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(key for each in brought if each.is_allergy == of_allergies for key in each.ids)
    )


def with_course(patient: Patient, key: str, course: Course | None) -> Patient:
    kept = course if course is not None and (course.is_open or patient.remember) else None
    return replace(patient, courses=_with(patient.courses, key, kept))


def with_allergy(patient: Patient, key: str, allergy: Allergy | None) -> Patient:
    kept = allergy if allergy is not None and (allergy.is_active or patient.remember) else None
    return replace(patient, allergies=_with(patient.allergies, key, kept))


def _with(items: Mapping[str, T], key: str, item: T | None) -> Mapping[str, T]:
    if item is not None:
        return {**items, key: item}
    return {other: kept for other, kept in items.items() if other != key}


_STEPS: Mapping[type, Callable[[Patient, Any, Entry], Patient]] = {
    events.PatientRegistered: _identified,
    events.DemographicsCorrected: _identified,
    events.PrescriptionAdded: _prescribed,
    events.PrescriptionChanged: _replaced,
    events.DosageAdjusted: _on_course,
    events.PrescriptionRenewed: _on_course,
    events.PrescriptionHeld: _on_course,
    events.PrescriptionResumed: _on_course,
    events.PrescriptionDiscontinued: _on_course,
    events.AllergyRecorded: _allergy_recorded,
    events.AllergyRevised: _on_allergy,
    events.AllergyRefuted: _on_allergy,
    events.AllergyResolved: _on_allergy,
    events.NoKnownAllergiesAsserted: _none_known,
    events.EntryMarkedInError: _corrected,
    events.PatientsMerged: _merged,
    events.PatientsUnmerged: _unmerged,
}


# --- Snapshots and personal text -----------------------------------------------------------------


def to_json(patient: Patient) -> dict[str, Any]:
    """The state of a forgetful fold as JSON, personal text still sealed."""
    stored: dict[str, Any] = sealed_to_json(_state(patient))
    return stored


def from_json(stored: Mapping[str, Any]) -> Patient:
    """The inverse of `to_json`."""
    return _patient(sealed_from_json(dict(stored)))


def opened(patient: Patient, open_json: Callable[[Any], Any]) -> Patient:
    """The same record with every sealed text in clear, for a decision. open_json: opens what it finds."""
    return _patient(open_json(_state(patient)))


def _state(patient: Patient) -> dict[str, Any]:
    return {
        "patient_id": patient.patient_id,
        "version": patient.version,
        "demographics": values(patient.demographics) if patient.demographics else None,
        "courses": [values(course) for course in patient.courses.values()],
        "allergies": [values(allergy) for allergy in patient.allergies.values()],
        "none_known": values(patient.none_known) if patient.none_known else None,
        "merged": [values(record) for record in patient.merged.values()],
        "merged_into": values(patient.merged_into) if patient.merged_into else None,
    }


def _patient(state: Mapping[str, Any]) -> Patient:
    courses_ = [part_of(Course, stored) for stored in state["courses"]]
    allergies_ = [part_of(Allergy, stored) for stored in state["allergies"]]
    return Patient(
        patient_id=state["patient_id"],
        version=state["version"],
        demographics=part_of(Demographics, state["demographics"]) if state["demographics"] else None,
        courses={course.prescription_id: course for course in courses_},
        allergies={allergy.allergy_id: allergy for allergy in allergies_},
        none_known=part_of(NoneKnown, state["none_known"]) if state["none_known"] else None,
        merged={stored["other_id"]: _record(stored) for stored in state["merged"]},
        merged_into=part_of(MergedInto, state["merged_into"]) if state["merged_into"] else None,
    )


def _record(stored: Mapping[str, Any]) -> MergedRecord:
    lists = {name: tuple(stored[name]) for name in ("prescriptions", "allergies", "also")}
    return part_of(MergedRecord, {**stored, **lists})


def fingerprint() -> str:
    """Changes whenever the code of this fold, or the shape of an event, does."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for name in ("allergies", "carried", "courses", "events", "fold", "identity", "merged", "values"):
        digest.update((here / f"{name}.py").read_bytes())
    return digest.hexdigest()
