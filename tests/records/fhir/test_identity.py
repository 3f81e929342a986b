"""Whose a resource is: the same in a moved folder, and never somebody else's of the same id."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from records.fhir.identity import Identity, named_source, own_id, patient_source
from records.fhir.links import Links
from records.fhir.staging import Staging
from tests.records.fhir.source import allergy, bundle, laid_out, patient, request, told_of, write


def numbered(system: str, value: str = "1") -> dict[str, Any]:
    return patient(identifier=[{"system": system, "value": value}])


def keyed(text: str) -> str:
    return f"{text!r:>64}".replace("urn", "key")


def linked(folder: Path, *, source: str | None = None) -> tuple[Staging, dict[str, str]]:
    """Laid out and linked; and what has no patient, with the reason."""
    staging = laid_out(folder, source=source)
    return staging, {staged.name: why for staged, why in Links(staging).follow(lambda _: False)}


def test_the_source_is_the_operators_word_then_its_own_then_the_first_system_then_the_file() -> None:
    said = numbered("urn:mrn") | {"meta": {"source": "urn:lab#part"}}
    assert patient_source(said, given="ward 7", file_digest="d") == "ward 7"
    assert patient_source(said, given=None, file_digest="d") == "urn:lab"
    assert patient_source(numbered("urn:mrn"), given=None, file_digest="d") == "urn:mrn"
    assert patient_source(patient(), given=None, file_digest="d") == "sha256:d"


def test_the_number_of_a_request_names_no_source() -> None:
    assert named_source({"meta": {"source": "#aiS4FNzTwJ2qSkJU"}}) is None


def test_identities_do_not_run_together() -> None:
    assert Identity("a", "bc", "d").uuid != Identity("ab", "c", "d").uuid
    assert Identity("a", "Patient", "1").uuid == Identity("a", "Patient", "1").uuid


def test_a_resource_without_an_id_is_known_by_identifier_then_address_then_content() -> None:
    nameless = numbered("urn:mrn", "77") | {"id": None}
    by_number = own_id(nameless, "urn:uuid:1", keyed)
    assert by_number.startswith("identifier-")
    assert "urn:mrn" not in by_number
    assert own_id(patient("") | {"id": ""}, "urn:uuid:1", keyed) == "urn:uuid:1"
    by_content = own_id({**patient(), "id": None}, "http://x/Patient", keyed)
    assert by_content == own_id({**patient(), "id": None}, None, keyed)
    assert by_content.startswith("content-")


def test_one_id_in_two_unrelated_files_is_two_patients(tmp_path: Path) -> None:
    write(tmp_path / "a.json", patient("example"))
    write(tmp_path / "b.json", patient("example", gender="male"))
    staging, _ = linked(tmp_path)
    assert staging.count_patients() == 2


def test_a_moved_folder_is_the_same_source(tmp_path: Path) -> None:
    owners = []
    for place in ("here", "there/deep"):
        write(tmp_path / place / "a.json", bundle(patient(), request()))
        staging, _ = linked(tmp_path / place)
        owners.append(list(staging.patients()))
    assert owners[0] == owners[1]


def test_a_bulk_export_is_put_together_in_whatever_order_its_files_come(tmp_path: Path) -> None:
    write(tmp_path / "A.json", [request("m1", of="p2"), allergy("a1", of="p1")])
    write(tmp_path / "Z.json", [numbered("urn:x", "1"), patient("p2")])
    staging, lost = linked(tmp_path)
    kinds = [[staged.kind for staged in staging.of(owner)] for owner in staging.patients()]
    assert sorted(kinds) == [["AllergyIntolerance", "Patient"], ["MedicationRequest", "Patient"]]
    assert not lost


def test_a_resource_is_of_its_patients_source(tmp_path: Path) -> None:
    write(tmp_path / "a.json", bundle(numbered("urn:mrn"), request()))
    staging, _ = linked(tmp_path)
    (owner,) = staging.patients()
    assert {staged.source for staged in staging.of(owner)} == {"urn:mrn"}


def test_the_same_id_in_another_folder_is_not_ones_patient(tmp_path: Path) -> None:
    write(tmp_path / "one" / "p.json", patient("example"))
    write(tmp_path / "two" / "m.json", request("m1", of="example"))
    _, lost = linked(tmp_path)
    assert lost["MedicationRequest/m1"].startswith("Its patient (Patient/example) is in none of the files")


def test_unless_the_operator_says_that_it_is_one_source(tmp_path: Path) -> None:
    write(tmp_path / "one" / "p.json", patient("example"))
    write(tmp_path / "two" / "m.json", request("m1", of="example"))
    _, lost = linked(tmp_path, source="ward 7")
    assert not lost


def test_where_two_patients_could_be_meant_neither_is(tmp_path: Path) -> None:
    write(tmp_path / "a.json", patient("example"))
    write(tmp_path / "b.json", patient("example", gender="male"))
    write(tmp_path / "m.json", request("m1", of="example"))
    _, lost = linked(tmp_path)
    assert lost == {"MedicationRequest/m1": "2 different patients could be meant by Patient/example"}


def test_in_a_bundle_its_own_patient_comes_first(tmp_path: Path) -> None:
    for name, sex in (("a", "male"), ("b", "female")):
        write(tmp_path / f"{name}.json", bundle(patient("example", gender=sex), request(of="example")))
    staging, lost = linked(tmp_path)
    assert [len(staging.of(owner)) for owner in staging.patients()] == [2, 2]
    assert not lost


def test_a_transaction_is_linked_by_its_addresses_in_any_order(tmp_path: Path) -> None:
    content = bundle(request(), patient("p9"))
    content["entry"][0]["resource"]["subject"] = {"reference": "urn:uuid:9"}
    content["entry"][1]["fullUrl"] = "urn:uuid:9"
    write(tmp_path / "a.json", content)
    assert told_of(tmp_path).kinds() == ["PatientRegistered", "PrescriptionAdded"]


def test_a_patient_may_be_named_by_identifier(tmp_path: Path) -> None:
    said = request(subject={"identifier": {"system": "urn:mrn", "value": "1"}})
    conditional = request("m2", subject={"reference": "Patient?identifier=urn:mrn|1"})
    write(tmp_path / "a.json", bundle(numbered("urn:mrn"), said, conditional))
    _, lost = linked(tmp_path)
    assert not lost


def test_an_address_elsewhere_is_not_the_patient_of_that_id_here(tmp_path: Path) -> None:
    content = bundle(patient(), request(subject={"reference": "http://there.example/Patient/p1"}))
    content["entry"][0]["fullUrl"] = "http://here.example/Patient/p1"
    write(tmp_path / "a.json", content)
    _, lost = linked(tmp_path)
    assert list(lost) == ["MedicationRequest/m1"]


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ({}, "It does not say which patient it is about"),
        ({"reference": "Group/g1"}, "It is about Group/g1, which is no patient"),
    ],
)
def test_what_is_about_no_patient_is_refused_in_a_sentence(
    tmp_path: Path, subject: dict[str, str], reason: str
) -> None:
    write(tmp_path / "a.json", bundle(patient(), request(subject=subject)))
    _, lost = linked(tmp_path)
    assert lost == {"MedicationRequest/m1": reason}


def test_a_patient_inside_a_request_exists_for_it_alone(tmp_path: Path) -> None:
    inner = patient("inner")
    said = [request(key, contained=[inner], subject={"reference": "#inner"}) for key in ("m1", "m2")]
    write(tmp_path / "a.json", bundle(*said))
    staging, lost = linked(tmp_path)
    assert (staging.count_patients(), lost) == (2, {})
