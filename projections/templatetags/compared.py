"""Two records side by side, on the write side's page too: a template may use any app's tags."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django import template

from projections.models import Patient
from projections.queries import compared

register = template.Library()


@register.inclusion_tag("projections/compared_table.html")
def compared_records(patient_id: UUID | str, other_id: UUID | str) -> dict[str, Any]:
    """The table of both. The view that renders the page has recorded that both were looked at."""
    return {"compared": compared.compared(UUID(str(patient_id)), UUID(str(other_id)))}


@register.inclusion_tag("projections/merged_with.html")
def merged_with(patient: Patient) -> dict[str, Any]:
    """On every page of a record: into which it was merged, or which were merged into it."""
    goes_on = Patient.objects.filter(patient_id=patient.merged_into).first() if patient.merged_into else None
    return {
        "patient": patient,
        "goes_on": goes_on,
        "merged": [SimpleNamespace(**who) for who in patient.merged],
    }
