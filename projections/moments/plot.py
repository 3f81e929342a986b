"""The plot of the square: its size, its axes, the corner that is visible, and what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from eventstore.store import RecordedEvent
from projections import words

#: Units: pixels of the drawing, and of its plot.
WIDTH, HEIGHT = 352, 340
LEFT, TOP, SIZE = 52, 12, 288
RIGHT, BOTTOM = LEFT + SIZE, TOP + SIZE

SEEN, NOT_YET, IN_ERROR = "seen", "not-yet", "in-error"

_DOT = 4.5
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
_DAYS = (1, 2, 5, 7, 14)


@dataclass(frozen=True)
class Row:
    """One entry in the square, and in the table that says the same."""

    entry: RecordedEvent
    true_at: datetime
    state: str

    @property
    def later(self) -> str:
        """How long after it was true it was recorded."""
        return str(words.later(self.true_at, self.entry.created_at))


@dataclass(frozen=True)
class Dot:
    """One entry, or so many that would cover each other."""

    x: float
    y: float
    state: str
    entries: tuple[RecordedEvent, ...]

    @property
    def count(self) -> int:
        return len(self.entries)

    @property
    def r(self) -> float:
        return _DOT if self.count == 1 else 5.5 + 2.5 * len(f"{self.count}")

    @property
    def text_y(self) -> float:
        return round(self.y + 3.8, 1)


@dataclass(frozen=True)
class Tick:
    place: float
    label: str


@dataclass(frozen=True)
class Corner:
    """What is visible at the first moment."""

    x: float
    y: float

    @property
    def width(self) -> float:
        return round(self.x - LEFT, 1)

    @property
    def height(self) -> float:
        return round(BOTTOM - self.y, 1)

    @property
    def holds_words(self) -> bool:
        return self.width > 70 and self.height > 40


def ticks(start: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
    """Months, years, or within two months days; so far apart that their labels do not touch."""
    first, last = words.clinic_day(start), words.clinic_day(end)
    days = (last - first).days
    room = SIZE / 46
    if days < 62:
        step = next((each for each in _DAYS if days / each <= room), _DAYS[-1])
        for number in range(1, days + 1, step):
            day = first + timedelta(days=number)
            yield _midnight(day), str(words.day(day.isoformat())).rpartition("-")[0]
        return
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next((each for each in _MONTHS if months / each <= room), _MONTHS[-1])
    named = ""
    for index in range(first.year * 12 + first.month, last.year * 12 + last.month):
        if index % step:
            continue
        day = date(index // 12, index % 12 + 1, 1)
        month, _dash, year = str(words.day(f"{day:%Y-%m}")).rpartition("-")
        yield _midnight(day), year if step >= 12 else month if year == named else f"{month} {year}"
        named = year


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
