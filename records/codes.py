"""The coded words of the clinic: what a form offers and an event may hold.

Values are stored text and never renamed. Labels are what people read; a unit's UCUM code stands
apart from its label, in units.py (UCUM writes "ug", the clinic reads "mcg").
Source: Joint Commission do-not-use list; ISMP error-prone abbreviations; FHIR R4 value sets.
"""

from __future__ import annotations

from enum import StrEnum


class Sex(StrEnum):
    """FHIR administrative gender."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class MergeRole(StrEnum):
    """What a record is in a merge: the one that goes on, or the one that was closed into it."""

    SURVIVOR = "survivor"
    MERGED = "merged"


class Unit(StrEnum):
    """Dose units as they are written in a prescription line."""

    MG = "mg"
    MCG = "mcg"
    G = "g"
    ML = "mL"
    UNITS = "units"
    MMOL = "mmol"
    MEQ = "mEq"
    MG_PER_ML = "mg/mL"
    TABLET = "tablet"
    CAPSULE = "capsule"
    PUFF = "puff"
    DROP = "drop"
    PATCH = "patch"
    SPRAY = "spray"
    SACHET = "sachet"
    SUPPOSITORY = "suppository"
    APPLICATION = "application"


class Route(StrEnum):
    ORAL = "oral"
    SUBLINGUAL = "sublingual"
    INHALED = "inhaled"
    INTRAVENOUS = "intravenous"
    INTRAMUSCULAR = "intramuscular"
    SUBCUTANEOUS = "subcutaneous"
    TOPICAL = "on the skin"
    TRANSDERMAL = "transdermal"
    NASAL = "nasal"
    OPHTHALMIC = "into the eye"
    OTIC = "into the ear"
    RECTAL = "rectal"
    VAGINAL = "vaginal"


class Frequency(StrEnum):
    """Offered frequencies, in words. A source's own timing is kept as words of the same kind."""

    ONCE_DAILY = "once daily"
    TWICE_DAILY = "twice daily"
    THREE_TIMES_DAILY = "three times daily"
    FOUR_TIMES_DAILY = "four times daily"
    IN_THE_MORNING = "in the morning"
    AT_BEDTIME = "at bedtime"
    EVERY_4_HOURS = "every 4 hours"
    EVERY_6_HOURS = "every 6 hours"
    EVERY_8_HOURS = "every 8 hours"
    EVERY_12_HOURS = "every 12 hours"
    EVERY_OTHER_DAY = "every other day"
    ONCE_WEEKLY = "once weekly"
    ONCE_MONTHLY = "once monthly"
    AS_NEEDED = "as needed"
    ONCE_ONLY = "once only"


class HoldReason(StrEnum):
    PROCEDURE = "procedure"
    LAB_RESULT = "laboratory result"
    SIDE_EFFECT = "side effect"
    INTERACTION = "interaction"
    NIL_BY_MOUTH = "nil by mouth"
    OTHER = "other"


class ResumeReason(StrEnum):
    CAUSE_RESOLVED = "cause resolved"
    PROCEDURE_DONE = "procedure done"
    REVIEWED = "reviewed"
    OTHER = "other"


class StopReason(StrEnum):
    """Source: FHIR R4 medicationrequest-status-reason, in words."""

    SIDE_EFFECT = "side effect"
    ALLERGY = "allergy"
    NOT_EFFECTIVE = "not effective"
    NO_LONGER_NEEDED = "no longer needed"
    INTERACTION = "interaction"
    DUPLICATE_THERAPY = "duplicate therapy"
    LAB_RESULT = "laboratory result"
    PATIENT_CHOICE = "patient's choice"
    OTHER = "other"


class AllergyCategory(StrEnum):
    MEDICATION = "medication"
    FOOD = "food"
    ENVIRONMENT = "environment"
    BIOLOGIC = "biologic"


class Severity(StrEnum):
    SEVERE = "severe"
    MODERATE = "moderate"
    MILD = "mild"


class Certainty(StrEnum):
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"


class Criticality(StrEnum):
    HIGH = "high"
    LOW = "low"
    UNABLE_TO_ASSESS = "unable to assess"


class NoteCategory(StrEnum):
    CLINICAL = "clinical"
    PHARMACY = "pharmacy"
    NURSING = "nursing"
    ADMINISTRATIVE = "administrative"


class Role(StrEnum):
    CLINICIAN = "clinician"
    COMPLIANCE_OFFICER = "compliance officer"
    RECORDS_ADMINISTRATOR = "records administrator"
    ACCOUNT_ADMINISTRATOR = "account administrator"


class DifferentPerson(StrEnum):
    """How one knows that a likely duplicate is someone else."""

    IDENTITY_CHECKED = "identity document checked"
    TWIN_OR_RELATIVE = "twin or relative"
    ASKED = "the person was asked"
    OTHER = "other"


class OverrideReason(StrEnum):
    """Why a prescriber goes on although an alert interrupted."""

    TOLERATED_BEFORE = "tolerated before"
    ALLERGY_DOUBTFUL = "allergy doubtful"
    BENEFIT_OUTWEIGHS_RISK = "benefit outweighs risk"
    NO_ALTERNATIVE = "no alternative"
    UNDER_OBSERVATION = "given under observation"
    OTHER = "other"
