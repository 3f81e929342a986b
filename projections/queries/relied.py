"""What corrections say of the entries on a page: by which one each was struck, and what relied on it.

Why: a correction counts and lists the later entries that relied on the wrong value. Whoever meets one of
those, or the struck one itself, must learn it there too, and not only at the correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from projections.models import TimelineEntry


def with_corrections(patient_id: UUID, rows: Sequence[TimelineEntry]) -> None:
    """Sets on each row: relied_on, the links to later entries that relied on it; relied_on_wrong, the
    links to entries that it relied on and that were struck later."""
    if not rows:
        return
    shown = {str(row.event_id): row for row in rows}
    for row in rows:
        row.relied_on, row.relied_on_wrong = row.entry.get("relied_on") or [], []
    corrections = TimelineEntry.objects.filter(
        patient_id=patient_id, kind="correction", version__gt=min(row.version for row in rows)
    ).order_by("version")
    for correction in corrections.only("event_id", "entry"):
        wrong, relied = correction.entry.get("corrects"), correction.entry.get("relied_on") or []
        if not wrong:
            continue
        if struck := shown.get(wrong["event_id"]):
            struck.relied_on = relied
        for link in relied:
            if row_that_relied := shown.get(link["event_id"]):
                row_that_relied.relied_on_wrong = [*row_that_relied.relied_on_wrong, wrong]
    _number(rows)


def _number(rows: Sequence[TimelineEntry]) -> None:
    """Each link gets the version of its entry: on paper the number is what one can look up."""
    links = [
        link
        for row in rows
        for link in (
            *row.relied_on,
            *row.relied_on_wrong,
            row.entry.get("corrects"),
            row.entry.get("corrected_by"),
        )
        if link
    ]
    if not links:
        return
    found = TimelineEntry.objects.filter(event_id__in={link["event_id"] for link in links})
    versions = {str(event_id): version for event_id, version in found.values_list("event_id", "version")}
    for link in links:
        link["version"] = versions.get(link["event_id"])
