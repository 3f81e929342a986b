"""Two records of one person: when they may be merged, what the one takes over, and how they part again.

Works on whole streams, as corrections do, since nothing of either record may be lost. Pure; knows nothing
of Django.
Why: a person with two records is prescribed what the other record warns of. The survivor takes the other's
own entries over under new ids (carried.py); the other record stays as it was, closed, and is found through
the survivor. Source: AHIMA, managing the integrity of patient identity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from records import (
    allergies,
    carried,
    commands,
    corrections,
    events,
    interactions,
    partial_dates,
    stated,
    times,
)
from records.allergies import Allergy
from records.carried import Carried
from records.codes import MergeRole
from records.corrections import IdentifiedEntry
from records.decision import Alert, Decision, Elsewhere, Rejected
from records.fold import Patient, fold
from records.identity import Demographics
from records.merged import IDENTITY, closed
from records.speech import _, coded

#: Two allergies that agree in these say the same.
_SAME = ("substance", "whole_class", "category", "reactions", "severity", "certainty", "criticality")


def merge(
    patient_id: str,
    entries: Sequence[IdentifiedEntry],
    others: Sequence[IdentifiedEntry],
    command: commands.MergePatients,
    now: datetime,
) -> Decision:
    """The merge, for both streams, from both whole streams with personal text in clear.

    Raises: Rejected, with a sentence that says what to do instead.
    """
    patient, other = _right(patient_id, entries), _right(command.other_id, others)
    if patient.demographics is None or other.demographics is None or patient_id == command.other_id:
        raise Rejected(_("Choose another patient’s record. Find it by name, record number or birth date."))
    for record in (patient, other):
        if record.merged_into:
            raise closed(record.merged_into)
    if any(type(entry.data).__module__ != events.__name__ for entry in others):
        raise Rejected(
            _("The other record holds entries that this version of the program does not understand. Update"
              " the program first, so that nothing of them is lost.")
        )  # fmt: skip
    at = times.moment(command.occurred_at, now)
    why = stated.reason(command.reason, _("Say how you know that they are one person."))
    survivor = events.PatientsMerged(
        role=MergeRole.SURVIVOR.value,
        other_id=command.other_id,
        carried=_taken_over(patient, other, others),
        also=tuple(dict(who) for record in other.merged.values() for who in record.people),
        reason=why,
        **_identity(other.demographics),
    )
    closed_one = events.PatientsMerged(
        role=MergeRole.MERGED.value,
        other_id=patient_id,
        carried=(),
        also=(),
        reason=why,
        **_identity(patient.demographics),
    )
    return Decision(
        events=(survivor,),
        occurred_at=at,
        alerts=(*_doubts(patient.demographics, other.demographics), *_warned_of(patient, other)),
        elsewhere=(
            Elsewhere(
                patient_id=command.other_id, expected_version=command.other_version, events=(closed_one,)
            ),
        ),
    )


def separate(
    patient_id: str,
    entries: Sequence[IdentifiedEntry],
    other: Patient,
    command: commands.UnmergePatients,
    now: datetime,
) -> Decision:
    """The separation, for both streams. other: the closed record as it is.

    Raises: Rejected, with a sentence that says what to do instead.
    """
    patient = fold(patient_id, entries, remember=True)
    if patient.merged_into:
        raise closed(patient.merged_into)
    record = patient.merged.get(command.other_id)
    if record is None or other.demographics is None or patient.demographics is None:
        raise Rejected(_("These records are not merged. Look at the timeline of this one."))
    at = times.moment(command.occurred_at, now)
    why = stated.reason(command.reason, _("Say how you know that they are two people."))
    since = [entry for entry in entries if entry.version > record.version]
    brought = {*record.prescriptions, *record.allergies}
    left = events.PatientsUnmerged(
        role=MergeRole.SURVIVOR.value,
        other_id=command.other_id,
        restores={},
        carried=(),
        meanwhile=tuple(str(entry.event_id) for entry in since if brought & set(_about(entry))),
        reason=why,
        **_identity(other.demographics),
    )
    without = fold(patient_id, [*entries, _Next(patient.version + 1, at, left)], remember=True)
    restores = corrections.restores(patient, without)
    goes = events.PatientsUnmerged(
        role=MergeRole.MERGED.value,
        other_id=patient_id,
        restores={},
        carried=_known_meanwhile(patient, since, command),
        meanwhile=left.meanwhile,
        reason=why,
        **_identity(patient.demographics),
    )
    return Decision(
        events=(events.PatientsUnmerged(**{**_values(left), "restores": restores}),),
        occurred_at=at,
        elsewhere=(
            Elsewhere(patient_id=command.other_id, expected_version=command.other_version, events=(goes,)),
        ),
    )


# --- What goes over ----------------------------------------------------------------------------------


def _right(patient_id: str, entries: Sequence[IdentifiedEntry]) -> Patient:
    return fold(patient_id, entries, remember=True)


def _taken_over(
    patient: Patient, other: Patient, others: Sequence[IdentifiedEntry]
) -> tuple[dict[str, object], ...]:
    """All that the other record says of its prescriptions and allergies, without what was in error, and
    without an allergy that this one has in the same words."""
    wrong = corrections.marked_in_error(others)
    told = [entry for entry in carried.unfolded(others) if str(entry.event_id) not in wrong]
    here = [_said(allergy) for allergy in patient.active_allergies]
    known = {*other.courses} | {
        key for key, allergy in other.allergies.items() if not allergy.is_active or _said(allergy) not in here
    }

    def wanted(data: Any) -> bool:
        if isinstance(data, events.NoKnownAllergiesAsserted):
            return other.none_known is not None and data.scope is None
        return bool(known & set(carried.ids_of(data)))

    under = f"{other.patient_id} {other.version}"
    return carried.carrying(told, wanted, under=under, into=patient.patient_id)


def _known_meanwhile(
    patient: Patient, since: Sequence[IdentifiedEntry], command: commands.UnmergePatients
) -> tuple[dict[str, object], ...]:
    """Allergies that became known, or known otherwise, while both were one: each may be the other's."""
    touched = {entry.data.allergy_id: entry for entry in since if isinstance(entry.data, carried.ALLERGIES)}
    told = [
        Carried(str(entry.event_id), entry.version, entry.occurred_at, _recorded(patient.allergies[key]))
        for key, entry in touched.items()
        if key in patient.allergies and patient.allergies[key].is_active
    ]
    under = f"{patient.patient_id} {patient.version}"
    return carried.carrying(told, lambda _data: True, under=under, into=command.other_id)


def _recorded(allergy: Allergy) -> events.AllergyRecorded:
    """An allergy as it is known, as one entry."""
    return events.AllergyRecorded(
        allergy_id=allergy.allergy_id,
        reported=allergy.reported,
        **{name: getattr(allergy, name) for name in allergies.STATED},
    )


def _about(entry: IdentifiedEntry) -> tuple[str, ...]:
    """The prescriptions and allergies that an entry, or a correction, is about."""
    if isinstance(entry.data, events.EntryMarkedInError):
        parts: list[Any] = [entry.data.restores.get(name, {}) for name in ("prescriptions", "allergies")]
        return tuple(key for part in parts for key in part)
    return carried.ids_of(entry.data)


def _said(allergy: Allergy) -> tuple[Any, ...]:
    found = (getattr(allergy, name) for name in _SAME)
    return tuple(each.casefold() if isinstance(each, str) else each for each in found)


def _identity(who: Demographics) -> dict[str, Any]:
    return {name: getattr(who, name) for name in IDENTITY}


def _values(event: Any) -> dict[str, Any]:
    return {field.name: getattr(event, field.name) for field in fields(event)}


def _doubts(one: Demographics, other: Demographics) -> tuple[Alert, ...]:
    """What speaks against one person, as notes: whoever merges has both records before them."""
    found = []
    births = (partial_dates.shown(one.birth_date), partial_dates.shown(other.birth_date))
    if one.birth_date and other.birth_date and one.birth_date != other.birth_date:
        found.append(_("The birth dates differ: {one} and {other}.").format(one=births[0], other=births[1]))
    if one.sex and other.sex and one.sex != other.sex and "unknown" not in (one.sex, other.sex):
        found.append(
            _("The sex differs: {one} and {other}.").format(one=coded(one.sex), other=coded(other.sex))
        )
    if one.deceased != other.deceased:
        found.append(_("One record says that the patient has died, the other does not."))
    return tuple(Alert(kind="differs", text=text) for text in found)


def _warned_of(patient: Patient, other: Patient) -> tuple[Alert, ...]:
    """What is taken by the one record and warned of by the other, as notes."""
    return tuple(
        alert
        for knows, takes in ((patient, other), (other, patient))
        for allergy in knows.active_allergies
        for alert in interactions.taken_now_alerts(takes.open_courses, allergy)
    )


@dataclass(frozen=True)
class _Next:
    """An entry that is about to be recorded, for a fold that asks what it would do."""

    version: int
    occurred_at: datetime
    data: Any
