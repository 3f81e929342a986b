"""The facts a patient's record is made of. One frozen dataclass an event, named in the past tense.

Knows nothing of Django, forms or tables. Field values are JSON natives only: decimal numbers and
dates are text exactly as confirmed ("0.5", "2026-11-24"; a partial date is "2019" or "2019-03").
Which fields are personal, and so sealed at rest, is said once, in PERSONAL.
Source: design of the clinic; FHIR R4 for the words of the fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from eventstore.registry import event_type

T = TypeVar("T")

#: Field names whose text is sealed with the stream's own key, at any depth of an event.
PERSONAL = frozenset(
    {
        "mrn", "family", "given", "other_names", "birth_date", "deceased_date", "phone", "address",
        "name", "indication", "as_needed_reason", "prescriber", "note_to_patient", "reason",
        "status_reason", "reactions", "text", "asked_by", "source_text",
    }
)  # fmt: skip


def patient_event(*, version: int = 1) -> Callable[[type[T]], type[T]]:
    return event_type("Patient", version=version, personal=PERSONAL)


# --- Identity ---------------------------------------------------------------------------------


@patient_event()
@dataclass(frozen=True, kw_only=True)
class PatientRegistered:
    """A person's record was opened.

    Shape: dates may be partial ("1961", "1961-03"); sex is a `codes.Sex` value.
    reported: stated by a source (import), not authored here.
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
    reported: bool = False
    source_text: str | None = None


@patient_event()
@dataclass(frozen=True, kw_only=True)
class DemographicsCorrected:
    """Identity as it should read; all values, and which of them differ from before."""

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
    changed: tuple[str, ...]
    reason: str | None
    reported: bool = False
    source_text: str | None = None


# --- Prescriptions ----------------------------------------------------------------------------


@patient_event(version=2)
@dataclass(frozen=True, kw_only=True)
class PrescriptionAdded:
    """A medication was prescribed; it opens a course.

    Shape:  dose is a decimal text without unit, > 0; None only where a source does not state it.
    Units:  `unit` is a `codes.Unit` value (mcg, never the micro sign), or a source's own literal.
    Source: FHIR R4 MedicationRequest. Version 2 added prescriber_license.
    """

    prescription_id: str
    medication: str
    code: str | None
    code_system: str | None
    form: str | None
    dose: str | None
    unit: str | None
    route: str | None
    frequency: str | None
    as_needed: bool
    as_needed_reason: str | None
    start: str | None
    end: str | None
    duration_days: int | None
    indication: str | None
    prescriber: str | None
    prescriber_license: str | None
    note_to_patient: str | None
    reported: bool = False
    source_text: str | None = None


@patient_event()
@dataclass(frozen=True, kw_only=True)
class PrescriptionChanged:
    """Another drug or form replaces a prescription: the old course ends, `replacement_id` opens."""

    prescription_id: str
    replacement_id: str
    medication: str
    code: str | None
    code_system: str | None
    form: str | None
    dose: str | None
    unit: str | None
    route: str | None
    frequency: str | None
    as_needed: bool
    as_needed_reason: str | None
    start: str | None
    end: str | None
    duration_days: int | None
    indication: str | None
    prescriber: str | None
    prescriber_license: str | None
    note_to_patient: str | None
    reason: str | None
    reported: bool = False
    source_text: str | None = None


@patient_event()
@dataclass(frozen=True, kw_only=True)
class DosageAdjusted:
    """Dose, unit, route and frequency as they become."""

    prescription_id: str
    dose: str | None
    unit: str | None
    route: str | None
    frequency: str | None
    reason: str | None
    reported: bool = False
    source_text: str | None = None


@patient_event()
@dataclass(frozen=True, kw_only=True)
class PrescriptionRenewed:
    """The same course was ordered again. renewed_on: a clinic-local day (may be partial if reported)."""

    prescription_id: str
    renewed_on: str | None
    quantity: str | None
    quantity_unit: str | None
    duration_days: int | None
    prescriber: str | None
    source_id: str | None = None
    reported: bool = False
    source_text: str | None = None


@patient_event()
@dataclass(frozen=True, kw_only=True)
class PrescriptionHeld:
    """Paused, to be resumed. reason_code is a `codes.HoldReason` value."""

    prescription_id: str
    reason_code: str | None
    reason: str | None
    reported: bool = False
    source_text: str | None = None


@patient_event()
@dataclass(frozen=True, kw_only=True)
class PrescriptionResumed:
    """A held prescription goes on. reason_code is a `codes.ResumeReason` value."""

    prescription_id: str
    reason_code: str | None
    reason: str | None
    reported: bool = False
    source_text: str | None = None


@patient_event()
@dataclass(frozen=True, kw_only=True)
class PrescriptionDiscontinued:
    """Stopped by decision. reason_code is a `codes.StopReason` value.

    source_status: the source's own word where a course was reported to have ended ("stopped",
    "completed", "cancelled"): completed is shown as completed, never as stopped by decision.
    undated: the source does not say when; occurred_at is the time of import then.
    """

    prescription_id: str
    reason_code: str | None
    reason: str | None
    reported: bool = False
    source_text: str | None = None
    source_status: str | None = None
    undated: bool = False


# --- Allergies --------------------------------------------------------------------------------


@patient_event()
@dataclass(frozen=True, kw_only=True)
class AllergyRecorded:
    """An allergy or intolerance became known.

    Shape: whole_class: declared for the substance's whole class; onset may be a partial date;
    severity is the worst reaction's. Source: FHIR R4 AllergyIntolerance.
    """

    allergy_id: str
    substance: str
    code: str | None
    code_system: str | None
    whole_class: bool
    category: str | None
    reactions: str | None
    severity: str | None
    certainty: str | None
    criticality: str | None
    onset: str | None
    reported: bool = False
    source_text: str | None = None


@patient_event()
@dataclass(frozen=True, kw_only=True)
class AllergyRevised:
    """What is known of an allergy changed; all values as they become."""

    allergy_id: str
    substance: str
    code: str | None
    code_system: str | None
    whole_class: bool
    category: str | None
    reactions: str | None
    severity: str | None
    certainty: str | None
    criticality: str | None
    onset: str | None
    reason: str | None
    reported: bool = False
    source_text: str | None = None


@patient_event()
@dataclass(frozen=True, kw_only=True)
class AllergyRefuted:
    """It is not an allergy after all."""

    allergy_id: str
    reason: str | None
    reported: bool = False
    source_text: str | None = None


@patient_event()
@dataclass(frozen=True, kw_only=True)
class AllergyResolved:
    """It was an allergy and no longer is."""

    allergy_id: str
    reason: str | None
    reported: bool = False
    source_text: str | None = None


@patient_event()
@dataclass(frozen=True, kw_only=True)
class NoKnownAllergiesAsserted:
    """Someone asked, and there are none. Withdrawn by the next AllergyRecorded.

    scope: None for all kinds of allergy; a `codes.AllergyCategory` value where a source says it of
    that kind alone ("no known drug allergy"), which leaves the allergy status as it was.
    """

    asked_by: str | None
    reported: bool = False
    source_text: str | None = None
    scope: str | None = None


# --- Notes and corrections ---------------------------------------------------------------------


@patient_event()
@dataclass(frozen=True, kw_only=True)
class NoteAdded:
    """A note in a person's own words. category is a `codes.NoteCategory` value."""

    text: str
    category: str
    reported: bool = False
    source_text: str | None = None


@patient_event()
@dataclass(frozen=True, kw_only=True)
class EntryMarkedInError:
    """An earlier entry was wrong. The original stays readable.

    Shape: restores = {"prescriptions": {id: course values or None}, "allergies": {id: allergy
    values or None}, "no_known_allergies": bool | absent, "demographics": values | absent}: what
    holds without the wrong entry, worked out when it was marked, for the parts it touched only.
    None: the part does not exist without it.
    """

    target_event_id: str
    target_event_type: str
    reason: str
    restores: dict[str, object]
    reported: bool = False


# --- Two records of one person -------------------------------------------------------------------


@patient_event()
@dataclass(frozen=True, kw_only=True)
class PatientsMerged:
    """Two records are one person's. Stands in both streams, by one append.

    Shape: role: a `codes.MergeRole` value: "survivor" in the record that goes on, "merged" in the one
    that is closed. other_id is the other record's patient, the identity values those that it had.
    carried (survivor alone): the other record's own entries about its prescriptions and allergies, in
    its order, without those in error: [{event_type, schema_version, event_id, version, occurred_at,
    data}], the prescriptions and allergies in them under ids of their own here. also (survivor alone):
    who stood on records that had been merged into the other one: [{patient_id, mrn, family, …}].
    """

    role: str
    other_id: str
    mrn: str | None
    family: str | None
    given: str | None
    other_names: str | None
    birth_date: str | None
    sex: str | None
    carried: tuple[dict[str, object], ...]
    also: tuple[dict[str, object], ...]
    reason: str
    reported: bool = False


@patient_event()
@dataclass(frozen=True, kw_only=True)
class PatientsUnmerged:
    """The two records are two persons' after all, or were merged the wrong way. In both streams.

    Shape: as `PatientsMerged`. restores (survivor alone): what holds without what was carried over, as
    in `EntryMarkedInError`. carried (the other alone): allergies that became known meanwhile, which may
    be either person's. meanwhile: ids of the survivor's entries about what was carried over, to be
    looked at by a person, since they hold no longer.
    """

    role: str
    other_id: str
    mrn: str | None
    family: str | None
    given: str | None
    other_names: str | None
    birth_date: str | None
    sex: str | None
    restores: dict[str, object]
    carried: tuple[dict[str, object], ...]
    meanwhile: tuple[str, ...]
    reason: str
    reported: bool = False


# --- Record numbers -----------------------------------------------------------------------------


@event_type("RecordNumber", personal=PERSONAL)
@dataclass(frozen=True, kw_only=True)
class RecordNumberReserved:
    """A record number belongs to this patient. Its stream is named by a keyed digest of the number."""

    patient_id: str


@event_type("RecordNumber", personal=PERSONAL)
@dataclass(frozen=True, kw_only=True)
class RecordNumberReleased:
    """The number was corrected away: it is free again."""

    patient_id: str


# --- Clinicians ---------------------------------------------------------------------------------


@event_type("Clinician", personal=PERSONAL)
@dataclass(frozen=True, kw_only=True)
class ClinicianRegistered:
    """A person who works here got an identity of their own (never shared)."""

    username: str
    name: str


@event_type("Clinician", personal=PERSONAL)
@dataclass(frozen=True, kw_only=True)
class LicenseRecorded:
    """A license to prescribe, from occurred_at on."""

    license: str


@event_type("Clinician", personal=PERSONAL)
@dataclass(frozen=True, kw_only=True)
class RoleGranted:
    """role is a `codes.Role` value."""

    role: str
    reason: str | None = None


@event_type("Clinician", personal=PERSONAL)
@dataclass(frozen=True, kw_only=True)
class RoleWithdrawn:
    role: str
    reason: str | None = None


@event_type("Clinician", personal=PERSONAL)
@dataclass(frozen=True, kw_only=True)
class Deactivated:
    """Can no longer sign in. Never deleted: their name stays on what they recorded."""

    reason: str


# --- Reads of records (the access ledger) --------------------------------------------------------


@event_type("Session", personal=frozenset({"words", "detail"}))
@dataclass(frozen=True, kw_only=True)
class ChartViewed:
    """A page, fragment or command showed one patient's record. page: its URL name."""

    patient_id: str
    page: str
    version: int | None = None


@event_type("Session", personal=frozenset({"words", "detail"}))
@dataclass(frozen=True, kw_only=True)
class PatientsSearched:
    """words: what was searched (sealed); patient_ids: every record that the answer showed."""

    words: str
    patient_ids: tuple[str, ...]


@event_type("Session", personal=frozenset({"words", "detail"}))
@dataclass(frozen=True, kw_only=True)
class ReportViewed:
    """A page over many records. report: its URL name; patient_ids: every record it showed."""

    report: str
    patient_ids: tuple[str, ...]
    detail: str | None = None


@event_type("Session", personal=frozenset({"words", "detail"}))
@dataclass(frozen=True, kw_only=True)
class SignedIn:
    username: str


@event_type("Session", personal=frozenset({"words", "detail"}))
@dataclass(frozen=True, kw_only=True)
class SignInFailed:
    """detail: the user name that was tried (sealed: people type passwords there)."""

    detail: str


@event_type("Session", personal=frozenset({"words", "detail"}))
@dataclass(frozen=True, kw_only=True)
class SignedOut:
    username: str


@event_type("Session", personal=frozenset({"words", "detail"}))
@dataclass(frozen=True, kw_only=True)
class AccessRefused:
    """Someone asked for what they may not see. page: URL name; patient_id where one was named."""

    page: str
    patient_id: str | None
    detail: str | None = None
