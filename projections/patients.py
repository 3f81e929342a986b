"""Keeps `patients`: who each person is, and what is known of their allergies, for banner, list and search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model

from eventstore.projector import Projector
from eventstore.registry import Unknown
from eventstore.rows import Rows
from eventstore.store import RecordedEvent
from projections import carried, search, words
from projections.entries import correction
from projections.entries.person import person_of
from projections.models import Patient
from projections.subjects import named
from records import allergies, identity
from records.allergies import Allergy, NoneKnown
from records.codes import MergeRole, Severity
from records.merged import IDENTITY as MERGED_IDENTITY
from records.values import part_of, values

KNOWN, NONE_KNOWN, NOT_RECORDED = "known", "none known", "not recorded"

#: Worst first; an unstated severity may be any, so it stands before the mild ones.
_RANK: dict[str | None, int] = {Severity.SEVERE: 0, Severity.MODERATE: 1, None: 2, Severity.MILD: 3}


class PatientsProjector(Projector):
    """One row a patient. Every event of the stream moves its version, the chart version of the banner."""

    name: ClassVar[str] = "patients"
    models: ClassVar[tuple[type[Model], ...]] = (Patient,)

    def read_ahead(self, events: Sequence[RecordedEvent], rows: Rows) -> None:
        rows.preload(Patient, named(events))

    def patient_registered(self, event: RecordedEvent, rows: Rows) -> None:
        patient = _patient(event, rows)
        patient.reported = event.data.reported
        _identify(patient, values(identity.stated(event.data)))
        _keep(patient, event, rows)

    def demographics_corrected(self, event: RecordedEvent, rows: Rows) -> None:
        patient = _patient(event, rows)
        _identify(patient, values(identity.stated(event.data)))
        _keep(patient, event, rows)

    def allergy_recorded(self, event: RecordedEvent, rows: Rows) -> None:
        patient = _patient(event, rows)
        patient.no_known_asked_by = patient.no_known_asked_at = None
        _place(patient, allergies.recorded(event.data, event.occurred_at))
        _keep_allergies(patient, event, rows)

    def allergy_revised(self, event: RecordedEvent, rows: Rows) -> None:
        patient = _patient(event, rows)
        known = _known(patient, event.data.allergy_id)
        if known is not None:
            _place(patient, allergies.after(known, event.data, event.occurred_at))
        _keep_allergies(patient, event, rows)

    allergy_refuted = allergy_resolved = allergy_revised

    def no_known_allergies_asserted(self, event: RecordedEvent, rows: Rows) -> None:
        """A known allergy weighs more; a denial of one kind of allergy is not a denial of all."""
        patient = _patient(event, rows)
        if not patient.allergies and event.data.scope is None:
            patient.no_known_asked_by, patient.no_known_asked_at = event.data.asked_by, event.occurred_at
        _keep_allergies(patient, event, rows)

    def entry_marked_in_error(self, event: RecordedEvent, rows: Rows) -> None:
        """What the correction says holds without the wrong entry."""
        patient = _patient(event, rows)
        if demographics := correction.part(event.data, "demographics"):
            _identify(patient, demographics)
        _restore_allergies(patient, event, rows)

    def patients_merged(self, event: RecordedEvent, rows: Rows) -> None:
        """The one record is found under both names from now on, the other not any more."""
        patient, data = _patient(event, rows), event.data
        if data.role == MergeRole.MERGED:
            patient.merged_into = UUID(data.other_id)
        else:
            other = {"patient_id": data.other_id, **{name: getattr(data, name) for name in MERGED_IDENTITY}}
            brought = [{**who, "event_id": str(event.event_id)} for who in (other, *data.also)]
            patient.merged = [*patient.merged, *brought]
        _make_findable(patient)
        _take_over(patient, event, rows)

    def patients_unmerged(self, event: RecordedEvent, rows: Rows) -> None:
        patient, data = _patient(event, rows), event.data
        if data.role == MergeRole.MERGED:
            patient.merged_into = None
            _make_findable(patient)
            _take_over(patient, event, rows)
            return
        merges = {each["event_id"] for each in patient.merged if each["patient_id"] == data.other_id}
        patient.merged = [each for each in patient.merged if each["event_id"] not in merges]
        _make_findable(patient)
        _restore_allergies(patient, event, rows)

    def otherwise(self, event: RecordedEvent, rows: Rows) -> None:
        patient = _patient(event, rows)
        if isinstance(event.data, Unknown):
            patient.not_understood += 1
        _keep(patient, event, rows)


def _patient(event: RecordedEvent, rows: Rows) -> Patient:
    """The row of the event's patient. New for a stream whose registration is of an unknown kind, too."""
    patient_id = UUID(person_of(event.aggregate_id))
    return rows.get(Patient, patient_id) or Patient(patient_id=patient_id, allergy_status=NOT_RECORDED)


def _keep(patient: Patient, event: RecordedEvent, rows: Rows) -> None:
    patient.version = event.version
    patient.position = event.position
    patient.event_id = event.event_id
    patient.updated_at = event.created_at
    rows.put(patient)


def _identify(patient: Patient, stated: dict[str, Any]) -> None:
    for name in identity.FIELDS:
        setattr(patient, name, stated[name])
    patient.record_number = search.record_number(patient.mrn)
    patient.search_key = search.sort_key(patient.family, patient.given)
    _make_findable(patient)


def _make_findable(patient: Patient) -> None:
    """Under its own names, number and birth date, and those of the records that were merged into it; not
    at all if it was merged into another."""
    own = {name: getattr(patient, name) for name in identity.FIELDS}
    people = [] if patient.merged_into else [own, *patient.merged]
    patient.search_text = search.stored_text(people)
    patient.search_names = search.stored_names(people)
    patient.search_sounds = search.sounds(patient.search_names)


# --- Allergies -------------------------------------------------------------------------------------


def _restore_allergies(patient: Patient, event: RecordedEvent, rows: Rows) -> None:
    """What a correction or a separation says holds without the wrong entry."""
    restores = event.data.restores
    for allergy_id, stored in correction.part(event.data, "allergies").items():
        _remove(patient, allergy_id)
        if stored:
            _place(patient, part_of(Allergy, stored))
    if "no_known_allergies" in restores:
        holds = part_of(NoneKnown, restores) if restores["no_known_allergies"] else None
        patient.no_known_asked_by = holds.asked_by if holds else None
        patient.no_known_asked_at = holds.asked_at if holds else None
    if correction.part(event.data, "allergies") or "no_known_allergies" in restores:
        _keep_allergies(patient, event, rows)
    else:
        _keep(patient, event, rows)


def _take_over(patient: Patient, event: RecordedEvent, rows: Rows) -> None:
    """The allergies that came, and that there are none, in the order of the other record."""
    brought = carried.known_allergies(event.data)
    if brought:
        patient.no_known_asked_by = patient.no_known_asked_at = None
    for allergy in brought.values():
        _place(patient, allergy)
    asserted = carried.asserted(event.data)
    if asserted and not patient.allergies:
        patient.no_known_asked_by, patient.no_known_asked_at = asserted.data.asked_by, asserted.occurred_at
    if brought or asserted:
        _keep_allergies(patient, event, rows)
    else:
        _keep(patient, event, rows)


def _keep_allergies(patient: Patient, event: RecordedEvent, rows: Rows) -> None:
    if patient.allergies:
        patient.allergy_status = KNOWN
    else:
        patient.allergy_status = NONE_KNOWN if patient.no_known_asked_at else NOT_RECORDED
    patient.allergies_updated_at = max(patient.allergies_updated_at or event.occurred_at, event.occurred_at)
    _keep(patient, event, rows)


def _known(patient: Patient, allergy_id: str) -> Allergy | None:
    stored = next((each for each in patient.allergies if each["allergy_id"] == allergy_id), None)
    return part_of(Allergy, stored) if stored else None


def _remove(patient: Patient, allergy_id: str) -> None:
    patient.allergies = [each for each in patient.allergies if each["allergy_id"] != allergy_id]


def _place(patient: Patient, allergy: Allergy) -> None:
    """Among the active ones, worst first; one that is no longer active leaves the list."""
    _remove(patient, allergy.allergy_id)
    if allergy.is_active:
        placed = [*patient.allergies, {**values(allergy), "recorded_on": _day(allergy.recorded_at)}]
        patient.allergies = sorted(placed, key=worst_first)


def worst_first(allergy: dict[str, Any]) -> tuple[int, str, str]:
    severity = allergy["severity"]
    return _RANK.get(severity, _RANK[None]), words.plain(allergy["substance"]), allergy["allergy_id"]


def _day(moment: datetime) -> str:
    return words.clinic_day(moment).isoformat()
