"""One form a command of the patient: what a person types, checked for shape, turned into the command.

A form asks the database nothing and knows no rule of the record: types, units and lengths only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from records import codes, commands, record_number
from records.form_fields import ClinicalDate, Coded, Dose, PlainText, WholeNumber
from records.patient_form import PatientForm, Rows
from records.stated import LINE, PAGE, PARAGRAPH

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


REASON = _("Reason")
DURATION = _("Duration in days")


def today() -> str:
    return timezone.localdate().isoformat()


def said(label: StrOrPromise = REASON, hint: StrOrPromise = "", *, required: bool = True) -> PlainText:
    return PlainText(lines=True, max_length=PARAGRAPH, label=label, help_text=hint, required=required)


def days(label: StrOrPromise = DURATION) -> forms.IntegerField:
    return WholeNumber(
        label=label,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Write a whole number of days, such as 7")},
    )


class OverrideFields(PatientForm):
    """The answer to an alert that interrupted. A chosen reason says enough; only "other" asks for words."""

    override_code = Coded(
        codes.OverrideReason,
        label=_("Reason for going on"),
        empty=None,
        required=False,
        widget=forms.RadioSelect,
    )
    override_reason = PlainText(
        label=_("The reason in words"), required=False, lines=True, max_length=PARAGRAPH
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        code = cleaned.get("override_code")
        if code and code != codes.OverrideReason.OTHER and not cleaned.get("override_reason"):
            cleaned["override_reason"] = code
        return cleaned


# --- Identity -----------------------------------------------------------------------------------------


class IdentityFields(PatientForm):
    """Who a patient is, and how to reach them."""

    mrn = PlainText(label=_("Record number (MRN)"), max_length=record_number.LONGEST)
    family = PlainText(label=_("Family name"))
    given = PlainText(label=_("Given names"), required=False)
    birth_date = ClinicalDate(
        label=_("Born"),
        partial=True,
        required=False,
        help_text=_("Such as 12-Mar-1961; or Mar-1961, or 1961, if no more is known. Empty: unknown"),
    )
    sex = Coded(codes.Sex, label=_("Sex"))
    other_names = PlainText(label=_("Other names"), required=False, help_text=_("Former names, names in use"))
    phone = PlainText(label=_("Telephone"), required=False, max_length=50)
    address = PlainText(label=_("Address"), required=False, lines=True, max_length=500)
    deceased = forms.BooleanField(label=_("Deceased"), required=False)
    deceased_date = ClinicalDate(
        label=_("Died"), partial=True, required=False, help_text=_("Or a part of the date. Empty: not known")
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
            self.add_error("deceased", _("Tick this too if the patient has died, or leave the date empty"))
        return cleaned


class RegisterPatientForm(IdentityFields, OverrideFields):
    command = commands.RegisterPatient
    new_id = "patient_id"
    alerts_after = 2
    override_code = Coded(
        codes.DifferentPerson,
        label=_("How you know that it is another person"),
        empty=None,
        required=False,
        widget=forms.RadioSelect,
    )


class CorrectDemographicsForm(IdentityFields):
    command = commands.CorrectDemographics
    starts_from = (
        "mrn", "family", "given", "birth_date", "sex", "other_names", "phone", "address", "deceased",
        "deceased_date",
    )  # fmt: skip
    reason = said(_("Why it is corrected"), _("For example: spelling as on the passport"))
    rows = (*IdentityFields.rows, ("reason",))


# --- Prescriptions ------------------------------------------------------------------------------------


class DosageFields(PatientForm):
    """How much, how and how often."""

    dose = Dose(label=_("Dose"), help_text=_("A number; unit beside it"))
    unit = Coded(codes.Unit, label=_("Unit"))
    route = Coded(codes.Route, label=_("Route"))
    frequency = Coded(codes.Frequency, label=_("Frequency"))


class PrescriptionFields(DosageFields, OverrideFields):
    """A whole prescription line."""

    medication = PlainText(
        label=_("Medication"), help_text=_("The name as it is to be read"), max_length=LINE
    )
    form = PlainText(label=_("Form"), required=False, help_text=_("For example: tablet"), max_length=60)
    as_needed = forms.BooleanField(label=_("As needed"), required=False)
    as_needed_reason = PlainText(label=_("As needed for"), required=False, help_text=_("For example: pain"))
    start = ClinicalDate(label=_("Start"), required=False, help_text=_("Empty: today"))
    end = ClinicalDate(label=_("End"), required=False, help_text=_("Empty: open-ended"))
    duration_days = days()
    indication = PlainText(label=_("Indication"), help_text=_("What it is for"))
    note_to_patient = PlainText(
        label=_("Note to the patient"), required=False, lines=True, max_length=PARAGRAPH
    )

    rows: ClassVar[Rows] = (
        ("medication", "form"),
        ("dose", "unit", "route", "frequency"),
        ("indication",),
        ("as_needed", "as_needed_reason"),
        ("start", "end", "duration_days"),
        ("note_to_patient",),
    )

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        return {"start": today()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        when_needed = cleaned.get("as_needed") or cleaned.get("frequency") == codes.Frequency.AS_NEEDED
        if cleaned.get("as_needed_reason") and not when_needed:
            self.add_error("as_needed", _("Tick this too, or leave out what it is needed for"))
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
    reason = said(_("Why it is replaced"), _("For example: rash after amoxicillin"))
    rows = (*PrescriptionFields.rows, ("reason",))


class AdjustDosageForm(DosageFields):
    command = commands.AdjustDosage
    starts_from = ("dose", "unit", "route", "frequency")
    reason = said(_("Reason"), _("What you found that calls for it"))
    rows = (("dose", "unit", "route", "frequency"), ("reason",))


class RenewPrescriptionForm(OverrideFields):
    command = commands.RenewPrescription
    renewed_on = ClinicalDate(label=_("Renewed on"), required=False, help_text=_("Empty: today"))
    quantity = Dose(label=_("Quantity"), required=False, help_text=_("How much is handed out"))
    quantity_unit = Coded(codes.Unit, label=_("Of what"), required=False)
    duration_days = days(_("For how many days"))
    rows = (("renewed_on", "quantity", "quantity_unit", "duration_days"),)

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        return {"renewed_on": today()}


class HoldPrescriptionForm(PatientForm):
    command = commands.HoldPrescription
    reason_code = Coded(codes.HoldReason, label=_("Why it is held"))
    reason = said(_("In your words"), _("Until when, and what to watch"))
    rows = (("reason_code",), ("reason",))


class ResumePrescriptionForm(PatientForm):
    command = commands.ResumePrescription
    reason_code = Coded(codes.ResumeReason, label=_("Why it goes on"))
    reason = said(_("In your words"))
    rows = (("reason_code",), ("reason",))


class DiscontinuePrescriptionForm(PatientForm):
    command = commands.DiscontinuePrescription
    reason_code = Coded(codes.StopReason, label=_("Why it is stopped"))
    reason = said(_("In your words"))
    rows = (("reason_code",), ("reason",))


# --- Allergies ----------------------------------------------------------------------------------------


class AllergyFields(PatientForm):
    """What is known of an allergy or intolerance."""

    substance = PlainText(label=_("Substance"), help_text=_("For example: amoxicillin, latex, peanut"))
    whole_class = forms.BooleanField(
        label=_("The whole class"),
        required=False,
        help_text=_("For example: all penicillins, not one alone"),
    )
    category = Coded(codes.AllergyCategory, label=_("Kind"))
    reactions = PlainText(
        label=_("What happened"),
        required=False,
        lines=True,
        max_length=PARAGRAPH,
        help_text=_("For example: hives"),
    )
    severity = Coded(codes.Severity, label=_("Worst reaction"), required=False, empty=_("not known"))
    certainty = Coded(codes.Certainty, label=_("Certainty"))
    criticality = Coded(codes.Criticality, label=_("Risk if met again"), required=False, empty=_("not known"))
    onset = ClinicalDate(
        label=_("First happened"),
        partial=True,
        required=False,
        help_text=_("Or Mar-2019, or 2019. Empty: not known"),
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
    reason = said(_("Why it is revised"), _("For example: tested by the allergist on 12-Nov-2026"))
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
    reason = said(_("Why it is not an allergy"), _("For example: tolerated a full course in 2025"))
    rows = (("reason",),)


class ResolveAllergyForm(PatientForm):
    command = commands.ResolveAllergy
    reason = said(_("Why it is no longer an allergy"), _("For example: desensitised, tolerates it since May"))
    rows = (("reason",),)


class AssertNoKnownAllergiesForm(PatientForm):
    command = commands.AssertNoKnownAllergies
    asked_by = PlainText(label=_("Asked by"), required=False, help_text=_("Empty: you asked"))
    rows = (("asked_by",),)


# --- Notes and corrections ----------------------------------------------------------------------------


class AddNoteForm(PatientForm):
    command = commands.AddNote
    category = Coded(codes.NoteCategory, label=_("Kind of note"))
    text = PlainText(label=_("Note"), lines=True, max_length=PAGE, widget=forms.Textarea(attrs={"rows": 10}))
    rows = (("category",), ("text",))


class MarkEntryInErrorForm(PatientForm):
    """Always about now: the entry was wrong from the start."""

    command = commands.MarkEntryInError
    reason = said(_("What is wrong with it"), _("For example: entered for the wrong patient"))
    occurred_on = None  # type: ignore[assignment]
    occurred_time = None  # type: ignore[assignment]
    rows = (("reason",),)


# --- Two records of one person --------------------------------------------------------------------------


class OtherRecordForm(PatientForm):
    """What merging and separating have in common: which version of the other record was compared."""

    starts_from = ("other_version",)
    other_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    occurred_on = None  # type: ignore[assignment]
    occurred_time = None  # type: ignore[assignment]
    rows: ClassVar[Rows] = (("reason",),)


class MergePatientsForm(OtherRecordForm):
    command = commands.MergePatients
    reason = said(
        _("How you know that they are one person"), _("For example: passport and insurance card seen")
    )


class UnmergePatientsForm(OtherRecordForm):
    command = commands.UnmergePatients
    reason = said(_("How you know that they are two people"), _("For example: both came in on the same day"))
