"""The tag that makes a value able to explain itself: a dotted link to the panel that says why it is there."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from projections.why.names import asked_for

register = template.Library()


@register.simple_block_tag
def explained(
    content: SafeString,
    patient_id: UUID | str,
    subject: UUID | str,
    value: str,
    known_at: datetime | None = None,
    true_at: datetime | None = None,
) -> SafeString:
    """{% explained patient_id row.prescription_id "dose" %}5 mg{% endexplained %}

    Shape: subject: a prescription's or an allergy's id, or "patient"; value: a name of
    `projections.why.names`; known_at, true_at: in a view of the past, the moments that it shows.
    """
    asked_for(value)
    return format_html(
        '<a class="explained" href="{}{}/{}/{}">{}<span class="for-readers">{}</span></a>',
        _answers(str(patient_id)),
        subject,
        value,
        _query(known_at=known_at, true_at=true_at),
        mark_safe(content.strip()),  # noqa: S308 - what the template rendered, escaped by it
        _(": why?"),
    )


@lru_cache(maxsize=256)
def _answers(patient_id: str) -> str:
    """Where the answers of a record are: found once, for the dozens of values on a page."""
    return reverse("why", args=[patient_id, "patient", "name"]).removesuffix("patient/name/")


def _query(**moments: datetime | None) -> str:
    asked: dict[str, Any] = {name: at.isoformat() for name, at in moments.items() if at}
    return f"?{urlencode(asked)}" if asked else ""
