"""What the filters of a timeline offer: kinds, people, drugs; and how much lies in which month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy

from projections import words
from projections.models import MedicationCourse, TimelineEntry
from projections.queries.timeline import NOTHING_LEFT_OUT, Filters, filtered

#: Kinds in the order of the filter, with the words for several.
KINDS = {
    "medication": gettext_lazy("Medications"),
    "allergy": gettext_lazy("Allergies"),
    "note": gettext_lazy("Notes"),
    "demographics": gettext_lazy("Demographics"),
    "correction": gettext_lazy("Corrections"),
    "unknown": gettext_lazy("Of an unknown kind"),
}


@dataclass(frozen=True)
class KindChoice:
    value: str
    label: str
    count: int


@dataclass(frozen=True)
class PersonChoice:
    who_id: str
    who: str


@dataclass(frozen=True)
class DrugChoice:
    """One drug of a patient, however many prescriptions of it there are.

    Shape: value: the id of one of them, which stands for all, so that no address names a drug.
    """

    value: UUID
    label: str
    prescriptions: tuple[UUID, ...]


@dataclass(frozen=True)
class Choices:
    """What the filters of a timeline offer. total: entries of the whole record."""

    total: int
    kinds: Sequence[KindChoice]
    people: Sequence[PersonChoice]
    drugs: Sequence[DrugChoice]

    def drug(self, prescription_id: UUID | None) -> DrugChoice | None:
        """The drug that this prescription is of."""
        return next((each for each in self.drugs if prescription_id in each.prescriptions), None)


def timeline_choices(patient_id: UUID) -> Choices:
    entries = TimelineEntry.objects.filter(patient_id=patient_id)
    counts = dict(entries.values_list("kind").annotate(count=Count("event_id")).order_by())
    people = entries.exclude(who_id="").order_by("who_id", "-version").distinct("who_id")
    return Choices(
        total=sum(counts.values()),
        kinds=[
            KindChoice(kind, str(label), counts.get(kind, 0))
            for kind, label in KINDS.items()
            if kind != "unknown" or kind in counts
        ],
        people=sorted(
            (PersonChoice(*each) for each in people.values_list("who_id", "who")),
            key=lambda person: words.plain(person.who),
        ),
        drugs=drugs(patient_id),
    )


def drugs(patient_id: UUID) -> list[DrugChoice]:
    """The patient's drugs by name, current and past, those entered in error too: their entries are there."""
    courses = MedicationCourse.objects.filter(patient_id=patient_id).order_by("prescription_id")
    found: dict[str, tuple[str, list[UUID]]] = {}
    for prescription_id, medication in courses.values_list("prescription_id", "medication"):
        found.setdefault(words.plain(medication), (medication, []))[1].append(prescription_id)
    return [DrugChoice(ids[0], name, tuple(ids)) for _, (name, ids) in sorted(found.items())]


def timeline_months(patient_id: UUID, filters: Filters = NOTHING_LEFT_OUT) -> list[tuple[datetime, int]]:
    """(first moment of a month in the clinic's time, its entries by this order's clock), the newest first."""
    month = TruncMonth(filters.clock, tzinfo=timezone.get_default_timezone())
    counted = filtered(patient_id, filters).annotate(month=month).values_list("month")
    return [
        (timezone.localtime(first), count)
        for first, count in counted.annotate(count=Count("event_id")).order_by("-month")
    ]
