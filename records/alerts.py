"""What an author is shown before something is recorded, and how an interruption is answered.

Knows nothing of Django. Drug against allergy, and drug against drug, are in interactions.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from records import codes, partial_dates, stated, times
from records.abbreviations import dangerous
from records.decision import Alert, Decision, Override, Rejected
from records.fold import Patient
from records.speech import _

#: "other" says nothing by itself: so many characters at least say why.
SHORTEST_REASON = 10


def lifetime_alerts(patient: Patient, start: str | None, at: datetime, now: datetime) -> tuple[Alert, ...]:
    """A start before birth or after death is possible only for a reason."""
    if patient.demographics is None:
        return ()
    who, first_day = patient.demographics, start or times.day(at, now)
    if partial_dates.surely_before(first_day, who.birth_date):
        sentence = _("The start lies before the patient's birth, {day}.").format(
            day=partial_dates.shown(who.birth_date)
        )
        return (Alert(kind="before birth", text=sentence, interrupts=True),)
    if partial_dates.surely_before(who.deceased_date, first_day):
        sentence = _("The start lies after the patient's death, {day}.").format(
            day=partial_dates.shown(who.deceased_date)
        )
        return (Alert(kind="after death", text=sentence, interrupts=True),)
    if who.deceased and not partial_dates.known_span(who.deceased_date):
        sentence = _("The patient has died; the day is not recorded.")
        return (Alert(kind="after death", text=sentence, interrupts=True),)
    return ()


def flagged(*texts: str | None) -> tuple[Alert, ...]:
    """A note for each dangerous abbreviation in free text."""
    return tuple(
        Alert(kind="abbreviation", text=str(finding)) for text in texts for finding in dangerous(text)
    )


def as_notes(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    return tuple(replace(alert, interrupts=False) for alert in alerts)


def answered(
    event: object,
    at: datetime,
    alerts: tuple[Alert, ...],
    override_code: str | None,
    override_reason: str | None,
) -> Decision:
    """The decision, if everything that interrupts was answered by a reason for going on."""
    interrupting = tuple(alert for alert in alerts if alert.interrupts)
    code = stated.coded(codes.OverrideReason, override_code, "override_code")
    why = stated.text(override_reason, "override_reason", limit=stated.PARAGRAPH)
    if not interrupting:
        return Decision(events=(event,), occurred_at=at, alerts=alerts)
    if is_too_short(code, why):
        raise Rejected(_("Write the reason, at least ten characters."), "override_reason", alerts)
    if why is None:
        said = " ".join(alert.text for alert in interrupting)
        raise Rejected(
            _("{alerts} Choose something else, or say why you go on all the same.").format(alerts=said),
            "override_reason",
            alerts,
        )
    return Decision(events=(event,), occurred_at=at, alerts=alerts, override=Override(reason=why, code=code))


def is_too_short(code: str | None, why: str | None) -> bool:
    """Words alone, or beside "other", must say something; any other chosen reason says enough."""
    if code == codes.OverrideReason.OTHER:
        return len(why or "") < SHORTEST_REASON
    return code is None and why is not None and len(why) < SHORTEST_REASON
