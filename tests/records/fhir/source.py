"""A source that tests make up: resources, files, and what an import of them decides or records."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from eventstore import store
from records.author import Author
from records.fhir.identity import Identity
from records.fhir.importer import Report, Run, import_files
from records.fhir.known import Known
from records.fhir.links import Links
from records.fhir.reader import FhirFile, Unreadable
from records.fhir.record import Reading, decide
from records.fhir.staging import Staging
from records.patient import stream

Json = dict[str, Any]

#: Real records, kept apart from the code; tests that read them are left out where they are absent.
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"


def patient(key: str = "p1", **more: Any) -> Json:
    return {
        "resourceType": "Patient",
        "id": key,
        "name": [{"use": "official", "family": "Okafor", "given": ["Ada"]}],
        "gender": "female",
        "birthDate": "1961-03-12",
        **more,
    }


def request(
    key: str = "m1", *, of: str = "p1", drug: str = "lisinopril 10 MG Oral Tablet", **more: Any
) -> Json:
    return {
        "resourceType": "MedicationRequest",
        "id": key,
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": drug},
        "subject": {"reference": f"Patient/{of}"},
        "authoredOn": "2024-03-05T09:15:00Z",
        **more,
    }


def allergy(key: str = "a1", *, of: str = "p1", to: str = "Penicillin G", **more: Any) -> Json:
    return {
        "resourceType": "AllergyIntolerance",
        "id": key,
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "code": {"text": to},
        "patient": {"reference": f"Patient/{of}"},
        "recordedDate": "2020-02-29",
        **more,
    }


def no_known(key: str = "n1", code: str = "716186003", **more: Any) -> Json:
    coding = {"system": SNOMED, "code": code, "display": "No known allergy (situation)"}
    return allergy(key, code={"coding": [coding]}, **more)


def dosage(value: Any = 1, unit: str = "tablet", **repeat: Any) -> Json:
    timing = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", **repeat}}
    return {"timing": timing, "doseAndRate": [{"doseQuantity": {"value": value, "unit": unit}}]}


def bundle(*resources: Json) -> Json:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}


def write(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def read(path: Path) -> list[Any]:
    """Every entry of a file, and every line that could not be read."""
    return list(FhirFile(path).entries())


# --- Deciding, without a database -----------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What an import decided: the drafts, and what has no patient."""

    drafts: list[Any]
    refused: list[tuple[str, str]]

    def events(self, kind: str | None = None) -> list[Any]:
        return [draft.data for draft in self.drafts if kind in (None, type(draft.data).__name__)]

    def kinds(self) -> list[str]:
        return [type(draft.data).__name__ for draft in self.drafts]

    def only(self, kind: str) -> Any:
        (event,) = self.events(kind)
        return event

    def draft(self, kind: str) -> Any:
        (draft,) = [draft for draft in self.drafts if type(draft.data).__name__ == kind]
        return draft


def told(folder: Path, *resources: Json, source: str | None = None, holder: Any = None) -> Told:
    """What the first import of one bundle would record, patient by patient."""
    write(folder / "bundle.json", bundle(*resources))
    return told_of(folder, source=source, holder=holder)


def told_of(folder: Path, *, source: str | None = None, holder: Any = None) -> Told:
    staging = laid_out(folder, source=source)
    links = Links(staging)
    drafts: list[Any] = []
    refused = [(staged.name, why) for staged, why in links.follow(lambda _: False)]
    reading = Reading(
        zone=UTC,
        now=NOW,
        holder=holder or (lambda _: None),
        file_digest=staging.file_digest,
        lookup=links.lookup,
    )
    for owner in staging.patients():
        decided = decide(staging.of(owner), Known(owner, []), reading)
        drafts.extend(draft for group in decided.groups for draft in group.drafts)
    return Told(drafts, refused)


def laid_out(folder: Path, *, source: str | None = None) -> Staging:
    staging = Staging(source=source, keyed=lambda text: f"{hash(text) & 0xFFFFFFFFFFFF:032x}")
    for path in sorted(folder.rglob("*.*json*")):
        file = FhirFile(path)
        number = staging.file(path)
        for entry in file.entries():
            assert not isinstance(entry, Unreadable)
            staging.add(number, entry)
        staging.finished(number, file)
    return staging


# --- Importing, into the ledger --------------------------------------------------------------------


class Quiet:
    """Progress that nobody watches."""

    def reading(self, number: int, of: int) -> None:
        pass

    def recording(self, number: int, of: int) -> None:
        pass


@dataclass
class Source:
    """A system of its own, so that no two tests mean the same patient. Its files lie in `folder`."""

    folder: Path
    name: str = field(default_factory=lambda: f"urn:test:{uuid4()}")
    author: Author = field(default_factory=lambda: Author(user_id="import", name="Import", role="import"))

    def says(self, *resources: Json, file: str = "bundle.json") -> Report:
        """Write these resources as one bundle, and import the folder."""
        write(self.folder / file, bundle(*resources))
        return self.imported()

    def imported(self, *paths: Path) -> Report:
        run = Run(author=self.author, zone=UTC, now=datetime.now(UTC), source=self.name)
        return import_files([str(path) for path in paths or (self.folder,)], run, Quiet())

    def patient_id(self, key: str = "p1") -> str:
        return str(Identity(self.name, "Patient", key).uuid)

    def entries(self, key: str = "p1") -> list[store.RecordedEvent]:
        return list(store.read_stream(stream(self.patient_id(key))))

    def events(self, kind: str, key: str = "p1") -> list[Any]:
        return [entry.data for entry in self.entries(key) if entry.event_type == kind]

    def kinds(self, key: str = "p1") -> Counter[str]:
        return Counter(entry.event_type for entry in self.entries(key))

    def record(self, key: str = "p1") -> Any:
        """The record with nothing forgotten."""
        return Known(self.patient_id(key), self.entries(key)).patient
