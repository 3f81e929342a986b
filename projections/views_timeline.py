"""The timeline of one patient: the page, the entries that a filter leaves, the older ones as one scrolls."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers

from projections import queries
from projections.filters import TimelineFilters, after, uuid_or_none
from projections.views import Request, opened, page
from records import access, permissions
from records.access import requires
from records.permissions import Permission

#: A month index that is longer folds into years.
MONTHS_IN_SIGHT = 18


@requires(Permission.VIEW_RECORD)
def timeline(request: Request, patient_id: UUID) -> HttpResponse:
    """The newest entries, or those older than `before`, or from the entry `at` or the month `month` on.

    To htmx, a part: the older entries, or all that a filter changes, the filter's own fields included.
    """
    found = opened(request, patient_id)
    form = TimelineFilters(request.GET)
    form.is_valid()
    choices = queries.timeline_choices(patient_id)
    filters = form.filters(choices)
    before, at, until = (
        request.GET.get("before"),
        uuid_or_none(request.GET.get("at")),
        after(request.GET.get("month")),
    )
    shown = queries.timeline(patient_id, filters=filters, before=before, at=at, until=until)
    queries.with_origins(shown.rows, addresses=_may_see_addresses(request))
    part = ""
    if request.htmx and not request.htmx.history_restore_request:
        part = "#more" if before else "#found"
    context = {
        "form": form,
        "total": choices.total,
        "outside": choices.total - shown.total,
        "said_filters": form.said(choices),
        "recorded_order": filters.recorded_order,
        "shown": shown,
        "selected": at,
        "older": form.address(before=shown.next) if shown.next else "",
        "newer": form.address() if before or at or until else "",
        "whole_page": part != "#more",
    }
    if part != "#more":
        context |= {
            "kinds": [(choice, form.checked(choice.value)) for choice in choices.kinds],
            "people": choices.people,
            "drugs": choices.drugs,
            "drug_chosen": form.drug_chosen(choices),
            "said_about": form.said_about(choices),
            "years": _years(form, queries.timeline_months(patient_id, filters)),
        }
    response = page(request, patient_id, "timeline", found, context, part)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _may_see_addresses(request: Request) -> bool:
    """From where a colleague recorded is nothing that care needs: it stands in the stored event, and here for
    whoever answers for the record."""
    return permissions.allows(access.account_of(request), Permission.VIEW_COMPLIANCE)


def _years(form: TimelineFilters, months: list[tuple[datetime, int]]) -> list[dict[str, Any]]:
    """The months that have entries, by year, each with the address that begins with it."""
    folds = len(months) > MONTHS_IN_SIGHT
    years: list[dict[str, Any]] = []
    for year, of_year in groupby(months, key=lambda each: each[0].year):
        counted = list(of_year)
        years.append(
            {
                "year": year,
                "count": sum(count for _, count in counted),
                "months": [
                    {"first": first, "count": count, "url": form.address(month=f"{first:%Y-%m}")}
                    for first, count in counted
                ],
                "fold": ("closed" if years else "open") if folds else "",
            }
        )
    return years
