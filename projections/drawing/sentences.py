"""What each step of a drawing says, in one sentence: its accessible name, the line below, the table."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projections import words
from projections.drawing.runs import CHANGED, COMPLETED, RAN_OUT, UNDATED, Dose, Ending, Hold, Mistake, Run

#: A reason is short enough to stand in the drawing up to so many letters.
SHORT = 34


def dose(run: Run, dose: Dose, recorded: datetime | None) -> str:
    said = _("{drug} {dose}, {frequency}, {period}").format(
        drug=run.medication, dose=dose.dosage, frequency=dose.frequency, period=period_of(run, dose)
    )
    return f"{said}; {_recorded(recorded)}" if recorded else said


def period_of(run: Run, dose: Dose) -> str:
    opens = dose is run.doses[0]
    if opens and run.start == "unstated":
        if dose.ongoing:
            return _("start not stated, known since {day}").format(day=words.day_of(dose.begins))
        return _("start not stated, known from {day} to {last}").format(
            day=words.day_of(dose.begins), last=_last(dose.ends)
        )
    if opens and run.start == "partial":
        first = _("some time from {day}").format(day=words.day_of(dose.begins))
        return first if dose.ongoing else _("{first} to {last}").format(first=first, last=_last(dose.ends))
    return period(dose.begins, dose.ends, ongoing=dose.ongoing)


def doses(run: Run, several: list[Dose]) -> str:
    """More changes than can be told apart at this size."""
    return ngettext(
        "{drug}: {count} dose set from {first} to {last}, {low} first, {high} last",
        "{drug}: {count} doses set from {first} to {last}, {low} first, {high} last",
        len(several),
    ).format(
        drug=run.medication,
        count=f"{len(several):,}",
        first=words.day_of(several[0].begins),
        last=words.day_of(several[-1].begins),
        low=several[0].dosage,
        high=several[-1].dosage,
    )


def period(begins: datetime, ends: datetime, *, ongoing: bool) -> str:
    if ongoing:
        return _("since {day}").format(day=words.day_of(begins))
    if words.clinic_day(begins) == words.clinic_day(ends):
        return _("on {day}").format(day=words.day_of(begins))
    return _("{day} to {last}").format(day=words.day_of(begins), last=_last(ends))


def hold(run: Run, hold: Hold) -> str:
    said = _("{drug} held {period}").format(
        drug=run.medication, period=period(hold.begins, hold.ends, ongoing=hold.ongoing)
    )
    return _because(said, hold.reason)


def holds(run: Run, several: list[Hold]) -> str:
    return _("{drug} held {count} times, {day} to {last}").format(
        drug=run.medication,
        count=f"{len(several):,}",
        day=words.day_of(several[0].begins),
        last=_last(several[-1].ends),
    )


def ending(run: Run, ending: Ending, recorded: datetime | None) -> str:
    day = words.day_of(ending.at)
    if ending.kind == UNDATED:
        said = _("{drug} ended; when is not stated by the source, it was still known on {day}")
    elif ending.kind == RAN_OUT:
        said, day = _("{drug} completed {day}, its last day"), _last(ending.at)
    elif ending.kind == COMPLETED:
        said = _("{drug} completed {day}")
    elif ending.kind == CHANGED:
        said = _("{drug} changed to {other} {day}")
    else:
        said = _("{drug} stopped {day}")
    said = said.format(drug=run.medication, day=day, other=ending.other or _("another drug"))
    said = _because(said, ending.reason)
    return f"{said}; {_recorded(recorded)}" if recorded else said


def mistake(wrong: Mistake) -> str:
    return _("{drug} {dose} from {day}: entered in error, marked so {marked}").format(
        drug=wrong.medication,
        dose=wrong.dosage,
        day=words.day_of(wrong.begins),
        marked=words.day_of(wrong.ends),
    )


def in_error() -> str:
    return _("entered in error")


# --- In the drawing: the longest first, what has room is written -------------------------------------


def ending_words(ending: Ending, *, with_year: bool) -> list[str]:
    day = _short(ending.at if ending.kind != RAN_OUT else ending.at - timedelta(days=1), with_year=with_year)
    reason = ending.reason if len(ending.reason) <= SHORT else ""
    if ending.kind == UNDATED:
        return [_("end not stated by source"), _("end not stated")]
    if ending.kind in {RAN_OUT, COMPLETED}:
        return [_("completed {day}").format(day=day), _("completed")]
    if ending.kind == CHANGED:
        other = ending.other or _("another drug")
        plain = _("changed to {other}").format(other=other)
        return [*([f"{plain}: {reason}"] if reason else []), plain, _("changed")]
    dated = _("stopped {day}").format(day=day)
    return [
        *([f"{dated}: {reason}", _("stopped: {reason}").format(reason=reason)] if reason else []),
        dated,
        _("stopped"),
    ]


def hold_words(hold: Hold, *, with_year: bool) -> list[str]:
    if hold.ongoing:
        day = _short(hold.begins, with_year=with_year)
        return [_("held since {day}").format(day=day), _("held")]
    days = (words.clinic_day(hold.ends) - words.clinic_day(hold.begins)).days
    if days < 1:
        return [_("held")]
    return [ngettext("held {days} day", "held {days} days", days).format(days=f"{days:,}"), _("held")]


def recorded_words(recorded: datetime, *, with_year: bool) -> str:
    return _("recorded {day}").format(day=_short(recorded, with_year=with_year))


def _recorded(recorded: datetime) -> str:
    return _("recorded {day}").format(day=words.day_of(recorded))


def _because(said: str, reason: str) -> str:
    return f"{said}: {reason}" if reason else said


def _last(ends: datetime) -> str:
    """The last day: an end at midnight belongs to the day before."""
    return words.day_of(ends - timedelta(seconds=1))


def _short(moment: datetime, *, with_year: bool) -> str:
    """12-Nov, where the axis says the year."""
    day = str(words.day_of(moment))
    return day if with_year else day.rpartition("-")[0]
