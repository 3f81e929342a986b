"""From files to the ledger: what is recorded, by whom, when, and where it came from."""

from __future__ import annotations

import gzip
import json
import random
import string
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from eventstore import store
from eventstore.models import ParkedAggregate
from eventstore.projector import checkpoint
from records import reservations
from records.fhir import importer
from records.fhir.importer import Report, Run
from tests.records.fhir.source import Quiet, Source, allergy, bundle, dosage, patient, request, write

pytestmark = pytest.mark.django_db(transaction=True)


def day(number: int) -> str:
    return f"2024-01-{number:02}T08:00:00Z"


def number(value: str) -> list[dict[str, Any]]:
    return [{"type": {"coding": [{"code": "MR"}]}, "system": "urn:h", "value": value}]


def test_a_patient_with_allergies_and_courses_comes_into_one_stream(source: Source) -> None:
    report = source.says(
        patient(), allergy(), request("m1", authoredOn=day(1)), request("m2", authoredOn=day(2))
    )
    assert (report.patients, report.unchanged, report.refused) == (1, 0, [])
    assert report.events == {
        "PatientRegistered": 1, "AllergyRecorded": 1, "PrescriptionAdded": 1, "PrescriptionRenewed": 1,
    }  # fmt: skip
    assert source.kinds() == report.events
    record = source.record()
    assert record.demographics.family == "Okafor"
    assert [course.renewals for course in record.open_courses] == [1]


def test_an_entry_says_where_it_came_from_in_clear_and_who_imported_it(source: Source) -> None:
    source.says(patient(), request())
    entry = next(entry for entry in source.entries() if entry.event_type == "PrescriptionAdded")
    kept = entry.metadata["source"]
    assert (kept["system"], kept["type"], kept["id"]) == (source.name, "MedicationRequest", "m1")
    assert len(kept["digest"]) == len(kept["file"]) == 64
    author = [entry.metadata[key] for key in ("user_id", "user_name", "user_role", "ip", "session")]
    assert author == ["import", "Import", "import", None, None]
    assert entry.metadata["command"]["type"] == "ImportFhir"
    raw = store.read_event(entry.event_id, opened=False)
    assert raw is not None
    assert raw.metadata["source"] == kept
    assert "lisinopril" not in json.dumps(raw.raw_data["source_text"])


def test_clinical_dates_are_when_it_happened(source: Source) -> None:
    before = datetime.now(UTC)
    source.says(patient(), request("m1", drug="a"), request("m2", drug="b", authoredOn="2999-01-01"))
    dated, future = (e for e in source.entries() if e.event_type == "PrescriptionAdded")
    assert dated.occurred_at == datetime(2024, 3, 5, 9, 15, tzinfo=UTC)
    assert "occurred_at_literal" not in dated.metadata
    assert before <= future.occurred_at <= datetime.now(UTC)
    assert future.metadata["occurred_at_literal"] == "2999-01-01"
    assert future.metadata["alerts"][0]["text"] == "When it was ordered is in the future: 2999-01-01"


def test_the_read_models_follow(source: Source) -> None:
    source.says(patient(), request())
    assert checkpoint() >= source.entries()[-1].position


def test_two_patients_in_one_bundle_keep_their_own(source: Source) -> None:
    report = source.says(patient("p1"), patient("p2"), request("m1", of="p2"))
    assert report.patients == 2
    assert source.kinds("p1") == {"PatientRegistered": 1}
    assert source.kinds("p2") == {"PatientRegistered": 1, "PrescriptionAdded": 1}


def test_a_resource_that_stands_twice_is_taken_once(source: Source) -> None:
    report = source.says(patient(), request(), request())
    assert report.events == {"PatientRegistered": 1, "PrescriptionAdded": 1}
    assert report.unchanged == 0


def test_a_record_number_belongs_to_one_patient(source: Source) -> None:
    own = f"H-{source.name[-12:]}"
    source.says(patient("p1", identifier=number(own)), patient("p2", identifier=number(own.lower())))
    first, second = (source.entries(key)[0] for key in ("p1", "p2"))
    assert (first.data.mrn, second.data.mrn) == (own, None)
    assert own.lower() in second.data.source_text
    assert second.metadata["alerts"][0]["kind"] == "record number"
    assert reservations.holder_of(own)[0] == source.patient_id("p1")


def test_a_long_course_is_appended_in_pieces_and_loses_nothing(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "CHUNK", 7)
    start = datetime(2020, 1, 1, tzinfo=UTC)
    renewals = [
        request(
            f"m{n}",
            authoredOn=(start + timedelta(days=n)).isoformat(),
            status="stopped",
            dosageInstruction=[dosage(1 + n // 10)],
        )
        for n in range(40)
    ]
    source.says(patient(), *renewals)
    assert source.kinds() == {
        "PatientRegistered": 1, "PrescriptionAdded": 1, "PrescriptionRenewed": 39, "DosageAdjusted": 3,
        "PrescriptionDiscontinued": 1,
    }  # fmt: skip
    assert [event.source_id for event in source.events("PrescriptionRenewed")] == [
        f"m{n}" for n in range(1, 40)
    ]


def test_an_import_that_was_cut_off_is_run_again_and_ends_the_same(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "CHUNK", 5)
    said = [request(f"m{n}", authoredOn=day(n), status="stopped") for n in range(1, 20)]
    appends = 0
    append = store.append

    def fail_on_the_third(*args: Any, **kwargs: Any) -> Any:
        nonlocal appends
        appends += 1
        if appends == 3:
            raise KeyboardInterrupt
        return append(*args, **kwargs)

    monkeypatch.setattr(store, "append", fail_on_the_third)
    with pytest.raises(KeyboardInterrupt):
        source.says(patient(), *said)
    assert source.kinds().total() == 10
    monkeypatch.setattr(store, "append", append)
    source.imported()
    assert source.kinds() == {
        "PatientRegistered": 1, "PrescriptionAdded": 1, "PrescriptionRenewed": 18,
        "PrescriptionDiscontinued": 1,
    }  # fmt: skip


def test_a_record_that_moves_on_meanwhile_is_looked_at_again(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = store.append
    other = Source(source.folder / "other", name=source.name)

    def after_another_import(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(store, "append", append)
        other.says(patient(), allergy())
        return append(*args, **kwargs)

    write(source.folder / "bundle.json", bundle(patient(), request()))
    monkeypatch.setattr(store, "append", after_another_import)
    report = source.imported(source.folder / "bundle.json")
    assert report.events == {"PrescriptionAdded": 1}
    assert source.kinds() == {"PatientRegistered": 1, "AllergyRecorded": 1, "PrescriptionAdded": 1}


def test_bulk_ndjson_is_put_together_from_its_files(source: Source) -> None:
    source.folder.mkdir(exist_ok=True)
    lines = [json.dumps(request(f"m{n}", of=f"p{n % 3}", authoredOn=day(n + 1))) for n in range(9)]
    (source.folder / "MedicationRequest.ndjson.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    people = "\n".join(json.dumps(patient(f"p{n}")) for n in range(3))
    (source.folder / "Patient.ndjson").write_text(people)
    report = source.imported()
    assert report.events == {"PatientRegistered": 3, "PrescriptionAdded": 3, "PrescriptionRenewed": 6}


def test_other_kinds_are_left_out_and_counted(source: Source) -> None:
    report = source.says(
        patient(), {"resourceType": "Observation", "id": "o1"}, {"resourceType": "Observation"}
    )
    assert report.ignored == {"Observation": 2}
    assert not report.refused


def test_a_bad_file_does_not_keep_the_others_out(source: Source) -> None:
    (source.folder / "a.json").write_text("{")
    report = source.says(patient())
    assert report.events == {"PatientRegistered": 1}
    (refused,) = report.refused
    assert refused["file"].endswith("a.json")
    assert refused["reason"] == "It is not complete JSON: it ends too early"


def test_a_resource_that_is_nested_without_end_is_refused_by_name(source: Source) -> None:
    deep: Any = 1
    for _ in range(300):
        deep = [{"extension": deep}]
    report = source.says(patient("deep", extension=deep), patient("p1"))
    assert report.events == {"PatientRegistered": 1}
    (refused,) = report.refused
    assert (refused["resource"], refused["reason"]) == ("Patient/deep", "Its JSON is nested too deeply")


def test_text_that_no_database_holds_is_shown_by_a_sign(source: Source) -> None:
    source.says(patient(name=[{"family": "Null\x00Byte"}]))
    (entry,) = source.entries()
    assert entry.data.family == "Null\u2400Byte"
    assert entry.metadata["alerts"][0]["kind"] == "not understood"


def test_memory_does_not_grow_with_the_number_of_files(tmp_path: Path) -> None:
    def peak(files: int) -> int:
        one = Source(tmp_path / str(files))
        for n in range(files):
            write(one.folder / f"{n}.json", bundle(patient(f"p{n}"), request(f"m{n}", of=f"p{n}")))
        tracemalloc.start()
        try:
            run = Run(author=one.author, zone=UTC, now=datetime.now(UTC), source=one.name)
            report: Report = importer.import_files([str(one.folder)], run, Quiet())
            assert report.patients == files
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(5)
    few, many = peak(20), peak(160)
    assert many < few * 1.5


def test_a_value_of_any_length_is_taken_and_shown(source: Source) -> None:
    letters = random.Random(7)  # repetitive text would be compressed and fit after all

    def long() -> str:
        return "".join(letters.choice(string.ascii_letters + "éß漢") for _ in range(9000))

    said = request(
        drug=long(),
        requester={"display": long()},
        reasonCode=[{"text": long()}],
        dosageInstruction=[dosage(1, long()) | {"text": long(), "route": {"text": long()}}],
    )
    coded = request(
        "m2", medicationCodeableConcept={"coding": [{"code": long(), "system": long()}], "text": long()}
    )
    person = patient(
        name=[{"family": long(), "given": [long()]}],
        telecom=[{"value": long()}],
        address=[{"text": long()}],
        identifier=[{"system": long(), "value": long()}],
    )
    report = source.says(person, allergy(to=long()), said, coded)
    assert report.events == {"PatientRegistered": 1, "AllergyRecorded": 1, "PrescriptionAdded": 2}
    assert not ParkedAggregate.objects.filter(aggregate_id=f"patient-{source.patient_id()}").exists()
    added = source.entries()[-1]
    assert len(added.data.medication) == 300
    assert added.data.medication.endswith("…")
    assert added.metadata["alerts"][0]["text"].startswith("Longer than a record can show: medication")
