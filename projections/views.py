"""Pages about one patient: chart, medications, allergies, timeline, replay, and one entry as it is stored.

Each view is thin: permission, the access recorded, one question to the read models, a page or its named part.
The write side never renders these, and nothing here writes an event other than the access.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from eventstore import store
from eventstore.registry import Unknown
from eventstore.store import RecordedEvent
from projections import chain, queries, steps, stored
from projections.filters import TimelineFilters, uuid_or_none
from projections.models import TimelineEntry
from records import access, permissions
from records.access import requires
from records.permissions import Permission

NEWEST = 8
#: Entries listed around the present step of a replay, newer and older.
AROUND = 7


class Request(HttpRequest):
    """A request as django-htmx leaves it."""

    htmx: HtmxDetails


@requires(Permission.VIEW_RECORD)
def chart(request: Request, patient_id: UUID) -> HttpResponse:
    found = opened(request, patient_id)
    newest = queries.newest(patient_id, NEWEST)
    return page(request, patient_id, "chart", found, {**_medications(patient_id), "newest": newest})


@requires(Permission.VIEW_RECORD)
def medications(request: Request, patient_id: UUID) -> HttpResponse:
    found = opened(request, patient_id)
    show = "past" if request.GET.get("show") == "past" else "current"
    return page(request, patient_id, "medications", found, {**_medications(patient_id), "show": show})


@requires(Permission.VIEW_RECORD)
def allergies(request: Request, patient_id: UUID) -> HttpResponse:
    found = opened(request, patient_id)
    return page(request, patient_id, "allergies", found, {"past": queries.past_allergies(patient_id)})


@requires(Permission.VIEW_RECORD)
def timeline(request: Request, patient_id: UUID) -> HttpResponse:
    """The newest entries, or those older than `before`, or from the entry `at` on; to htmx, a part."""
    found = opened(request, patient_id)
    form = TimelineFilters(request.GET)
    form.is_valid()
    filters, choices = form.filters(), queries.timeline_choices(patient_id)
    before, at = request.GET.get("before"), uuid_or_none(request.GET.get("at"))
    shown = queries.timeline(patient_id, filters=filters, before=before, at=at)
    context = {
        "form": form,
        "kinds": [(choice, form.checked(choice.value)) for choice in choices.kinds],
        "people": choices.people,
        "total": choices.total,
        "said_filters": form.said(choices),
        "shown": shown,
        "selected": at,
        "older": form.address(before=shown.next) if shown.next else "",
        "newer": form.address() if before or at else "",
        "years": _years(patient_id, filters),
    }
    part = ""
    if request.htmx and not request.htmx.history_restore_request:
        part = "#more" if before else "#entries"
    context["whole_page"] = not part
    response = page(request, patient_id, "timeline", found, context, part)
    patch_vary_headers(response, ["HX-Request"])
    return response


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


# --- What the pages share ---------------------------------------------------------------------------


def opened(request: Request, patient_id: UUID) -> queries.Banner:
    """The patient whose page this is; that it was opened is recorded before anything is read for it."""
    found = queries.banner(patient_id)
    if found.patient is None and found.parked is None:
        raise Http404
    access.chart_viewed(request, patient_id, version=found.patient.version if found.patient else None)
    return found


def page(
    request: Request,
    patient_id: UUID,
    name: str,
    found: queries.Banner,
    context: dict[str, Any],
    part: str = "",
) -> HttpResponse:
    """A page of one patient, or a named part of it."""
    allowed = permissions.permitted(access.account_of(request))
    frame = {
        "patient": found.patient,
        "patient_id": patient_id,
        "unavailable": found.unavailable,
        "may_record": Permission.RECORD in allowed,
        "may_prescribe": Permission.PRESCRIBE in allowed,
        "may_correct": Permission.CORRECT_DEMOGRAPHICS in allowed,
        "may_mark": Permission.MARK_IN_ERROR in allowed,
        "may_raw": Permission.VIEW_RAW_EVENT in allowed,
    }
    return render(request, f"projections/{name}.html{part}", {**frame, **context})


def patient_of(recorded: RecordedEvent) -> UUID | None:
    """The patient that an entry is about; a reserved record number belongs to one, too."""
    if recorded.aggregate_type == "Patient":
        return uuid_or_none(recorded.aggregate_id.partition("-")[2])
    return uuid_or_none(getattr(recorded.data, "patient_id", None))


def _medications(patient_id: UUID) -> dict[str, Any]:
    current, past = queries.current_medications(patient_id), queries.past_medications(patient_id)
    return {
        "rows": current.rows,
        "held": current.held,
        "imported_at": queries.imported_at(patient_id) if any(row.reported for row in current.rows) else None,
        "not_started": {row.prescription_id for row in current.rows if queries.not_started(row)},
        "past": past,
        "stopped": queries.recently_stopped(past),
        "counts": {"current": current.total, "past": len(past)},
    }


def _years(patient_id: UUID, filters: queries.Filters) -> list[dict[str, Any]]:
    """How many entries lie in which year, with the address that shows them."""
    return [
        {"year": year, "count": count, "url": f"?since={year}&until={year}"}
        for year, count in queries.timeline_years(patient_id, filters)
    ]
