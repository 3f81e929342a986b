"""Patients: the list, and the banner. The search is in search.py."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from eventstore.models import ParkedAggregate
from projections import search as searching
from projections.models import Patient
from projections.queries.found import Found, cursor, page
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
    total, rows = everyone().count(), everyone().order_by("search_key", "patient_id")
    at = cursor(after)
    last = _last_shown(at.place) if at else None
    if last is None:
        at = None
    else:
        rows = rows.filter(search_key__gte=last.search_key).exclude(
            search_key=last.search_key, patient_id__lte=last.patient_id
        )
    shown = list(rows[: limit + 1])
    place = str(shown[:limit][-1].patient_id) if shown else ""
    return page([Hit(patient) for patient in shown], limit=limit, total=total, after=at, place=place)


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


def _last_shown(place: str) -> Patient | None:
    try:
        return Patient.objects.filter(patient_id=UUID(place)).first()
    except ValueError:
        return None
