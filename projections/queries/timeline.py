"""The timeline of one patient, page by page: by when it was true, or by when it was recorded.

The newest comes first. By when it was true, entries of one moment follow by version, the one recorded last
first; by when it was recorded, the version alone is the order. Pages follow by key in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from projections.models import TimelineEntry
from projections.queries.relied import with_corrections


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which entries. All hold together; None and () leave out nothing.

    Shape: kinds: keys of KINDS; person: a user id; since and until: when it was true, until is not
    part of it; about: a prescription or allergy id; drug: ids of all prescriptions of one drug;
    recorded_order: in the order of recording instead of when it was true.
    """

    kinds: tuple[str, ...] = ()
    person: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    about: UUID | None = None
    drug: tuple[UUID, ...] = ()
    recorded_order: bool = False

    @property
    def clock(self) -> str:
        """The column that dates an entry in this order."""
        return "recorded_at" if self.recorded_order else "occurred_at"

    @property
    def newest_first(self) -> tuple[str, ...]:
        return ("-version",) if self.recorded_order else ("-occurred_at", "-version")


@dataclass(frozen=True)
class Shown:
    """A page of entries.

    Shape: total: entries that the filter shows; left: those older than this page; next: cursor of
    the page after, or ""; begins: when the oldest of the whole record was true, told at the end only.
    """

    rows: Sequence[TimelineEntry]
    total: int
    left: int
    next: str
    begins: datetime | None


NOTHING_LEFT_OUT = Filters()


def timeline(
    patient_id: UUID,
    *,
    filters: Filters = NOTHING_LEFT_OUT,
    before: str | None = None,
    at: UUID | None = None,
    until: datetime | None = None,
    limit: int = 50,
) -> Shown:
    """Entries older than the cursor `before`; or, with `at`, from that entry on; or, with `until`, from the
    newest one before that moment on; else from the newest.

    Each row has `clock`, which dates it in this order, and opens_month: whether it is the first of its month
    to be shown; and what corrections say of it (see `queries.relied`).
    """
    entries = filtered(patient_id, filters)
    rows = entries.order_by(*filters.newest_first)
    above, start = None, _entry(patient_id, before, at)
    if start is not None:
        above = None if at else start
        rows = _from(rows, start, filters, including=at is not None)
    elif until is not None:
        rows = rows.filter(**{f"{filters.clock}__lt": until})
    found = list(rows[: limit + 1])
    shown = found[:limit]
    _open_months(shown, above, filters)
    with_corrections(patient_id, shown)
    more = len(found) > limit
    return Shown(
        rows=shown,
        total=entries.count(),
        left=_from(entries, shown[-1], filters, including=False).count() if more else 0,
        next=str(shown[-1].version) if more else "",
        begins=None if more else _begins(patient_id),
    )


def newest(patient_id: UUID, limit: int = 10) -> list[TimelineEntry]:
    return list(
        TimelineEntry.objects.filter(patient_id=patient_id).order_by("-occurred_at", "-version")[:limit]
    )


def imported_at(patient_id: UUID) -> datetime | None:
    """When the newest entry that a source reported was taken in; None where nobody but us recorded."""
    reported = TimelineEntry.objects.filter(patient_id=patient_id, reported=True).order_by("-version")
    return reported.values_list("recorded_at", flat=True).first()


def entries_between(patient_id: UUID, first: int, last: int) -> list[TimelineEntry]:
    """By version, the newest first: the steps of a replay."""
    found = TimelineEntry.objects.filter(patient_id=patient_id, version__gte=first, version__lte=last)
    return list(found.order_by("-version"))


def filtered(patient_id: UUID, filters: Filters) -> QuerySet[TimelineEntry]:
    entries = TimelineEntry.objects.filter(patient_id=patient_id)
    if filters.kinds:
        entries = entries.filter(kind__in=filters.kinds)
    if filters.person:
        entries = entries.filter(who_id=filters.person)
    if filters.since:
        entries = entries.filter(occurred_at__gte=filters.since)
    if filters.until:
        entries = entries.filter(occurred_at__lt=filters.until)
    for ids in ((filters.about,) if filters.about else (), filters.drug):
        if ids:
            entries = entries.filter(Q(subject_id__in=ids) | Q(other_subject_id__in=ids))
    return entries


def _begins(patient_id: UUID) -> datetime | None:
    entries = TimelineEntry.objects.filter(patient_id=patient_id).order_by("occurred_at", "version")
    return entries.values_list("occurred_at", flat=True).first()


def _entry(patient_id: UUID, version: str | None, event_id: UUID | None) -> TimelineEntry | None:
    entries = TimelineEntry.objects.filter(patient_id=patient_id)
    if event_id:
        return entries.filter(event_id=event_id).first()
    if version and version.isascii() and version.isdigit() and len(version) < 10:
        return entries.filter(version=int(version)).first()
    return None


def _from(
    entries: QuerySet[TimelineEntry], start: TimelineEntry, filters: Filters, *, including: bool
) -> QuerySet[TimelineEntry]:
    """Entries at or below a place in the order; the first condition bounds the index, the second trims."""
    version = start.version if including else start.version - 1
    if filters.recorded_order:
        return entries.filter(version__lte=version)
    below = entries.filter(occurred_at__lte=start.occurred_at)
    return below.exclude(occurred_at=start.occurred_at, version__gt=version)


def _open_months(rows: Sequence[TimelineEntry], above: TimelineEntry | None, filters: Filters) -> None:
    month = _month(getattr(above, filters.clock)) if above else None
    for row in rows:
        row.clock = getattr(row, filters.clock)
        row.opens_month = month != _month(row.clock)
        month = _month(row.clock)


def _month(moment: datetime) -> tuple[int, int]:
    day = timezone.localtime(moment)
    return day.year, day.month
