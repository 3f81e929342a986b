"""What people ask for, in the imperative: one frozen dataclass a command.

A command holds what a person states, as a form or an interface hands it over, and nothing that the
record works out by itself. Whether it may happen is decided by `records.patient.decide` and
`records.clinician.decide`. Knows nothing of Django, forms or tables.

Shape of all: ids are UUIDs as text, dates and decimal numbers are text ("2026-11-24", "0.5"),
coded words are values of `records.codes`; None is "not stated". occurred_at is when it was
clinically true (an aware time); None means now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class PatientCommand:
    """Asks something of one patient's record."""

    patient_id: str
    occurred_at: datetime | None = None


# --- Identity ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class RegisterPatient(PatientCommand):
    """Open a record. Its seen version is 0.

    Shape: birth_date and deceased_date may be partial ("1961", "1961-03"); sex is a `codes.Sex`;
    override_code and override_reason answer the warning that this person may have a record already.
    """

    mrn: str | None
    family: str | None
    given: str | None
    birth_date: str | None
    sex: str | None
    deceased: bool = False
    deceased_date: str | None = None
    other_names: str | None = None
    phone: str | None = None
    address: str | None = None
    override_code: str | None = None
    override_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class CorrectDemographics(PatientCommand):
    """Identity as it should read: all values, those that stay the same too."""

    mrn: str | None
    family: str | None
    given: str | None
    birth_date: str | None
    sex: str | None
    deceased: bool
    deceased_date: str | None
    other_names: str | None
    phone: str | None
    address: str | None
    reason: str | None


# --- Prescriptions ----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AddPrescription(PatientCommand):
    """Prescribe a medication.

    Shape: prescription_id is minted when the form is rendered; prescriber None means the author;
    override_code (a `codes.OverrideReason`) and override_reason answer an alert that interrupted.
    """

    prescription_id: str
    medication: str
    dose: str | None
    unit: str | None
    route: str | None
    frequency: str | None
    indication: str | None
    code: str | None = None
    code_system: str | None = None
    form: str | None = None
    as_needed: bool = False
    as_needed_reason: str | None = None
    start: str | None = None
    end: str | None = None
    duration_days: int | None = None
    prescriber: str | None = None
    note_to_patient: str | None = None
    override_code: str | None = None
    override_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class ChangePrescription(PatientCommand):
    """Replace a prescription by another drug or form, for a reason.

    Shape: as AddPrescription; replacement_id is minted when the form is rendered.
    """

    prescription_id: str
    replacement_id: str
    medication: str
    dose: str | None
    unit: str | None
    route: str | None
    frequency: str | None
    indication: str | None
    reason: str | None
    code: str | None = None
    code_system: str | None = None
    form: str | None = None
    as_needed: bool = False
    as_needed_reason: str | None = None
    start: str | None = None
    end: str | None = None
    duration_days: int | None = None
    prescriber: str | None = None
    note_to_patient: str | None = None
    override_code: str | None = None
    override_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class AdjustDosage(PatientCommand):
    """Change dose, unit, route or frequency: all four as they become."""

    prescription_id: str
    dose: str | None
    unit: str | None
    route: str | None
    frequency: str | None
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class RenewPrescription(PatientCommand):
    """Order the same course again.

    Shape: renewed_on None means the day of occurred_at; override_reason answers a renewal after
    the patient's death.
    """

    prescription_id: str
    renewed_on: str | None = None
    quantity: str | None = None
    quantity_unit: str | None = None
    duration_days: int | None = None
    prescriber: str | None = None
    override_code: str | None = None
    override_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class HoldPrescription(PatientCommand):
    """Pause a prescription. reason_code is a `codes.HoldReason`."""

    prescription_id: str
    reason_code: str | None
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class ResumePrescription(PatientCommand):
    """Let a held prescription go on. reason_code is a `codes.ResumeReason`."""

    prescription_id: str
    reason_code: str | None
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class DiscontinuePrescription(PatientCommand):
    """Stop a prescription. reason_code is a `codes.StopReason`."""

    prescription_id: str
    reason_code: str | None
    reason: str | None


# --- Allergies --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class RecordAllergy(PatientCommand):
    """Record an allergy or intolerance.

    Shape: allergy_id is minted when the form is rendered; whole_class declares it for every
    substance of the same class; onset may be partial.
    """

    allergy_id: str
    substance: str
    code: str | None = None
    code_system: str | None = None
    whole_class: bool = False
    category: str | None = None
    reactions: str | None = None
    severity: str | None = None
    certainty: str | None = None
    criticality: str | None = None
    onset: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReviseAllergy(PatientCommand):
    """Change what is known of an allergy: all values as they become."""

    allergy_id: str
    substance: str
    reason: str | None
    code: str | None = None
    code_system: str | None = None
    whole_class: bool = False
    category: str | None = None
    reactions: str | None = None
    severity: str | None = None
    certainty: str | None = None
    criticality: str | None = None
    onset: str | None = None


@dataclass(frozen=True, kw_only=True)
class RefuteAllergy(PatientCommand):
    """Say that it is not an allergy after all."""

    allergy_id: str
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class ResolveAllergy(PatientCommand):
    """Say that it was an allergy and no longer is."""

    allergy_id: str
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class AssertNoKnownAllergies(PatientCommand):
    """State that someone asked and there are none. asked_by None means the author."""

    asked_by: str | None = None


# --- Notes and corrections ---------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AddNote(PatientCommand):
    """Write a note. category is a `codes.NoteCategory`."""

    text: str
    category: str | None


@dataclass(frozen=True, kw_only=True)
class MarkEntryInError(PatientCommand):
    """Say that an entry of this record was wrong, and why."""

    target_event_id: str
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class MergePatients(PatientCommand):
    """Say that another record is this patient's too: this one goes on, the other is closed into it.

    Shape: other_version is what was seen of the other record.
    """

    other_id: str
    other_version: int
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class UnmergePatients(PatientCommand):
    """Say that a record that was merged into this one is another person's. Shape: as MergePatients."""

    other_id: str
    other_version: int
    reason: str | None


# --- Clinicians ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ClinicianCommand:
    """Asks something of one account. user_id: the clinician's UUID as text."""

    user_id: str
    occurred_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RegisterClinician(ClinicianCommand):
    """Give a person who works here an identity of their own. Its seen version is 0."""

    username: str
    name: str


@dataclass(frozen=True, kw_only=True)
class RecordLicense(ClinicianCommand):
    """Record a license to prescribe, valid from occurred_at on."""

    license: str


@dataclass(frozen=True, kw_only=True)
class GrantRole(ClinicianCommand):
    """role is a `codes.Role` value."""

    role: str
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class WithdrawRole(ClinicianCommand):
    """role is a `codes.Role` value."""

    role: str
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Deactivate(ClinicianCommand):
    """Let this account sign in no longer."""

    reason: str | None
