"""A resource that changed since it was imported: what its new version corrects.

Compared is what the source said then with what it says now, so that an entry made here in between
is not undone. What maps to the chart becomes the event for it; what does not, a note that names the
change; what would contradict the record is refused by name. Pure: knows nothing of files.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import uuid5

from records import events
from records.allergies import Allergy
from records.codes import NoteCategory
from records.courses import Course
from records.fhir.allergy import AllergySaid
from records.fhir.courses import Ordered, newest_date, regimen_of
from records.fhir.dates import Dated
from records.fhir.drafts import IN_ERROR, Alerts, Draft, Group, Origin, note, told_at_import
from records.fhir.known import Known, Prior, drug_of
from records.fhir.literal import changed_elements, changed_lines
from records.fhir.mapping import allergy_ended, allergy_values, new_allergy
from records.fhir.patient import PatientSaid
from records.fhir.prescribing import adjusted_to, new_requests, order_values, standing_event
from records.fhir.request import OPEN
from records.identity import FIELDS

CHANGED = "Changed at the source"

#: Which elements of a source say what. Only what its own elements changed is news of the source: an
#: entry made here in between stands.
_IDENTITY = {
    "identifier": ("mrn",),
    "name": ("family", "given", "other_names"),
    "birthDate": ("birth_date",),
    "gender": ("sex",),
    "deceasedBoolean": ("deceased", "deceased_date"),
    "deceasedDateTime": ("deceased", "deceased_date"),
    "telecom": ("phone",),
    "address": ("address",),
}
_ALLERGY = {
    "code": ("substance", "code", "code_system"),
    "category": ("category",),
    "reaction": ("substance", "reactions", "severity"),
    "verificationStatus": ("certainty",),
    "criticality": ("criticality",),
    "onsetDateTime": ("onset",),
    "onsetPeriod": ("onset",),
}
_LATER = (4, 1)


class Contradiction(Exception):
    """A change that the record cannot take; its text says what changed and why not."""


def corrected_patient(
    said: PatientSaid,
    known: Known,
    prior: Prior,
    origin: Origin,
    alerts: Alerts,
    now: datetime,
    *,
    mrn: str | None,
) -> Group:
    """Only what the source changed is corrected: everything else stays as it reads here now.

    mrn: the record number that this patient may have here."""
    current = known.patient.demographics
    stated = {**asdict(said), "mrn": mrn}
    if current is None:
        raise Contradiction("The patient is on record, but not from this source")
    elements = changed_elements(prior.source_text, said.source_text)
    news = {name for element in elements for name in _IDENTITY.get(element, ())}
    changed = tuple(name for name in FIELDS if name in news and stated[name] != getattr(current, name))
    told = told_at_import(now)
    if not changed:
        return _only_noted(prior, said.source_text, NoteCategory.ADMINISTRATIVE, told, origin)
    merged = {name: stated[name] if name in changed else getattr(current, name) for name in FIELDS}
    data = events.DemographicsCorrected(
        **merged, changed=changed, reason=CHANGED, reported=True, source_text=said.source_text
    )
    notes = tuple(("not understood", words) for words in said.notes)
    return _group(Draft(data, told, origin, (*notes, *alerts)), now=now)


# --- Allergies ----------------------------------------------------------------------------------


def corrected_allergy(
    said: AllergySaid,
    known: Known,
    prior: Prior,
    dated_: Dated,
    origin: Origin,
    alerts: Alerts,
    now: datetime,
) -> Group:
    recorded = prior.last(events.AllergyRecorded)
    if recorded is None:
        if said.no_known and prior.last(events.NoKnownAllergiesAsserted) is not None:
            return _only_noted(prior, said.source_text, NoteCategory.CLINICAL, told_at_import(now), origin)
        # A note, or a denial, until now: what it says today is taken as new.
        return new_allergy(said, dated_, origin, alerts, now, known.patient)
    if said.no_known or said.nothing_known:
        raise Contradiction(f"It was an allergy to {recorded.data.substance}, and now says {said.substance}")
    told = told_at_import(now)
    current = known.patient.allergies.get(recorded.data.allergy_id)
    if said.standing == "in error":
        if current is None:
            return _only_noted(prior, said.source_text, NoteCategory.CLINICAL, told, origin)
        return _group(Draft(_marked(recorded, known), told, origin, alerts), now=now)
    changes = _allergy_changes(said, recorded.data.allergy_id, current, prior)
    if not changes:
        return _only_noted(prior, said.source_text, NoteCategory.CLINICAL, told, origin)
    return _group(*(Draft(data, told, origin, alerts) for data in changes), now=now)


def _allergy_changes(said: AllergySaid, allergy_id: str, current: Allergy | None, prior: Prior) -> list[Any]:
    """What the source says otherwise now: of the allergy's values, and of whether it holds."""
    changed = changed_elements(prior.source_text, said.source_text)
    restated = bool({"clinicalStatus", "verificationStatus"} & changed)
    new: dict[str, Any] = allergy_values(said)
    if current is None or not current.is_active:
        if not restated or said.standing != "active":
            return []
        again = events.AllergyRecorded(
            allergy_id=allergy_id, reported=True, source_text=said.source_text, **new
        )
        return [again]
    names = {name for element in changed for name in _ALLERGY.get(element, ())}
    if said.standing != "active":
        names.discard("certainty")  # "refuted" took its place
    news = {name: new[name] for name in names}
    changes: list[Any] = []
    if any(getattr(current, name) != value for name, value in news.items()):
        values: dict[str, Any] = {name: news.get(name, getattr(current, name)) for name in new}
        changes.append(
            events.AllergyRevised(
                allergy_id=allergy_id,
                reason=CHANGED,
                reported=True,
                source_text=said.source_text,
                **values,
            )
        )
    if restated and said.standing in ("refuted", "resolved"):
        ended = allergy_ended(allergy_id, said)
        changes.append(ended if changes else replace(ended, source_text=said.source_text))
    return changes


# --- Prescriptions ------------------------------------------------------------------------------


def corrected_request(request: Ordered, known: Known, prior: Prior, now: datetime) -> list[Group]:
    said, origin = request.said, request.origin
    opened = prior.last(events.PrescriptionAdded, events.PrescriptionChanged, events.PrescriptionRenewed)
    if opened is None:  # a note until now: what it says today is taken as new
        return new_requests([request], known, now)
    prescription_id = getattr(opened.data, "replacement_id", None) or opened.data.prescription_id
    course = known.patient.courses.get(prescription_id)
    told = told_at_import(now)
    if course is None:  # marked in error, here or by the source
        if said.standing in OPEN and known.taken_back_by_source(str(opened.event_id)):
            return new_requests([request], known, now)
        return [_only_noted(prior, said.source_text, NoteCategory.PHARMACY, told, origin)]
    if not said.is_order:
        raise Contradiction(
            f"It was a prescription of {course.medication}, and is now {said.standing}"
            f" ({_what_changed(prior, said.source_text)})"
        )
    if said.standing == "in error":
        return [_group(_request_in_error(opened, course, known, request, told), now=now)]
    if said.drug != drug_of(course):
        return [_replaced(request, opened, course, told, now)]
    drafts = _course_changes(request, known, prior, course, told, now)
    if not drafts:
        return [_only_noted(prior, said.source_text, NoteCategory.PHARMACY, told, origin)]
    return [_group(*drafts, _note_of(prior, said.source_text, told, origin), now=now)]


def _course_changes(
    request: Ordered, known: Known, prior: Prior, course: Course, told: Dated, now: datetime
) -> list[Draft]:
    """What a changed request does to its course, if it is the newest one that the course holds."""
    if request.dated.stated and request.dated.at < newest_date(course):
        return []
    said, key = request.said, course.prescription_id
    changed = changed_elements(prior.source_text, said.source_text)
    restated = bool({"status", "doNotPerform", "intent"} & changed)
    drafts: list[Draft] = []
    if not course.is_open:
        if said.standing in OPEN and restated:
            drafts.append(_reopened(request, known, course, told))
        return drafts
    restepped = "dosageInstruction" in changed and said.regimen.stated
    if restepped and said.regimen.line[:4] != regimen_of(course).line[:4]:
        drafts.append(Draft(adjusted_to(said.regimen, key), told, request.origin, request.alerts))
    if not restated:
        return drafts
    if said.standing == "active" and course.status == "held" and known.held_by_source(key):
        resumed = events.PrescriptionResumed(
            prescription_id=key, reason_code=None, reason=said.status_reason, reported=True
        )
        drafts.append(Draft(resumed, told, request.origin))
    elif not (said.standing == "held" and course.status == "held"):
        status = standing_event(said, key, request.dated, request.origin, now, news=True)
        drafts.extend([status] if status else [])
    return drafts


def _reopened(request: Ordered, known: Known, course: Course, told: Dated) -> Draft:
    """The source takes an end back that it had reported: that entry was wrong."""
    key = course.prescription_id
    ends = (events.PrescriptionDiscontinued, events.PrescriptionChanged)
    last = next(
        entry
        for entry in reversed(known.entries)
        if isinstance(entry.data, ends) and entry.data.prescription_id == key
    )
    if not isinstance(last.data, events.PrescriptionDiscontinued) or not last.data.reported:
        raise Contradiction(
            f"{course.medication} was ended here; the source calls it {request.said.status} again."
            " Prescribe it anew if it is taken"
        )
    marked = _marked(last, known, "The source no longer says that it has ended")
    return Draft(marked, told, request.origin)


def _request_in_error(opened: Any, course: Course, known: Known, request: Ordered, told: Dated) -> Draft:
    if not isinstance(opened.data, events.PrescriptionRenewed) and course.renewals:
        raise Contradiction(
            f"It is now marked as entered in error, but {course.renewals} renewals of {course.medication}"
            " go on from it. Mark the entry in error here if the whole course is wrong"
        )
    return Draft(_marked(opened, known), told, request.origin, request.alerts)


def _replaced(request: Ordered, opened: Any, course: Course, told: Dated, now: datetime) -> Group:
    """Another drug under the same request: only where nothing else hangs on the course."""
    said = request.said
    if isinstance(opened.data, events.PrescriptionRenewed) or course.renewals or not course.is_open:
        raise Contradiction(
            f"Its drug changed from {course.medication} to {said.medication},"
            " and other requests or an ending hang on the same course"
        )
    replacement_id = str(request.origin.identity.uuid)
    if replacement_id == course.prescription_id:
        replacement_id = str(uuid5(request.origin.identity.uuid, request.origin.digest))
    data = events.PrescriptionChanged(
        prescription_id=course.prescription_id,
        replacement_id=replacement_id,
        reason=CHANGED,
        **order_values(said),
    )
    drafts = [Draft(data, told, request.origin, request.alerts)]
    status = standing_event(said, replacement_id, request.dated, request.origin, now, news=True)
    return _group(*drafts, *([status] if status else []), now=now)


# --- Shared -------------------------------------------------------------------------------------


def _marked(wrong: Any, known: Known, reason: str = IN_ERROR) -> events.EntryMarkedInError:
    return events.EntryMarkedInError(
        target_event_id=str(wrong.event_id),
        target_event_type=type(wrong.data).__name__,
        reason=reason,
        restores=known.restores_without(str(wrong.event_id)),
        reported=True,
    )


def _what_changed(prior: Prior, source_text: str) -> str:
    return changed_lines(prior.source_text, source_text)


def _note_of(prior: Prior, source_text: str, told: Dated, origin: Origin) -> Draft:
    return _noted(prior, source_text, NoteCategory.PHARMACY, told, origin)


def _noted(prior: Prior, source_text: str, category: NoteCategory, told: Dated, origin: Origin) -> Draft:
    words = f"Changed at the source: {_what_changed(prior, source_text) or 'its wording'}"
    return note(words, category, told, origin, source_text=source_text)


def _only_noted(prior: Prior, source_text: str, category: NoteCategory, told: Dated, origin: Origin) -> Group:
    return Group((_noted(prior, source_text, category, told, origin),), (*_LATER, told.at))


def _group(*drafts: Draft, now: datetime) -> Group:
    return Group(drafts, (*_LATER, now))
