"""What a person stated, brought to the shape that an event holds, or refused naming the field.

Text is trimmed at its ends and otherwise kept as it was written; nothing changes its case. Knows
nothing of Django.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from records import dose, partial_dates
from records.decision import Rejected
from records.dose import number_shown
from records.speech import _, joined
from records.speech import coded as coded_word

#: How long a line, a paragraph and a page may be, in characters.
LINE = 200
PARAGRAPH = 2_000
PAGE = 20_000


def text(value: str | None, field: str, *, limit: int = LINE) -> str | None:
    """Optional text; None for nothing. Raises: Rejected where it cannot be kept as it is."""
    if value is None or not (trimmed := value.strip()):
        return None
    if len(trimmed) > limit:
        raise Rejected(
            _("This is {length} characters long. Keep it within {limit}.").format(
                length=number_shown(str(len(trimmed))), limit=number_shown(str(limit))
            ),
            field,
        )
    lines = limit > LINE
    if any(_is_control(character, lines=lines) for character in trimmed):
        raise Rejected(_("This holds characters that cannot be shown. Type it anew."), field)
    return trimmed


def required(value: str | None, field: str, ask: str, *, limit: int = LINE) -> str:
    """Text that must be there. ask: the sentence for the person who left it out."""
    stated = text(value, field, limit=limit)
    if stated is None:
        raise Rejected(ask, field)
    return stated


def reason(value: str | None, ask: str = "") -> str:
    """The reason that a change must carry."""
    return required(value, "reason", ask or _("Say why, in words."), limit=PARAGRAPH)


def coded(codes: type[StrEnum], value: str | None, field: str) -> str | None:
    """One of the clinic's words, or None for none."""
    if value is None or value == "":
        return None
    try:
        return codes(value).value
    except ValueError:
        choices = joined(tuple(map(coded_word, codes)))
        raise Rejected(
            _("“{value}” is not one of the choices: {choices}.").format(value=value, choices=choices), field
        ) from None


def required_code(codes: type[StrEnum], value: str | None, field: str, ask: str) -> str:
    stated = coded(codes, value, field)
    if stated is None:
        raise Rejected(ask, field)
    return stated


def identifier(value: str, field: str) -> str:
    """A UUID in its usual form."""
    try:
        return str(UUID(value))
    except ValueError:
        raise Rejected(_("This form has lost its number. Open it anew."), field) from None


def calendar(value: str | None, field: str, *, whole: bool = False) -> str | None:
    """A date, partial unless `whole`; None for none."""
    if value is None or not value.strip():
        return None
    try:
        stated = partial_dates.parse(value.strip())
    except partial_dates.BadDate as bad:
        raise Rejected(str(bad), field) from None
    if whole and not partial_dates.is_whole(stated):
        raise Rejected(_("Write the whole date: year, month and day."), field)
    return stated


def amount(value: str | None, field: str, ask: str) -> str:
    """A dose or quantity in its one way of being written."""
    if value is None or not value.strip():
        raise Rejected(ask, field)
    try:
        return dose.parse(value)
    except dose.BadDose as bad:
        raise Rejected(str(bad), field) from None


def days(value: int | None, field: str) -> int | None:
    """A duration in whole days."""
    if value is not None and not 0 < value <= 3660:
        raise Rejected(
            _("A duration is 1 to {most} days. Leave it empty for an open end.").format(
                most=number_shown("3660")
            ),
            field,
        )
    return value


def _is_control(character: str, *, lines: bool) -> bool:
    if lines and character in "\n\r\t":
        return False
    return ord(character) < 32 or 0x7F <= ord(character) <= 0x9F or 0xD800 <= ord(character) <= 0xDFFF
