"""The line that is being written: what confirming would record, or what is still missing for it.

Why: what one is about to do is read while one does it, by the same rules that hold when it is recorded. Shape
is the form's, all else is decided by the record; nothing is checked here. Records nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from records import commands, events
from records.allergies import Allergy
from records.courses import Course
from records.decision import Alert, Decision
from records.fold import Patient
from records.lines import WITHIN, Line, line
from records.medication_names import coded
from records.missing import Missing
from records.patient_form import PatientForm
from records.prescription_rules import drug_alerts
from records.speech import _

#: The entry that each command makes.
RECORDED_AS: Mapping[type, type] = {
    commands.RegisterPatient: events.PatientRegistered,
    commands.CorrectDemographics: events.DemographicsCorrected,
    commands.AddPrescription: events.PrescriptionAdded,
    commands.ChangePrescription: events.PrescriptionChanged,
    commands.AdjustDosage: events.DosageAdjusted,
    commands.RenewPrescription: events.PrescriptionRenewed,
    commands.HoldPrescription: events.PrescriptionHeld,
    commands.ResumePrescription: events.PrescriptionResumed,
    commands.DiscontinuePrescription: events.PrescriptionDiscontinued,
    commands.RecordAllergy: events.AllergyRecorded,
    commands.ReviseAllergy: events.AllergyRevised,
    commands.RefuteAllergy: events.AllergyRefuted,
    commands.ResolveAllergy: events.AllergyResolved,
    commands.AssertNoKnownAllergies: events.NoKnownAllergiesAsserted,
    commands.AddNote: events.NoteAdded,
    commands.MarkEntryInError: events.EntryMarkedInError,
}


@dataclass(frozen=True)
class Interruption:
    """An alert that interrupts, with the allergy that it is about, as the record has it."""

    alert: Alert
    allergy: Allergy | None


@dataclass(frozen=True)
class Preview:
    """What would be recorded.

    Shape: missing: words for what is not filled in. wrong: labels of what is to be put right. open: what
    interrupts is not answered yet. digest: of the command, "" as long as it cannot be confirmed; it says
    whether the form still holds what was read.
    """

    lines: tuple[Line, ...] = ()
    missing: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    notes: tuple[Alert, ...] = ()
    interruptions: tuple[Interruption, ...] = ()
    open: bool = False
    digest: str = ""

    @property
    def key(self) -> str:
        """The same for the same alerts: a box that is being answered is left as it is."""
        return "\n".join(each.alert.text for each in self.interruptions)


def complete(decision: Decision, patient: Patient, digest: str) -> Preview:
    """What confirming records."""
    return Preview(
        lines=tuple(line(event, patient) for event in decision.events),
        notes=_notes(decision.alerts),
        interruptions=_interruptions(decision.alerts, patient),
        digest=digest,
    )


def sketched(
    form: PatientForm,
    patient: Patient,
    ids: Mapping[str, str],
    *,
    subject: Any,
    now: datetime,
    alerts: Iterable[Alert] | None = None,
) -> Preview:
    """What there is of the line so far.

    Shape: alerts: None: what can be said of the drug alone, as soon as it is known.
    """
    stated = {**form.initial, **(form.cleaned_data if form.is_bound else {})}
    if alerts is None:
        alerts = _of_the_drug(form, stated, patient, subject, now)
        answered = bool(form.is_bound and form.cleaned_data.get("override_reason"))
    else:
        answered = False
    missing = form.missing()
    interruptions = _interruptions(alerts, patient)
    return Preview(
        lines=tuple(line(event, patient) for event in _events(form, stated, missing, ids)),
        missing=tuple(_word(form, name) for name in missing),
        wrong=tuple(
            str(form.fields[name].label)
            for name in form.errors
            if name in form.fields and name not in missing
        ),
        notes=_notes(alerts),
        interruptions=interruptions,
        open=bool(interruptions) and not answered,
    )


def _events(
    form: PatientForm, stated: Mapping[str, Any], missing: Iterable[str], ids: Mapping[str, str]
) -> Iterator[Any]:
    """The entry as far as it is known, words where something is not filled in."""
    kind = RECORDED_AS.get(form.command)
    if kind is None:
        return
    absent = {name: Missing(_word(form, name)) for name in (*missing, *form.errors) if _needed(form, name)}
    values: dict[str, Any] = {field.name: None for field in fields(kind) if field.init} | {"reported": False}
    values |= {**stated, **ids, **absent}
    yield kind(**{field.name: values[field.name] for field in fields(kind) if field.name in values})


def _needed(form: PatientForm, name: str) -> bool:
    return name in form.fields and form.fields[name].required


def _word(form: PatientForm, name: str) -> str:
    return _(WITHIN[name]) if name in WITHIN else str(form.fields[name].label)


def _of_the_drug(
    form: PatientForm, stated: Mapping[str, Any], patient: Patient, subject: Any, now: datetime
) -> tuple[Alert, ...]:
    if "medication" not in form.fields or not stated.get("medication"):
        return ()
    order = {name: stated.get(name) for name in ("medication", "code", "code_system", "route")}
    order["code"], order["code_system"] = coded(stated["medication"], order["code"], order["code_system"])
    return drug_alerts(patient, order, now, replaces=subject if isinstance(subject, Course) else None)


def _notes(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    return tuple(alert for alert in alerts if not alert.interrupts)


def _interruptions(alerts: Iterable[Alert], patient: Patient) -> tuple[Interruption, ...]:
    return tuple(
        Interruption(alert, patient.allergies.get(alert.allergy_id or ""))
        for alert in alerts
        if alert.interrupts
    )
