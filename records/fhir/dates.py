"""Clinical dates as sources write them, and the moment an event is dated by.

A source's date may be a moment, a day, a month, a year, in the future, absent or rubbish. A day or
a moment that has passed dates the event; everything else leaves the time of import, with the
source's literal kept and marked. Knows nothing of events.
Source: FHIR R4 dateTime.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

_SHAPE = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)"
    r"([T ](?P<hour>\d\d):(?P<minute>\d\d)(:(?P<second>\d\d)(\.(?P<fraction>\d+))?)?"
    r"\s*(?P<zone>Z|z|[+-]\d\d:?\d\d)?)?)?)?"
)
#: The ledger takes an author's clock to run this much ahead at most.
AHEAD = timedelta(minutes=5)


@dataclass(frozen=True)
class Stated:
    """A date as a source stated it.

    Shape: day is the longest date text that is certain ("2019", "2019-03", "2019-03-05"), None for
    rubbish; moment is set from a full day on.
    """

    literal: str
    day: str | None
    moment: datetime | None
    whole_day: bool = False


@dataclass(frozen=True)
class Dated:
    """When an event counts as having happened.

    stated: the source gave that very moment or day. literal: what it wrote instead, or None.
    """

    at: datetime
    stated: bool
    literal: str | None = None
    note: str | None = None


def read_date(literal: str | None, zone: tzinfo) -> Stated | None:
    """Read a FHIR date or dateTime. A time without an offset, and a day, are the clinic's own (zone)."""
    if literal is None:
        return None
    shape = _SHAPE.fullmatch(literal.strip())
    if shape is None:
        return Stated(literal, None, None)
    year, month, day = shape["year"], shape["month"], shape["day"]
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return Stated(literal, None, None)
    certain = "-".join(word for word in (year, month, day) if word)
    if day is None:
        return Stated(literal, certain, None)
    return Stated(literal, certain, _moment(shape, zone), whole_day=shape["hour"] is None)


def _moment(shape: re.Match[str], zone: tzinfo) -> datetime | None:
    """The moment in UTC; None where the time of day does not exist or leaves the calendar."""
    try:
        moment = datetime(
            int(shape["year"]),
            int(shape["month"]),
            int(shape["day"]),
            int(shape["hour"] or 0),
            int(shape["minute"] or 0),
            int(shape["second"] or 0),
            int((shape["fraction"] or "0")[:6].ljust(6, "0")),
            tzinfo=_offset(shape["zone"]) or zone,
        )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _offset(written: str | None) -> tzinfo | None:
    if written is None:
        return None
    if written in "Zz":
        return UTC
    digits = written[1:].replace(":", "")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(ahead if written[0] == "+" else -ahead)


def end_of_day(said: Stated | None) -> Stated | None:
    """A last day, as the moment at which it is over."""
    if said is None or said.moment is None or not said.whole_day:
        return said
    return replace(said, moment=said.moment + timedelta(days=1))


def after_days(said: Stated | None, days: int | None) -> Stated | None:
    """So many days later; None where either is not stated."""
    if said is None or said.moment is None or days is None:
        return None
    return Stated(f"{days} days from {said.literal}", None, said.moment + timedelta(days=days))


def dated(said: Stated | None, now: datetime, *, what: str) -> Dated:
    """Date an event by what was stated, or by the time of import, and say why."""
    if said is None:
        return Dated(now, stated=False, note=f"{what} is not stated by the source")
    if said.moment is None:
        why = "is only partly stated by the source" if said.day else "cannot be read"
        return Dated(now, stated=False, literal=said.literal, note=f"{what} {why}: {said.literal}")
    if said.moment > now + AHEAD:
        return Dated(now, stated=False, literal=said.literal, note=f"{what} is in the future: {said.literal}")
    return Dated(min(said.moment, now), stated=True, literal=said.literal if said.whole_day else None)


def contradiction(said: Stated | None, *, born: str | None, died: str | None) -> str | None:
    """Say so if a date lies before birth or after death, by the digits that both have."""
    if said is None or said.day is None:
        return None
    if born and _before(said.day, born):
        return f"Dated {said.day}, before the birth date {born}"
    if died and _before(died, said.day):
        return f"Dated {said.day}, after the date of death {died}"
    return None


def _before(one: str, other: str) -> bool:
    size = min(len(one), len(other))
    return one[:size] < other[:size]
