"""The lock that a page draws over itself when nobody is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from records.session_clock import note_every, seconds_left, warning_seconds

if TYPE_CHECKING:
    from django.template import Context

register = template.Library()


@register.inclusion_tag("records/idle.html", takes_context=True)
def idle_lock(context: Context) -> dict[str, Any]:
    """For whom is signed in: how long the session still lasts, and the words that say so before it ends."""
    request = context.get("request")
    user = getattr(request, "user", None)  # a request may be refused before it has one
    if request is None or user is None or not user.is_authenticated:
        return {}
    left, may_stay = seconds_left(request)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "left": left,
        "may_stay": may_stay,
        "warning": warning_seconds(),
        "every": note_every(),
    }
