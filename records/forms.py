"""One form a command of the patient: what a person types, checked for shape, turned into the command.

A form asks the database nothing and knows no rule of the record: types, units and lengths only.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from records import codes, commands, record_number
from records.form_fields import ClinicalDate, Coded, Dose, PlainText
from records.patient_form import PatientForm, Rows
from records.stated import LINE, PAGE, PARAGRAPH


def today() -> str:
    return timezone.localdate().isoformat()


def said(label: str = "Reason", hint: str = "", *, required: bool = True) -> PlainText:
    return PlainText(lines=True, max_length=PARAGRAPH, label=label, help_text=hint, required=required)


def days(label: str = "Duration in days") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Write a whole number of days, such as 7"},
    )


class OverrideFields(PatientForm):
    """The answer to an alert that interrupted. A chosen reason says enough; only "other" asks for words."""

    override_code = Coded(
        codes.OverrideReason,
        label="Reason for going on",
        empty=None,
        required=False,
        widget=forms.RadioSelect,
    )
    override_reason = PlainText(label="The reason in words", required=False, lines=True, max_length=PARAGRAPH)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        code = cleaned.get("override_code")
        if code and code != codes.OverrideReason.OTHER and not cleaned.get("override_reason"):
            cleaned["override_reason"] = code
        return cleaned


# --- Identity -----------------------------------------------------------------------------------------


class IdentityFields(PatientForm):
    """Who a patient is, and how to reach them."""

    mrn = PlainText(label="Record number (MRN)", max_length=record_number.LONGEST)
    family = PlainText(label="Family name")
    given = PlainText(label="Given names", required=False)
    birth_date = ClinicalDate(
        label="Born",
        partial=True,
        required=False,
        help_text="Or Mar-1961, or 1961, if no more is known. Empty: unknown",
    )
    sex = Coded(codes.Sex, label="Sex")
    other_names = PlainText(label="Other names", required=False, help_text="Former names, names in use")
    phone = PlainText(label="Telephone", required=False, max_length=50)
    address = PlainText(label="Address", required=False, lines=True, max_length=500)
    deceased = forms.BooleanField(label="Deceased", required=False)
    deceased_date = ClinicalDate(
        label="Died", partial=True, required=False, help_text="Or a part of the date. Empty: not known"
    )

    rows: ClassVar[Rows] = (
        ("family", "given"),
        ("birth_date", "sex", "mrn"),
        ("other_names", "phone"),
        ("address",),
        ("deceased", "deceased_date"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("deceased_date") and not cleaned.get("deceased"):
            self.add_error("deceased", "Tick this too if the patient has died, or leave the date empty")
        return cleaned


class RegisterPatientForm(IdentityFields):
    command = commands.RegisterPatient
    new_id = "patient_id"


class CorrectDemographicsForm(IdentityFields):
    command = commands.CorrectDemographics
    starts_from = (
        "mrn", "family", "given", "birth_date", "sex", "other_names", "phone", "address", "deceased",
        "deceased_date",
    )  # fmt: skip
    reason = said("Why it is corrected", "For example: spelling as on the passport")
    rows = (*IdentityFields.rows, ("reason",))


# --- Prescriptions ------------------------------------------------------------------------------------


class DosageFields(PatientForm):
    """How much, how and how often."""

    dose = Dose(label="Dose", help_text="A number; unit beside it")
    unit = Coded(codes.Unit, label="Unit")
    route = Coded(codes.Route, label="Route")
    frequency = Coded(codes.Frequency, label="Frequency")


class PrescriptionFields(DosageFields, OverrideFields):
    """A whole prescription line."""

    medication = PlainText(label="Medication", help_text="The name as it is to be read", max_length=LINE)
    form = PlainText(label="Form", required=False, help_text="For example: tablet", max_length=60)
    as_needed = forms.BooleanField(label="As needed", required=False)
    as_needed_reason = PlainText(label="As needed for", required=False, help_text="For example: pain")
    start = ClinicalDate(label="Start", required=False, help_text="Empty: today")
    end = ClinicalDate(label="End", required=False, help_text="Empty: open-ended")
    duration_days = days()
    indication = PlainText(label="Indication", help_text="What it is for")
    note_to_patient = PlainText(label="Note to the patient", required=False, lines=True, max_length=PARAGRAPH)

    rows: ClassVar[Rows] = (
        ("medication", "form"),
        ("dose", "unit", "route", "frequency"),
        ("as_needed", "as_needed_reason"),
        ("start", "end", "duration_days"),
        ("indication",),
        ("note_to_patient",),
    )

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        return {"start": today()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        when_needed = cleaned.get("as_needed") or cleaned.get("frequency") == codes.Frequency.AS_NEEDED
        if cleaned.get("as_needed_reason") and not when_needed:
            self.add_error("as_needed", "Tick this too, or leave out what it is needed for")
        if "start" not in self.errors:
            cleaned["start"] = cleaned.get("start") or cleaned.get("occurred_on") or today()
        return cleaned


class AddPrescriptionForm(PrescriptionFields):
    command = commands.AddPrescription
    new_id = "prescription_id"


class ChangePrescriptionForm(PrescriptionFields):
    command = commands.ChangePrescription
    new_id = "replacement_id"
    starts_from = ("route", "frequency", "indication")
    reason = said("Why it is replaced", "For example: rash after amoxicillin")
    rows = (*PrescriptionFields.rows, ("reason",))


class AdjustDosageForm(DosageFields):
    command = commands.AdjustDosage
    starts_from = ("dose", "unit", "route", "frequency")
    reason = said("Reason", "What you found that calls for it")
    rows = (("dose", "unit", "route", "frequency"), ("reason",))


class RenewPrescriptionForm(OverrideFields):
    command = commands.RenewPrescription
    renewed_on = ClinicalDate(label="Renewed on", required=False, help_text="Empty: today")
    quantity = Dose(label="Quantity", required=False, help_text="How much is handed out")
    quantity_unit = Coded(codes.Unit, label="Of what", required=False)
    duration_days = days("For how many days")
    rows = (("renewed_on", "quantity", "quantity_unit", "duration_days"),)

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        return {"renewed_on": today()}


class HoldPrescriptionForm(PatientForm):
    command = commands.HoldPrescription
    reason_code = Coded(codes.HoldReason, label="Why it is held")
    reason = said("In your words", "Until when, and what to watch")
    rows = (("reason_code",), ("reason",))


class ResumePrescriptionForm(PatientForm):
    command = commands.ResumePrescription
    reason_code = Coded(codes.ResumeReason, label="Why it goes on")
    reason = said("In your words")
    rows = (("reason_code",), ("reason",))


class DiscontinuePrescriptionForm(PatientForm):
    command = commands.DiscontinuePrescription
    reason_code = Coded(codes.StopReason, label="Why it is stopped")
    reason = said("In your words")
    rows = (("reason_code",), ("reason",))


# --- Allergies ----------------------------------------------------------------------------------------


class AllergyFields(PatientForm):
    """What is known of an allergy or intolerance."""

    substance = PlainText(label="Substance", help_text="For example: amoxicillin, latex, peanut")
    whole_class = forms.BooleanField(
        label="The whole class",
        required=False,
        help_text="For example: all penicillins, not one alone",
    )
    category = Coded(codes.AllergyCategory, label="Kind")
    reactions = PlainText(
        label="What happened",
        required=False,
        lines=True,
        max_length=PARAGRAPH,
        help_text="For example: hives",
    )
    severity = Coded(codes.Severity, label="Worst reaction", required=False, empty="not known")
    certainty = Coded(codes.Certainty, label="Certainty")
    criticality = Coded(codes.Criticality, label="Risk if met again", required=False, empty="not known")
    onset = ClinicalDate(
        label="First happened",
        partial=True,
        required=False,
        help_text="Or Mar-2019, or 2019. Empty: not known",
    )
    rows: ClassVar[Rows] = (
        ("substance", "category"),
        ("whole_class",),
        ("reactions",),
        ("severity", "certainty", "criticality", "onset"),
    )


class RecordAllergyForm(AllergyFields):
    command = commands.RecordAllergy
    new_id = "allergy_id"


class ReviseAllergyForm(AllergyFields):
    """Shape: the code is the source's for `coded_substance` and goes when the substance does."""

    command = commands.ReviseAllergy
    starts_from = (
        "substance", "whole_class", "category", "reactions", "severity", "certainty", "criticality", "onset",
        "code", "code_system",
    )  # fmt: skip
    reason = said("Why it is revised", "For example: tested by the allergist on 12-Nov-2026")
    code = PlainText(required=False, widget=forms.HiddenInput)
    code_system = PlainText(required=False, widget=forms.HiddenInput)
    coded_substance = PlainText(required=False, widget=forms.HiddenInput)
    rows = (*AllergyFields.rows, ("reason",))

    @classmethod
    def opening(cls, subject: object | None, seen_version: int) -> PatientForm:
        form = super().opening(subject, seen_version)
        form.initial["coded_substance"] = getattr(subject, "substance", None)
        return form

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("substance") != cleaned.get("coded_substance"):
            cleaned["code"] = cleaned["code_system"] = None
        return cleaned


class RefuteAllergyForm(PatientForm):
    command = commands.RefuteAllergy
    reason = said("Why it is not an allergy", "For example: tolerated a full course in 2025")
    rows = (("reason",),)


class ResolveAllergyForm(PatientForm):
    command = commands.ResolveAllergy
    reason = said("Why it is no longer an allergy", "For example: desensitised, tolerates it since May")
    rows = (("reason",),)


class AssertNoKnownAllergiesForm(PatientForm):
    command = commands.AssertNoKnownAllergies
    asked_by = PlainText(label="Asked by", required=False, help_text="Empty: you asked")
    rows = (("asked_by",),)


# --- Notes and corrections ----------------------------------------------------------------------------


class AddNoteForm(PatientForm):
    command = commands.AddNote
    category = Coded(codes.NoteCategory, label="Kind of note")
    text = PlainText(label="Note", lines=True, max_length=PAGE, widget=forms.Textarea(attrs={"rows": 10}))
    rows = (("category",), ("text",))


class MarkEntryInErrorForm(PatientForm):
    """Always about now: the entry was wrong from the start."""

    command = commands.MarkEntryInError
    reason = said("What is wrong with it", "For example: entered for the wrong patient")
    occurred_on = None  # type: ignore[assignment]
    occurred_time = None  # type: ignore[assignment]
    rows = (("reason",),)
