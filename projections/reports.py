"""Pages over many patients: who takes a medication, the compliance report."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from projections import queries
from projections.filters import ReportFilters
from projections.queries.report import KINDS
from projections.views import Request
from records import access
from records.access import requires
from records.permissions import Permission


@requires(Permission.VIEW_RECORD)
def who_takes_it(request: Request) -> HttpResponse:
    """Everyone with a current prescription of a medication, at any or at one dose."""
    medication, dosage = request.GET.get("medication", ""), request.GET.get("dosage", "")
    after = request.GET.get("after")
    context: dict[str, Any] = {
        "medications": queries.medication_choices(),
        "medication": medication,
        "dosages": queries.dosage_choices(medication) if medication else [],
        "dosage": dosage,
    }
    if medication:
        found = queries.who_takes_it(medication, dosage or None, after=after)
        access.report_viewed(request, "who-takes-it", found.patient_ids, f"{medication} {dosage}".strip())
        asked = request.GET.copy()
        asked.pop("after", None)
        context |= {"found": found, "newest": f"?{asked.urlencode()}" if after else ""}
        if found.next:
            asked["after"] = found.next
            context["older"] = f"?{asked.urlencode()}"
    else:
        access.report_viewed(request, "who-takes-it")
    return render(request, "projections/who_takes_it.html", context)


@requires(Permission.VIEW_COMPLIANCE)
def compliance_report(request: Request) -> HttpResponse:
    """Every entry that fits the filter, newest first, counted and paged."""
    form = ReportFilters(request.GET)
    form.is_valid()
    after = request.GET.get("after")
    found = queries.compliance_report(form.filters(), after=after)
    people, actions = queries.people(), queries.actions()
    said = form.said(people, actions)
    access.report_viewed(request, "compliance-report", found.patient_ids, said or None)
    context = {
        "form": form,
        "found": found,
        "people": people,
        "kinds": KINDS,
        "actions": actions,
        "said_filters": said,
        "older": form.address(after=found.next) if found.next else "",
        "newest": form.address() if after else "",
    }
    part = "#report" if request.htmx and not request.htmx.history_restore_request else ""
    response = render(request, f"projections/compliance_report.html{part}", context)
    patch_vary_headers(response, ["HX-Request"])
    return response
