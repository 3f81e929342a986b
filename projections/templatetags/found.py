"""What a search matched, marked in a name: whole where it is as asked, dashed where it is only alike."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from projections.queries.found_people import Hit, Piece
from projections.templatetags.clinical import person_name, unbroken

register = template.Library()


@register.filter
def marked(pieces: Iterable[Piece]) -> SafeString:
    """The pieces of a text in a row; markup never stands between two letters of one word."""
    return mark_safe("".join(map(_marked, pieces)))  # noqa: S308 - each piece is escaped


@register.filter
def found_name(hit: Hit) -> SafeString:
    """FAMILY, Given, with what matched marked."""
    if not hit.patient.family or not hit.patient.given:
        return unbroken(person_name(hit.patient))
    return format_html("{}, {}", marked(hit.family), marked(hit.given))


def _marked(piece: Piece) -> str:
    text = unbroken(piece.text)
    if not piece.style:
        return text
    return format_html('<mark class="match match--{}">{}</mark>', piece.style, text)
