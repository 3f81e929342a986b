"""Who takes a given medication now: for a recall, or a new warning.

Runs on the index (medication, dosage) of `patient_state`.
Why: nobody may be missed in a recall, so a name counts however it is capitalised, and a
prescription on hold counts too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db.models import Count, Min, OuterRef, Subquery
from django.db.models.functions import Lower

from projections.models import Patient, PatientState
from projections.queries.found import Found, cursor, following, last_shown, page
from projections.queries.medications import running, today
from projections.queries.patients import by_id


@dataclass(frozen=True)
class Taker:
    """One current prescription and whose it is (None where the patient's own row is not there)."""

    row: PatientState
    patient: Patient | None


@dataclass(frozen=True)
class Takers(Found[Taker]):
    """patients: how many people the prescriptions belong to."""

    patients: int = 0

    @property
    def patient_ids(self) -> list[UUID]:
        return list(dict.fromkeys(taker.row.patient_id for taker in self.rows))


@dataclass(frozen=True)
class Choice:
    """A medication, or a dosage of one, and how many patients have it now."""

    medication: str
    dosage: str
    patients: int


def medication_choices(*, on: date | None = None) -> list[Choice]:
    """Every medication that someone takes now, however it is capitalised, by name."""
    taken = running(PatientState.objects.all(), on or today())
    found = (
        taken.annotate(key=Lower("medication"))
        .values("key")
        .annotate(name=Min("medication"), patients=Count("patient_id", distinct=True))
    )
    return [Choice(row["name"], "", row["patients"]) for row in found.order_by("key")]


def dosage_choices(medication: str, *, on: date | None = None) -> list[Choice]:
    """The dosages of one medication that are taken now, as the filter wants them, smallest first."""
    taken = running(PatientState.objects.filter(medication__in=_as_written(medication)), on or today())
    found = taken.values("dosage").annotate(patients=Count("patient_id", distinct=True))
    choices = [Choice(medication, row["dosage"], row["patients"]) for row in found]
    return sorted(choices, key=lambda choice: _dose_order(choice.dosage))


def who_takes_it(
    medication: str,
    dosage: str | None = None,
    *,
    after: str | None = None,
    limit: int = 50,
    on: date | None = None,
) -> Takers:
    """Current prescriptions of a medication (and dosage), held ones too, by the patient's name.

    Why: for a recall nobody may be missed, so every way of capitalising the name counts.
    """
    taken = running(PatientState.objects.filter(medication__in=_as_written(medication)), on or today())
    if dosage:
        taken = taken.filter(dosage=dosage)
    counted = taken.aggregate(all=Count("prescription_id"), patients=Count("patient_id", distinct=True))
    name = Subquery(Patient.objects.filter(patient_id=OuterRef("patient_id")).values("search_key"))
    named = taken.annotate(name=name)
    at = cursor(after)
    last = last_shown(named, "prescription_id", at)
    rows = following(named, last, by="name", tie="prescription_id")
    shown = list(rows[: limit + 1])
    place = str(shown[:limit][-1].prescription_id) if shown else ""
    known = by_id(row.patient_id for row in shown)
    takers = [Taker(row, known.get(row.patient_id)) for row in shown]
    found = page(takers, limit=limit, total=counted["all"], after=at if last else None, place=place)
    return Takers(**vars(found), patients=counted["patients"])


def _as_written(medication: str) -> list[str]:
    """The ways in which the medication's name stands on current lists; found through the index."""
    names = PatientState.objects.order_by("medication").values_list("medication", flat=True).distinct()
    return [name for name in names if name.casefold() == medication.casefold()]


def _dose_order(dosage: str) -> tuple[str, Decimal, str]:
    """By unit, then by amount: 5 mg before 10 mg; what is no number comes last."""
    amount, _, unit = dosage.partition(" ")
    try:
        return unit, Decimal(amount), dosage
    except InvalidOperation:
        return "~", Decimal(0), dosage
