"""How a record stands to another with which it was merged. Pure values; texts may be sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from records import events
from records.allergies import NoneKnown
from records.decision import Rejected
from records.speech import _

#: Who stood on a record, as both events of a merge keep it.
IDENTITY = ("mrn", "family", "given", "other_names", "birth_date", "sex")


@dataclass(frozen=True, kw_only=True)
class MergedRecord:
    """A record that was merged into this one.

    Shape: also: who stood on records that had been merged into that one; prescriptions, allergies:
    the ids here of what came from it; asked_by and asked_at: that no allergies were known here before,
    and still would be without it; None if nobody had said so.
    """

    other_id: str
    mrn: str | None
    family: str | None
    given: str | None
    other_names: str | None
    birth_date: str | None
    sex: str | None
    also: tuple[Mapping[str, Any], ...]
    version: int
    prescriptions: tuple[str, ...]
    allergies: tuple[str, ...]
    asked_by: str | None = None
    asked_at: datetime | None = None

    @property
    def people(self) -> tuple[Mapping[str, Any], ...]:
        """Who stood on it, and on those before it, as the next merge hands them on."""
        own = {"patient_id": self.other_id, **{name: getattr(self, name) for name in IDENTITY}}
        return (own, *self.also)

    @property
    def none_known_before(self) -> NoneKnown | None:
        return NoneKnown(asked_by=self.asked_by, asked_at=self.asked_at) if self.asked_at else None


@dataclass(frozen=True, kw_only=True)
class MergedInto:
    """The record into which this one was merged, and which alone is written."""

    other_id: str
    mrn: str | None
    family: str | None
    given: str | None


def into(event: events.PatientsMerged) -> MergedInto:
    return MergedInto(other_id=event.other_id, mrn=event.mrn, family=event.family, given=event.given)


def closed(record: MergedInto) -> Rejected:
    """Nothing is recorded in a record that was merged into another."""
    name = ", ".join(filter(None, (record.family and record.family.upper(), record.given)))
    return Rejected(
        _("This record was merged into {name}, MRN {number}. Open that record and record it there.").format(
            name=name or _("another one"), number=record.mrn or _("not recorded")
        )
    )
