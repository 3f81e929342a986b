"""Builds commands and events with plausible values, so that a test states only what matters to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from factory import declarations
from factory.base import Factory

from records import commands, events


def new_id() -> str:
    return str(uuid4())


_untyped: Any = declarations
FRESH_ID: Any = _untyped.LazyFunction(new_id)


def _numbered(text: str) -> Any:
    """A value that is another one in each thing built: "{}" becomes a number."""
    return _untyped.Sequence(text.format)


class _Built(Factory[Any]):
    """Calling it gives the thing that `Meta.model` builds, never a factory."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        def __new__(cls, **values: Any) -> Any: ...


# --- Values that commands and events share -------------------------------------------------------


class _Identity(_Built):
    class Meta:
        abstract = True

    mrn = _numbered("A-1{:04}")
    family = "Moreau"
    given = "Élise"
    birth_date = "1961-03-12"
    sex = "female"
    deceased = False
    deceased_date = None
    other_names = None
    phone = None
    address = None


class _Order(_Built):
    class Meta:
        abstract = True

    medication = "Lisinopril 10 mg tablet"
    code = None
    code_system = None
    form = "tablet"
    dose = "10"
    unit = "mg"
    route = "oral"
    frequency = "once daily"
    as_needed = False
    as_needed_reason = None
    start = None
    end = None
    duration_days = None
    indication = "hypertension"
    prescriber: Any = "Dr Ada Jones"
    note_to_patient = None


class _Allergy(_Built):
    class Meta:
        abstract = True

    substance = "Amoxicillin"
    code = None
    code_system = None
    whole_class = False
    category = "medication"
    reactions = "rash"
    severity = "moderate"
    certainty = "confirmed"
    criticality = None
    onset = None


class _Dosage(_Built):
    class Meta:
        abstract = True

    dose = "20"
    unit = "mg"
    route = "oral"
    frequency = "once daily"


# --- Commands ------------------------------------------------------------------------------------


class RegisterPatientFactory(_Identity):
    class Meta:
        model = commands.RegisterPatient

    patient_id = FRESH_ID


class CorrectDemographicsFactory(_Identity):
    class Meta:
        model = commands.CorrectDemographics

    patient_id = FRESH_ID
    reason = "as on the passport"


class AddPrescriptionFactory(_Order):
    class Meta:
        model = commands.AddPrescription

    patient_id = FRESH_ID
    prescription_id = FRESH_ID
    prescriber: Any = None


class ChangePrescriptionFactory(_Order):
    class Meta:
        model = commands.ChangePrescription

    patient_id = FRESH_ID
    prescription_id = FRESH_ID
    replacement_id = FRESH_ID
    reason = "cough under lisinopril"
    medication = "Losartan 50 mg tablet"
    dose = "50"
    prescriber: Any = None


class AdjustDosageFactory(_Dosage):
    class Meta:
        model = commands.AdjustDosage

    patient_id = FRESH_ID
    prescription_id = FRESH_ID
    reason = "blood pressure still high"


class RenewPrescriptionFactory(_Built):
    class Meta:
        model = commands.RenewPrescription

    patient_id = FRESH_ID
    prescription_id = FRESH_ID


class HoldPrescriptionFactory(_Built):
    class Meta:
        model = commands.HoldPrescription

    patient_id = FRESH_ID
    prescription_id = FRESH_ID
    reason_code = "procedure"
    reason = "colonoscopy tomorrow"


class ResumePrescriptionFactory(_Built):
    class Meta:
        model = commands.ResumePrescription

    patient_id = FRESH_ID
    prescription_id = FRESH_ID
    reason_code = "procedure done"
    reason = "colonoscopy done"


class DiscontinuePrescriptionFactory(_Built):
    class Meta:
        model = commands.DiscontinuePrescription

    patient_id = FRESH_ID
    prescription_id = FRESH_ID
    reason_code = "side effect"
    reason = "dry cough"


class RecordAllergyFactory(_Allergy):
    class Meta:
        model = commands.RecordAllergy

    patient_id = FRESH_ID
    allergy_id = FRESH_ID


class ReviseAllergyFactory(_Allergy):
    class Meta:
        model = commands.ReviseAllergy

    patient_id = FRESH_ID
    allergy_id = FRESH_ID
    severity = "severe"
    reason = "anaphylaxis in June"


class RefuteAllergyFactory(_Built):
    class Meta:
        model = commands.RefuteAllergy

    patient_id = FRESH_ID
    allergy_id = FRESH_ID
    reason = "took it without a reaction"


class ResolveAllergyFactory(_Built):
    class Meta:
        model = commands.ResolveAllergy

    patient_id = FRESH_ID
    allergy_id = FRESH_ID
    reason = "desensitised"


class AssertNoKnownAllergiesFactory(_Built):
    class Meta:
        model = commands.AssertNoKnownAllergies

    patient_id = FRESH_ID


class AddNoteFactory(_Built):
    class Meta:
        model = commands.AddNote

    patient_id = FRESH_ID
    text = "Walks well again."
    category = "clinical"


class MarkEntryInErrorFactory(_Built):
    class Meta:
        model = commands.MarkEntryInError

    patient_id = FRESH_ID
    target_event_id = FRESH_ID
    reason = "meant for someone else"


class RegisterClinicianFactory(_Built):
    class Meta:
        model = commands.RegisterClinician

    user_id = FRESH_ID
    username = _numbered("jones{}")
    name = "Dr Ada Jones"


class RecordLicenseFactory(_Built):
    class Meta:
        model = commands.RecordLicense

    user_id = FRESH_ID
    license = "LIC-1"


class GrantRoleFactory(_Built):
    class Meta:
        model = commands.GrantRole

    user_id = FRESH_ID
    role = "clinician"


class WithdrawRoleFactory(_Built):
    class Meta:
        model = commands.WithdrawRole

    user_id = FRESH_ID
    role = "clinician"


class DeactivateFactory(_Built):
    class Meta:
        model = commands.Deactivate

    user_id = FRESH_ID
    reason = "left the clinic"


# --- Events --------------------------------------------------------------------------------------


class PatientRegisteredFactory(_Identity):
    class Meta:
        model = events.PatientRegistered


class DemographicsCorrectedFactory(_Identity):
    class Meta:
        model = events.DemographicsCorrected

    changed = ("family",)
    reason = "as on the passport"


class PrescriptionAddedFactory(_Order):
    class Meta:
        model = events.PrescriptionAdded

    prescription_id = FRESH_ID
    prescriber_license = "LIC-1"


class PrescriptionChangedFactory(_Order):
    class Meta:
        model = events.PrescriptionChanged

    prescription_id = FRESH_ID
    replacement_id = FRESH_ID
    prescriber_license = "LIC-1"
    reason = "cough under lisinopril"
    medication = "Losartan 50 mg tablet"
    dose = "50"


class DosageAdjustedFactory(_Dosage):
    class Meta:
        model = events.DosageAdjusted

    prescription_id = FRESH_ID
    reason = "blood pressure still high"


class PrescriptionRenewedFactory(_Built):
    class Meta:
        model = events.PrescriptionRenewed

    prescription_id = FRESH_ID
    renewed_on = "2026-11-01"
    quantity = None
    quantity_unit = None
    duration_days = None
    prescriber: Any = "Dr Ada Jones"


class PrescriptionHeldFactory(_Built):
    class Meta:
        model = events.PrescriptionHeld

    prescription_id = FRESH_ID
    reason_code = "procedure"
    reason = "colonoscopy tomorrow"


class PrescriptionResumedFactory(_Built):
    class Meta:
        model = events.PrescriptionResumed

    prescription_id = FRESH_ID
    reason_code = "procedure done"
    reason = "colonoscopy done"


class PrescriptionDiscontinuedFactory(_Built):
    class Meta:
        model = events.PrescriptionDiscontinued

    prescription_id = FRESH_ID
    reason_code = "side effect"
    reason = "dry cough"


class AllergyRecordedFactory(_Allergy):
    class Meta:
        model = events.AllergyRecorded

    allergy_id = FRESH_ID


class AllergyRevisedFactory(_Allergy):
    class Meta:
        model = events.AllergyRevised

    allergy_id = FRESH_ID
    severity = "severe"
    reason = "anaphylaxis in June"


class AllergyRefutedFactory(_Built):
    class Meta:
        model = events.AllergyRefuted

    allergy_id = FRESH_ID
    reason = "took it without a reaction"


class AllergyResolvedFactory(_Built):
    class Meta:
        model = events.AllergyResolved

    allergy_id = FRESH_ID
    reason = "desensitised"


class NoKnownAllergiesAssertedFactory(_Built):
    class Meta:
        model = events.NoKnownAllergiesAsserted

    asked_by = "Dr Ada Jones"


class NoteAddedFactory(_Built):
    class Meta:
        model = events.NoteAdded

    text = "Walks well again."
    category = "clinical"


class ClinicianRegisteredFactory(_Built):
    class Meta:
        model = events.ClinicianRegistered

    username = "jones"
    name = "Dr Ada Jones"


class LicenseRecordedFactory(_Built):
    class Meta:
        model = events.LicenseRecorded

    license = "LIC-1"


class RoleGrantedFactory(_Built):
    class Meta:
        model = events.RoleGranted

    role = "clinician"


class RoleWithdrawnFactory(_Built):
    class Meta:
        model = events.RoleWithdrawn

    role = "clinician"


class DeactivatedFactory(_Built):
    class Meta:
        model = events.Deactivated

    reason = "left the clinic"
