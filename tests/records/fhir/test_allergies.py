"""An AllergyIntolerance is an allergy, the denial of one, or neither: told apart before anything else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.records.fhir.source import SNOMED, allergy, no_known, patient, told


def status(**codes: str) -> dict[str, Any]:
    return {name: {"coding": [{"code": code}]} for name, code in codes.items()}


def test_an_allergy_keeps_what_the_source_says_and_adds_nothing(tmp_path: Path) -> None:
    reactions = [
        {"manifestation": [{"text": "Hives"}], "severity": "mild"},
        {"manifestation": [{"coding": [{"display": "Anaphylaxis"}]}], "severity": "severe"},
    ]
    said = allergy(reaction=reactions, category=["food", "medication"], criticality="unable-to-assess")
    event = told(tmp_path, patient(), said).only("AllergyRecorded")
    assert (event.substance, event.severity, event.category) == ("Penicillin G", "severe", "food")
    assert (event.certainty, event.criticality) == ("confirmed", "unable to assess")
    assert event.reactions == "Hives (mild); Anaphylaxis (severe)"
    assert (event.onset, event.whole_class, event.reported) == (None, False, True)
    assert "category[1]: medication" in event.source_text


@pytest.mark.parametrize("code", ["716186003", "no-known-allergies"])
def test_no_known_allergies_is_never_an_allergy(tmp_path: Path, code: str) -> None:
    found = told(tmp_path, patient(), no_known(code=code))
    assert found.kinds() == ["PatientRegistered", "NoKnownAllergiesAsserted"]
    assert found.only("NoKnownAllergiesAsserted").scope is None


def test_no_known_drug_allergy_denies_drug_allergies_alone(tmp_path: Path) -> None:
    assert (
        told(tmp_path, patient(), no_known(code="409137002")).only("NoKnownAllergiesAsserted").scope
        == "medication"
    )


def test_a_denial_comes_before_the_allergies_that_withdraw_it(tmp_path: Path) -> None:
    found = told(tmp_path, patient(), allergy(recordedDate="2001-01-01"), no_known(recordedDate="2020-01-01"))
    assert found.kinds() == ["PatientRegistered", "NoKnownAllergiesAsserted", "AllergyRecorded"]


@pytest.mark.parametrize("verification", ["refuted", "entered-in-error", "unconfirmed"])
def test_a_denial_that_is_doubted_is_a_note(tmp_path: Path, verification: str) -> None:
    found = told(tmp_path, patient(), no_known(**status(verificationStatus=verification)))
    assert found.kinds() == ["PatientRegistered", "NoteAdded"]
    assert found.only("NoteAdded").text.startswith("The source states “No known allergy (situation)”, but")


@pytest.mark.parametrize("code", ["no-allergy-info", "1631000175102"])
def test_that_nothing_is_known_is_neither_an_allergy_nor_its_absence(tmp_path: Path, code: str) -> None:
    said = allergy(code={"coding": [{"system": SNOMED, "code": code, "display": "Not asked"}]})
    assert told(tmp_path, patient(), said).kinds() == ["PatientRegistered", "NoteAdded"]


@pytest.mark.parametrize(
    ("codes", "ending"),
    [
        ({"clinicalStatus": "inactive"}, "AllergyResolved"),
        ({"clinicalStatus": "resolved"}, "AllergyResolved"),
        ({"verificationStatus": "refuted", "clinicalStatus": "inactive"}, "AllergyRefuted"),
        ({"verificationStatus": "entered-in-error"}, "EntryMarkedInError"),
    ],
)
def test_what_no_longer_holds_is_recorded_and_ended(
    tmp_path: Path, codes: dict[str, str], ending: str
) -> None:
    found = told(tmp_path, patient(), allergy(**status(**codes)))
    assert found.kinds() == ["PatientRegistered", "AllergyRecorded", ending]
    assert not found.draft(ending).dated.stated


def test_an_allergy_entered_in_error_names_its_entry_and_leaves_nothing(tmp_path: Path) -> None:
    found = told(tmp_path, patient(), allergy(**status(verificationStatus="entered-in-error")))
    marked, recorded = found.only("EntryMarkedInError"), found.draft("AllergyRecorded")
    assert marked.target_event_id == str(recorded.event_id)
    assert marked.restores == {"allergies": {recorded.data.allergy_id: None}}


def test_a_year_is_no_time_of_recording_but_is_kept(tmp_path: Path) -> None:
    found = told(tmp_path, patient(), allergy(recordedDate="2012", onsetDateTime="2004"))
    draft = found.draft("AllergyRecorded")
    assert draft.data.onset == "2004"
    assert draft.metadata()["occurred_at_literal"] == "2012"


def test_without_a_code_the_substance_of_a_reaction_names_it(tmp_path: Path) -> None:
    said = allergy(code={}, reaction=[{"substance": {"text": "Cashew"}}])
    assert told(tmp_path, patient(), said).only("AllergyRecorded").substance == "Cashew"
    other = told(tmp_path, patient(), allergy(code={})).only("AllergyRecorded")
    assert other.substance == "not stated by source"
