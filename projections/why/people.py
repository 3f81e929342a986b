"""The values of an allergy and of who a patient is through time, folded from their few entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eventstore import store
from eventstore.store import RecordedEvent
from projections import words
from projections.why import names
from projections.why.followed import (
    Followed,
    Mark,
    Moments,
    Step,
    marks_of,
    said_by_them,
    step_of,
    wrong_ones,
)
from records import allergies, events, fold, identity
from records.allergies import Allergy
from records.carried import ALLERGIES
from records.fold import Patient


def allergy(patient_id: UUID, subject: UUID, name: str, moments: Moments) -> Followed | None:
    marks = marks_of(patient_id, moments, subject=subject)
    state: Allergy | None = None
    steps: list[Step] = []
    for event in said_by_them(marks, moments):
        if getattr(event.data, "allergy_id", None) != str(subject):
            continue
        before, state = state, _after(state, event)
        if state is not None and state is not before:
            steps.append(step_of(event, names.of_allergy(name, state)))
    gone = state is None
    if state is None:
        # Every entry of it is wrong: what the first one said is still what is asked about.
        state = _recorded_in_error(marks, subject)
    if state is None:
        return None
    shown = state
    return Followed(
        kind=names.ALLERGY,
        name=name,
        subject=_("allergy to {substance}").format(substance=shown.substance),
        value=names.of_allergy(name, shown),
        stated=name in ("status", "whole_class") or bool(getattr(shown, name)),
        steps=steps,
        wrong=wrong_ones(marks),
        said_by=lambda event: _said_of_allergy(event, shown, name),
        reported=shown.reported,
        gone=gone,
    )


def _recorded_in_error(marks: Sequence[Mark], subject: UUID) -> Allergy | None:
    entries = store.read_events([UUID(mark.event_id) for mark in wrong_ones(marks)])
    said = (each for each in entries if getattr(each.data, "allergy_id", None) == str(subject))
    opening = next((each for each in said if isinstance(each.data, events.AllergyRecorded)), None)
    return _after(None, opening) if opening else None


def _after(state: Allergy | None, event: RecordedEvent) -> Allergy | None:
    if isinstance(event.data, events.AllergyRecorded):
        return allergies.recorded(event.data, event.occurred_at, event.version)
    return allergies.after(state, event.data, event.occurred_at, event.version) if state else None


def _said_of_allergy(event: RecordedEvent, now: Allergy, name: str) -> str:
    match event.data:
        case events.AllergyRecorded():
            return names.of_allergy(name, allergies.recorded(event.data, event.occurred_at))
        case events.AllergyRevised():
            stated = {part: getattr(event.data, part) for part in allergies.STATED}
            return names.of_allergy(name, replace(now, **stated))
        case events.AllergyRefuted():
            return str(words.coded(allergies.REFUTED)) if name == "status" else ""
        case events.AllergyResolved():
            return str(words.coded(allergies.RESOLVED)) if name == "status" else ""
    return ""


def person_value(patient_id: UUID, name: str, moments: Moments) -> Followed | None:
    marks = marks_of(patient_id, moments, kinds=("demographics", "correction"))
    steps: list[Step] = []
    shown: RecordedEvent | None = None
    for event in filter(_identifies, said_by_them(marks, moments)):
        shown = event
        steps.append(step_of(event, _said_of_person(event, name)))
    if shown is None:
        return None
    person = identity.stated(shown.data)
    parts = (person.family, person.given) if name == "name" else (getattr(person, name),)
    return Followed(
        kind=names.PATIENT,
        name=name,
        subject=names.of_person("name", person, reported=shown.data.reported),
        value=steps[-1].value,
        stated=any(parts),
        steps=steps,
        wrong=wrong_ones(marks),
        said_by=lambda event: _said_of_person(event, name),
        reported=shown.data.reported,
    )


def _identifies(event: RecordedEvent) -> bool:
    return isinstance(event.data, events.PatientRegistered | events.DemographicsCorrected)


def _said_of_person(event: RecordedEvent, name: str) -> str:
    if not _identifies(event):
        return ""
    return names.of_person(name, identity.stated(event.data), reported=event.data.reported)


def allergy_list(patient_id: UUID, moments: Moments) -> Followed:
    """How many allergies are known, or that none are, or that nobody asked."""
    marks = marks_of(patient_id, moments, kinds=("allergy", "correction"))
    patient = Patient(patient_id=str(patient_id))
    steps: list[Step] = []
    for event in filter(_is_of_allergies, said_by_them(marks, moments)):
        patient = fold.evolve(patient, event)
        steps.append(step_of(event, _known(patient)))
    return Followed(
        kind=names.PATIENT,
        name="allergies",
        subject=_("allergies"),
        value=_known(patient),
        stated=bool(patient.active_allergies or patient.none_known),
        steps=steps,
        wrong=wrong_ones(marks),
        said_by=lambda event: getattr(event.data, "substance", ""),
    )


def _is_of_allergies(event: RecordedEvent) -> bool:
    return isinstance(event.data, (*ALLERGIES, events.NoKnownAllergiesAsserted))


def _known(patient: Patient) -> str:
    count = len(patient.active_allergies)
    if count:
        return ngettext("{count} known", "{count} known", count).format(count=count)
    return _("none known") if patient.none_known else _("not recorded")
