"""What a patient's stream already holds of what a source said, and how the record stands.

Read once a patient and import. Knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from records import events
from records.corrections import fold_without, marked_in_error, restores
from records.courses import Course
from records.fhir.identity import Identity
from records.fold import Patient, fold


@dataclass
class Prior:
    """All that came of one resource so far. entries: oldest first."""

    entries: list[Any] = field(default_factory=list)

    @property
    def digests(self) -> list[str]:
        """Of every version that was imported, oldest first."""
        return list(dict.fromkeys(entry.metadata["source"].get("digest", "") for entry in self.entries))

    @property
    def latest(self) -> str:
        """The digest of the version that the record has now."""
        return str(self.entries[-1].metadata["source"].get("digest", ""))

    def last(self, *types: type) -> Any | None:
        """The newest entry of one of these event types."""
        return next((entry for entry in reversed(self.entries) if isinstance(entry.data, types)), None)

    @property
    def source_text(self) -> str:
        """The source's words as they were last."""
        said = (getattr(entry.data, "source_text", None) for entry in reversed(self.entries))
        return next((words for words in said if words), "")


class Known:
    """One patient's record as an import needs it: sources, and the fold with nothing forgotten."""

    def __init__(self, patient_id: str, entries: Iterable[Any]) -> None:
        self.patient_id = patient_id
        self.entries = list(entries)
        self.patient: Patient = fold(patient_id, self.entries, remember=True)
        self.priors: dict[Identity, Prior] = {}
        for entry in self.entries:
            if identity := source_of(entry.metadata):
                self.priors.setdefault(identity, Prior()).entries.append(entry)

    @property
    def version(self) -> int:
        return self.patient.version

    def has(self, identity: Identity, digest: str) -> bool:
        """Whether the record has this version now; an earlier one that came back is a change."""
        prior = self.priors.get(identity)
        return prior is not None and prior.latest == digest

    def turn(self, identity: Identity) -> int:
        """How many entries came of a resource so far: tells one return of the same content from another."""
        prior = self.priors.get(identity)
        return len(prior.entries) if prior else 0

    def fresh(self, identity: Identity, versions: list[str]) -> int:
        """Where the versions begin that are news, of all that an import holds (digests, oldest first).

        Why: a folder that holds two versions of one resource must add nothing when it is read again.
        """
        prior = self.priors.get(identity)
        if prior is None or prior.latest not in versions:
            return 0
        return len(versions) - versions[::-1].index(prior.latest)

    def reported_courses(self, drug: str) -> list[Course]:
        """Courses of a drug that a source reported and that are still open. One that was prescribed here
        is the clinic's own: a source's renewals never run into it."""
        return [course for course in self.patient.open_courses if course.reported and drug_of(course) == drug]

    def held_by_source(self, prescription_id: str) -> bool:
        holds = (
            entry.data
            for entry in reversed(self.entries)
            if isinstance(entry.data, events.PrescriptionHeld)
            and entry.data.prescription_id == prescription_id
        )
        last = next(holds, None)
        return last is not None and last.reported

    def is_used(self, prescription_id: str) -> bool:
        """Whether any entry speaks of this prescription, be it one that was marked in error."""
        return any(
            prescription_id
            in (getattr(entry.data, "prescription_id", None), getattr(entry.data, "replacement_id", None))
            for entry in self.entries
        )

    def taken_back_by_source(self, event_id: str) -> bool:
        """Whether a source, not someone here, marked an entry in error."""
        marks = (entry.data for entry in self.entries if isinstance(entry.data, events.EntryMarkedInError))
        return any(mark.reported and mark.target_event_id == event_id for mark in marks)

    def restores_without(self, event_id: str) -> dict[str, Any]:
        """What marking an entry in error must say that holds instead."""
        wrong = {*marked_in_error(self.entries), event_id}
        return restores(self.patient, fold_without(self.patient_id, self.entries, wrong))


def source_of(metadata: Any) -> Identity | None:
    source = metadata.get("source") if isinstance(metadata, dict) else None
    if not isinstance(source, dict) or not source.get("type"):
        return None
    return Identity(source.get("system", ""), source["type"], source.get("id", ""))


def drug_of(course: Course) -> str:
    """The same key as a request's `drug`."""
    if course.code:
        return f"{course.code_system or ''}|{course.code}"
    return " ".join(course.medication.lower().split())
