"""Every command that a person may give about a patient, as a page: its form, its title and who may use it.

One line here makes the address, the view and the permission; the name is the command's own in kebab case
(AddPrescription, AddPrescriptionForm, add-prescription, PrescriptionAdded).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from records import forms
from records.patient_form import PatientForm
from records.permissions import Permission

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class About(StrEnum):
    """What a command is about: the part of its address before its name."""

    NOBODY_YET = "patients/"
    PATIENT = "patients/<uuid:patient_id>/"
    PRESCRIPTION = "patients/<uuid:patient_id>/prescriptions/<uuid:prescription_id>/"
    ALLERGY = "patients/<uuid:patient_id>/allergies/<uuid:allergy_id>/"
    ENTRY = "patients/<uuid:patient_id>/entries/<uuid:event_id>/"
    OTHER_RECORD = "patients/<uuid:patient_id>/records/<uuid:other_id>/"


@dataclass(frozen=True)
class CommandPage:
    """One command's page. tab: which of the chart's tabs it stands under."""

    form: type[PatientForm]
    title: StrOrPromise
    permission: Permission
    about: About
    tab: str = ""

    @property
    def name(self) -> str:
        """AddPrescription -> add-prescription: the URL name."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", self.form.command.__name__).lower()

    @property
    def path(self) -> str:
        return f"{self.about}{self.name}/"

    @property
    def preview_name(self) -> str:
        """Of the address that answers with the line so far, while one types."""
        return f"preview-{self.name}"

    @property
    def preview_path(self) -> str:
        return f"{self.path}preview/"


_PRESCRIBE, _RECORD = Permission.PRESCRIBE, Permission.RECORD

PAGES: tuple[CommandPage, ...] = (
    CommandPage(
        forms.RegisterPatientForm, _("Register a patient"), Permission.REGISTER_PATIENT, About.NOBODY_YET
    ),
    CommandPage(
        forms.CorrectDemographicsForm,
        _("Correct who the patient is"),
        Permission.CORRECT_DEMOGRAPHICS,
        About.PATIENT,
    ),
    CommandPage(forms.AddPrescriptionForm, _("Prescribe"), _PRESCRIBE, About.PATIENT, "prescribe"),
    CommandPage(
        forms.ChangePrescriptionForm,
        _("Replace a prescription"),
        _PRESCRIBE,
        About.PRESCRIPTION,
        "medications",
    ),
    CommandPage(forms.AdjustDosageForm, _("Adjust dosage"), _PRESCRIBE, About.PRESCRIPTION, "medications"),
    CommandPage(
        forms.RenewPrescriptionForm, _("Renew a prescription"), _PRESCRIBE, About.PRESCRIPTION, "medications"
    ),
    CommandPage(
        forms.HoldPrescriptionForm, _("Hold a prescription"), _PRESCRIBE, About.PRESCRIPTION, "medications"
    ),
    CommandPage(
        forms.ResumePrescriptionForm,
        _("Resume a prescription"),
        _PRESCRIBE,
        About.PRESCRIPTION,
        "medications",
    ),
    CommandPage(
        forms.DiscontinuePrescriptionForm,
        _("Discontinue a prescription"),
        _PRESCRIBE,
        About.PRESCRIPTION,
        "medications",
    ),
    CommandPage(forms.RecordAllergyForm, _("Record an allergy"), _RECORD, About.PATIENT, "allergies"),
    CommandPage(forms.ReviseAllergyForm, _("Revise an allergy"), _RECORD, About.ALLERGY, "allergies"),
    CommandPage(forms.RefuteAllergyForm, _("Refute an allergy"), _RECORD, About.ALLERGY, "allergies"),
    CommandPage(
        forms.ResolveAllergyForm, _("Say that an allergy has resolved"), _RECORD, About.ALLERGY, "allergies"
    ),
    CommandPage(
        forms.AssertNoKnownAllergiesForm, _("Record no known allergies"), _RECORD, About.PATIENT, "allergies"
    ),
    CommandPage(forms.AddNoteForm, _("Add a note"), _RECORD, About.PATIENT, "timeline"),
    CommandPage(
        forms.MarkEntryInErrorForm,
        _("Mark an entry as entered in error"),
        Permission.MARK_IN_ERROR,
        About.ENTRY,
        "timeline",
    ),
    CommandPage(
        forms.MergePatientsForm,
        _("Merge two records of one patient"),
        Permission.MERGE_RECORDS,
        About.OTHER_RECORD,
    ),
    CommandPage(
        forms.UnmergePatientsForm,
        _("Separate two records that were merged"),
        Permission.MERGE_RECORDS,
        About.OTHER_RECORD,
    ),
)

#: The pages that show another record beside this one (views_merge.py).
MERGES = tuple(page for page in PAGES if page.about is About.OTHER_RECORD)
