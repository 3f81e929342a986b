"""Pages about one patient: chart, medications, allergies, and what every page of one patient shares.

Each view is thin: permission, the access recorded, one question to the read models, a page or its named part.
The write side never renders these, and nothing here writes an event other than the access.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from projections import queries
from projections.course_history import CourseHistory
from projections.drawing.courses import allergy_marks, draw
from projections.drawing.sparkline import spark
from projections.drawing.windows import WINDOWS, window_named
from projections.models import MedicationCourse
from records import access, permissions
from records.access import requires
from records.courses import OPEN
from records.permissions import Permission

NEWEST = 8


class Request(HttpRequest):
    """A request as django-htmx leaves it."""

    htmx: HtmxDetails


@requires(Permission.VIEW_RECORD)
def chart(request: Request, patient_id: UUID) -> HttpResponse:
    """The whole chart, or for htmx the drawing alone in another window."""
    found = opened(request, patient_id)
    rows = queries.course_rows(patient_id)
    drawn = queries.drawn(patient_id, rows)
    drawing = _drawing(request, found, drawn)
    if request.htmx.target == "courses":
        return page(request, patient_id, "courses_section", found, drawing)
    shown = {**_medications(patient_id, rows, drawn.courses), **drawing}
    return page(request, patient_id, "chart", found, {**shown, "newest": queries.newest(patient_id, NEWEST)})


@requires(Permission.VIEW_RECORD)
def medications(request: Request, patient_id: UUID) -> HttpResponse:
    found = opened(request, patient_id)
    show = "past" if request.GET.get("show") == "past" else "current"
    rows = queries.course_rows(patient_id)
    courses = [CourseHistory.from_json(row.course) for row in rows if row.status in OPEN]
    shown = {**_medications(patient_id, rows, courses), "show": show}
    return page(request, patient_id, "medications", found, shown)


@requires(Permission.VIEW_RECORD)
def allergies(request: Request, patient_id: UUID) -> HttpResponse:
    found = opened(request, patient_id)
    return page(request, patient_id, "allergies", found, {"past": queries.past_allergies(patient_id)})


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
        "banner": found,
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


def _medications(
    patient_id: UUID, rows: Sequence[MedicationCourse], courses: Iterable[CourseHistory]
) -> dict[str, Any]:
    """The lists; courses: at least those that are current, for the year of each."""
    current, past = queries.current_medications(patient_id), queries.past_medications(patient_id, rows=rows)
    now, running = timezone.now(), {str(row.prescription_id) for row in current.rows}
    return {
        "sparks": {
            UUID(course.prescription_id): spark(course, now)
            for course in courses
            if course.prescription_id in running
        },
        "rows": current.rows,
        "held": current.held,
        "imported_at": queries.imported_at(patient_id) if any(row.reported for row in current.rows) else None,
        "not_started": {row.prescription_id for row in current.rows if queries.not_started(row)},
        "past": past,
        "stopped": queries.recently_stopped(past),
        "counts": {"current": current.total, "past": len(past)},
    }


def _drawing(request: Request, found: queries.Banner, drawn: queries.Drawn) -> dict[str, Any]:
    """The courses over time in the window that the address names."""
    window = window_named(request.GET.get("window"))
    known = found.patient.allergies if found.patient and not found.unavailable else []
    return {
        "drawing": draw(
            drawn.courses,
            allergy_marks(known),
            window=window,
            cursor=timezone.now(),
            remarks=drawn.remarks,
            names=drawn.names,
        ),
        "window": window,
        "windows": WINDOWS,
        "show_table": "table" in request.GET,
    }
