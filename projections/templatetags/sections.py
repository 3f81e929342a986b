"""The sections of the top bar, as far as the person may use them, and one question of permission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse

from records import permissions
from records.access import account_of
from records.permissions import Permission
from records.speech import say

if TYPE_CHECKING:
    from django.template import Context

register = template.Library()


@dataclass(frozen=True)
class Section:
    label: str
    url_name: str
    permission: Permission


SECTIONS = (
    Section(say("Patients"), "patients", Permission.VIEW_RECORD),
    Section(say("Who takes it"), "who-takes-it", Permission.VIEW_RECORD),
    Section(say("Compliance report"), "compliance-report", Permission.VIEW_COMPLIANCE),
    Section(say("Tables"), "admin:index", Permission.USE_ADMIN),
    Section(say("Accounts"), "accounts", Permission.MANAGE_ACCOUNTS),
)


@register.inclusion_tag("projections/sections.html", takes_context=True)
def sections(context: Context) -> dict[str, Any]:
    """Links to the sections this account may use, the present one marked."""
    request = context["request"]
    match = request.resolver_match
    here = match.view_name if match else ""
    allowed = permissions.permitted(account_of(request))
    shown = [section for section in SECTIONS if section.permission in allowed]
    current = next((section for section in shown if section.url_name == here), None)
    if current is None and match and "patient_id" in match.kwargs:
        current = SECTIONS[0]
    return {
        "sections": [
            {"label": section.label, "url": reverse(section.url_name), "current": section == current}
            for section in shown
        ]
    }


@register.simple_tag(takes_context=True)
def may(context: Context, name: str) -> bool:
    """Whether this account has the permission of that name: {% may "PRESCRIBE" as may_prescribe %}."""
    return permissions.allows(account_of(context["request"]), Permission[name])
