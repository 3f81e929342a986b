"""What the resources of one patient amount to, on the record as it stands.

New resources first; what changed since it was imported afterwards, since a change of an older
request means something else once newer ones are known. Knows nothing of the store: who holds a
record number is asked through a function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from records import record_number
from records.events import NoteAdded
from records.fhir.allergy import AllergySaid, read_allergy
from records.fhir.corrections import Contradiction, corrected_allergy, corrected_patient, corrected_request
from records.fhir.courses import Ordered
from records.fhir.dates import Dated, dated
from records.fhir.drafts import Alerts, Group, Origin
from records.fhir.known import Known
from records.fhir.lengths import bounded, note_of
from records.fhir.literal import NUL_SIGN
from records.fhir.mapping import impossible, new_allergy, registered
from records.fhir.notes import noted
from records.fhir.patient import PatientSaid, read_patient
from records.fhir.people import Lookup
from records.fhir.prescribing import new_requests, request_alerts
from records.fhir.request import RequestSaid, read_request
from records.fhir.staging import Staged
from records.identity import Demographics

REPLACED = ("not understood", f"Characters that no record can keep are shown as {NUL_SIGN} or \ufffd")


@dataclass(frozen=True)
class Reading:
    """How an import reads. holder: the patient who has a record number, or None.

    file_digest: of the file by its number; lookup: where a resource's references lead.
    """

    zone: tzinfo
    now: datetime
    holder: Callable[[str], str | None]
    file_digest: Callable[[int], str]
    lookup: Callable[[Staged], Lookup]


@dataclass(frozen=True)
class Refusal:
    staged: Staged
    reason: str


@dataclass
class Decided:
    """Shape: groups in the order to record them; later: to be decided again when these are recorded."""

    groups: list[Group] = field(default_factory=list)
    unchanged: list[Origin] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    later: list[Staged] = field(default_factory=list)


def decide(
    staged: Sequence[Staged], known: Known, reading: Reading, unchanged: Sequence[Staged] = ()
) -> Decided:
    """At most one version of each resource. Groups come out by rank and clinical time.

    unchanged: what the same import holds of this patient and the record has already.
    """
    decided = Decided()
    new: list[tuple[Staged, Origin]] = []
    changed: list[tuple[Staged, Origin]] = []
    for item in staged:
        identity = item.identity
        origin = Origin(identity, item.digest, reading.file_digest(item.file), known.turn(identity))
        if known.has(identity, item.digest):
            decided.unchanged.append(origin)
        elif identity in known.priors:
            changed.append((item, origin))
        else:
            new.append((item, origin))
    said = next((_person(item, reading) for item in staged if item.kind == "Patient"), None)
    person = said or known.patient.demographics
    if new:
        beside = [
            read_request(item.body, reading.zone, reading.lookup(item))
            for item in unchanged
            if item.kind == "MedicationRequest"
        ]
        _decide_new(new, said, person, known, reading, decided, beside)
        decided.later = [item for item, _ in changed]
    else:
        _decide_changed(changed, person, known, reading, decided)
    decided.groups.sort(key=lambda group: group.order)
    decided.groups = noted(decided.groups, known)
    return decided


def _decide_new(
    new: list[tuple[Staged, Origin]],
    said: PatientSaid | None,
    person: PatientSaid | Demographics | None,
    known: Known,
    reading: Reading,
    decided: Decided,
    beside: Sequence[RequestSaid],
) -> None:
    requests: list[Ordered] = []
    for item, origin in new:
        if item.kind == "Patient" and said is not None:
            number, alerts = _number_of(said, known.patient_id, reading)
            at = Dated(reading.now, stated=True)
            draft = registered(said, at, origin, mrn=number, alerts=(*alerts, *_replaced(item)))
            decided.groups.append(Group((draft,), (0, 0, reading.now)))
        elif item.kind == "AllergyIntolerance":
            allergy, at, alerts = _allergy(item, person, reading)
            decided.groups.append(new_allergy(allergy, at, origin, alerts, reading.now, known.patient))
        elif item.kind == "MedicationRequest":
            requests.append(_ordered(item, origin, person, reading))
    decided.groups.extend(new_requests(requests, known, reading.now, beside))


def _decide_changed(
    changed: list[tuple[Staged, Origin]],
    person: PatientSaid | Demographics | None,
    known: Known,
    reading: Reading,
    decided: Decided,
) -> None:
    """Changes of different parts of a record at once; a second one of the same part when the first is
    recorded."""
    touched: set[str] = set()
    for item, origin in changed:
        try:
            part, groups = _correction(item, origin, person, known, reading)
        except Contradiction as contradiction:
            decided.refused.append(Refusal(item, str(contradiction)))
            continue
        if all(isinstance(draft.data, NoteAdded) for group in groups for draft in group.drafts):
            decided.groups.extend(groups)
        elif part in touched:
            decided.later.append(item)
        else:
            touched.add(part)
            decided.groups.extend(groups)


def _correction(
    item: Staged,
    origin: Origin,
    person: PatientSaid | Demographics | None,
    known: Known,
    reading: Reading,
) -> tuple[str, list[Group]]:
    """The part of the record that a change touches, and what it amounts to."""
    prior = known.priors[origin.identity]
    if item.kind == "Patient":
        said = _person(item, reading)
        number, alerts = _number_of(said, known.patient_id, reading)
        if alerts and known.patient.demographics:
            number = known.patient.demographics.mrn
        alerts = (*alerts, *_replaced(item))
        group = corrected_patient(said, known, prior, origin, alerts, reading.now, mrn=number)
        return "patient", [group]
    if item.kind == "AllergyIntolerance":
        allergy, at, alerts = _allergy(item, person, reading)
        group = corrected_allergy(allergy, known, prior, at, origin, alerts, reading.now)
        return f"allergy {origin.identity.uuid}", [group]
    request = _ordered(item, origin, person, reading)
    return f"drug {request.said.drug}", corrected_request(request, known, prior, reading.now)


def _person(item: Staged, reading: Reading) -> PatientSaid:
    said, longer = bounded(read_patient(item.body, reading.zone))
    return replace(said, notes=(*said.notes, *(text for _, text in note_of(longer))))


def _allergy(
    item: Staged, person: PatientSaid | Demographics | None, reading: Reading
) -> tuple[AllergySaid, Dated, Alerts]:
    said, longer = bounded(read_allergy(item.body, reading.zone, reading.lookup(item)))
    at = dated(said.recorded, reading.now, what="When it was recorded")
    return said, at, (*impossible(said.recorded, person), *note_of(longer), *_replaced(item))


def _ordered(
    item: Staged, origin: Origin, person: PatientSaid | Demographics | None, reading: Reading
) -> Ordered:
    said, longer = bounded(read_request(item.body, reading.zone, reading.lookup(item)))
    at = dated(said.authored, reading.now, what="When it was ordered")
    return Ordered(said, at, origin, (*request_alerts(said, person), *note_of(longer), *_replaced(item)))


def _replaced(item: Staged) -> Alerts:
    return (REPLACED,) if item.replaced else ()


def _number_of(said: PatientSaid, patient_id: str, reading: Reading) -> tuple[str | None, Alerts]:
    """The record number that a patient may have here: never one that stands for somebody else.

    Why: a source's number is its own; two patients with one number would be taken for each other.
    """
    if said.mrn is None or not record_number.normalised(said.mrn):
        return None, ()
    if reading.holder(said.mrn) in (None, patient_id):
        return said.mrn, ()
    return None, (("record number", f"The record number {said.mrn} belongs to another patient here"),)
