"""What is said when a drug is ordered: by the catalogue's classes, by its name, by what is taken already."""

from __future__ import annotations

from typing import Any

import pytest

from records import interactions
from records.catalogue.entries import CODE_SYSTEM
from tests.factories import (
    AddPrescriptionFactory,
    AllergyRecordedFactory,
    PatientRegisteredFactory,
    PrescriptionAddedFactory,
    RecordAllergyFactory,
    ReviseAllergyFactory,
)
from tests.records.scenario import Scenario, at, given

PENICILLINS = {"substance": "penicillins", "reactions": "anaphylaxis", "severity": "severe"}


def patient(*entries: Any) -> Scenario:
    return given((PatientRegisteredFactory(), at("2026-01-05 09:00")), *entries)


def allergic_to(substance: str, **values: Any) -> Scenario:
    recorded = AllergyRecordedFactory(substance=substance, **values)
    return patient((recorded, at("2026-05-01 09:00")))


def taking(medication: str, **order: Any) -> Scenario:
    return patient((PrescriptionAddedFactory(medication=medication, **order), at("2026-10-01 09:00")))


def prescribed(story: Scenario, medication: str, **order: Any) -> Scenario:
    return story.when(AddPrescriptionFactory(medication=medication, **order))


# --- Allergies -----------------------------------------------------------------------------------


def test_penicillin_anaphylaxis_interrupts_amoxicillin_and_says_which_allergy_it_is() -> None:
    story = prescribed(allergic_to(**PENICILLINS), "amoxicillin")
    story.then_rejected("penicillins .severe, anaphylaxis. is recorded", field="override_reason")
    (alert,) = story.alerts("allergy")
    (allergy,) = story.patient.active_allergies
    assert alert.allergy_id == allergy.allergy_id


@pytest.mark.parametrize("code", [None, "other"])
def test_words_that_say_nothing_do_not_answer_an_interruption(code: str | None) -> None:
    story = prescribed(allergic_to(**PENICILLINS), "amoxicillin", override_code=code, override_reason="x")
    story.then_rejected("at least ten characters", field="override_reason")


@pytest.mark.parametrize("medication", ["Augmentin", "Zosyn", "penicillin V", "dicloxacillin 500 mg capsule"])
def test_every_penicillin_interrupts_by_whatever_name(medication: str) -> None:
    (alert,) = prescribed(allergic_to(**PENICILLINS), medication).alerts("allergy")
    assert alert.interrupts


def test_a_cephalosporin_is_a_note_after_penicillin_anaphylaxis() -> None:
    story = prescribed(allergic_to(**PENICILLINS), "cephalexin")
    assert [each.interrupts for each in story.alerts("related allergy")] == [False]
    assert story.alerts("allergy") == []


@pytest.mark.parametrize(
    ("recorded", "medication"),
    [
        ({"substance": "thiazide diuretics"}, "hydrochlorothiazide"),
        ({"substance": "sulfa"}, "sulfacetamide"),
        ({"substance": "lisinopril", "whole_class": True}, "enalapril"),
        ({"substance": "omeprazole", "whole_class": True}, "pantoprazole"),
        ({"substance": "hydrochlorothiazide", "whole_class": True}, "chlorothiazide"),
    ],
)
def test_a_class_that_was_declared_interrupts(recorded: dict[str, Any], medication: str) -> None:
    (alert,) = prescribed(allergic_to(**recorded), medication).alerts("allergy")
    assert alert.interrupts


@pytest.mark.parametrize(
    ("substance", "medication", "family"),
    [
        ("omeprazole", "pantoprazole", "proton pump inhibitors"),
        ("clopidogrel", "ticagrelor", "P2Y12 platelet inhibitors"),
        ("apixaban", "rivaroxaban", "factor Xa inhibitors"),
    ],
)
def test_a_class_that_nobody_declared_is_a_note(substance: str, medication: str, family: str) -> None:
    (note,) = prescribed(allergic_to(substance), medication).alerts("related allergy")
    assert not note.interrupts
    assert family in note.text


def test_a_substance_of_several_classes_does_not_say_which_was_meant() -> None:
    story = prescribed(allergic_to("magnesium sulfate", whole_class=True), "lactulose")
    assert story.alerts("allergy") == []
    assert [each.interrupts for each in story.alerts("related allergy")] == [False]


@pytest.mark.parametrize(
    ("substance", "medication"),
    [
        ("penicillins", "penicillamine"),
        ("latex", "amoxicillin"),
        ("aspirin", "acetaminophen"),
        ("sulfonamide antibiotics", "magnesium sulfate"),
        ("iodine", "levothyroxine"),
        ("ritonavir", "fluoxetine"),
    ],
)
def test_what_only_sounds_related_is_left_alone(substance: str, medication: str) -> None:
    alerts = prescribed(allergic_to(substance), medication).alerts()
    assert [each for each in alerts if "allergy" in each.kind] == []


def test_an_allergy_by_brand_meets_the_generic_drug() -> None:
    (alert,) = prescribed(allergic_to("Eliquis"), "apixaban").alerts("allergy")
    assert alert.interrupts


def test_whether_a_class_can_be_checked_is_known_for_the_catalogues_classes_too() -> None:
    assert interactions.class_is_known("thiazide diuretics")
    assert interactions.class_is_known("omeprazole")
    assert not interactions.class_is_known("magnesium sulfate")
    assert not interactions.class_is_known("peanut")


# --- The name ------------------------------------------------------------------------------------


def test_what_is_ordered_by_a_name_of_the_catalogue_carries_its_code() -> None:
    event = prescribed(patient(), "Augmentin").event()
    assert (event.medication, event.code) == ("Augmentin", "amoxicillin + clavulanic acid")
    assert event.code_system == CODE_SYSTEM


def test_a_code_that_came_with_the_order_stays() -> None:
    event = prescribed(patient(), "amoxicillin", code="723", code_system="rxnorm").event()
    assert (event.code, event.code_system) == ("723", "rxnorm")


def test_free_text_is_said_to_be_unchecked_and_has_no_code() -> None:
    story = prescribed(patient(), "moon drops")
    (note,) = story.alerts("free text")
    assert not note.interrupts
    assert "no class was checked" in note.text
    assert story.event().code is None


def test_free_text_that_is_one_slip_from_a_drug_asks_whether_it_was_meant() -> None:
    (note,) = prescribed(patient(), "amoxicilin").alerts("free text")
    assert "Was amoxicillin or amoxicillin + clavulanic acid" in note.text


def test_a_brand_is_said_with_what_it_was_read_as() -> None:
    (note,) = prescribed(patient(), "Zithromax").alerts("read as")
    assert note.text == "“Zithromax” is read as azithromycin: that is what was checked."
    assert prescribed(patient(), "azithromycin 500 mg tablet").alerts("read as") == []


def test_names_on_a_list_of_look_alikes_are_a_note_in_tall_letters() -> None:
    (note,) = prescribed(patient(), "hydroxyzine").alerts("look-alike")
    assert not note.interrupts
    assert "hydrOXYzine looks like hydrALAZINE" in note.text
    assert prescribed(patient(), "amoxicillin").alerts("look-alike") == []


def test_a_look_alike_that_is_taken_is_named() -> None:
    (note,) = prescribed(taking("amoxapine"), "amoxicillin").alerts("look-alike")
    assert "looks like amoxapine, which is prescribed already" in note.text


# --- What is taken already -------------------------------------------------------------------------


def test_a_drug_that_works_in_the_same_way_is_a_weaker_note_than_the_same_drug() -> None:
    (note,) = prescribed(taking("lisinopril"), "enalapril").alerts("same class")
    assert not note.interrupts
    assert "works in the same way: ACE inhibitors" in note.text
    same = prescribed(taking("lisinopril"), "Zestril")
    assert (len(same.alerts("duplicate")), same.alerts("same class")) == (1, [])


def test_drugs_of_a_class_by_ways_that_do_not_meet_are_no_note() -> None:
    story = taking("hydrocortisone", route="on the skin")
    assert prescribed(story, "prednisone", route="oral").alerts("same class") == []
    assert len(prescribed(story, "mometasone", route="on the skin").alerts("same class")) == 1


def test_classes_that_are_meant_to_be_taken_together_are_no_note() -> None:
    story = taking("insulin glargine", route="subcutaneous")
    assert prescribed(story, "insulin lispro", route="subcutaneous").alerts("same class") == []


# --- Allergies carry codes too ---------------------------------------------------------------------


def test_an_allergy_to_a_drug_of_the_catalogue_carries_its_code_and_one_to_a_class_none() -> None:
    assert patient().when(RecordAllergyFactory(substance="Amoxicillin")).event().code == "amoxicillin"
    assert patient().when(RecordAllergyFactory(substance="penicillins")).event().code is None
    assert patient().when(RecordAllergyFactory(substance="peanut")).event().code is None


def test_revising_an_old_allergy_to_the_same_substance_invents_no_code() -> None:
    story = patient((AllergyRecordedFactory(substance="Amoxicillin"), at("2026-05-01 09:00")))
    (allergy,) = story.patient.active_allergies
    revised = story.when(
        ReviseAllergyFactory(allergy_id=allergy.allergy_id, substance="Amoxicillin", severity="severe")
    )
    assert revised.event().code is None
