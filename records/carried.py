"""What a record takes over from another: that one's own entries, told again under ids of their own.

Entries and not values, so that doses, holds and renewals of years stand in the survivor's courses as they
stood in the other's, and every fold reads them as it reads any entry. New ids keep the other record whole:
nothing of it moves, and a separation only has to let go. Pure; knows nothing of Django.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID, uuid5

from eventstore import registry
from eventstore.registry import Recording, Unknown
from records import events

PRESCRIPTIONS = (
    events.PrescriptionAdded, events.PrescriptionChanged, events.DosageAdjusted, events.PrescriptionRenewed,
    events.PrescriptionHeld, events.PrescriptionResumed, events.PrescriptionDiscontinued,
)  # fmt: skip
ALLERGIES = (
    events.AllergyRecorded, events.AllergyRevised, events.AllergyRefuted, events.AllergyResolved,
)  # fmt: skip
#: The fields by which an entry names what it is about.
IDS = ("prescription_id", "replacement_id", "allergy_id")


class Told(Protocol):
    """An entry as recorded, as far as it is told again."""

    @property
    def event_id(self) -> Any: ...
    @property
    def version(self) -> int: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def data(self) -> Any: ...


@dataclass(frozen=True)
class Carried:
    """One entry of the other record, as it counts in this one.

    Shape: event_id: the other record's entry. version: 0 or less, rising in its order, so that it comes
    before whatever this record says of the same moment.
    """

    event_id: str
    version: int
    occurred_at: datetime
    data: Any

    @property
    def is_allergy(self) -> bool:
        return isinstance(self.data, ALLERGIES)

    @property
    def ids(self) -> tuple[str, ...]:
        """The prescriptions or the allergy that it is about."""
        return ids_of(self.data)


def entries(event: events.PatientsMerged | events.PatientsUnmerged) -> Iterator[Carried]:
    """The entries that came with a merge or a separation. What this program cannot read is left out."""
    brought = event.carried or ()
    last = len(brought) - 1
    for place, stored in enumerate(brought):
        told: Any = stored
        occurred_at = datetime.fromisoformat(told["occurred_at"])
        data = registry.decode(
            told["event_type"], told["schema_version"], told["data"], Recording(0, occurred_at, {})
        )
        if not isinstance(data, Unknown):
            yield Carried(told["event_id"], place - last, occurred_at, data)


def ids_of(data: Any) -> tuple[str, ...]:
    return tuple(found for name in IDS if (found := getattr(data, name, None)))


def unfolded(recorded: Iterable[Told]) -> Iterator[Told | Carried]:
    """A stream's entries with those that earlier merges brought in their places."""
    for entry in recorded:
        if isinstance(entry.data, events.PatientsMerged | events.PatientsUnmerged):
            yield from entries(entry.data)
        else:
            yield entry


def carrying(
    recorded: Sequence[Told | Carried], wanted: Callable[[Any], bool], *, under: str, into: str
) -> tuple[dict[str, object], ...]:
    """These entries as a merge stores them, in their order.

    Shape: wanted: asked of an entry's data. under: names this merge, so that the ids are new each time;
    into: the patient who takes them over.
    """

    def new(old: str) -> str:
        return str(uuid5(UUID(into), f"{under} {old}"))

    found = []
    for entry in recorded:
        if not isinstance(entry.data, (*PRESCRIPTIONS, *ALLERGIES, events.NoKnownAllergiesAsserted)):
            continue
        if not wanted(entry.data):
            continue
        renamed = {name: new(old) for name in IDS if (old := getattr(entry.data, name, None))}
        data: Any = entry.data
        found.append(told_again(entry, replace(data, **renamed)))
    return tuple(found)


def told_again(entry: Told | Carried, data: Any) -> dict[str, object]:
    """An entry with these data, as it is stored within another."""
    known = registry.type_of(data)
    return {
        "event_type": known.name,
        "schema_version": known.version,
        "event_id": str(entry.event_id),
        "version": entry.version,
        "occurred_at": entry.occurred_at.astimezone(UTC).isoformat(),
        "data": asdict(data),
    }
