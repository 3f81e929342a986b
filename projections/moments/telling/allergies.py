"""Differences in what is known of allergies, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from projections import words
from projections.moments.between import ALLERGIES, Case, Cause
from projections.moments.telling.difference import ICONS, Difference, reason, when, withdrawn
from records import events
from records.allergies import Allergy
from records.speech import say


def allergies_told(case: Case) -> Iterator[Difference]:
    for of in dict.fromkeys(isinstance(e.data, events.NoKnownAllergiesAsserted) for e in case.entries):
        own = tuple(e for e in case.entries if isinstance(e.data, events.NoKnownAllergiesAsserted) == of)
        yield _none_known(replace(case, entries=own)) if of else _one_allergy(replace(case, entries=own))


def _none_known(case: Case) -> Difference:
    if case.cause is Cause.WITHDRAWN:
        return withdrawn(case, say("No known allergies stated, entered in error"), ())
    last = case.entries[-1]
    return Difference(
        cause=case.cause,
        part=ALLERGIES,
        subject="patient",
        at=last.occurred_at,
        event_id=last.event_id,
        icon="check",
        title=say("No known allergies stated"),
        act="",
        when=when(case),
        value="allergies",
    )


def _one_allergy(case: Case) -> Difference:
    last = case.entries[-1]
    was, now = (side.record.patient.allergies.get(case.subject) for side in (case.first, case.second))
    substance = next((each.substance for each in (now, was) if each), None) or next(
        (e.data.substance for e in case.entries if hasattr(e.data, "substance")), say("a substance")
    )
    if case.cause is Cause.WITHDRAWN:
        return withdrawn(case, say("Allergy to {substance}, entered in error", substance=substance), ())
    named = {"substance": substance}
    match last.data:
        case events.AllergyRefuted():
            title = say("Allergy to {substance} refuted", **named)
        case events.AllergyResolved():
            title = say("Allergy to {substance} resolved", **named)
        case events.AllergyRevised() if not any(
            isinstance(e.data, events.AllergyRecorded) for e in case.entries
        ):
            title = say("Allergy to {substance} revised", **named)
        case _:
            title = say("Allergy to {substance} recorded", **named)
    known = now or was
    return Difference(
        cause=case.cause,
        part=ALLERGIES,
        subject=case.subject,
        at=case.entries[0].occurred_at,
        event_id=last.event_id,
        icon=ICONS[type(last.data)],
        title=title,
        act="",
        changes=_revised(was, now) if isinstance(last.data, events.AllergyRevised) and was and now else (),
        line=words.joined((words.coded(known.severity) if known and known.severity else None,
                           known.reactions if known else None)),
        when=when(case),
        reason=reason(last),
        value="substance",
    )  # fmt: skip


def _revised(was: Allergy, now: Allergy) -> tuple[tuple[str, str, str], ...]:
    labels = {
        "substance": say("Substance"),
        "severity": say("Severity"),
        "reactions": say("Reaction"),
        "certainty": say("Certainty"),
        "criticality": say("Criticality"),
    }
    return tuple(
        (label, *_before_and_after(getattr(was, name), getattr(now, name), reported=now.reported))
        for name, label in labels.items()
        if getattr(was, name) != getattr(now, name)
    )


def _before_and_after(was: str | None, now: str | None, *, reported: bool) -> tuple[str, str]:
    before, after = (words.stated(words.coded(each), reported=reported) for each in (was, now))
    return before, after
