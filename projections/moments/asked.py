"""The moment that is asked for: read from an address or a form, and written into one.

A moment is two clocks: as known at, as true at. Each is a day and a time on the clinic's clock; None is
now. A minute means all of it, so that what a page shows as 09:02 is there at 09:02; a day without a
time means all of the day. An exact moment is ISO 8601 text with its offset.
Must not know: requests, the record.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from projections import words
from records import partial_dates

#: A month written out: its first three letters name it.
_SPELT = re.compile(r"(\d{1,2})[. -]+([^\W\d_]{3})[^\W\d_]*[. -]+(\d{4})")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})", re.ASCII)
_BOTH = re.compile(r"(.+?)(?:[T,]\s*|\s+)(\d{1,2}[:.]\d{2})", re.ASCII)
_EXACT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)", re.ASCII)

KNOWN, TRUE = "known_at", "true_at"
#: What parameters of the second moment end with.
SECOND = "_b"
#: What is long enough for any moment, and for nothing else.
LONGEST = 40


class Misread(ValueError):
    """A text that is no moment; says what to write. problems: by the parameter that it stands in."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.problems = {field: message}


@dataclass(frozen=True)
class Moment:
    """One point of the record. Shape: None is now."""

    known_at: datetime | None = None
    true_at: datetime | None = None

    @property
    def is_now(self) -> bool:
        return self.known_at is None and self.true_at is None

    @property
    def is_one(self) -> bool:
        """Both clocks show the same."""
        return self.known_at == self.true_at

    def fixed(self, now: datetime) -> tuple[datetime, datetime]:
        """(known, true), now put in for what is now."""
        return self.known_at or now, self.true_at or now


NOW = Moment()


def moment(given: Mapping[str, str], now: datetime, *, second: bool = False) -> Moment | None:
    """The moment that parameters name; None where they name none. A clock that is left out shows what
    the other does; an empty one shows now.

    Raises: Misread.
    """
    clocks: dict[str, datetime | None] = {}
    problems: list[Misread] = []
    for clock in (KNOWN, TRUE):
        name = clock + (SECOND if second else "")
        if name in given:
            try:
                clocks[clock] = read(given[name], given.get(f"{name}_time", ""), now, field=name)
            except Misread as problem:
                problems.append(problem)
    if problems:
        first, *others = problems
        first.problems |= {name: said for other in others for name, said in other.problems.items()}
        raise first
    if not clocks:
        return None
    return Moment(known_at=clocks.get(KNOWN, clocks.get(TRUE)), true_at=clocks.get(TRUE, clocks.get(KNOWN)))


def read(text: str, clock: str, now: datetime, *, field: str = "") -> datetime | None:
    """One clock as typed; None is now.

    Raises: Misread for what is no day, no time, a time that the clocks skipped, or one that is to come.
    """
    text, clock = " ".join(text[:LONGEST].split()), clock.strip()[:LONGEST]
    if not clock and (both := _BOTH.fullmatch(text)):
        text, clock = both[1], both[2]
    if _EXACT.fullmatch(text):
        return _exact(text, now, field)
    if text.casefold() in {"", "now", _("now").casefold()}:
        if clock and clock != f"{now:%H:%M}":
            raise Misread(_("Write the day, too: 24-Nov-2026"), field)
        return None
    day = _day(text, now, field)
    last = _last_instant(day, _time(clock, field), field)
    if last > now:
        first = last.replace(second=0, microsecond=0) if clock else None
        if (first or datetime.combine(day, time(), now.tzinfo)) > now:
            raise Misread(_to_come(now), field)
        return now
    return last


def parameters(moment: Moment, *, second: bool = False) -> dict[str, str]:
    """The parameters that name a moment, now being an empty one."""
    end = SECOND if second else ""
    return {KNOWN + end: written(moment.known_at), TRUE + end: written(moment.true_at)}


def query(first: Moment, second: Moment | None = None) -> str:
    """The query string for one moment, or for two to be compared; now as the second one is left out."""
    asked = parameters(first)
    if second is not None and not second.is_now:
        asked |= parameters(second, second=True)
    return "?" + urlencode(asked)


def written(at: datetime | None) -> str:
    """2026-09-03T12:00 for a whole minute, the exact moment otherwise; "" for now."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    whole = local.replace(tzinfo=None, second=0, microsecond=0)
    if _is_whole(local) and _is_plain(whole):
        return whole.isoformat(timespec="minutes")
    return at.astimezone(UTC).isoformat()


def typed(at: datetime | None) -> tuple[str, str]:
    """(24-Nov-2026, 09:41), as a form holds it."""
    if at is None:
        return "", ""
    return str(words.day_of(at)), f"{timezone.localtime(at):%H:%M}"


def said(at: datetime | None) -> str:
    """24-Nov-2026 09:41, or now."""
    return " ".join(typed(at)) if at else _("now")


def comes_twice(at: datetime | None) -> bool:
    """Whether the clock showed this time twice on that day, the moment being the later one."""
    local = timezone.localtime(at) if at else None
    return bool(local and local.fold)


def month_before(now: datetime, months: int = 1) -> datetime:
    """The same day of an earlier month, or its last one, all of the same minute."""
    index = now.year * 12 + now.month - 1 - months
    year, month = index // 12, index % 12 + 1
    day = date(year, month, min(now.day, monthrange(year, month)[1]))
    return _at(datetime.combine(day, time(now.hour, now.minute, 59, 999999)))


# --- Reading ---------------------------------------------------------------------------------------


def _exact(text: str, now: datetime, field: str) -> datetime:
    try:
        at = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Misread(_what_to_write(), field) from None
    if at > now:
        raise Misread(_to_come(now), field)
    return at


def _day(text: str, now: datetime, field: str) -> date:
    if found := _relative(text.casefold(), now):
        return found
    spelt = _SPELT.fullmatch(text)
    iso = partial_dates.read(f"{spelt[1]}-{spelt[2]}-{spelt[3]}" if spelt else text)
    if iso is None:
        raise Misread(_what_to_write(), field)
    try:
        partial_dates.parse(iso)
    except partial_dates.BadDate as problem:
        raise Misread(str(problem), field) from None
    if not partial_dates.is_whole(iso):
        raise Misread(_("Write the whole date, with day, month and year: 24-Nov-2026"), field)
    return date.fromisoformat(iso)


def _relative(text: str, now: datetime) -> date | None:
    today = now.date()
    asked = {
        "today": today,
        "yesterday": today - timedelta(days=1),
        "last week": today - timedelta(days=7),
        "last month": month_before(now).date(),
        "last year": month_before(now, 12).date(),
    }
    asked |= {
        _("today"): asked["today"],
        _("yesterday"): asked["yesterday"],
        _("last week"): asked["last week"],
        _("last month"): asked["last month"],
        _("last year"): asked["last year"],
    }
    return next((day for name, day in asked.items() if name.casefold() == text), None)


def _time(text: str, field: str) -> time | None:
    if not text:
        return None
    match = _TIME.fullmatch(text)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise Misread(_("Write a time on the 24-hour clock, such as 09:41 or 21:30"), field)
    return time(int(match[1]), int(match[2]))


def _last_instant(day: date, at: time | None, field: str) -> datetime:
    """The last moment of a minute, or of a day."""
    local = datetime.combine(day, at or time(23, 59)).replace(second=59, microsecond=999999)
    try:
        aware = _at(local)
        skipped = timezone.localtime(aware).replace(tzinfo=None, fold=0) != local
    except (ValueError, OverflowError):
        raise Misread(_what_to_write(), field) from None
    if skipped:
        raise Misread(
            _("The clocks went forward then: {time} does not exist on {day}. Write another time.").format(
                time=f"{local:%H:%M}", day=words.day(day.isoformat())
            ),
            field,
        )
    return aware


def _at(local: datetime) -> datetime:
    """On the clinic's clock; of a time that comes twice the later one."""
    return local.replace(tzinfo=timezone.get_current_timezone(), fold=1).astimezone(UTC)


def _is_whole(local: datetime) -> bool:
    return local.second == 59 and local.microsecond == 999999


def _is_plain(local: datetime) -> bool:
    """Whether the minute is read back as the same moment."""
    zone = timezone.get_current_timezone()
    first, later = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first == later


def _what_to_write() -> str:
    return _("Write a date such as 24-Nov-2026")


def _to_come(now: datetime) -> str:
    return _("This moment is still to come. It is {now} now.").format(now=said(now))
