"""The compliance report: who recorded what, about whom, when and from where. No silent limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from projections import words
from projections.models import ComplianceEntry, Patient
from projections.queries.found import Found, cursor, following, last_shown, page
from projections.queries.patients import by_id, named
from records.speech import _

KINDS = (
    "medication", "allergy", "note", "demographics", "correction", "record number", "account", "unknown",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ReportFilters:
    """Which entries. All hold together; None leaves out nothing.

    Shape: person: a user id; patient: an id or a record number; since and until: when it was
    recorded, until is not part of it.
    """

    person: str | None = None
    patient: str | None = None
    kind: str | None = None
    event_type: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Report(Found[ComplianceEntry]):
    """patients: those that the filter named; None where it named none, () where nobody fits it."""

    patients: Sequence[Patient] | None = None

    @property
    def patient_ids(self) -> list[UUID]:
        return list(dict.fromkeys(row.patient_id for row in self.rows if row.patient_id))


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    role: str


@dataclass(frozen=True)
class Action:
    event_type: str
    label: str


EVERYTHING = ReportFilters()


def compliance_report(
    filters: ReportFilters = EVERYTHING, *, after: str | None = None, limit: int = 50
) -> Report:
    """One page of the entries that fit, each with patient_name."""
    wanted = named(filters.patient) if filters.patient else None
    entries = _filtered(filters, wanted)
    total = entries.count()
    at = cursor(after)
    last = last_shown(ComplianceEntry.objects.all(), "event_id", at)
    rows = following(entries, last, by="changed_at", tie="position", newest_first=True)
    found = list(rows[: limit + 1])
    place = str(found[:limit][-1].event_id) if found else ""
    known = by_id([*(row.patient_id for row in found), *(wanted or ())])
    for row in found:
        row.patient_name = _name(known.get(row.patient_id)) if row.patient_id else ""
    shown = page(found, limit=limit, total=total, after=at if last else None, place=place)
    patients = None if wanted is None else [known[each] for each in wanted if each in known]
    return Report(**vars(shown), patients=patients)


def people() -> list[Person]:
    """Everyone who recorded anything, by name as it was last. Runs along the index, person by person."""
    with connection.cursor() as running:
        running.execute(_PEOPLE)
        return sorted(
            (Person(*row) for row in running.fetchall()), key=lambda person: words.plain(person.name)
        )


def actions() -> list[Action]:
    """Every kind of act that was ever recorded. Runs along the index, type by type."""
    with connection.cursor() as running:
        running.execute(_TYPES)
        types = [event_type for (event_type,) in running.fetchall()]
    return sorted(
        (Action(each, words.act(each)) for each in types),
        key=lambda action: str(action.label),
    )


def _filtered(filters: ReportFilters, patients: list[UUID] | None) -> QuerySet[ComplianceEntry]:
    entries = ComplianceEntry.objects.all()
    if filters.person:
        entries = entries.filter(changed_by=filters.person)
    if patients is not None:
        entries = entries.filter(patient_id__in=patients)
    if filters.kind:
        entries = entries.filter(kind=filters.kind)
    if filters.event_type:
        entries = entries.filter(event_type=filters.event_type)
    if filters.since:
        entries = entries.filter(changed_at__gte=filters.since)
    if filters.until:
        entries = entries.filter(changed_at__lt=filters.until)
    return entries


def _name(patient: Patient | None) -> str:
    if patient is None:
        return _("name unavailable")
    family, given = patient.family or _("name unknown"), patient.given or _("given name unknown")
    return f"{family.upper()}, {given}"


_PEOPLE = """
    WITH RECURSIVE person (id) AS (
        (SELECT changed_by FROM compliance_audit ORDER BY changed_by LIMIT 1)
        UNION ALL
        SELECT (SELECT changed_by FROM compliance_audit
                 WHERE changed_by > person.id ORDER BY changed_by LIMIT 1)
          FROM person WHERE person.id IS NOT NULL
    )
    SELECT person.id, newest.changed_by_name, newest.role
      FROM person, LATERAL (SELECT changed_by_name, role FROM compliance_audit
                             WHERE changed_by = person.id ORDER BY changed_at DESC LIMIT 1) newest
     WHERE person.id IS NOT NULL
"""

_TYPES = """
    WITH RECURSIVE kind (event_type) AS (
        (SELECT event_type FROM compliance_audit ORDER BY event_type LIMIT 1)
        UNION ALL
        SELECT (SELECT event_type FROM compliance_audit
                 WHERE event_type > kind.event_type ORDER BY event_type LIMIT 1)
          FROM kind WHERE kind.event_type IS NOT NULL
    )
    SELECT event_type FROM kind WHERE event_type IS NOT NULL
"""
