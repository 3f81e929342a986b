"""Entries said as a person reads them: before they are recorded, and when two people meet on one chart.

A `Line` holds an event with what it changes; templates/records/lines/<event_name>.html prints it. Knows the
record's state and its events, and nothing of requests or read models.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventstore.registry import snake_case
from records import dose, events, partial_dates
from records.fold import Entry, Patient, evolve

#: What each value is called; the dose is said with its unit.
LABELS: Mapping[str, str] = {
    "dose": "Dose", "route": "Route", "frequency": "Frequency",
    "substance": "Substance", "whole_class": "The whole class", "category": "Kind",
    "reactions": "What happened", "severity": "Worst reaction", "certainty": "Certainty",
    "criticality": "Risk if met again", "onset": "First happened",
    "family": "Family name", "given": "Given names", "birth_date": "Born", "sex": "Sex",
    "mrn": "Record number", "other_names": "Other names", "phone": "Telephone", "address": "Address",
    "deceased": "Deceased", "deceased_date": "Died",
}  # fmt: skip

DOSAGE = ("dose", "route", "frequency")
ALLERGY = (
    "substance", "whole_class", "category", "reactions", "severity", "certainty", "criticality", "onset",
)  # fmt: skip
IDENTITY = (
    "family", "given", "birth_date", "sex", "mrn", "other_names", "phone", "address", "deceased",
    "deceased_date",
)  # fmt: skip
DATES = frozenset({"birth_date", "deceased_date", "onset", "start", "end", "renewed_on"})
UNIT_OF = {"dose": "unit", "quantity": "quantity_unit"}

#: Which values an event of this type may change.
CHANGEABLE: Mapping[type, tuple[str, ...]] = {
    events.DosageAdjusted: DOSAGE,
    events.AllergyRevised: ALLERGY,
    events.DemographicsCorrected: IDENTITY,
}


@dataclass(frozen=True)
class Change:
    """One value before and after, as they are read."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One event to be printed. before: the prescription, allergy or identity that it is about, as it was.

    restored: for a correction, what then holds without the wrong entry.
    """

    event: Any
    before: Any
    changes: tuple[Change, ...] = ()
    unchanged: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        if type(self.event) not in SENTENCES:
            return "records/lines/unknown.html"
        return f"records/lines/{snake_case(type(self.event).__name__)}.html"

    @property
    def sentence(self) -> str:
        """What was recorded, past tense, without anything personal: it may be kept in a session."""
        return _sentence(self)


def line(event: Any, patient: Patient) -> Line:
    """The event as it reads on the record that it comes upon."""
    before = part(patient, event)
    names = CHANGEABLE.get(type(event), ())
    differing = [name for name in names if before is None or value(before, name) != value(event, name)]
    return Line(
        event=event,
        before=before,
        changes=tuple(
            Change(LABELS[name], value(before, name) if before else "", value(event, name))
            for name in differing
        ),
        unchanged=tuple(LABELS[name].lower() for name in names if name not in differing),
        restored=_restored(event) if isinstance(event, events.EntryMarkedInError) else (),
    )


def lines(entries: Iterable[Entry], patient: Patient) -> list[Line]:
    """Each entry as it reads on the record that the ones before it made."""
    said = []
    for entry in entries:
        said.append(line(entry.data, patient))
        patient = evolve(patient, entry)
    return said


def part(patient: Patient, event: Any) -> Any:
    """What an event is about, as the record has it; None where it begins something or is not known."""
    if isinstance(event, events.DemographicsCorrected):
        return patient.demographics
    if prescription_id := getattr(event, "prescription_id", None):
        return patient.courses.get(prescription_id)
    if allergy_id := getattr(event, "allergy_id", None):
        return patient.allergies.get(allergy_id)
    return None


def value(of: Any, name: str) -> str:
    """One value of an event or a part of the record, in words."""
    found = getattr(of, name, None)
    if name in UNIT_OF:
        return dose.display(found, getattr(of, UNIT_OF[name], None)) if found else "unknown"
    if isinstance(found, bool):
        return "yes" if found else "no"
    if name in DATES:
        return partial_dates.shown(found)
    return str(found) if found else "unknown"


def prescription(of: Any) -> str:
    """drug form dose route frequency, in one breath."""
    stated = [of.medication, of.form, value(of, "dose"), of.route, of.frequency]
    return " ".join(word for word in stated if word)


def _restored(event: events.EntryMarkedInError) -> tuple[str, ...]:
    """What holds without the wrong entry, a sentence for each part that it touched."""
    said: list[str] = []
    for stored in _stored(event.restores, "prescriptions"):
        if stored is None:
            said.append("Without it there is no such prescription.")
        else:
            dosage = dose.display(stored.get("dose"), stored.get("unit"))
            stated = [stored["medication"], dosage, stored.get("route"), stored.get("frequency")]
            said.append(f"Without it: {' '.join(word for word in stated if word)}, {stored.get('status')}.")
    for stored in _stored(event.restores, "allergies"):
        if stored is None:
            said.append("Without it there is no such allergy.")
        else:
            said.append(f"Without it: allergy to {stored['substance']}, {stored.get('status')}.")
    if "no_known_allergies" in event.restores:
        holds = event.restores["no_known_allergies"]
        said.append(f"Without it: {'no known allergies' if holds else 'allergies not recorded as none'}.")
    if "demographics" in event.restores:
        said.append("Without it the patient's identity reads as before.")
    return tuple(said) or ("Nothing else depends on it.",)


def _stored(restores: Mapping[str, Any], kind: str) -> Sequence[Mapping[str, Any] | None]:
    return list(restores.get(kind, {}).values())


#: What was recorded, for the message after it. Each may use what `_sentence` fills in.
SENTENCES: Mapping[type, str] = {
    events.PatientRegistered: "Opened the record.",
    events.DemographicsCorrected: "Corrected: {corrected}.",
    events.PrescriptionAdded: "Prescribed {prescription}.",
    events.PrescriptionChanged: "Replaced {drug} by {prescription}.",
    events.DosageAdjusted: "Adjusted {drug}: {changes}.",
    events.PrescriptionRenewed: "Renewed {drug}.",
    events.PrescriptionHeld: "Held {drug}: {code}.",
    events.PrescriptionResumed: "Resumed {drug}: {code}.",
    events.PrescriptionDiscontinued: "Discontinued {drug}: {code}.",
    events.AllergyRecorded: "Recorded the allergy to {substance}.",
    events.AllergyRevised: "Revised the allergy to {substance}.",
    events.AllergyRefuted: "Refuted the allergy to {substance}.",
    events.AllergyResolved: "Recorded that the allergy to {substance} has resolved.",
    events.NoKnownAllergiesAsserted: "Recorded that there are no known allergies.",
    events.NoteAdded: "Recorded the note.",
    events.EntryMarkedInError: "Marked the entry as entered in error.",
}


def _sentence(said: Line) -> str:
    event, before = said.event, said.before
    changes = [
        f"{change.label.lower()} {change.before} changed to {change.after}"
        for change in said.changes
        if change.before
    ]
    return SENTENCES.get(type(event), "Recorded.").format(
        prescription=prescription(event) if hasattr(event, "medication") else "",
        drug=getattr(before, "medication", None) or "the prescription",
        substance=getattr(before, "substance", None) or getattr(event, "substance", "the substance"),
        code=getattr(event, "reason_code", None) or "reason not stated",
        changes="; ".join(changes) or "nothing changed",
        corrected=", ".join(change.label.lower() for change in said.changes) or "nothing changed",
    )
