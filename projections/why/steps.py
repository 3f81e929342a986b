"""One value through time: the entries that set it, the wrong ones that said otherwise, and what it is.

A prescription's steps are those of its history in the read models, so that asking costs the same for ten
entries and for ten thousand. Allergies and identity have few entries and are folded from them anew, with the
write side's own fold. In the past everything is asked of the record as it was known and true then.
Must not know: words beyond the values' own.
"""

from __future__ import annotations

from uuid import UUID

from projections.why import names, people
from projections.why.followed import NOW, Followed, Moments
from projections.why.prescriptions import prescription


def follow(patient_id: UUID, subject: UUID | None, name: str, moments: Moments = NOW) -> Followed | None:
    """The value of that name; None where the record has no such thing. subject: None for the patient."""
    if subject is None:
        if name == "allergies":
            return people.allergy_list(patient_id, moments)
        return people.person_value(patient_id, name, moments) if name in names.LABELS[names.PATIENT] else None
    if name in names.LABELS[names.PRESCRIPTION]:
        found = prescription(patient_id, subject, name, moments)
        if found:
            return found
    return people.allergy(patient_id, subject, name, moments) if name in names.LABELS[names.ALLERGY] else None
