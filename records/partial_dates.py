"""Calendar dates as far as they are known: "2026-11-24", "2026-11" or "2026".

A date that is partly known is never rounded to one that is not. Two dates compare only where the
answer is sure. Knows nothing of Django or of the clock.
Source: FHIR R4 date; NHS CUI date display (24-Nov-2026).
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

from records.speech import Tongue, _, say, say_as, shows

_SHAPE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

#: A month as people write it, in the languages that a clinic's people may speak (docs/languages.md).
_WRITTEN_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan", "feb", "mar mär mrz", "apr", "may mai", "jun",
            "jul", "aug", "sep", "oct okt", "nov", "dec dez",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WRITTEN = re.compile(
    r"(?:(?P<day>[0-9]{1,2})(?:- ?|\.? ))?(?P<month>[^\W\d_]{3})\.?[- ](?P<year>[0-9]{4})"
    r"|(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<y>[0-9]{4})"
)


class BadDate(ValueError):
    """A text that is no date; says what to write."""


def parse(text: str) -> str:
    """The date as it is stored.

    Raises: BadDate with a sentence for the person who wrote it.
    """
    span(text)
    return text


def read(text: str) -> str | None:
    """A date as typed (24-Nov-2026, 24.11.2026, 2026-11-24, Nov-2026) in year-month-day order, whether it
    exists or not; None: not written as a date."""
    if _SHAPE.fullmatch(text):
        return text
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return None
    if written["y"]:
        return f"{written['y']}-{written['m'].zfill(2)}-{written['d'].zfill(2)}"
    month = _WRITTEN_MONTHS.get(written["month"].casefold())
    if month is None:
        return None
    day = f"-{written['day'].zfill(2)}" if written["day"] else ""
    return f"{written['year']}-{month:02}{day}"


def span(text: str) -> tuple[date, date]:
    """First and last day that the date may mean. Raises: BadDate."""
    match = _SHAPE.fullmatch(text)
    if not match:
        raise BadDate(
            _("Write the date as year-month-day: 2026-11-24. If only part is known: 2026-11 or 2026.")
        )
    year = int(match[1])
    month, day = (int(part) if part else None for part in match.groups()[1:])
    if year == 0:
        raise BadDate(_("There is no year 0000. Write the year with four digits."))
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if not 1 <= month <= 12:
        raise BadDate(_("There is no month {month}. Write the month as 01 to 12.").format(month=match[2]))
    last = monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, last)
    if not 1 <= day <= last:
        raise BadDate(
            _("{month} has no day {day}. It has {last} days.").format(
                month=shown(text[:7]), day=match[3], last=last
            )
        )
    return date(year, month, day), date(year, month, day)


def known_span(text: str | None) -> tuple[date, date] | None:
    """As `span`, or None where nothing, or nothing possible, is stated (a source's own text)."""
    if text is None:
        return None
    try:
        return span(text)
    except BadDate:
        return None


def surely_before(earlier: str | date | None, later: str | date | None) -> bool:
    """Whether every reading of the one lies before every reading of the other."""
    first, second = _span_of(earlier), _span_of(later)
    return bool(first and second and first[1] < second[0])


def last_day(start: str | None, end: str | None, days: int | None) -> date | None:
    """The last day of what has a stated end (the end of a partial one), or a start and a duration.

    None where it cannot be told; an impossible date that a source reports tells nothing.
    """
    if end:
        span_ = known_span(end)
        return span_[1] if span_ else None
    if not days or not start or not is_whole(start):
        return None
    try:
        return date.fromisoformat(start) + timedelta(days=days - 1)
    except (ValueError, OverflowError):
        return None


def is_whole(text: str) -> bool:
    """Whether year, month and day are all stated."""
    return len(text) == 10


def shown(value: str | date | None) -> str:
    """24-Nov-2026, Nov-2026, 2026; what is no date is shown as it stands, nothing as "unknown"."""
    if value is None:
        return say("unknown")
    if isinstance(value, date):
        return _said(value.isoformat()[:10])
    return value if known_span(value) is None else say_as("day", value)


@lru_cache(maxsize=8192)
def _said(day: str) -> str:
    """Kept, since a page says the same days over and over."""
    return say_as("day", day)


@shows("day")
def _day(text: str, tongue: Tongue) -> str:
    """The month as the language abbreviates it: 24-Nov-2026, 24-Dez-2026."""
    year, *rest = text.split("-")
    months = [tongue.pgettext("month", MONTHS[int(rest[0]) - 1])] if rest else []
    return "-".join([*rest[1:], *months, year])


def _span_of(value: str | date | None) -> tuple[date, date] | None:
    return (value, value) if isinstance(value, date) else known_span(value)
