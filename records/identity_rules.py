"""Who may be registered as what: the rules of identity, and the refusals that say what else to do.

Pure functions of (patient, command, author, now); personal text in the patient is in clear here.
Knows nothing of Django. That a record number is free is held by the ledger (reservations.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from records import codes, commands, duplicates, events, identity, partial_dates, record_number, stated, times
from records.alerts import is_too_short
from records.author import Author
from records.decision import Decision, Override, Rejected
from records.duplicates import Candidate
from records.fold import Patient
from records.identity import Demographics
from records.speech import _
from records.values import values

#: Nobody has lived longer than 122 years.
OLDEST = 130
ADDRESS = 500


def register(
    patient: Patient,
    command: commands.RegisterPatient,
    _author: Author,
    now: datetime,
    alike: Sequence[Candidate] = (),
) -> Decision:
    """A new record, unless one of those alike is this person's; who says that none is, says why."""
    if patient.version:
        raise Rejected(_("This patient is registered already. Open the chart instead."))
    at = times.moment(command.occurred_at, now)
    who = _stated(command, None, now)
    event = events.PatientRegistered(**values(who))
    code = stated.coded(codes.DifferentPerson, command.override_code, "override_code")
    why = stated.text(command.override_reason, "override_reason", limit=stated.PARAGRAPH)
    shown = duplicates.alerts(alike)
    if shown and why is None:
        raise Rejected(
            _(
                "This person may have a record already. Open it, "
                "or say how you know that this is someone else."
            ),
            "override_reason",
            shown,
        )
    if shown and is_too_short(code, why):
        raise Rejected(_("Write the reason, at least ten characters."), "override_reason", shown)
    override = Override(reason=why, code=code) if shown and why else None
    return Decision(events=(event,), occurred_at=at, alerts=shown, override=override)


def correct(
    patient: Patient, command: commands.CorrectDemographics, _author: Author, now: datetime
) -> Decision:
    at = times.moment(command.occurred_at, now)
    before, who = patient.demographics, _stated(command, patient.demographics, now)
    why = stated.reason(command.reason, _("Say why it is corrected, for example: as on the passport."))
    changed = tuple(name for name in identity.FIELDS if getattr(before, name) != getattr(who, name))
    if not changed:
        raise Rejected(_("This is what is recorded already. Change what is wrong, or leave it."))
    event = events.DemographicsCorrected(changed=changed, reason=why, **values(who))
    return Decision(events=(event,), occurred_at=at)


def _stated(
    command: commands.RegisterPatient | commands.CorrectDemographics,
    before: Demographics | None,
    now: datetime,
) -> Demographics:
    """Who the patient is, as stated. What a source reported may stay as it stands, only not be made so."""

    def stays(name: str) -> bool:
        return before is not None and (getattr(command, name) or None) == getattr(before, name)

    family, given = stated.text(command.family, "family"), stated.text(command.given, "given")
    if family is None and given is None and not (stays("family") and stays("given")):
        raise Rejected(_("Write a name: the family name, or the only name there is."), "family")
    today = times.day(now, now)
    birth_date = command.birth_date if stays("birth_date") else _birth_date(command, today)
    deceased_date = (
        command.deceased_date if stays("deceased_date") else _deceased_date(command, birth_date, today)
    )
    return Demographics(
        mrn=command.mrn or None if stays("mrn") else record_number.stated(command.mrn),
        family=family,
        given=given,
        birth_date=birth_date or None,
        sex=command.sex or None if stays("sex") else _sex(command),
        deceased=command.deceased or bool(deceased_date),
        deceased_date=deceased_date or None,
        other_names=stated.text(command.other_names, "other_names"),
        phone=stated.text(command.phone, "phone"),
        address=stated.text(command.address, "address", limit=ADDRESS),
    )


def _sex(command: commands.RegisterPatient | commands.CorrectDemographics) -> str:
    return stated.required_code(codes.Sex, command.sex, "sex", _("Choose the sex; “unknown” is a choice."))


def _birth_date(command: commands.RegisterPatient | commands.CorrectDemographics, today: date) -> str | None:
    birth = stated.calendar(command.birth_date, "birth_date")
    if partial_dates.surely_before(today, birth):
        raise Rejected(_("This day is still to come. Enter the date of birth."), "birth_date")
    if (span := partial_dates.known_span(birth)) and span[1].year < today.year - OLDEST:
        raise Rejected(
            _("That is more than {count} years ago. Check the year.").format(count=OLDEST), "birth_date"
        )
    return birth


def _deceased_date(
    command: commands.RegisterPatient | commands.CorrectDemographics, birth: str | None, today: date
) -> str | None:
    death = stated.calendar(command.deceased_date, "deceased_date")
    if partial_dates.surely_before(today, death):
        raise Rejected(_("This day is still to come. Enter the date of death."), "deceased_date")
    if partial_dates.surely_before(death, birth):
        raise Rejected(
            _("The death lies before the birth, {day}. Correct one.").format(day=partial_dates.shown(birth)),
            "deceased_date",
        )
    return death
