"""Entries about allergies, in words."""

from __future__ import annotations

from functools import singledispatch

from projections import words
from projections.course_history import Moment, Values
from projections.entries.told import Told, change, facts
from projections.subjects import Subjects
from records import allergies, events
from records.allergies import Allergy

UNKNOWN_ALLERGY = "unknown allergy"


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
        title=f"Allergy recorded: {event.substance}",
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
        title=f"Allergy revised: {event.substance}",
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
    told.changes = [change(label, was[label], now[label]) for label in now if was[label] != now[label]]
    same = [label.lower() for label in now if was[label] == now[label] and _is_stated(now[label])]
    told.unchanged = f"{words.capital(words.listed(same))} unchanged" if same else ""
    return told


@tell.register
def _(event: events.AllergyRefuted, moment: Moment, subjects: Subjects) -> Told:
    return _ended("refuted", "not an allergy after all", event, moment, subjects)


@tell.register
def _(event: events.AllergyResolved, moment: Moment, subjects: Subjects) -> Told:
    return _ended("resolved", "no longer an allergy", event, moment, subjects)


@tell.register
def _(event: events.NoKnownAllergiesAsserted, moment: Moment, subjects: Subjects) -> Told:
    return Told(
        kind="allergy",
        title=f"No known {event.scope} allergies" if event.scope else "No known allergies",
        line=f"asked by {event.asked_by}" if event.asked_by else "",
    )


def line(allergy: Allergy) -> str:
    """'anaphylaxis, confirmed, high criticality; holds for the whole class'; severity stands apart."""
    said = words.joined(
        (
            "" if allergy.severity else f"severity {words.absent(reported=allergy.reported)}",
            allergy.reactions,
            allergy.certainty,
            allergy.criticality and _criticality(allergy.criticality),
        )
    )
    return words.joined((said, "holds for the whole class" if allergy.whole_class else ""), "; ")


def _criticality(value: str) -> str:
    return f"{value} criticality" if value in ("high", "low") else f"criticality {value}"


def _ended(
    act: str,
    meaning: str,
    event: events.AllergyRefuted | events.AllergyResolved,
    moment: Moment,
    subjects: Subjects,
) -> Told:
    allergy = subjects.allergy(event.allergy_id)
    if allergy is not None:
        subjects.keep_allergy(allergies.after(allergy, event, moment.at))
    name = allergy.substance if allergy else UNKNOWN_ALLERGY
    return Told(
        kind="allergy",
        icon="allergy",
        title=f"Allergy {act}: {name}",
        about=name,
        subject_id=event.allergy_id,
        tag=words.capital(act),
        line=meaning,
        reason=event.reason or "",
    )


def _said(allergy: Allergy) -> dict[str, str]:
    silent = allergy.reported
    return {
        "Substance": allergy.substance,
        "Severity": words.stated(allergy.severity, reported=silent),
        "Reaction": words.stated(allergy.reactions, reported=silent),
        "Certainty": words.stated(allergy.certainty, reported=silent),
        "Criticality": words.stated(allergy.criticality, reported=silent),
        "Category": words.stated(allergy.category, reported=silent),
        "Whole class": "yes" if allergy.whole_class else "no",
        "Onset": words.day(allergy.onset, reported=silent),
    }


def _is_stated(value: str) -> bool:
    return value not in (words.NOT_STATED, words.UNKNOWN, "no")


def _facts(allergy: Allergy) -> list[Values]:
    return facts(
        ("Category", allergy.category),
        ("Onset", allergy.onset and words.day(allergy.onset)),
        ("Code", words.code(allergy.code, allergy.code_system)),
    )
