"""The timeline of one patient: the page, the entries that a filter leaves, the older ones as one scrolls."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers

from projections import queries
from projections.filters import TimelineFilters, uuid_or_none
from projections.views import Request, opened, page
from records.access import requires
from records.permissions import Permission


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


def _years(patient_id: UUID, filters: queries.Filters) -> list[dict[str, Any]]:
    """How many entries lie in which year, with the address that shows them."""
    return [
        {"year": year, "count": count, "url": f"?since={year}&until={year}"}
        for year, count in queries.timeline_years(patient_id, filters)
    ]
