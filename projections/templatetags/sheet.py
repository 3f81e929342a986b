"""What a page about a patient says on paper alone: whose it is, who printed it, and what proves it.

Why: a sheet leaves the screen that vouches for it. Its head and foot stand on every sheet, so that none can
be taken for another patient's, or for newer than it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings

from projections import chain

if TYPE_CHECKING:
    from django.template import Context

    from projections.models import Patient

register = template.Library()


@register.simple_tag
def clinic() -> str:
    """The name of the clinic, or the program's where nobody gave one."""
    return str(settings.CLINIC or "Anamnesis")


@register.inclusion_tag("projections/sheet_foot.html", takes_context=True)
def sheet_foot(context: Context, patient: Patient) -> dict[str, Any]:
    """Patient, chart version, whether the newest entry's hash fits, and the number of this access."""
    links = {link.position: link for link in chain.links_around(patient.position)}
    request = context["request"]
    return {
        "patient": patient,
        "link": links.get(patient.position),
        "access_number": getattr(request, "access_number", None),
    }
