"""One record number, one patient: held by the number's own stream in the ledger.

The stream is named by a keyed digest of the number, so that the ledger does not give the number
away. Reserving goes into the same append as the entry that states the number; whoever comes second
finds the stream at another version and is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from eventstore import store
from eventstore.envelope import keyed_digest
from records import events
from records.decision import Rejected
from records.record_number import normalised
from records.speech import _

STREAM = "recordnumber-"


@dataclass(frozen=True)
class Claim:
    """An event for a number's stream, and the version at which it holds. number: in clear."""

    number: str
    expected_version: int
    event: events.RecordNumberReserved | events.RecordNumberReleased

    @property
    def stream(self) -> str:
        return stream(self.number)


def stream(number: str) -> str:
    """The stream of a record number, however it is written."""
    return STREAM + keyed_digest("record number", normalised(number))


def claims(patient_id: str, before: str | None, new_events: Iterable[object]) -> tuple[Claim, ...]:
    """What the new events of a patient mean for record numbers: one reserved, one released, or none.

    before: the patient's number so far, in clear.
    Raises: Rejected where the number belongs to another patient.
    """
    after = before
    for event in new_events:
        after = _stated_number(event, after)
    if normalised(before or "") == normalised(after or ""):
        return ()
    found = []
    if after:
        holder, version = holder_of(after)
        if holder not in {None, patient_id}:
            raise belongs_to_another(after)
        if holder is None:
            found.append(Claim(after, version, events.RecordNumberReserved(patient_id=patient_id)))
    if before:
        holder, version = holder_of(before)
        if holder == patient_id:
            found.append(Claim(before, version, events.RecordNumberReleased(patient_id=patient_id)))
    return tuple(found)


def holder_of(number: str) -> tuple[str | None, int]:
    """The id of the patient to whom a number belongs, or None; and its stream's version."""
    holder, version = None, 0
    for entry in store.read_stream(stream(number), opened=False):
        version = entry.version
        if isinstance(entry.data, events.RecordNumberReserved):
            holder = entry.data.patient_id
        elif isinstance(entry.data, events.RecordNumberReleased):
            holder = None
    return holder, version


def belongs_to_another(number: str) -> Rejected:
    return Rejected(
        _(
            "Record number {number} belongs to another patient. "
            "Check the number, or open that patient's chart."
        ).format(number=number),
        "mrn",
    )


def _stated_number(event: object, before: str | None) -> str | None:
    match event:
        case events.PatientRegistered(mrn=mrn) | events.DemographicsCorrected(mrn=mrn):
            return mrn
        case events.EntryMarkedInError(restores={"demographics": Mapping() as demographics}):
            restored: Mapping[str, Any] = demographics
            return restored["mrn"]  # type: ignore[no-any-return]
        case _:
            return before
