"""Files as they come: every kind that is read, and a sentence for every kind that is not."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from records.fhir.elements import Number
from records.fhir.reader import FhirFile, Unreadable, find_files
from tests.records.fhir.source import bundle, patient, read, request, write


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as refused:
        read(path)
    return str(refused.value)


def file_of(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_reads_a_bundle_a_single_resource_and_an_array(tmp_path: Path) -> None:
    for number, value in enumerate((bundle(patient()), patient(), [patient()])):
        (entry,) = read(write(tmp_path / f"{number}.json", value))
        assert entry.resource["id"] == "p1"


def test_reads_the_bundles_inside_a_bundle(tmp_path: Path) -> None:
    outer = bundle(bundle(patient("inner")), patient("outer"))
    assert [entry.resource["id"] for entry in read(write(tmp_path / "f.json", outer))] == ["inner", "outer"]


def test_leaves_out_what_a_transaction_deletes(tmp_path: Path) -> None:
    transaction = bundle(patient("kept"), patient("gone"))
    transaction["entry"][1]["request"] = {"method": "DELETE", "url": "Patient/gone"}
    assert [entry.resource["id"] for entry in read(write(tmp_path / "f.json", transaction))] == ["kept"]


@pytest.mark.parametrize("name", ["f.json", "f.json.gz"])
def test_a_byte_order_mark_and_gzip_change_nothing(tmp_path: Path, name: str) -> None:
    content = b"\xef\xbb\xbf" + json.dumps(patient()).encode()
    path = file_of(tmp_path, name, gzip.compress(content) if name.endswith("gz") else content)
    file = FhirFile(path)
    (entry,) = list(file.entries())
    assert not isinstance(entry, Unreadable)
    assert entry.resource["id"] == "p1"
    plain = FhirFile(file_of(tmp_path, "plain.json", content))
    list(plain.entries())
    assert file.digest == plain.digest


def test_a_bad_line_of_ndjson_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    lines = [json.dumps(patient("one")), "{broken", "", json.dumps(patient("two"))]
    first, bad, last = read(file_of(tmp_path, "f.ndjson", "\n".join(lines).encode()))
    assert (first.resource["id"], last.resource["id"]) == ("one", "two")
    assert str(bad).startswith("line 2: It is not valid JSON")


def test_ndjson_under_the_name_of_json_is_read(tmp_path: Path) -> None:
    lines = f"{json.dumps(patient('one'))}\n{json.dumps(patient('two'))}\n"
    assert len(read(file_of(tmp_path, "f.json", lines.encode()))) == 2


def test_numbers_keep_the_digits_they_were_written_with(tmp_path: Path) -> None:
    written = json.dumps(request(dosageInstruction=[{"doseQuantity": {"value": "@"}}])).replace('"@"', "0.10")
    (entry,) = read(file_of(tmp_path, "f.json", written.encode()))
    value = entry.resource["dosageInstruction"][0]["doseQuantity"]["value"]
    assert isinstance(value, Number)
    assert value == "0.10"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("f.json", b"", "It is empty"),
        ("f.ndjson", b"", "It is empty"),
        (
            "f.json",
            b'{"resourceType": "Patient", "name": [{"fam',
            "It is not complete JSON: it ends too early",
        ),
        ("f.json", b'{"a": 1,, }', "It is not valid JSON"),
        ("f.json", b"<Patient xmlns='http://hl7.org/fhir'/>", "It is XML or HTML"),
        ("f.json", b"\x89PNG\r\n\x1a\n\x00\xff", "It is not UTF-8 text"),
        ("f.json", b"[" * 100_000, "Its JSON is nested too deeply"),
        ("f.json", b"[1, 2]", "It is a JSON array without a FHIR resource in it"),
        ("f.json", b'"text"', "It is JSON, but no FHIR resource"),
        ("f.json", b'{"name": "x"}', "It is JSON, but has no resourceType"),
        ("f.json", b'{"resourceType": "Patient", "x": NaN}', "NaN is no JSON number"),
        ("f.json", b'{"resourceType": "Patient", "x": ' + b"9" * 5000 + b"}", "It is not valid JSON"),
        ("f.json.gz", b"no gzip", "It is named .gz but is not a gzip file"),
        ("f.json.gz", gzip.compress(b"{}" * 999)[:-9], "The gzip file is damaged or cut off"),
        ("f.json.gz", b"\x1f\x8bxxxxxxxxxxxx", "The gzip file is damaged or cut off"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    assert reason in refusal(file_of(tmp_path, name, content))


def test_a_folder_gives_its_files_in_a_stable_order_and_no_others(tmp_path: Path) -> None:
    for name in ("b.json", "a.ndjson.gz", "deep/c.json", "notes.md", ".hidden.json", "x.xml"):
        write(tmp_path / name, {})
    found = [str(path.relative_to(tmp_path)) for path, why in find_files([str(tmp_path)]) if why is None]
    assert found == ["a.ndjson.gz", "b.json", "deep/c.json"]


def test_a_path_that_is_no_file_of_ours_is_refused_by_name(tmp_path: Path) -> None:
    write(tmp_path / "readme.md", {})
    paths = [str(tmp_path / "absent.json"), str(tmp_path / "readme.md")]
    assert [why for _, why in find_files(paths)] == [
        "There is no such file or folder",
        "Only .json, .ndjson, .json.gz, .ndjson.gz files are read",
    ]
