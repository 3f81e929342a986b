"""Entries about allergies, in words."""

from __future__ import annotations

from functools import singledispatch

from projections import words
from projections.course_history import Moment, Values
from projections.entries.told import Told, change, facts
from projections.subjects import Subjects
from records import allergies, events
from records.allergies import Allergy
from records.codes import AllergyCategory, Criticality
from records.speech import capital, coded, joined, say

UNKNOWN_ALLERGY = say("unknown allergy")
YES, NO = say("yes"), say("no")


@singledispatch
def tell(event: object, moment: Moment, subjects: Subjects) -> Told | None:
    """The entry in words; None where it is not about an allergy. Keeps what later entries need."""
    return None


@tell.register
def _(event: events.AllergyRecorded, moment: Moment, subjects: Subjects) -> Told:
    allergy = allergies.recorded(event, moment.at)
    subjects.keep_allergy(allergy)
    return Told(
        kind="allergy",
        icon="allergy",
        title=say("Allergy recorded: {substance}", substance=event.substance),
        about=event.substance,
        subject_id=event.allergy_id,
        severity=event.severity or "",
        line=line(allergy),
        facts=_facts(allergy),
    )


@tell.register
def _(event: events.AllergyRevised, moment: Moment, subjects: Subjects) -> Told:
    before = subjects.allergy(event.allergy_id)
    said = Allergy(
        allergy_id=event.allergy_id,
        reported=event.reported,
        recorded_at=before.recorded_at if before else moment.at,
        revised_at=moment.at,
        **{name: getattr(event, name) for name in allergies.STATED},
    )
    told = Told(
        kind="allergy",
        icon="allergy",
        title=say("Allergy revised: {substance}", substance=event.substance),
        about=event.substance,
        subject_id=event.allergy_id,
        severity=event.severity or "",
        reason=event.reason or "",
    )
    subjects.keep_allergy(allergies.after(before, event, moment.at) if before else said)
    if before is None or moment.at < before.revised_at:
        # Recorded late: what held just before it is not what is known last, so it is said in full.
        told.line, told.facts = line(said), _facts(said)
        return told
    was, now = _said(before), _said(said)
    told.changes = [change(capital(name), was[name], now[name]) for name in now if was[name] != now[name]]
    same = [name for name in now if was[name] == now[name] and _is_stated(now[name])]
    told.unchanged = say("{what} unchanged", what=capital(words.listed(same))) if same else ""
    return told


@tell.register
def _(event: events.AllergyRefuted, moment: Moment, subjects: Subjects) -> Told:
    told = _ended(event, moment, subjects)
    told.title = say("Allergy refuted: {substance}", substance=told.about)
    told.tag, told.line = say("Refuted"), say("not an allergy after all")
    return told


@tell.register
def _(event: events.AllergyResolved, moment: Moment, subjects: Subjects) -> Told:
    told = _ended(event, moment, subjects)
    told.title = say("Allergy resolved: {substance}", substance=told.about)
    told.tag, told.line = say("Resolved"), say("no longer an allergy")
    return told


@tell.register
def _(event: events.NoKnownAllergiesAsserted, moment: Moment, subjects: Subjects) -> Told:
    return Told(
        kind="allergy",
        title=_none_known(event.scope),
        line=say("asked by {person}", person=event.asked_by) if event.asked_by else "",
    )


def line(allergy: Allergy) -> str:
    """'anaphylaxis, confirmed, high criticality; holds for the whole class'; severity stands apart."""
    silent = say("severity not stated by source") if allergy.reported else say("severity unknown")
    said = joined(
        (
            "" if allergy.severity else silent,
            allergy.reactions,
            coded(allergy.certainty),
            _criticality(allergy.criticality),
        )
    )
    return joined((said, say("holds for the whole class") if allergy.whole_class else ""), "; ")


def _criticality(value: str | None) -> str:
    match value:
        case None | "":
            return ""
        case Criticality.HIGH:
            return say("high criticality")
        case Criticality.LOW:
            return say("low criticality")
    return say("criticality {value}", value=coded(value))


def _none_known(scope: str | None) -> str:
    match scope:
        case None:
            return say("No known allergies")
        case AllergyCategory.MEDICATION:
            return say("No known medication allergies")
        case AllergyCategory.FOOD:
            return say("No known food allergies")
        case AllergyCategory.ENVIRONMENT:
            return say("No known environment allergies")
    return say("No known {scope} allergies", scope=coded(scope))


def _ended(event: events.AllergyRefuted | events.AllergyResolved, moment: Moment, subjects: Subjects) -> Told:
    """What both ends of an allergy say; the title and what it means differ."""
    allergy = subjects.allergy(event.allergy_id)
    if allergy is not None:
        subjects.keep_allergy(allergies.after(allergy, event, moment.at))
    name = allergy.substance if allergy else UNKNOWN_ALLERGY
    return Told(
        kind="allergy",
        icon="allergy",
        title="",
        about=name,
        subject_id=event.allergy_id,
        reason=event.reason or "",
    )


def _said(allergy: Allergy) -> dict[str, str]:
    silent = allergy.reported
    return {
        say("substance"): allergy.substance,
        say("severity"): words.stated(coded(allergy.severity), reported=silent),
        say("reaction"): words.stated(allergy.reactions, reported=silent),
        say("certainty"): words.stated(coded(allergy.certainty), reported=silent),
        say("criticality"): words.stated(coded(allergy.criticality), reported=silent),
        say("category"): words.stated(coded(allergy.category), reported=silent),
        say("whole class"): YES if allergy.whole_class else NO,
        say("onset"): words.day(allergy.onset, reported=silent),
    }


def _is_stated(value: str) -> bool:
    return value not in (words.NOT_STATED, words.UNKNOWN, NO)


def _facts(allergy: Allergy) -> list[Values]:
    return facts(
        (say("Category"), coded(allergy.category)),
        (say("Onset"), allergy.onset and words.day(allergy.onset)),
        (say("Code"), words.code(allergy.code, allergy.code_system)),
    )
