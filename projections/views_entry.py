"""Pages about one entry: its step in the replay of the record, and the entry as it is stored."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from eventstore import store
from eventstore.registry import Unknown
from eventstore.store import RecordedEvent
from projections import chain, queries, steps, stored
from projections.filters import uuid_or_none
from projections.models import TimelineEntry
from projections.views import Request, opened, page
from projections.why.behind import seen_version
from records import access, permissions
from records.access import requires
from records.permissions import Permission

#: Entries listed around the present step of a replay, newer and older.
AROUND = 7
#: A state of more lines than this can be looked at by its changed ones alone.
MANY = 12


@requires(Permission.VIEW_RECORD)
def replay(request: Request, patient_id: UUID) -> HttpResponse:
    """One step of the record: before, the entry, after. Without a step, the newest."""
    found = opened(request, patient_id)
    last = store.stream_version(f"patient-{patient_id}")
    asked = request.GET.get("step", "")
    number = min(int(asked), last) if asked.isascii() and asked.isdigit() and len(asked) < 10 else last
    step = steps.step(patient_id, number) if number else None
    if step is None:
        return page(request, patient_id, "replay", found, {})
    around = queries.entries_between(patient_id, number - AROUND, number + AROUND)
    entry = next((each for each in around if each.version == number), None)
    context = {
        "step": step,
        "only_changed": request.GET.get("lines") == "changed",
        "kept": "&lines=changed" if request.GET.get("lines") == "changed" else "",
        "many": step.lines > MANY,
        "seen": seen_version(step.event),
        "both_clocks": urlencode(dict.fromkeys(("known_at", "true_at"), step.event.created_at.isoformat())),
        "entry": entry,
        "around": around,
        "ruler": steps.ruler(number, last),
        "first_entry": next(iter(queries.entries_between(patient_id, 1, 1)), None),
        "last_entry": next(iter(queries.entries_between(patient_id, last, last)), None),
        "number": number,
        "last": last,
        "previous": number - 1,
        "next": number + 1 if number < last else 0,
        "stored": stored.with_it(step.event),
        "chain": chain.links_around(step.event.position),
    }
    return page(request, patient_id, "replay", found, context)


@requires(Permission.VIEW_RAW_EVENT)
def event(request: Request, event_id: UUID) -> HttpResponse:
    """One entry with all its columns. Entries about people who work here are for compliance officers."""
    recorded = store.read_event(event_id)
    if recorded is None:
        raise Http404
    patient_id = patient_of(recorded)
    account = access.account_of(request)
    if patient_id is not None:
        access.chart_viewed(request, patient_id, version=recorded.version)
    elif permissions.allows(account, Permission.VIEW_COMPLIANCE):
        access.report_viewed(request, "event", detail=str(event_id))
    else:
        access.refuse(request, permissions.refusal(account, Permission.VIEW_COMPLIANCE))
    told = TimelineEntry.objects.filter(event_id=event_id).first()
    context = {
        "event": recorded,
        "patient_id": patient_id,
        "of_a_record": recorded.aggregate_type == "Patient",
        "page_frame": "patient.html" if patient_id else "base.html",
        "told": told,
        "stored": stored.columns(recorded),
        "as_read": recorded.data.data if isinstance(recorded.data, Unknown) else asdict(recorded.data),
        "unknown": isinstance(recorded.data, Unknown),
        "chain": chain.links_around(recorded.position),
        "may_mark": patient_id
        and told
        and not told.in_error
        and told.kind != "correction"
        and permissions.allows(account, Permission.MARK_IN_ERROR),
    }
    return render(request, "projections/event.html", context)


def patient_of(recorded: RecordedEvent) -> UUID | None:
    """The patient that an entry is about; a reserved record number belongs to one, too."""
    if recorded.aggregate_type == "Patient":
        return uuid_or_none(recorded.aggregate_id.partition("-")[2])
    return uuid_or_none(getattr(recorded.data, "patient_id", None))
