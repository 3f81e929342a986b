"""What the clinic's checks find in a reported entry stands with it as a note, and interrupts nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.records.fhir.source import Source, allergy, dosage, patient, request, told


def kinds(draft: object) -> list[str]:
    return [kind for kind, _ in draft.alerts]  # type: ignore[attr-defined]


def test_a_drug_that_meets_an_allergy_says_so(tmp_path: Path) -> None:
    said = request(drug="amoxicillin 250 MG Oral Capsule")
    draft = told(tmp_path, patient(), said, allergy(to="Penicillin")).draft("PrescriptionAdded")
    assert kinds(draft) == ["allergy"]
    assert draft.alerts[0][1].startswith("An allergy to Penicillin is recorded, and amoxicillin")
    assert draft.metadata()["alerts"][0]["interrupts"] is False


def test_what_ended_or_is_no_allergy_any_more_warns_of_nothing(tmp_path: Path) -> None:
    ended = request(drug="amoxicillin", status="stopped")
    assert not told(tmp_path, patient(), ended, allergy()).draft("PrescriptionAdded").alerts
    resolved = allergy(clinicalStatus={"coding": [{"code": "resolved"}]})
    assert (
        not told(tmp_path, patient(), request(drug="amoxicillin"), resolved).draft("PrescriptionAdded").alerts
    )


def test_of_two_prescriptions_of_one_drug_the_younger_carries_the_note(tmp_path: Path) -> None:
    found = told(
        tmp_path,
        patient(),
        request("m1", drug="simvastatin 10 MG Oral Tablet", authoredOn="2024-01-01"),
        request("m2", drug="simvastatin 20 MG Oral Tablet", authoredOn="2024-02-01"),
    )
    assert [kinds(draft) for draft in found.drafts[1:]] == [[], ["duplicate"]]


def test_a_dangerous_abbreviation_in_the_sources_words_is_flagged(tmp_path: Path) -> None:
    said = request(dosageInstruction=[dosage(1) | {"text": "take QD"}])
    assert kinds(told(tmp_path, patient(), said).draft("PrescriptionAdded")) == ["abbreviation"]


@pytest.mark.django_db(transaction=True)
def test_an_allergy_that_meets_what_is_taken_says_so(source: Source) -> None:
    source.says(patient(), request(drug="amoxicillin 250 MG Oral Capsule"))
    source.says(allergy(to="amoxicillin"))
    entry = source.entries()[-1]
    assert [alert["kind"] for alert in entry.metadata["alerts"]] == ["taken now"]
