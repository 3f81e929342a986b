"""Other records of one patient: looking for them, and two of them side by side."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from projections import queries, same_person
from projections.duplicates import alike
from projections.queries.compared import compared
from projections.views import Request, opened, page
from projections.views_patients import LONGEST
from records import access
from records.access import requires
from records.permissions import Permission


@requires(Permission.VIEW_RECORD)
@require_http_methods(["GET", "HEAD", "POST"])
def other_records(request: Request, patient_id: UUID) -> HttpResponse:
    """Records that may be the same person's, and a search for one that was not thought of."""
    found = opened(request, patient_id)
    if found.patient is None:
        raise Http404
    words = request.POST.get("words", "").strip()[:LONGEST]
    searched = queries.search(words) if words else None
    hits = [*searched.rows, *searched.similar] if searched else []
    hits = [hit for hit in hits if hit.patient_id != patient_id]
    likely = [each for each in alike(same_person.identity_of(found.patient)) if each.patient_id != patient_id]
    seen = [*(each.patient_id for each in likely), *(hit.patient_id for hit in hits)]
    access.patients_searched(request, words, seen)
    context = {"words": words, "hits": hits, "likely": likely}
    return page(request, patient_id, "other_records", found, context)


@requires(Permission.VIEW_RECORD)
def compare_records(request: Request, patient_id: UUID, other_id: UUID) -> HttpResponse:
    """Two records side by side, with what differs."""
    opened(request, patient_id)
    opened(request, other_id)
    found = compared(patient_id, other_id)
    if found is None:
        raise Http404
    return render(request, "projections/compare_records.html", {"compared": found})
