"""manage.py import_fhir: what it says, where it says it, and how it ends."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from tests.records.fhir.source import bundle, patient, request, write

pytestmark = pytest.mark.django_db(transaction=True)


def run(*paths: Path, **options: Any) -> tuple[int, str]:
    """The exit code and standard output."""
    out = io.StringIO()
    try:
        call_command("import_fhir", *map(str, paths), stdout=out, **options)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def named() -> str:
    return f"urn:test:{uuid4()}"


def test_the_summary_as_json_is_nothing_but_json(tmp_path: Path, named: str) -> None:
    write(tmp_path / "a.json", bundle(patient(), request()))
    write(tmp_path / "b.json", bundle(request("lost", of="nobody")))
    (tmp_path / "c.json").write_text("{")
    code, out = run(tmp_path, source=named, json=True)
    assert code == 1
    assert json.loads(out) == {
        "patients": 1,
        "events": {"PatientRegistered": 1, "PrescriptionAdded": 1},
        "unchanged": 0,
        "refused": [
            {
                "file": str(tmp_path / "c.json"),
                "resource": "",
                "reason": "It is not complete JSON: it ends too early",
            },
            {
                "file": str(tmp_path / "b.json"),
                "resource": "MedicationRequest/lost",
                "reason": "Its patient (Patient/nobody) is in none of the files, and was not imported before",
            },
        ],
    }


def test_all_taken_ends_with_0_and_again_with_0(tmp_path: Path, named: str) -> None:
    write(tmp_path / "a.json", bundle(patient()))
    assert run(tmp_path, source=named)[0] == 0
    code, out = run(tmp_path, source=named)
    assert code == 0
    assert "1 resource on record already, unchanged" in out


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"resourceType": "Bundle"}', '{"resourceType": "Observation"}']
)
def test_nothing_usable_ends_with_2(tmp_path: Path, named: str, content: str) -> None:
    (tmp_path / "a.json").write_text(content)
    code, out = run(tmp_path, source=named)
    assert code == 2
    assert "Nothing usable was found." in out


def test_a_path_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    code, out = run(tmp_path / "absent")
    assert code == 2
    assert "There is no such file or folder" in out


def test_the_summary_in_words_says_what_was_left_out(tmp_path: Path, named: str) -> None:
    write(tmp_path / "a.json", bundle(patient(), request(), {"resourceType": "Observation", "id": "o"}))
    _, out = run(tmp_path, source=named)
    assert out.startswith("1 patient, 2 events recorded\n")
    assert "1 resource of other kinds not imported (Observation 1)" in out


def test_an_unknown_account_cannot_be_named_as_author(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no active account nobody"):
        call_command("import_fhir", str(tmp_path), username="nobody")


def test_as_a_program_it_leaves_no_traceback(
    tmp_path: Path, manage: list[str], environment: dict[str, str], named: str
) -> None:
    (tmp_path / "bad.json").write_bytes(b"\x00\x01")
    write(tmp_path / "good.json", bundle(patient()))
    ended = subprocess.run(
        [*manage, "import_fhir", str(tmp_path), "--source", named, "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    assert json.loads(ended.stdout)["patients"] == 1
    assert "Traceback" not in ended.stderr
