"""From what a source says of a person and their allergies to events, for what is not on record yet.

An entry here is reported, not authored: nothing is refused for what it lacks, nothing is filled in,
and what contradicts itself is kept with a passive note. Prescriptions are prescribing.py's business,
changed resources corrections.py's. Pure: knows nothing of files or of the store.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from records import events
from records.codes import NoteCategory
from records.fhir.allergy import AllergySaid
from records.fhir.dates import Dated, Stated, contradiction
from records.fhir.drafts import Alerts, Draft, Group, Origin, in_error, in_order, note, told_at_import
from records.fhir.patient import PatientSaid
from records.fold import Patient
from records.identity import Demographics
from records.values import values


def registered(said: PatientSaid, dated_: Dated, origin: Origin, *, mrn: str | None, alerts: Alerts) -> Draft:
    stated = {name: value for name, value in asdict(said).items() if name not in ("notes", "mrn")}
    data = events.PatientRegistered(mrn=mrn, reported=True, **stated)
    notes = tuple(("not understood", words) for words in said.notes)
    return Draft(data, dated_, origin, (*notes, *alerts))


def impossible(said: Stated | None, person: PatientSaid | Demographics | None) -> Alerts:
    """A passive note where something is dated before birth or after death."""
    if person is None:
        return ()
    words = contradiction(said, born=person.birth_date, died=person.deceased_date)
    return (("impossible date", words),) if words else ()


# --- Allergies ----------------------------------------------------------------------------------


def allergy_values(said: AllergySaid) -> dict[str, object]:
    return {
        "substance": said.substance,
        "code": said.code,
        "code_system": said.code_system,
        "whole_class": False,
        "category": said.category,
        "reactions": said.reactions,
        "severity": said.severity,
        "certainty": said.certainty,
        "criticality": said.criticality,
        "onset": said.onset,
    }


def new_allergy(
    said: AllergySaid, dated_: Dated, origin: Origin, alerts: Alerts, now: datetime, patient: Patient
) -> Group:
    """What one AllergyIntolerance amounts to. patient: the record as it stands."""
    if said.nothing_known:
        words = f"Allergies: the source says that nothing is known of them ({said.substance})"
        return Group((_allergy_note(words, said, dated_, origin, alerts),), in_order(3, dated_))
    if said.no_known:
        return _denial(said, dated_, origin, alerts, others=bool(patient.active_allergies))
    allergy_id = str(origin.identity.uuid)
    recorded = events.AllergyRecorded(
        allergy_id=allergy_id,
        reported=True,
        source_text=said.source_text,
        **allergy_values(said),  # type: ignore[arg-type]
    )
    drafts = [Draft(recorded, dated_, origin, alerts)]
    told = told_at_import(now)
    if said.standing == "in error":
        restores: dict[str, object] = {"allergies": {allergy_id: None}}
        if patient.none_known is not None:  # which the wrong entry would have withdrawn
            restores |= {"no_known_allergies": True, **values(patient.none_known)}
        drafts.append(in_error(drafts[0], restores, told))
        return Group(tuple(drafts), in_order(1, dated_))
    if said.standing != "active":
        drafts.append(Draft(allergy_ended(allergy_id, said), told, origin))
    return Group(tuple(drafts), in_order(3, dated_))


def allergy_ended(allergy_id: str, said: AllergySaid) -> events.AllergyRefuted | events.AllergyResolved:
    ended = events.AllergyRefuted if said.standing == "refuted" else events.AllergyResolved
    return ended(allergy_id=allergy_id, reason=None, reported=True)


def _denial(said: AllergySaid, dated_: Dated, origin: Origin, alerts: Alerts, *, others: bool) -> Group:
    """ "No known allergies", before any allergy of the same import, which withdraws it. In words only,
    where the source takes it back, is not sure, or an allergy is on record."""
    doubt = {
        "in error": "but marks that as entered in error",
        "refuted": "but calls that refuted",
        "resolved": "but no longer holds to it",
    }.get(said.standing)
    if doubt is None and said.unconfirmed:
        doubt = "but calls that unconfirmed"
    if doubt is None and others:
        doubt = "although an allergy is on record"
    if doubt:
        words = f"The source states “{said.substance}”, {doubt}"
        return Group((_allergy_note(words, said, dated_, origin, alerts),), in_order(3, dated_))
    data = events.NoKnownAllergiesAsserted(
        asked_by=said.recorder, reported=True, source_text=said.source_text, scope=said.scope
    )
    return Group((Draft(data, dated_, origin, alerts),), in_order(2, dated_))


def _allergy_note(words: str, said: AllergySaid, dated_: Dated, origin: Origin, alerts: Alerts) -> Draft:
    return note(words, NoteCategory.CLINICAL, dated_, origin, source_text=said.source_text, alerts=alerts)
