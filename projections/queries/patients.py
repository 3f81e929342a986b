"""Patients: the list, and the banner. The search is in search.py."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from eventstore.models import ParkedAggregate
from projections import search as searching
from projections.models import Patient
from projections.queries.found import Found, cursor, following, last_shown, page
from projections.queries.found_people import Hit
from projections.queries.search import everyone


@dataclass(frozen=True)
class Banner:
    """What stands on every page of one patient.

    Shape: patient is None where no read model knows the id; parked: the oldest entry that some
    read model could not take (its parked_at, version, event_id), None while all is shown;
    unavailable: identity and allergies themselves could not be brought up to date.
    """

    patient: Patient | None
    parked: ParkedAggregate | None
    unavailable: bool


def patients(*, after: str | None = None, limit: int = 50) -> Found[Hit]:
    """All patients by name; a record that was merged into another is not a patient of its own."""
    at = cursor(after)
    last = last_shown(Patient.objects.all(), "patient_id", at)
    rows = following(everyone(), last, by="search_key", tie="patient_id")
    shown = list(rows[: limit + 1])
    place = str(shown[:limit][-1].patient_id) if shown else ""
    return page(
        [Hit(patient) for patient in shown],
        limit=limit,
        total=everyone().count(),
        after=at if last else None,
        place=place,
    )


def banner(patient_id: UUID) -> Banner:
    parked = list(ParkedAggregate.objects.filter(aggregate_id=f"patient-{patient_id}").order_by("position"))
    return Banner(
        patient=Patient.objects.filter(patient_id=patient_id).first(),
        parked=parked[0] if parked else None,
        unavailable=any(each.projector == "patients" for each in parked),
    )


def named(text: str) -> list[UUID]:
    """The patients whose id or record number is exactly this; a filter's word, so usually one."""
    try:
        return [UUID(text.strip())]
    except ValueError:
        number = searching.record_number(text)
        if not number:
            return []
        return list(Patient.objects.filter(record_number=number).values_list("patient_id", flat=True))


def by_id(patient_ids: Iterable[UUID | None]) -> dict[UUID, Patient]:
    """The patients of a page's rows, in one query."""
    return Patient.objects.in_bulk({each for each in patient_ids if each is not None})
