"""From a source's MedicationRequests to events, for those that are not on record yet.

Requests for one drug are one course (courses.py says which); what was never in force is a course by
itself that is over; what is no order is a note, so that it never looks like a prescription.
Pure: knows nothing of files or of the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid5

from records import events
from records.codes import NoteCategory
from records.courses import Course
from records.fhir.courses import Line, Ordered, deciding, lines_of, newest_date, regimen_of, steps
from records.fhir.dates import Dated
from records.fhir.dosage import Regimen, amount_words
from records.fhir.drafts import Alerts, Draft, Group, Origin, in_error, in_order, note, told_at_import
from records.fhir.elements import NOT_STATED
from records.fhir.known import Known
from records.fhir.mapping import impossible
from records.fhir.patient import PatientSaid
from records.fhir.request import RequestSaid
from records.identity import Demographics

#: How a source says that a course is over: the words that PrescriptionDiscontinued carries.
_ENDED = frozenset({"stopped", "completed", "cancelled"})


def new_requests(
    requests: Iterable[Ordered], known: Known, now: datetime, unchanged: Sequence[RequestSaid] = ()
) -> list[Group]:
    """Every new request of a patient: courses by drug, and what is no prescription in force alone.

    unchanged: the requests that the same import holds and the record has already.
    """
    groups: list[Group] = []
    by_drug: dict[str, list[Ordered]] = {}
    for request in requests:
        if not request.said.is_order:
            groups.append(Group((_no_order(request),), in_order(3, request.dated)))
        elif request.said.standing in ("in error", "cancelled"):
            groups.append(_never_taken(request, now))
        else:
            # A nameless drug is never the same as another nameless one.
            nameless = request.said.medication == NOT_STATED and request.said.code is None
            drug = request.origin.identity.name if nameless else request.said.drug
            by_drug.setdefault(drug, []).append(request)
    for drug, same in by_drug.items():
        beside = [said for said in unchanged if said.drug == drug]
        for line in lines_of(same, known.reported_courses(drug), beside):
            groups.extend(_course(line, known, now))
    return groups


def _course(line: Line, known: Known, now: datetime) -> list[Group]:
    """The requests of one course, and with the last of them how the course stands."""
    course, requests = line.course, line.requests
    prescription_id = course.prescription_id if course else _new_id(requests[0].origin, known)
    adjusted = _steps_after(requests, course)
    decides = deciding(requests)
    status = _status(decides, prescription_id, course, known, now)
    groups = []
    for place, request in enumerate(requests):
        drafts = []
        if place == 0 and course is None:
            drafts.append(
                Draft(added(request.said, prescription_id), request.dated, request.origin, request.alerts)
            )
        else:
            drafts.append(
                Draft(renewed(request, prescription_id), request.dated, request.origin, request.alerts)
            )
        if regimen := adjusted.get(place):
            drafts.append(Draft(adjusted_to(regimen, prescription_id), request.dated, request.origin))
        if place == len(requests) - 1 and status is not None:
            drafts.append(status)
        groups.append(Group(tuple(drafts), in_order(3, request.dated)))
    return groups


def _new_id(origin: Origin, known: Known) -> str:
    """The id of the course that a request opens; another one where that was marked in error."""
    own = str(origin.identity.uuid)
    return str(uuid5(origin.identity.uuid, f"{origin.digest} {origin.turn}")) if known.is_used(own) else own


def _steps_after(requests: Sequence[Ordered], course: Course | None) -> dict[int, Regimen]:
    """Dosage steps; of a course on record, only those that are not older than what it holds."""
    if course is None:
        return steps(requests, None)
    newer = {
        place: request
        for place, request in enumerate(requests)
        if not request.dated.stated or request.dated.at >= newest_date(course)
    }
    places = list(newer)
    return {
        places[step]: regimen for step, regimen in steps(list(newer.values()), regimen_of(course)).items()
    }


def _status(
    decides: Ordered, prescription_id: str, course: Course | None, known: Known, now: datetime
) -> Draft | None:
    """Held or ended as the deciding request has it, unless the record knows something newer."""
    said = decides.said
    if course is not None:
        if decides.dated.stated and decides.dated.at < newest_date(course):
            return None
        if said.standing == "active" and course.status == "held" and known.held_by_source(prescription_id):
            data = events.PrescriptionResumed(
                prescription_id=prescription_id, reason_code=None, reason=said.status_reason, reported=True
            )
            return Draft(data, told_at_import(now), decides.origin)
        if said.standing == "held" and course.status == "held":
            return None
    return standing_event(said, prescription_id, decides.dated, decides.origin, now)


def standing_event(
    said: RequestSaid,
    prescription_id: str,
    dated_: Dated,
    origin: Origin,
    now: datetime,
    *,
    news: bool = False,
) -> Draft | None:
    """The event that a status amounts to; None for one in force. news: it was another one before.

    Why: FHIR R4 says when a request was written, never when its status changed. So a status dates
    from the time we were told; a completed course from its stated last day, where there is one.
    """
    told = told_at_import(now)
    if said.standing == "held":
        data: object = events.PrescriptionHeld(
            prescription_id=prescription_id,
            reason_code=said.hold_reason,
            reason=said.status_reason,
            reported=True,
        )
        return Draft(data, told, origin)
    if said.standing in _ENDED:
        end = _end_of(said, dated_, now)
        return Draft(ended(said, prescription_id, undated=not (end.stated or news)), end, origin)
    return None


def ended(said: RequestSaid, prescription_id: str, *, undated: bool) -> events.PrescriptionDiscontinued:
    return events.PrescriptionDiscontinued(
        prescription_id=prescription_id,
        reason_code=said.stop_reason,
        reason=said.status_reason,
        reported=True,
        source_status=said.standing,
        undated=undated,
    )


def added(said: RequestSaid, prescription_id: str) -> events.PrescriptionAdded:
    return events.PrescriptionAdded(prescription_id=prescription_id, **order_values(said))


def order_values(said: RequestSaid) -> dict[str, Any]:
    """What an order says, by the field names that PrescriptionAdded and PrescriptionChanged share."""
    regimen = said.regimen
    return {
        "medication": said.medication,
        "code": said.code,
        "code_system": said.code_system,
        "form": said.form,
        "dose": regimen.dose,
        "unit": regimen.unit,
        "route": regimen.route,
        "frequency": regimen.frequency,
        "as_needed": regimen.as_needed,
        "as_needed_reason": regimen.as_needed_reason,
        "start": regimen.start,
        "end": regimen.end,
        "duration_days": regimen.duration_days,
        "indication": said.indication,
        "prescriber": said.prescriber,
        "prescriber_license": None,
        "note_to_patient": regimen.note_to_patient,
        "reported": True,
        "source_text": said.source_text,
    }


def renewed(request: Ordered, prescription_id: str) -> events.PrescriptionRenewed:
    said = request.said
    return events.PrescriptionRenewed(
        prescription_id=prescription_id,
        renewed_on=said.authored.day if said.authored else None,
        quantity=said.quantity,
        quantity_unit=said.quantity_unit,
        duration_days=said.supply_days,
        prescriber=said.prescriber,
        source_id=request.origin.identity.id,
        reported=True,
        source_text=said.source_text,
    )


def adjusted_to(regimen: Regimen, prescription_id: str) -> events.DosageAdjusted:
    return events.DosageAdjusted(
        prescription_id=prescription_id,
        dose=regimen.dose,
        unit=regimen.unit,
        route=regimen.route,
        frequency=regimen.frequency,
        reason=None,
        reported=True,
    )


def _never_taken(request: Ordered, now: datetime) -> Group:
    """Entered in error, or withdrawn before anything was given: a course by itself that is over."""
    prescription_id = str(request.origin.identity.uuid)
    opened = Draft(added(request.said, prescription_id), request.dated, request.origin, request.alerts)
    if request.said.standing == "in error":
        closed = in_error(opened, {"prescriptions": {prescription_id: None}}, told_at_import(now))
    else:
        closed = Draft(
            ended(request.said, prescription_id, undated=True), told_at_import(now), request.origin
        )
    return Group((opened, closed), in_order(3, request.dated))


_NO_ORDER_WORDS = {
    "forbidden": "Not to be given, as the source orders",
    "draft": "Drafted, not ordered",
    "planned": "Planned, not ordered",
    "proposed": "Proposed, not ordered",
}


def _no_order(request: Ordered) -> Draft:
    """What a source writes as a request and is no prescription: a note, never on the current list."""
    said = request.said
    words = [f"{_NO_ORDER_WORDS[said.standing]}: {line_of(said)}"]
    if said.indication:
        words.append(f"For: {said.indication}")
    stated = [f"intent {said.intent or NOT_STATED}", f"status {said.status or NOT_STATED}"]
    words.append(f"The source's own words: {', '.join(stated)}")
    return note(
        ". ".join(words),
        NoteCategory.PHARMACY,
        request.dated,
        request.origin,
        source_text=said.source_text,
        alerts=request.alerts,
    )


def line_of(said: RequestSaid) -> str:
    """The prescription in one line, for a note."""
    regimen = said.regimen
    dose = amount_words(regimen.dose, regimen.unit) if regimen.dose else None
    needed = "as needed" if regimen.as_needed else None
    if needed and regimen.as_needed_reason:
        needed += f" for {regimen.as_needed_reason}"
    words = (said.medication, dose, regimen.route, regimen.frequency, needed)
    return " — ".join(word for word in words if word)


def request_alerts(said: RequestSaid, person: PatientSaid | Demographics | None) -> Alerts:
    """Passive notes on one request: impossible dates, odd numbers, a status nobody knows."""
    notes = list(impossible(said.authored, person))
    notes.extend(("not understood", f"Not a dose: {literal}") for literal in said.regimen.odd_numbers)
    if said.standing == "unknown":
        status = f"“{said.status}”" if said.status else NOT_STATED
        notes.append(("status", f"Whether it is still taken is not known: its status is {status}"))
    return tuple(notes)


def _end_of(said: RequestSaid, dated_: Dated, now: datetime) -> Dated:
    """When a course ended: its stated last day, if it was completed and that day has passed."""
    end = said.ends
    if said.standing != "completed" or not dated_.stated or end is None or end.moment is None:
        return told_at_import(now)
    if not dated_.at <= end.moment <= now:
        return told_at_import(now)
    return Dated(end.moment, stated=True, literal=end.literal)
