"""An event that a source gave rise to, before it is recorded: what, when, and where it came from.

Knows nothing of the store. Ids follow from the source's identity and content, so that an import that
was cut off and is run again means the same events.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from records.codes import NoteCategory
from records.events import EntryMarkedInError, NoteAdded
from records.fhir.dates import Dated
from records.fhir.identity import Identity

IN_ERROR = "The source marks it as entered in error"

#: Passive notes for whoever reads an entry later: (kind, sentence).
Alerts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Origin:
    """The version of a resource that a source handed over. file: the SHA-256 of the file's content,
    since a file's name may hold a patient's. turn: how many entries came of the resource before."""

    identity: Identity
    digest: str
    file: str
    turn: int = 0

    def as_metadata(self) -> dict[str, str]:
        system, kind, own_id = self.identity
        return {"system": system, "type": kind, "id": own_id, "digest": self.digest, "file": self.file}


@dataclass(frozen=True)
class Draft:
    """One event to be, and what is kept beside it."""

    data: Any
    dated: Dated
    origin: Origin
    alerts: Alerts = ()

    @property
    def event_id(self) -> UUID:
        return event_id_of(self.origin, self.data)

    def metadata(self) -> dict[str, Any]:
        """What is kept of where this came from. A date that could not be used is kept as written."""
        kept: dict[str, Any] = {"source": self.origin.as_metadata()}
        if self.dated.literal is not None or not self.dated.stated:
            kept["occurred_at_literal"] = self.dated.literal
        notes = [*self.alerts]
        if self.dated.note:
            notes.append(("date", self.dated.note))
        if notes:
            kept["alerts"] = [{"kind": kind, "text": text, "interrupts": False} for kind, text in notes]
        return kept


def event_id_of(origin: Origin, data: Any) -> UUID:
    """One event of a type comes out of one version of a resource for one part of the record."""
    about = getattr(data, "prescription_id", None) or getattr(data, "allergy_id", None) or ""
    return uuid5(origin.identity.uuid, f"{origin.digest} {origin.turn} {type(data).__name__} {about}")


@dataclass(frozen=True)
class Group:
    """Drafts that are recorded together or not at all: what one version of one resource says.

    Shape: order sorts the groups of a patient by clinical time.
    """

    drafts: tuple[Draft, ...]
    order: tuple[int, int, datetime]


def note(
    text: str,
    category: NoteCategory,
    dated: Dated,
    origin: Origin,
    *,
    source_text: str,
    alerts: Iterable[tuple[str, str]] = (),
) -> Draft:
    """What a source says that has no place on the chart, in words on the timeline."""
    data = NoteAdded(text=text, category=str(category), reported=True, source_text=source_text)
    return Draft(data, dated, origin, tuple(alerts))


def in_error(wrong: Draft, restores: dict[str, object], told: Dated) -> Draft:
    """The mark on an entry that its source calls wrong as it hands it over."""
    data = EntryMarkedInError(
        target_event_id=str(wrong.event_id),
        target_event_type=type(wrong.data).__name__,
        reason=IN_ERROR,
        restores=restores,
        reported=True,
    )
    return Draft(data, told, wrong.origin)


def told_at_import(now: datetime) -> Dated:
    """The date of what a source does not date."""
    return Dated(now, stated=False, note="When this came about is not stated by the source")


def in_order(rank: int, dated: Dated) -> tuple[int, int, datetime]:
    """The place of a group: by rank, then by clinical time, those without one last."""
    return rank, 0 if dated.stated else 1, dated.at
