"""One form a command of the patient: what a person types, checked for shape, turned into the command.

A form asks the database nothing and knows no rule of the record: types, units and lengths only. What it was
rendered for (command id, version seen) travels in it, so that the same press is never recorded twice and a
stale page is never merged silently (CommandView).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone

from records import codes, commands
from records.form_fields import (
    LINE,
    PAGE,
    PARAGRAPH,
    ClinicalDate,
    ClinicalTime,
    Coded,
    Dose,
    PlainText,
    moment,
)

LAST_VERSION = 2**31 - 1
#: Ten years; a longer course is open-ended.
LONGEST_DURATION = 3_660


class CommandForm(forms.Form):
    """What is common to all: which press this is, what was on screen, and when it was true.

    Shape: rows: the fields as they stand beside each other. starts_from: the values that a form about an
    existing prescription, allergy or patient opens with. new_id: the field of the command that names what it
    creates; it takes the command's id.
    """

    command: ClassVar[type[commands.PatientCommand]]
    rows: ClassVar[tuple[tuple[str, ...], ...]] = ()
    starts_from: ClassVar[tuple[str, ...]] = ()
    new_id: ClassVar[str | None] = None

    command_id = forms.UUIDField(widget=forms.HiddenInput)
    seen_version = forms.IntegerField(min_value=0, max_value=LAST_VERSION, widget=forms.HiddenInput)
    occurred_on = ClinicalDate(
        required=False, label="True since", help_text="Only for a late entry. Empty means now"
    )
    occurred_time = ClinicalTime(required=False, label="Time", help_text="24-hour clock")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)

    @classmethod
    def opening(cls, subject: object | None, seen_version: int) -> CommandForm:
        """The form as it is first shown. subject: what it is about, as it is now."""
        initial = {name: _offered(cls, name, getattr(subject, name, None)) for name in cls.starts_from}
        return cls(initial={**cls.defaults(), **initial, "command_id": uuid4(), "seen_version": seen_version})

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        return {}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day, at = cleaned.get("occurred_on"), cleaned.get("occurred_time")
        if day and at:
            try:
                cleaned["occurred_at"] = moment(day, at)
            except forms.ValidationError as problem:
                self.add_error("occurred_time", problem)
        elif day and "occurred_time" not in self.errors:
            self.add_error("occurred_time", "Write the time too, such as 09:41")
        elif at and "occurred_on" not in self.errors:
            self.add_error("occurred_on", "Write the day too, such as 24-Nov-2026")
        return cleaned

    @property
    def command_id_value(self) -> UUID:
        value: UUID = self.cleaned_data["command_id"]
        return value

    @property
    def seen(self) -> int:
        value: int = self.cleaned_data["seen_version"]
        return value

    def to_command(self, ids: Mapping[str, str]) -> commands.PatientCommand:
        """The command, from what was typed and what the address names (patient_id, prescription_id, …)."""
        values: dict[str, Any] = dict(ids)
        if self.new_id:
            values[self.new_id] = str(self.command_id_value)
        for field in dataclass_fields(self.command):
            if field.name not in values and field.name in self.cleaned_data:
                values[field.name] = self.cleaned_data[field.name]
        return self.command(**values)

    def bound_rows(self) -> list[list[forms.BoundField]]:
        """The visible fields, row by row."""
        return [[self[name] for name in row] for row in self.rows]

    def when(self) -> list[forms.BoundField]:
        """The two fields for a late entry; none in a form that is always about now."""
        return [self[name] for name in ("occurred_on", "occurred_time") if name in self.fields]


def _offered(form: type[CommandForm], name: str, value: object) -> object:
    """A current value as a form may offer it: a source's own literal is not one of the clinic's words."""
    field = form.base_fields[name]
    if isinstance(field, Coded):
        return value if value in set(field.codes) else None
    return value


def today() -> str:
    return timezone.localdate().isoformat()


def said(label: str = "Reason", hint: str = "", *, required: bool = True) -> PlainText:
    return PlainText(lines=True, max_length=PARAGRAPH, label=label, help_text=hint, required=required)


def days(label: str = "Duration in days") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=LONGEST_DURATION,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Write a whole number of days, such as 7"},
    )


# --- Identity -----------------------------------------------------------------------------------------


class IdentityFields(CommandForm):
    """Who a patient is, and how to reach them."""

    mrn = PlainText(label="Record number (MRN)", max_length=32)
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

    rows = (
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


class DosageFields(CommandForm):
    """How much, how and how often."""

    dose = Dose(label="Dose", help_text="A number; the unit stands beside it")
    unit = Coded(codes.Unit, label="Unit")
    route = Coded(codes.Route, label="Route")
    frequency = Coded(codes.Frequency, label="Frequency")


class PrescriptionFields(DosageFields):
    """A whole prescription line."""

    medication = PlainText(label="Medication", help_text="The name as it is to be read", max_length=LINE)
    form = PlainText(label="Form", required=False, help_text="For example: tablet", max_length=60)
    as_needed = forms.BooleanField(label="As needed", required=False)
    as_needed_reason = PlainText(label="As needed for", required=False, help_text="For example: pain")
    start = ClinicalDate(label="Start")
    end = ClinicalDate(label="End", required=False, help_text="Empty: open-ended")
    duration_days = days()
    indication = PlainText(label="Indication", help_text="What it is for")
    note_to_patient = PlainText(label="Note to the patient", required=False, lines=True, max_length=PARAGRAPH)
    override_code = Coded(
        codes.OverrideReason, label="Reason for overriding", required=False, widget=forms.RadioSelect
    )
    override_reason = PlainText(label="The reason in words", required=False, lines=True, max_length=PARAGRAPH)

    rows = (
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
        if cleaned.get("end") and cleaned.get("duration_days"):
            self.add_error("duration_days", "Write the end or the duration, not both")
        if cleaned.get("as_needed_reason") and not cleaned.get("as_needed"):
            self.add_error("as_needed", "Tick this too, or leave out what it is needed for")
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


class RenewPrescriptionForm(CommandForm):
    command = commands.RenewPrescription
    renewed_on = ClinicalDate(label="Renewed on")
    quantity = Dose(label="Quantity", required=False, help_text="How much is handed out")
    quantity_unit = Coded(codes.Unit, label="Of what", required=False)
    duration_days = days("For how many days")
    override_code = Coded(
        codes.OverrideReason, label="Reason for overriding", required=False, widget=forms.RadioSelect
    )
    override_reason = PlainText(label="The reason in words", required=False, lines=True, max_length=PARAGRAPH)
    rows = (("renewed_on", "quantity", "quantity_unit", "duration_days"),)

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        return {"renewed_on": today()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if (
            cleaned.get("quantity")
            and not cleaned.get("quantity_unit")
            and "quantity_unit" not in self.errors
        ):
            self.add_error("quantity_unit", "Say of what: tablets, mL, …")
        return cleaned


class HoldPrescriptionForm(CommandForm):
    command = commands.HoldPrescription
    reason_code = Coded(codes.HoldReason, label="Why it is held")
    reason = said("In your words", "Until when, and what to watch")
    rows = (("reason_code",), ("reason",))


class ResumePrescriptionForm(CommandForm):
    command = commands.ResumePrescription
    reason_code = Coded(codes.ResumeReason, label="Why it goes on")
    reason = said("In your words")
    rows = (("reason_code",), ("reason",))


class DiscontinuePrescriptionForm(CommandForm):
    command = commands.DiscontinuePrescription
    reason_code = Coded(codes.StopReason, label="Why it is stopped")
    reason = said("In your words")
    rows = (("reason_code",), ("reason",))


# --- Allergies ----------------------------------------------------------------------------------------


class AllergyFields(CommandForm):
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
    rows = (
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
    def opening(cls, subject: object | None, seen_version: int) -> CommandForm:
        form = super().opening(subject, seen_version)
        form.initial["coded_substance"] = getattr(subject, "substance", None)
        return form

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("substance") != cleaned.get("coded_substance"):
            cleaned["code"] = cleaned["code_system"] = None
        return cleaned


class RefuteAllergyForm(CommandForm):
    command = commands.RefuteAllergy
    reason = said("Why it is not an allergy", "For example: tolerated a full course in 2025")
    rows = (("reason",),)


class ResolveAllergyForm(CommandForm):
    command = commands.ResolveAllergy
    reason = said("Why it is no longer an allergy", "For example: desensitised, tolerates it since May")
    rows = (("reason",),)


class AssertNoKnownAllergiesForm(CommandForm):
    command = commands.AssertNoKnownAllergies
    asked_by = PlainText(label="Asked by", required=False, help_text="Empty: you asked")
    rows = (("asked_by",),)


# --- Notes and corrections ----------------------------------------------------------------------------


class AddNoteForm(CommandForm):
    command = commands.AddNote
    category = Coded(codes.NoteCategory, label="Kind of note")
    text = PlainText(label="Note", lines=True, max_length=PAGE, widget=forms.Textarea(attrs={"rows": 10}))
    rows = (("category",), ("text",))


class MarkEntryInErrorForm(CommandForm):
    """Always about now: the entry was wrong from the start."""

    command = commands.MarkEntryInError
    reason = said("What is wrong with it", "For example: entered for the wrong patient")
    occurred_on = None  # type: ignore[assignment]
    occurred_time = None  # type: ignore[assignment]
    rows = (("reason",),)
