"""Which drug meets which allergy, and how strongly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from records import allergies, courses, interactions
from records.drug_classes import CLASSES, SAME_AS
from records.ingredients import ingredients
from tests.factories import AllergyRecordedFactory, PrescriptionAddedFactory
from tests.records.scenario import NOW


def allergy(**values: Any) -> allergies.Allergy:
    return allergies.recorded(AllergyRecordedFactory(**values), NOW)


def course(**values: Any) -> courses.Course:
    return courses.prescribed(PrescriptionAddedFactory(**values), NOW)


@pytest.mark.parametrize(
    ("name", "contained"),
    [
        ("Lisinopril 10 mg tablet", {"lisinopril"}),
        ("lisinopril 10 MG Oral Tablet", {"lisinopril"}),
        ("Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet", {"amoxicillin", "clavulanate"}),
        ("amoxicillin-clavulanate 875/125 mg", {"amoxicillin", "clavulanate"}),
        ("Co-trimoxazole 960 mg", {"sulfamethoxazole", "trimethoprim"}),
        ("24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet", {"metformin"}),
        ("1 ML Epoetin Alfa 4000 UNT/ML Injection [Epogen]", {"epoetin alfa"}),
        ("NDA020800 0.3 ML Epinephrine 1 MG/ML Auto-Injector", {"epinephrine"}),
        ("168 HR Ethinyl Estradiol 0.00146 MG/HR / norelgestromin 0.00625 MG/HR Transdermal System",
         {"ethinyl estradiol", "norelgestromin"}),
        ("Penicillin V Potassium 250 MG Oral Tablet", {"penicillin v"}),
        ("potassium chloride 20 mEq", {"potassium chloride"}),
        ("Allergy to peanuts", {"peanuts"}),
        ("Latex (substance)", {"latex"}),
        ("NuvaRing 0.12/0.015 MG per 24HR 21 Day Vaginal Ring", {"nuvaring"}),
        ("aspirin and codeine", {"aspirin", "codeine"}),
        ("Vitamin B 12 5 MG/ML Injectable Solution", {"cyanocobalamin"}),
        ("10 MG", set()),
    ],
)  # fmt: skip
def test_reads_the_ingredients_from_a_name(name: str, contained: set[str]) -> None:
    assert ingredients(name) == contained


@pytest.mark.parametrize(
    ("recorded", "medication", "how"),
    [
        ({"substance": "Amoxicillin"}, "amoxicillin 500 MG Oral Capsule", interactions.SAME_INGREDIENT),
        ({"substance": "Amoxicillin"}, "Augmentin 875 mg", interactions.SAME_INGREDIENT),
        (
            {"substance": "Sulfamethoxazole / Trimethoprim"},
            "Trimethoprim 100 mg",
            interactions.SAME_INGREDIENT,
        ),
        ({"substance": "Salbutamol"}, "albuterol 0.83 MG/ML", interactions.SAME_INGREDIENT),
        ({"substance": "Penicillin"}, "Amoxicillin 500 mg", interactions.DECLARED_CLASS),
        ({"substance": "NSAIDs"}, "Naproxen sodium 220 MG Oral Tablet", interactions.DECLARED_CLASS),
        ({"substance": "Ampicillin", "whole_class": True}, "Amoxicillin 500 mg", interactions.DECLARED_CLASS),
        ({"substance": "Ampicillin"}, "Amoxicillin 500 mg", interactions.RELATED),
        ({"substance": "Penicillin"}, "cephalexin 500 MG Oral Tablet", interactions.RELATED),
        ({"substance": "Sulfonamides"}, "Furosemide 40 mg", interactions.RELATED),
        ({"substance": "Lisinopril"}, "Losartan 50 mg", interactions.RELATED),
    ],
)
def test_meets_the_same_ingredient_the_declared_class_and_relatives(
    recorded: dict[str, Any], medication: str, how: str
) -> None:
    found = interactions.match(allergy(**recorded), medication, None, None)
    assert found is not None
    assert found.how == how


@pytest.mark.parametrize(
    ("substance", "medication"),
    [
        ("Amoxicillin", "Lisinopril 10 mg"),
        ("Fish", "Omega-3 1 g"),
        ("Potassium chloride", "Penicillin V Potassium 250 MG"),
        ("Tree nut", "Nitroglycerin 0.4 MG"),
        ("Erythromycin", "Amoxicillin 500 mg"),
    ],
)
def test_leaves_an_unrelated_drug_alone(substance: str, medication: str) -> None:
    assert interactions.match(allergy(substance=substance), medication, None, None) is None


def test_meets_a_drug_of_the_same_code_under_any_name() -> None:
    coded = allergy(substance="Substance X", code="1191", code_system="rxnorm")
    assert interactions.match(coded, "Product Y", "1191", "rxnorm")
    assert interactions.match(coded, "Product Y", "1191", "snomed") is None


def test_only_the_same_ingredient_and_the_declared_class_interrupt() -> None:
    alerts = interactions.allergy_alerts(
        [allergy(substance="Ampicillin"), allergy(substance="Amoxicillin")], "Amoxicillin 500 mg", None, None
    )
    assert [(alert.kind, alert.interrupts) for alert in alerts] == [
        ("allergy", True),
        ("related allergy", False),
    ]


def test_an_alert_names_the_allergy_its_severity_and_its_reactions() -> None:
    (alert,) = interactions.allergy_alerts(
        [allergy(severity="severe", reactions="anaphylaxis")], "Amoxicillin 500 mg", None, None
    )
    assert "An allergy to Amoxicillin (severe, anaphylaxis) is recorded" in alert.text


def test_an_alert_in_another_language_says_its_codes_in_that_language() -> None:
    with translation.override("de"):
        (alert,) = interactions.allergy_alerts([allergy(severity="severe")], "Amoxicillin 500 mg", None, None)
        (twice,) = interactions.duplicate_alerts([course()], "lisinopril", None, None)
    assert "severe" not in alert.text
    assert "schwer" in alert.text
    assert "active" not in twice.text


def test_an_allergy_that_was_answered_at_the_last_order_is_a_note_at_the_next() -> None:
    known = replace(allergy(), known_version=5)
    (note,) = interactions.allergy_alerts([known], "Amoxicillin 1 g", None, None, answered_version=5)
    (alert,) = interactions.allergy_alerts([known], "Amoxicillin 1 g", None, None, answered_version=4)
    assert (note.interrupts, alert.interrupts) == (False, True)


def test_notes_that_the_same_drug_is_prescribed_already() -> None:
    (note,) = interactions.duplicate_alerts([course(start="2026-11-01")], "Zestril 20 mg", None, None)
    assert (note.kind, note.interrupts) == ("duplicate", False)
    assert "since 01-Nov-2026" in note.text


def test_a_course_that_ran_out_is_no_duplicate() -> None:
    week = course(start="2026-07-09", duration_days=7)
    assert interactions.still_taken([week], date(2026, 7, 15)) == (week,), "the last day counts"
    assert interactions.still_taken([week], date(2026, 7, 16)) == ()
    assert interactions.still_taken([course(start="2026-07-09", end="2026-07")], date(2026, 8, 1)) == ()


def test_what_has_no_certain_end_or_was_renewed_is_taken_still() -> None:
    endless = course(start="2026-07-09")
    vague = course(start="2026", duration_days=7)
    renewed = replace(course(start="2026-07-09", duration_days=7), renewals=1)
    taken = interactions.still_taken([endless, vague, renewed], date(2026, 11, 24))
    assert taken == (endless, vague, renewed)


def test_notes_that_a_drug_taken_now_meets_a_new_allergy() -> None:
    (note,) = interactions.taken_now_alerts(
        [course(), course(medication="Aspirin 81 mg")], allergy(substance="ASA")
    )
    assert (note.kind, note.interrupts) == ("taken now", False)
    assert note.text.startswith("Aspirin 81 mg is taken now")


def test_the_tables_speak_of_the_same_substances() -> None:
    """Members are their own normal forms, aliases lead to normal forms, classes relate both ways."""
    for each in CLASSES:
        for member in each.members:
            assert ingredients(member) == {member}
        for relative in each.related:
            (other,) = [one for one in CLASSES if one.name == relative]
            assert each.name in other.related
    for name, substances in SAME_AS.items():
        assert ingredients(name) == set(substances)
        for substance in substances:
            assert substance not in SAME_AS
