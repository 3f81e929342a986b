"""The timeline of one patient: a page of entries, what the filters offer, and how much lies where.

Order is the newest clinical time first, among equals the one recorded last. Pages follow by key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractYear
from django.utils import timezone

from projections.models import TimelineEntry

#: Kinds in the order of the filter, with the words for several.
KINDS = {
    "medication": "Medications",
    "allergy": "Allergies",
    "note": "Notes",
    "demographics": "Demographics",
    "correction": "Corrections",
    "unknown": "Of an unknown kind",
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which entries. All hold together; None and () leave out nothing.

    Shape: kinds: keys of KINDS; person: a user id; since and until: when it was true, until is not
    part of it; about: a prescription or allergy id.
    """

    kinds: tuple[str, ...] = ()
    person: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    about: UUID | None = None


@dataclass(frozen=True)
class Shown:
    """A page of entries.

    Shape: total: entries that the filter shows; left: those older than this page; next: cursor of
    the page after, or ""; begins: when the oldest of all that the filter shows was true.
    """

    rows: Sequence[TimelineEntry]
    total: int
    left: int
    next: str
    begins: datetime | None


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
class Choices:
    """What the filters of a timeline offer. total: entries of the whole record."""

    total: int
    kinds: Sequence[KindChoice]
    people: Sequence[PersonChoice]


NOTHING_LEFT_OUT = Filters()


def timeline(
    patient_id: UUID,
    *,
    filters: Filters = NOTHING_LEFT_OUT,
    before: str | None = None,
    at: UUID | None = None,
    limit: int = 50,
) -> Shown:
    """Entries older than the cursor `before`; or, with `at`, from that entry on; else from the newest.

    Each row has opens_month: whether it is the first of its month to be shown.
    """
    entries = _filtered(patient_id, filters)
    total = entries.count()
    above, start = None, _entry(patient_id, before, at)
    rows = entries.order_by("-occurred_at", "-version")
    if start is not None:
        above = None if at else start
        rows = _from(rows, start, including=at is not None)
    found = list(rows[: limit + 1])
    shown = found[:limit]
    _open_months(shown, above)
    left = _from(entries, shown[-1], including=False).count() if len(found) > limit else 0
    return Shown(
        rows=shown,
        total=total,
        left=left,
        next=str(shown[-1].version) if left else "",
        begins=entries.order_by("occurred_at", "version").values_list("occurred_at", flat=True).first(),
    )


def newest(patient_id: UUID, limit: int = 10) -> list[TimelineEntry]:
    return list(
        TimelineEntry.objects.filter(patient_id=patient_id).order_by("-occurred_at", "-version")[:limit]
    )


def timeline_choices(patient_id: UUID) -> Choices:
    entries = TimelineEntry.objects.filter(patient_id=patient_id)
    counts = dict(entries.values_list("kind").annotate(count=Count("event_id")).order_by())
    people = dict(entries.order_by("version").values_list("who_id", "who"))
    return Choices(
        total=sum(counts.values()),
        kinds=[
            KindChoice(kind, label, counts.get(kind, 0))
            for kind, label in KINDS.items()
            if kind != "unknown" or kind in counts
        ],
        people=sorted((PersonChoice(*each) for each in people.items()), key=lambda person: person.who),
    )


def timeline_years(patient_id: UUID, filters: Filters = NOTHING_LEFT_OUT) -> list[tuple[int, int]]:
    """(year in the clinic's time, entries), the newest first."""
    year = ExtractYear("occurred_at", tzinfo=timezone.get_default_timezone())
    counted = _filtered(patient_id, filters).annotate(year=year).values_list("year")
    return list(counted.annotate(count=Count("event_id")).order_by("-year"))


def imported_at(patient_id: UUID) -> datetime | None:
    """When the newest entry that a source reported was taken in; None where nobody but us recorded."""
    reported = TimelineEntry.objects.filter(patient_id=patient_id, reported=True).order_by("-version")
    return reported.values_list("recorded_at", flat=True).first()


def entries_between(patient_id: UUID, first: int, last: int) -> list[TimelineEntry]:
    """By version, the newest first: the steps of a replay."""
    found = TimelineEntry.objects.filter(patient_id=patient_id, version__gte=first, version__lte=last)
    return list(found.order_by("-version"))


def _filtered(patient_id: UUID, filters: Filters) -> QuerySet[TimelineEntry]:
    entries = TimelineEntry.objects.filter(patient_id=patient_id)
    if filters.kinds:
        entries = entries.filter(kind__in=filters.kinds)
    if filters.person:
        entries = entries.filter(who_id=filters.person)
    if filters.since:
        entries = entries.filter(occurred_at__gte=filters.since)
    if filters.until:
        entries = entries.filter(occurred_at__lt=filters.until)
    if filters.about:
        entries = entries.filter(Q(subject_id=filters.about) | Q(other_subject_id=filters.about))
    return entries


def _entry(patient_id: UUID, version: str | None, event_id: UUID | None) -> TimelineEntry | None:
    entries = TimelineEntry.objects.filter(patient_id=patient_id)
    if event_id:
        return entries.filter(event_id=event_id).first()
    if version and version.isascii() and version.isdigit() and len(version) < 10:
        return entries.filter(version=int(version)).first()
    return None


def _from(
    entries: QuerySet[TimelineEntry], start: TimelineEntry, *, including: bool
) -> QuerySet[TimelineEntry]:
    """Entries at or below a place in the order; the first condition bounds the index, the second trims."""
    below = entries.filter(occurred_at__lte=start.occurred_at)
    if including:
        return below.exclude(occurred_at=start.occurred_at, version__gt=start.version)
    return below.exclude(occurred_at=start.occurred_at, version__gte=start.version)


def _open_months(rows: Sequence[TimelineEntry], above: TimelineEntry | None) -> None:
    for row in rows:
        row.opens_month = above is None or _month(row) != _month(above)
        above = row


def _month(entry: TimelineEntry) -> tuple[int, int]:
    day = timezone.localtime(entry.occurred_at)
    return day.year, day.month
