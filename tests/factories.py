"""Builds commands and events with plausible values, so that a test states only what matters to it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import factory

from records import commands, events


def new_id() -> str:
    return str(uuid4())


class _Built(factory.Factory):  # type: ignore[misc]
    class Meta:
        abstract = True


# --- Values that commands and events share -------------------------------------------------------

_IDENTITY: dict[str, Any] = {
    "mrn": factory.Sequence(lambda n: f"A-{10_000 + n}"),
    "family": "Moreau",
    "given": "Élise",
    "birth_date": "1961-03-12",
    "sex": "female",
    "deceased": False,
    "deceased_date": None,
    "other_names": None,
    "phone": None,
    "address": None,
}
_ORDER: dict[str, Any] = {
    "medication": "Lisinopril 10 mg tablet",
    "code": None,
    "code_system": None,
    "form": "tablet",
    "dose": "10",
    "unit": "mg",
    "route": "oral",
    "frequency": "once daily",
    "as_needed": False,
    "as_needed_reason": None,
    "start": None,
    "end": None,
    "duration_days": None,
    "indication": "hypertension",
    "prescriber": "Dr Ada Jones",
    "note_to_patient": None,
}
_DOSAGE: dict[str, Any] = {"dose": "20", "unit": "mg", "route": "oral", "frequency": "once daily"}
_ALLERGY: dict[str, Any] = {
    "substance": "Amoxicillin",
    "code": None,
    "code_system": None,
    "whole_class": False,
    "category": "medication",
    "reactions": "rash",
    "severity": "moderate",
    "certainty": "confirmed",
    "criticality": None,
    "onset": None,
}


def _given(values: dict[str, Any]) -> type:
    """A class body that holds these values, for a factory to inherit."""
    return type("Values", (_Built,), {"Meta": type("Meta", (), {"abstract": True}), **values})


_Identity, _Order, _Dosage, _Allergy = (_given(each) for each in (_IDENTITY, _ORDER, _DOSAGE, _ALLERGY))


# --- Commands ------------------------------------------------------------------------------------


class RegisterPatientFactory(_Identity):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.RegisterPatient

    patient_id = factory.LazyFunction(new_id)


class CorrectDemographicsFactory(_Identity):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.CorrectDemographics

    patient_id = factory.LazyFunction(new_id)
    reason = "as on the passport"


class AddPrescriptionFactory(_Order):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.AddPrescription

    patient_id = factory.LazyFunction(new_id)
    prescription_id = factory.LazyFunction(new_id)
    prescriber = None


class ChangePrescriptionFactory(_Order):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.ChangePrescription

    patient_id = factory.LazyFunction(new_id)
    prescription_id = factory.LazyFunction(new_id)
    replacement_id = factory.LazyFunction(new_id)
    reason = "cough under lisinopril"
    medication = "Losartan 50 mg tablet"
    dose = "50"
    prescriber = None


class AdjustDosageFactory(_Dosage):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.AdjustDosage

    patient_id = factory.LazyFunction(new_id)
    prescription_id = factory.LazyFunction(new_id)
    reason = "blood pressure still high"


class RenewPrescriptionFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.RenewPrescription

    patient_id = factory.LazyFunction(new_id)
    prescription_id = factory.LazyFunction(new_id)


class HoldPrescriptionFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.HoldPrescription

    patient_id = factory.LazyFunction(new_id)
    prescription_id = factory.LazyFunction(new_id)
    reason_code = "procedure"
    reason = "colonoscopy tomorrow"


class ResumePrescriptionFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.ResumePrescription

    patient_id = factory.LazyFunction(new_id)
    prescription_id = factory.LazyFunction(new_id)
    reason_code = "procedure done"
    reason = "colonoscopy done"


class DiscontinuePrescriptionFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.DiscontinuePrescription

    patient_id = factory.LazyFunction(new_id)
    prescription_id = factory.LazyFunction(new_id)
    reason_code = "side effect"
    reason = "dry cough"


class RecordAllergyFactory(_Allergy):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.RecordAllergy

    patient_id = factory.LazyFunction(new_id)
    allergy_id = factory.LazyFunction(new_id)


class ReviseAllergyFactory(_Allergy):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.ReviseAllergy

    patient_id = factory.LazyFunction(new_id)
    allergy_id = factory.LazyFunction(new_id)
    severity = "severe"
    reason = "anaphylaxis in June"


class RefuteAllergyFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.RefuteAllergy

    patient_id = factory.LazyFunction(new_id)
    allergy_id = factory.LazyFunction(new_id)
    reason = "took it without a reaction"


class ResolveAllergyFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.ResolveAllergy

    patient_id = factory.LazyFunction(new_id)
    allergy_id = factory.LazyFunction(new_id)
    reason = "desensitised"


class AssertNoKnownAllergiesFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.AssertNoKnownAllergies

    patient_id = factory.LazyFunction(new_id)


class AddNoteFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.AddNote

    patient_id = factory.LazyFunction(new_id)
    text = "Walks well again."
    category = "clinical"


class MarkEntryInErrorFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.MarkEntryInError

    patient_id = factory.LazyFunction(new_id)
    target_event_id = factory.LazyFunction(new_id)
    reason = "meant for someone else"


class RegisterClinicianFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.RegisterClinician

    user_id = factory.LazyFunction(new_id)
    username = factory.Sequence(lambda n: f"jones{n}")
    name = "Dr Ada Jones"


class RecordLicenseFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.RecordLicense

    user_id = factory.LazyFunction(new_id)
    license = "LIC-1"


class GrantRoleFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.GrantRole

    user_id = factory.LazyFunction(new_id)
    role = "clinician"


class WithdrawRoleFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.WithdrawRole

    user_id = factory.LazyFunction(new_id)
    role = "clinician"


class DeactivateFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = commands.Deactivate

    user_id = factory.LazyFunction(new_id)
    reason = "left the clinic"


# --- Events --------------------------------------------------------------------------------------


class PatientRegisteredFactory(_Identity):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.PatientRegistered


class DemographicsCorrectedFactory(_Identity):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.DemographicsCorrected

    changed = ("family",)
    reason = "as on the passport"


class PrescriptionAddedFactory(_Order):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.PrescriptionAdded

    prescription_id = factory.LazyFunction(new_id)
    prescriber_license = "LIC-1"


class PrescriptionChangedFactory(_Order):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.PrescriptionChanged

    prescription_id = factory.LazyFunction(new_id)
    replacement_id = factory.LazyFunction(new_id)
    prescriber_license = "LIC-1"
    reason = "cough under lisinopril"
    medication = "Losartan 50 mg tablet"
    dose = "50"


class DosageAdjustedFactory(_Dosage):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.DosageAdjusted

    prescription_id = factory.LazyFunction(new_id)
    reason = "blood pressure still high"


class PrescriptionRenewedFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.PrescriptionRenewed

    prescription_id = factory.LazyFunction(new_id)
    renewed_on = "2026-11-01"
    quantity = None
    quantity_unit = None
    duration_days = None
    prescriber = "Dr Ada Jones"


class PrescriptionHeldFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.PrescriptionHeld

    prescription_id = factory.LazyFunction(new_id)
    reason_code = "procedure"
    reason = "colonoscopy tomorrow"


class PrescriptionResumedFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.PrescriptionResumed

    prescription_id = factory.LazyFunction(new_id)
    reason_code = "procedure done"
    reason = "colonoscopy done"


class PrescriptionDiscontinuedFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.PrescriptionDiscontinued

    prescription_id = factory.LazyFunction(new_id)
    reason_code = "side effect"
    reason = "dry cough"


class AllergyRecordedFactory(_Allergy):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.AllergyRecorded

    allergy_id = factory.LazyFunction(new_id)


class AllergyRevisedFactory(_Allergy):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.AllergyRevised

    allergy_id = factory.LazyFunction(new_id)
    severity = "severe"
    reason = "anaphylaxis in June"


class AllergyRefutedFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.AllergyRefuted

    allergy_id = factory.LazyFunction(new_id)
    reason = "took it without a reaction"


class AllergyResolvedFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.AllergyResolved

    allergy_id = factory.LazyFunction(new_id)
    reason = "desensitised"


class NoKnownAllergiesAssertedFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.NoKnownAllergiesAsserted

    asked_by = "Dr Ada Jones"


class NoteAddedFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.NoteAdded

    text = "Walks well again."
    category = "clinical"


class ClinicianRegisteredFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.ClinicianRegistered

    username = "jones"
    name = "Dr Ada Jones"


class LicenseRecordedFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.LicenseRecorded

    license = "LIC-1"


class RoleGrantedFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.RoleGranted

    role = "clinician"


class RoleWithdrawnFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.RoleWithdrawn

    role = "clinician"


class DeactivatedFactory(_Built):  # type: ignore[misc, valid-type]
    class Meta:
        model = events.Deactivated

    reason = "left the clinic"
