"""How much time a drawing shows, and where a moment stands in it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from projections import words

#: Plot widths that labels are laid out for: the least that a screen leaves beside, or below, the names.
WIDE, NARROW = 690, 262
#: Where the cursor stands: behind it there is room for its flag.
CURSOR = 0.93


@dataclass(frozen=True)
class Window:
    """Shape: months back from the cursor, None for all; narrow_months: the same on a small screen."""

    name: str
    months: int | None
    narrow_months: int | None
    label: str | Promise = ""


SIX_MONTHS = Window("6-months", 6, 6, gettext_lazy("6 months"))
TWELVE_MONTHS = Window("12-months", 12, 12, gettext_lazy("12 months"))
FIVE_YEARS = Window("5-years", 60, 60, gettext_lazy("5 years"))
ALL = Window("all", None, None, gettext_lazy("All"))
WINDOWS = (SIX_MONTHS, TWELVE_MONTHS, FIVE_YEARS, ALL)
#: Nobody chose: a year where there is room for it, else half of one.
DEFAULT = Window("", 12, 6)


def window_named(name: str | None) -> Window:
    """The window of that name in the address; the default for any other text."""
    return next((window for window in WINDOWS if window.name == name), DEFAULT)


@dataclass(frozen=True)
class Axis:
    """Units: width in pixels, the least one; `share` is 0 at the left edge and 1 at the right one."""

    start: datetime
    cursor: datetime
    width: int

    @cached_property
    def end(self) -> datetime:
        return self.start + (self.cursor - self.start) / CURSOR

    @cached_property
    def _length(self) -> timedelta:
        return self.end - self.start

    def share(self, moment: datetime) -> float:
        """Where a moment stands; outside the axis at its nearer edge."""
        return min(1.0, max(0.0, (moment - self.start) / self._length))

    def px(self, moment: datetime) -> float:
        return self.share(moment) * self.width

    def shows(self, begins: datetime, ends: datetime) -> bool:
        return begins <= self.end and ends >= self.start


def axis(months: int | None, cursor: datetime, first: datetime | None, width: int) -> Axis:
    """An axis that ends a little behind the cursor. `first`: the earliest moment that All must show."""
    if months is None:
        half_a_year = cursor - timedelta(days=183)
        start = min(first - (cursor - first) * 0.01, half_a_year) if first else half_a_year
    else:
        start = _months_before(cursor, months)
    return Axis(start, cursor, width)


@dataclass(frozen=True)
class Tick:
    share: float
    label: str
    is_year: bool


#: Steps between two ticks, in months.
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)
#: Units: pixels. What a tick's month needs, and what its month and year do.
_MONTH_ROOM, _YEAR_ROOM = 30, 50


def ticks(of: Axis) -> Iterator[Tick]:
    """Months, as many as have room; the year at January only, or years alone where months have no room."""
    days = (of.end - of.start) / timedelta(days=1)
    months = days / 30.44
    room = _MONTH_ROOM if months < 36 else 40
    step = next((each for each in _STEPS if of.width * each / months >= room), _STEPS[-1])
    free_from = 0.0
    for moment in _month_starts(of, step):
        january = moment.month == 1
        label, needs = str(words.day_of(moment)), _MONTH_ROOM - 4
        _day, month, year = label.split("-")
        if step >= 6:
            label = year if january else ""
        elif january:
            label, needs = f"{month} {year}", _YEAR_ROOM
        else:
            label = month
        x = of.px(moment)
        if x < free_from or x + needs > of.width + 8:
            label = ""
        if label:
            free_from = x + needs
        yield Tick(of.share(moment), label, january)


def _month_starts(of: Axis, step: int) -> Iterator[datetime]:
    local = timezone.localtime(of.start)
    number = local.year * 12 + local.month - 1 + 1
    number += -number % step
    while number < 9999 * 12:
        year, month = divmod(number, 12)
        moment = timezone.make_aware(datetime(year, month + 1, 1))  # noqa: DTZ001 - made aware here
        if moment > of.end:
            return
        yield moment
        number += step


def _months_before(moment: datetime, months: int) -> datetime:
    local = timezone.localtime(moment)
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)
