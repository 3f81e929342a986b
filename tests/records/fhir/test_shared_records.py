"""Real records from other systems: all that can be understood is taken, the rest refused by name."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from records.fhir.importer import Report
from records.fhir.reader import FhirFile, Unreadable, find_files
from tests.records.fhir.source import SHARED, Source, told_of

pytestmark = [
    pytest.mark.skipif(not SHARED.is_dir(), reason="no shared/data beside the repository"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
]

TWICE = ["PrescriptionAdded"] * 2


def imported(folder: Path, *parts: str) -> tuple[Source, Report]:
    source = Source(folder)
    return source, source.imported(SHARED.joinpath(*parts))


def resources(*parts: str) -> Counter[str]:
    """How many different resources of each kind lie there."""
    seen: set[tuple[str, str]] = set()
    for path, _ in find_files([str(SHARED.joinpath(*parts))]):
        for entry in FhirFile(path).entries():
            assert not isinstance(entry, Unreadable)
            seen.add((entry.kind, str(entry.resource.get("id"))))
    return Counter(kind for kind, _ in seen)


@pytest.mark.parametrize("folder", ["2019", "2025", "bulk-10"])
def test_of_synthea_nothing_is_refused_and_nothing_lost(tmp_path: Path, folder: str) -> None:
    source, report = imported(tmp_path, "synthea", folder)
    there, events = resources("synthea", folder), report.events
    assert report.refused == []
    assert report.patients == there["Patient"] == events["PatientRegistered"]
    assert events["PrescriptionAdded"] + events["PrescriptionRenewed"] == there["MedicationRequest"]
    assert events["AllergyRecorded"] == there["AllergyIntolerance"]
    again = source.imported(SHARED / "synthea" / folder)
    assert (again.patients, again.events, again.refused) == (0, {}, [])
    kinds = ("Patient", "MedicationRequest", "AllergyIntolerance")
    assert again.unchanged == sum(there[kind] for kind in kinds)


def test_a_course_of_hundreds_of_renewals_is_one_course(tmp_path: Path) -> None:
    path = SHARED / "synthea" / "bulk-10" / "MedicationRequest.ndjson.gz"
    requests = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    drugs = Counter(
        (said["subject"]["reference"].removeprefix("Patient/"), said["medicationCodeableConcept"]["text"])
        for said in requests
    )
    (owner, drug), times = drugs.most_common(1)[0]
    assert times > 400
    source, _ = imported(tmp_path, "synthea", "bulk-10")
    (course,) = (c for c in source.record(owner).courses.values() if c.medication == drug)
    assert course.renewals == times - 1
    renewed = {event.source_id for event in source.events("PrescriptionRenewed", owner)}
    mine = {said["id"] for said in requests if said["subject"]["reference"].endswith(owner)}
    assert len(mine - renewed) == len(source.events("PrescriptionAdded", owner))


def test_impossible_dates_are_kept_and_marked(tmp_path: Path) -> None:
    with (SHARED / "synthea" / "manifest.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    columns = [name for name in rows[0] if "after" in name.lower() and "death" in name.lower()]
    marked = next(row for row in rows if any(int(row[name] or 0) for name in columns))
    source, report = imported(tmp_path, "synthea", marked["file"])
    (after,) = [int(marked[name]) for name in columns]
    alerts = [
        alert["text"]
        for entry in source.entries(marked["patient_id"])
        for alert in entry.metadata.get("alerts", ())
        if alert["kind"] == "impossible date"
    ]
    assert report.refused == []
    assert len(alerts) == after


def test_what_other_systems_write_is_taken_or_refused_by_name(tmp_path: Path) -> None:
    _, report = imported(tmp_path, "fhir-misc")
    assert report.events["PatientRegistered"] > 250
    reasons = Counter(refused["reason"].split(" (")[0].split(":")[0] for refused in report.refused)
    assert set(reasons) <= {
        "It is not complete JSON",
        "It is not valid JSON",
        "Its patient",
    }


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("minimal-patient", []),
        ("absent-reason", []),
        ("unicode-names", []),
        ("byte-order-mark", []),
        ("nul-character", []),
        ("statuses", ["NoteAdded", *TWICE, "PrescriptionDiscontinued", "PrescriptionHeld"]),
        ("intents", ["NoteAdded", "NoteAdded", "PrescriptionAdded"]),
        ("do-not-perform", ["NoteAdded"]),
        ("entered-in-error", ["AllergyRecorded", "EntryMarkedInError", "EntryMarkedInError", *TWICE]),
        ("allergy-variants", [*["AllergyRecorded"] * 3, "AllergyRefuted", "NoKnownAllergiesAsserted"]),
        ("prior-prescription", [*TWICE, "PrescriptionDiscontinued"]),
        ("stepped-dose", ["PrescriptionAdded"]),
        ("json-array", ["PrescriptionAdded"]),
        ("transaction-order", ["PrescriptionAdded"]),
        ("stu3-style", ["PrescriptionAdded"]),
    ],
)  # fmt: skip
def test_each_oddity_means_what_it_should(tmp_path: Path, name: str, kinds: list[str]) -> None:
    content = (SHARED / "fhir-misc" / "hand-made" / f"{name}.json").read_bytes()
    (tmp_path / "f.json").write_bytes(content)
    found = told_of(tmp_path)
    assert sorted(kind for kind in found.kinds() if kind != "PatientRegistered") == kinds
    assert found.refused == []


def test_a_written_decimal_is_canonical_and_its_literal_kept(tmp_path: Path) -> None:
    content = (SHARED / "fhir-misc" / "hand-made" / "decimal-precision.json").read_bytes()
    (tmp_path / "f.json").write_bytes(content)
    event: Any = told_of(tmp_path).only("PrescriptionAdded")
    assert event.dose == "0.1"
    assert "doseQuantity.value: 0.10" in event.source_text
