"""The frame of every page about one patient: banner, tabs, and beside a form what the patient takes now.

Why: the write side's pages show these too. A template may use any app's tags, so no import runs up.
The view that renders such a page has recorded the access; a tag only reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from projections import queries
from projections.templatetags.clinical import dose
from records import permissions
from records.access import account_of
from records.command_pages import PAGES
from records.permissions import Permission

if TYPE_CHECKING:
    from django.template import Context

register = template.Library()

#: Tab, its address, and the permission that it needs besides seeing the record.
TABS = (
    ("chart", gettext_lazy("Chart"), None),
    ("medications", gettext_lazy("Medications"), None),
    ("timeline", gettext_lazy("Timeline"), None),
    ("moment", gettext_lazy("Any moment"), None),
    ("replay", gettext_lazy("Replay"), None),
    ("allergies", gettext_lazy("Allergies"), None),
    ("add-prescription", gettext_lazy("Prescribe"), Permission.PRESCRIBE),
)
#: Pages whose banner answers why; on a form it would stand before every field in the order of Tab.
EXPLAINING = frozenset({"chart", "medications", "allergies"})
#: Under which tab a command's page stands.
_TAB_OF = {page.name: "add-prescription" if page.tab == "prescribe" else page.tab for page in PAGES}


@register.inclusion_tag("projections/patient_frame.html", takes_context=True)
def patient_frame(context: Context, patient_id: UUID | str) -> dict[str, Any]:
    """Banner, tabs with the present page marked, and whether the chart is complete."""
    request = context["request"]
    allowed = permissions.permitted(account_of(request))
    here = request.resolver_match.view_name if request.resolver_match else ""
    found = context.get("banner") or queries.banner(UUID(str(patient_id)))
    return {
        "request": request,
        "patient": found.patient,
        "unavailable": found.unavailable,
        "parked": found.parked,
        "may_record": Permission.RECORD in allowed,
        "may_raw": Permission.VIEW_RAW_EVENT in allowed,
        "explains": here in EXPLAINING,
        "allergies_then": context.get("allergies_then", ""),
        "tabs": [
            {
                "label": label,
                "url": reverse(name, args=[patient_id]),
                "current": _TAB_OF.get(here, here) == name,
            }
            for name, label, permission in TABS
            if permission is None or permission in allowed
        ],
    }


@register.inclusion_tag("projections/current_medications.html")
def current_medications(patient_id: UUID | str) -> dict[str, Any]:
    """What the patient takes now, one line each, beside a form."""
    return {"medications": queries.current_medications(UUID(str(patient_id))).rows}


@register.filter
def at_key(known: Mapping[Any, Any] | None, key: object) -> Any:
    """What a mapping holds at a key; "" where it holds nothing."""
    return known.get(key, "") if known else ""


@register.filter
def dosed(dosage: str | None) -> SafeString:
    """A dosage as a row prints it: what is known of it is bold, a word for what is not known is not."""
    shown = dose(dosage)
    if not shown[:1].isdigit():
        return format_html('<span class="second">{}</span>', shown)
    amount, missing, rest = shown.partition("(")
    if not missing:
        return format_html('<span class="dose">{}</span>', shown)
    return format_html('<span class="dose">{}</span> <span class="second">({}</span>', amount.strip(), rest)
