"""When things happen: a story waits, and its next visit falls into the working hours of the clinic.

Why: times that look like a clinic's make the timeline and the compliance report worth looking at.
Pure; every draw comes from the Random that is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from records.demo.people import DAY, NIGHT

#: Share of a day's visits that begin in each hour, from 8 to 17.
_DAY_HOURS = (6, 13, 15, 13, 8, 5, 11, 13, 10, 6)
_NIGHT_HOURS = (22, 23, 1, 3, 5, 6)
#: One urgent visit in so many falls on a weekend.
_WEEKEND_ONE_IN = 9


@dataclass(frozen=True)
class Wait:
    """How long until a story goes on.

    Shape: exact: whatever the hour (an acute illness); on: (days ago, clock), a fixed moment, no span.
    """

    least: timedelta = timedelta()
    most: timedelta = timedelta()
    shift: str = DAY
    exact: bool = False
    on: tuple[int, str] | None = None


def days(least: float, most: float | None = None, *, shift: str = DAY) -> Wait:
    """Wait so many days, then come at a time of day that suits the shift."""
    return Wait(timedelta(days=least), timedelta(days=most if most is not None else least), shift)


def weeks(least: float, most: float | None = None) -> Wait:
    return days(least * 7, (most if most is not None else least) * 7)


def hours(least: float, most: float | None = None) -> Wait:
    """Wait so many hours exactly, day or night."""
    return Wait(
        timedelta(hours=least), timedelta(hours=most if most is not None else least), exact=True
    )  # fmt: skip


def until(days_ago: int, clock: str) -> Wait:
    """Go on at a fixed moment, so many days before the clinic's today, at "HH:MM"."""
    return Wait(on=(days_ago, clock))


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The clinic's days up to, and without, `today`: all that is recorded lies before its midnight.

    Shape: moments are in UTC, so that adding to them is exact; zone says what day and hour they are.
    """

    today: date
    zone: ZoneInfo

    @property
    def end(self) -> datetime:
        return datetime.combine(self.today, time(), self.zone).astimezone(UTC)

    def ago(self, days_ago: int, clock: str = "09:00") -> datetime:
        """A moment so many days before today. Shape: clock "HH:MM", clinic time."""
        day = self.today - timedelta(days=days_ago)
        return datetime.combine(day, time.fromisoformat(clock), self.zone).astimezone(UTC)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def next_moment(self, after: datetime, wait: Wait, rng: Random) -> datetime:
        """When a story that waits from `after` goes on."""
        if wait.on:
            return max(self.ago(*wait.on), after)
        span = wait.most - wait.least
        moment = after + wait.least + span * rng.random()
        if wait.exact:
            return moment
        day = self.day_of(moment)
        if wait.shift == NIGHT:
            hour = rng.choice(_NIGHT_HOURS)
            day += timedelta(days=1) if hour < self.local(moment).hour else timedelta()
        else:
            if day.weekday() >= 5 and rng.randrange(_WEEKEND_ONE_IN):
                day += timedelta(days=7 - day.weekday())
            hour = rng.choices(range(8, 18), _DAY_HOURS)[0]
        clock = time(hour, rng.randrange(60), rng.randrange(60), rng.randrange(1_000_000))
        settled = datetime.combine(day, clock, self.zone).astimezone(UTC)
        return settled if settled > after else moment
