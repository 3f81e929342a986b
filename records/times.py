"""When something was true, on the clinic's own clock.

`now` is handed in and carries the clinic's time zone; nothing here asks a clock. Knows nothing of
Django.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from records import partial_dates
from records.decision import Rejected
from records.fold import Patient
from records.speech import _

#: How far a clock may run ahead before a time counts as in the future (as the ledger has it).
CLOCK_TOLERANCE = timedelta(minutes=5)


def moment(occurred_at: datetime | None, now: datetime) -> datetime:
    """When it was true: as stated, else now. Raises: Rejected for a time to come."""
    if occurred_at is None:
        return now
    if occurred_at > now + CLOCK_TOLERANCE:
        raise Rejected(
            _("This time is still to come. Enter when it happened: now at the latest."), "occurred_at"
        )
    return occurred_at


def moment_in_life(patient: Patient, occurred_at: datetime | None, now: datetime) -> datetime:
    """As `moment`, and not before the patient was born."""
    at = moment(occurred_at, now)
    birth = patient.demographics.birth_date if patient.demographics else None
    if partial_dates.surely_before(day(at, now), birth):
        raise Rejected(
            _("The patient was born on {day}: enter a time after that.").format(
                day=partial_dates.shown(birth)
            ),
            "occurred_at",
        )
    return at


def not_before(last: datetime, at: datetime, stated: datetime | None, now: datetime) -> datetime | None:
    """When something is true that comes after an entry of `last`; None where it was said to come before.

    Why: "now" on one server can lie before an entry that another, with a clock ahead, has just made,
    and a time written to the minute before one within that minute. Both come later all the same; as
    late entries they would be recorded and change nothing.
    """
    if at >= last:
        return at
    same = at == last.replace(second=0, microsecond=0) if stated else last <= now + CLOCK_TOLERANCE
    return last if same else None


def day(moment: datetime, now: datetime) -> date:
    """The clinic's calendar day of a moment."""
    return moment.astimezone(now.tzinfo).date()


def start_of_day(text: str, now: datetime, *, not_before: datetime) -> datetime:
    """When a day began, or `not_before` where that falls within the day."""
    start = datetime.fromisoformat(text).replace(tzinfo=now.tzinfo)
    return not_before if day(not_before, now).isoformat() == text and start < not_before else start


def shown(moment: datetime, now: datetime) -> str:
    """24-Nov-2026 09:41."""
    local = moment.astimezone(now.tzinfo)
    return f"{partial_dates.shown(local.date())} {local:%H:%M}"
