"""Entries said as a person reads them: before they are recorded, and when two people meet on one chart.

A `Line` holds an event with what it changes; templates/records/lines/<event_name>.html prints it. Knows the
record's state and its events, and nothing of requests or read models.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventstore.registry import snake_case
from records import dose, events, frequency_words, partial_dates
from records.fold import Entry, Patient, evolve
from records.missing import Missing
from records.speech import _, coded, gettext_noop

#: What each value is called; the dose is said with its unit.
LABELS: Mapping[str, str] = {
    "dose": gettext_noop("Dose"),
    "route": gettext_noop("Route"),
    "frequency": gettext_noop("Frequency"),
    "substance": gettext_noop("Substance"),
    "whole_class": gettext_noop("The whole class"),
    "category": gettext_noop("Kind"),
    "reactions": gettext_noop("What happened"),
    "severity": gettext_noop("Worst reaction"),
    "certainty": gettext_noop("Certainty"),
    "criticality": gettext_noop("Risk if met again"),
    "onset": gettext_noop("First happened"),
    "family": gettext_noop("Family name"),
    "given": gettext_noop("Given names"),
    "birth_date": gettext_noop("Born"),
    "sex": gettext_noop("Sex"),
    "mrn": gettext_noop("Record number"),
    "other_names": gettext_noop("Other names"),
    "phone": gettext_noop("Telephone"),
    "address": gettext_noop("Address"),
    "deceased": gettext_noop("Deceased"),
    "deceased_date": gettext_noop("Died"),
}

#: The same within a sentence.
WITHIN: Mapping[str, str] = {
    "dose": gettext_noop("dose"),
    "route": gettext_noop("route"),
    "frequency": gettext_noop("frequency"),
    "substance": gettext_noop("substance"),
    "whole_class": gettext_noop("the whole class"),
    "category": gettext_noop("kind"),
    "reactions": gettext_noop("what happened"),
    "severity": gettext_noop("worst reaction"),
    "certainty": gettext_noop("certainty"),
    "criticality": gettext_noop("risk if met again"),
    "onset": gettext_noop("first happened"),
    "family": gettext_noop("family name"),
    "given": gettext_noop("given names"),
    "birth_date": gettext_noop("birth date"),
    "sex": gettext_noop("sex"),
    "mrn": gettext_noop("record number"),
    "other_names": gettext_noop("other names"),
    "phone": gettext_noop("telephone"),
    "address": gettext_noop("address"),
    "deceased": gettext_noop("whether deceased"),
    "deceased_date": gettext_noop("date of death"),
    "medication": gettext_noop("medication"),
    "unit": gettext_noop("unit"),
    "form": gettext_noop("form"),
    "indication": gettext_noop("indication"),
    "reason": gettext_noop("reason"),
    "reason_code": gettext_noop("reason from the list"),
    "start": gettext_noop("start"),
    "end": gettext_noop("end"),
    "text": gettext_noop("text of the note"),
}

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
#: Words of the clinic's lists, which each language has its own for.
CODED = frozenset({"route", "category", "severity", "certainty", "criticality", "sex", "reason_code"})

#: Which values an event of this type may change.
CHANGEABLE: Mapping[type, tuple[str, ...]] = {
    events.DosageAdjusted: DOSAGE,
    events.AllergyRevised: ALLERGY,
    events.DemographicsCorrected: IDENTITY,
}


@dataclass(frozen=True)
class Change:
    """One value before and after, as they are read. within: its label in the middle of a sentence."""

    label: str
    before: str
    after: str
    within: str = ""


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
    def kept(self) -> str:
        """Route and frequency unchanged."""
        if not self.unchanged:
            return ""
        *most, last = self.unchanged
        values = _("{most} and {last}").format(most=", ".join(most), last=last) if most else last
        return _("{values} unchanged").format(values=values[:1].upper() + values[1:])

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
            Change(
                _(LABELS[name]),
                value(before, name) if before else "",
                value(event, name),
                within=_(WITHIN[name]),
            )
            for name in differing
        ),
        unchanged=tuple(_(WITHIN[name]) for name in names if name not in differing),
        restored=_restored(event) if getattr(event, "restores", None) is not None else (),
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
        return _amount(found, getattr(of, UNIT_OF[name], None))
    if isinstance(found, Missing):
        return found
    if isinstance(found, bool):
        return _("yes") if found else _("no")
    if name in DATES:
        return partial_dates.shown(found)
    if not found:
        return _("unknown")
    if name == "frequency":
        return str(frequency_words.said(found))
    return str(coded(found)) if name in CODED else str(found)


def _amount(number: str | None, unit: str | None) -> str:
    """5 mg; with a word for what is missing of the two."""
    if isinstance(number, Missing):
        known = None if isinstance(unit, Missing) else unit
        return Missing(_("amount"), after=f" {known}") if known else Missing(_("amount and unit"))
    if isinstance(unit, Missing):
        return Missing(unit, before=f"{dose.number_shown(number or '')} ")
    return dose.display(number, unit) if number else _("unknown")


def prescription(of: Any) -> str:
    """drug form dose route frequency, in one breath."""
    route, frequency = str(coded(of.route)), str(frequency_words.said(of.frequency or ""))
    stated = [of.medication, str(coded(of.form)), value(of, "dose"), route, frequency]
    return " ".join(word for word in stated if word)


def _restored(event: events.EntryMarkedInError) -> tuple[str, ...]:
    """What holds without the wrong entry, a sentence for each part that it touched."""
    said: list[str] = []
    for stored in _stored(event.restores, "prescriptions"):
        if stored is None:
            said.append(_("Without it there is no such prescription."))
        else:
            said.append(_without_it(_dosage(stored), stored.get("status")))
    for stored in _stored(event.restores, "allergies"):
        if stored is None:
            said.append(_("Without it there is no such allergy."))
        else:
            allergy = _("allergy to {substance}").format(substance=stored["substance"])
            said.append(_without_it(allergy, stored.get("status")))
    if "no_known_allergies" in event.restores:
        said.append(
            _("Without it: no known allergies.")
            if event.restores["no_known_allergies"]
            else _("Without it: allergies not recorded as none.")
        )
    if "demographics" in event.restores:
        said.append(_("Without it the patient's identity reads as before."))
    return tuple(said) or (_("Nothing else depends on it."),)


def _dosage(stored: Mapping[str, Any]) -> str:
    amount = dose.display(stored.get("dose"), stored.get("unit"))
    words = [str(coded(stored[name])) for name in ("route", "frequency") if stored.get(name)]
    return " ".join([stored["medication"], amount, *words])


def _without_it(what: str, status: str | None) -> str:
    state = str(coded(status)) if status else _("status unknown")
    return _("Without it: {what}, {status}.").format(what=what, status=state)


def _stored(restores: Mapping[str, Any], kind: str) -> Sequence[Mapping[str, Any] | None]:
    return list(restores.get(kind, {}).values())


#: What was recorded, for the message after it. Each may use what `_sentence` fills in.
SENTENCES: Mapping[type, str] = {
    events.PatientRegistered: gettext_noop("Opened the record."),
    events.DemographicsCorrected: gettext_noop("Corrected: {corrected}."),
    events.PrescriptionAdded: gettext_noop("Prescribed {prescription}."),
    events.PrescriptionChanged: gettext_noop("Replaced {drug} by {prescription}."),
    events.DosageAdjusted: gettext_noop("Adjusted {drug}: {changes}."),
    events.PrescriptionRenewed: gettext_noop("Renewed {drug}."),
    events.PrescriptionHeld: gettext_noop("Held {drug}: {code}."),
    events.PrescriptionResumed: gettext_noop("Resumed {drug}: {code}."),
    events.PrescriptionDiscontinued: gettext_noop("Discontinued {drug}: {code}."),
    events.AllergyRecorded: gettext_noop("Recorded the allergy to {substance}."),
    events.AllergyRevised: gettext_noop("Revised the allergy to {substance}."),
    events.AllergyRefuted: gettext_noop("Refuted the allergy to {substance}."),
    events.AllergyResolved: gettext_noop("Recorded that the allergy to {substance} has resolved."),
    events.NoKnownAllergiesAsserted: gettext_noop("Recorded that there are no known allergies."),
    events.NoteAdded: gettext_noop("Recorded the note."),
    events.EntryMarkedInError: gettext_noop("Marked the entry as entered in error."),
    events.PatientsMerged: gettext_noop("Merged the other record into this one."),
    events.PatientsUnmerged: gettext_noop("Separated the two records."),
}


def _sentence(said: Line) -> str:
    event, before = said.event, said.before
    changes = [
        _("{label} {before} changed to {after}").format(
            label=change.within, before=change.before, after=change.after
        )
        for change in said.changes
        if change.before
    ]
    code = getattr(event, "reason_code", None)
    substance = getattr(before, "substance", None) or getattr(event, "substance", None)
    return _(SENTENCES.get(type(event), gettext_noop("Recorded."))).format(
        prescription=prescription(event) if hasattr(event, "medication") else "",
        drug=getattr(before, "medication", None) or _("the prescription"),
        substance=substance or _("the substance"),
        code=str(coded(code)) if code else _("reason not stated"),
        changes="; ".join(changes) or _("nothing changed"),
        corrected=", ".join(change.within for change in said.changes) or _("nothing changed"),
    )
