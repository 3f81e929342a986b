"""The second fold's events, and how it reads dates and says doses: apart from `projections.words`."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

Values = dict[str, Any]
#: The license of a user as of a position in the ledger.
LicenseAt = Callable[[str, int], str | None]
#: The clinic's calendar day of a moment.
DayOf = Callable[[datetime], date]

KINDS = {
    "Prescription": "medication", "Dosage": "medication", "Allergy": "allergy", "NoKnown": "allergy",
    "Note": "note", "Patient": "demographics", "Demographics": "demographics", "Entry": "correction",
}  # fmt: skip

#: What is counted, and what several of it are called.
COUNTED = {
    "tablet": "tablets", "capsule": "capsules", "puff": "puffs", "drop": "drops", "patch": "patches",
    "spray": "sprays", "sachet": "sachets", "suppository": "suppositories", "application": "applications",
}  # fmt: skip


class Stored(NamedTuple):
    """An event as stored, personal text in clear. known: this software knows its type and version."""

    position: int
    event_id: str
    event_type: str
    schema_version: int
    version: int
    occurred_at: datetime
    created_at: datetime
    data: Values
    metadata: Values
    known: bool = True


def kind_of(event_type: str) -> str:
    """Which part of a record an event is about, by the first word of its type."""
    return next((kind for word, kind in KINDS.items() if event_type.startswith(word)), "unknown")


def because(code: str | None, text: str | None) -> str:
    """ "side effect: rash"; a reason of the kind "other" is what was said alone."""
    parts = [part for part in (None if code == "other" else code, text) if part]
    return ": ".join(parts)


def printed_dosage(values: Values, *, reported: bool) -> str:
    """ "1,000 mg" as a page prints it."""
    dose = values["dose"]
    if not dose:
        return "not stated by source" if reported else "unknown"
    whole, _, fraction = dose.partition(".")
    if whole.isascii() and whole.isdigit() and int(whole) > 999:
        dose = f"{int(whole):,}" + (f".{fraction}" if "." in dose else "")
    return f"{dose} {_unit(values, reported=reported)}"


def searched_dosage(values: Values, *, reported: bool) -> str:
    """ "1000 mg" as it is stored for searching."""
    if not values["dose"]:
        return "not stated by source" if reported else "unknown"
    return f"{values['dose']} {_unit(values, reported=reported)}"


def _unit(values: Values, *, reported: bool) -> str:
    """One tablet, several tablets; every microgram is an mcg; a number without a unit says so."""
    unit = values["unit"]
    if not unit:
        return f"(unit {'not stated by source' if reported else 'unknown'})"
    if unit.endswith("g") and unit[:-1] in ("u", "\N{MICRO SIGN}", "\N{GREEK SMALL LETTER MU}"):
        return "mcg"
    if unit == "units":
        return "unit" if values["dose"] == "1" else "units"
    several = values["dose"].replace(".", "", 1).isdigit() and Decimal(values["dose"]) > 1
    return COUNTED[unit] if unit in COUNTED and several else str(unit)


def last_day(start: str | None, end: str | None, days: int | None, opened_on: date) -> date | None:
    """The last day an order covers, where that can be told.

    Shape: a stated end counts, the latest day of a partial one; else start (or the day it was
    opened on) and duration; a partial start tells nothing.
    """
    try:
        if end:
            year, month, day = ([int(part) for part in end.split("-")] + [None, None])[:3]
            month = month or 12
            return date(year or 0, month, day or monthrange(year or 0, month)[1])
        if not days:
            return None
        return (date(*map(int, start.split("-"))) if start else opened_on) + timedelta(days=days - 1)
    except (ValueError, TypeError, OverflowError):
        return None


def with_times(stored: Values, *names: str) -> Values:
    """A stored part with these of its texts as times."""
    return {
        name: datetime.fromisoformat(value) if name in names and value else value
        for name, value in stored.items()
    }
