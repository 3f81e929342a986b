"""What may be recorded of a patient's allergies: the rules, and the refusals that say what else to do.

Pure functions of (patient, command, author, now); personal text in the patient is in clear here.
Knows nothing of Django.
Source: clinic safety rules; FHIR R4 AllergyIntolerance; US Core on "no known allergies".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from records import allergies, codes, commands, events, interactions, partial_dates, stated, times
from records.alerts import flagged
from records.allergies import Allergy
from records.author import Author
from records.decision import Alert, Decision, Rejected
from records.fold import Patient
from records.ingredients import substance
from records.medication_names import coded
from records.speech import _, gettext_noop

NOT_ACTIVE = gettext_noop(
    "This allergy is not current: it was refuted, has resolved, was marked in error"
    " or was never recorded here."
)


def record(patient: Patient, command: commands.RecordAllergy, _author: Author, now: datetime) -> Decision:
    at = times.moment_in_life(patient, command.occurred_at, now)
    allergy_id = stated.identifier(command.allergy_id, "allergy_id")
    known = _known(patient, command, now)
    if allergy_id in patient.allergies:
        raise Rejected(_("This allergy is recorded already. To change what is known of it, revise it."))
    _not_recorded_yet(patient.active_allergies, known)
    event = events.AllergyRecorded(allergy_id=allergy_id, **known)
    alerts = (
        *interactions.taken_now_alerts(
            interactions.still_taken(patient.open_courses, now.date()), allergies.recorded(event, at)
        ),
        *_class_alerts(known),
        *flagged(command.reactions),
    )
    return Decision(events=(event,), occurred_at=at, alerts=alerts)


def revise(patient: Patient, command: commands.ReviseAllergy, _author: Author, now: datetime) -> Decision:
    at = times.moment_in_life(patient, command.occurred_at, now)
    allergy = _active(patient, command.allergy_id, _("Record it anew."))
    from_then_on = times.not_before(allergy.revised_at, at, command.occurred_at, now)
    if from_then_on is None:
        raise Rejected(
            _("What is known of it dates from {time}: enter a time from then on.").format(
                time=times.shown(allergy.revised_at, now)
            ),
            "occurred_at",
        )
    known = _known(patient, command, now, keeping=allergy)
    _not_recorded_yet([other for other in patient.active_allergies if other is not allergy], known)
    why = stated.reason(command.reason, _("Say why it is revised, for example: seen by the allergist."))
    if all(value == getattr(allergy, name) for name, value in known.items()):
        raise Rejected(_("This is what is recorded already. Change what is known, or leave it."), "substance")
    event = events.AllergyRevised(allergy_id=allergy.allergy_id, reason=why, **known)
    alerts = (*_class_alerts(known), *flagged(command.reactions, why))
    return Decision(events=(event,), occurred_at=from_then_on, alerts=alerts)


def refute(patient: Patient, command: commands.RefuteAllergy, _author: Author, now: datetime) -> Decision:
    at = times.moment_in_life(patient, command.occurred_at, now)
    allergy = _active(patient, command.allergy_id, _("There is nothing to refute."))
    why = stated.reason(
        command.reason, _("Say why it is no allergy, for example: took it without a reaction.")
    )
    event = events.AllergyRefuted(allergy_id=allergy.allergy_id, reason=why)
    return Decision(events=(event,), occurred_at=at, alerts=flagged(why))


def resolve(patient: Patient, command: commands.ResolveAllergy, _author: Author, now: datetime) -> Decision:
    at = times.moment_in_life(patient, command.occurred_at, now)
    allergy = _active(patient, command.allergy_id, _("There is nothing to resolve."))
    why = stated.reason(command.reason, _("Say how it resolved, for example: desensitised."))
    event = events.AllergyResolved(allergy_id=allergy.allergy_id, reason=why)
    return Decision(events=(event,), occurred_at=at, alerts=flagged(why))


def assert_none_known(
    patient: Patient, command: commands.AssertNoKnownAllergies, author: Author, now: datetime
) -> Decision:
    at = times.moment_in_life(patient, command.occurred_at, now)
    if active := patient.active_allergies:
        named = ", ".join(allergy.substance for allergy in active)
        raise Rejected(
            _(
                "Allergies are recorded: {named}."
                " Refute or resolve each of them first, if it no longer holds."
            ).format(named=named)
        )
    event = events.NoKnownAllergiesAsserted(asked_by=stated.text(command.asked_by, "asked_by") or author.name)
    return Decision(events=(event,), occurred_at=at)


def _known(
    patient: Patient,
    command: commands.RecordAllergy | commands.ReviseAllergy,
    now: datetime,
    *,
    keeping: Allergy | None = None,
) -> dict[str, Any]:
    """What the command states of the allergy, in an event's shape. keeping: the one that it revises."""
    onset = stated.calendar(command.onset, "onset")
    if partial_dates.surely_before(times.day(now, now), onset):
        raise Rejected(
            _("This day is still to come. Enter when it first happened, as far as known."), "onset"
        )
    birth = patient.demographics.birth_date if patient.demographics else None
    if partial_dates.surely_before(onset, birth):
        raise Rejected(
            _("The patient was born on {day}: enter a later date.").format(day=partial_dates.shown(birth)),
            "onset",
        )
    named = stated.required(command.substance, "substance", _("Write the substance."))
    code, system = stated.text(command.code, "code"), stated.text(command.code_system, "code_system")
    if keeping is None or keeping.substance != named:
        code, system = coded(named, code, system)
    return {
        "substance": named,
        "code": code,
        "code_system": system,
        "whole_class": command.whole_class,
        "category": stated.coded(codes.AllergyCategory, command.category, "category"),
        "reactions": stated.text(command.reactions, "reactions", limit=stated.PARAGRAPH),
        "severity": stated.coded(codes.Severity, command.severity, "severity"),
        "certainty": stated.coded(codes.Certainty, command.certainty, "certainty"),
        "criticality": stated.coded(codes.Criticality, command.criticality, "criticality"),
        "onset": onset,
    }


def _active(patient: Patient, allergy_id: str, instead: str) -> Allergy:
    allergy = patient.allergies.get(allergy_id)
    if allergy is None or not allergy.is_active:
        raise Rejected(f"{_(NOT_ACTIVE)} {instead}")
    return allergy


def _not_recorded_yet(others: Iterable[Allergy], known: dict[str, Any]) -> None:
    """One allergy a substance: two entries for one would be revised apart."""
    code = (known["code"], known["code_system"])
    for other in others:
        same_code = known["code"] is not None and code == (other.code, other.code_system)
        if same_code or substance(known["substance"]) == substance(other.substance):
            raise Rejected(
                _("An allergy to {substance} is recorded already. Revise that entry instead.").format(
                    substance=other.substance
                ),
                "substance",
            )


def _class_alerts(known: dict[str, Any]) -> tuple[Alert, ...]:
    if not known["whole_class"] or interactions.class_is_known(known["substance"]):
        return ()
    sentence = _(
        "Which drugs belong to the class of {substance} is not known here:"
        " only the substance itself will be checked. Record the others one by one."
    )
    return (Alert(kind="class not known", text=sentence.format(substance=known["substance"])),)
