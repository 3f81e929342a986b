"""What is found while one types, in which order, and what a written name means."""

from __future__ import annotations

import pytest

from records.catalogue import families
from records.catalogue.lookalikes import distance_of, likeness, tall_man
from records.catalogue.naming import contents, is_free_text, understood
from records.catalogue.search import SHOWN, Hit, drugs
from records.catalogue.substances import substances


def names(typed: str) -> list[str]:
    """The drugs that are found, each once, in their order."""
    return list(dict.fromkeys(hit.drug.name for hit in drugs(typed, shown=1000).hits))


def first(typed: str) -> Hit:
    return drugs(typed).hits[0]


def test_a_drug_comes_before_what_contains_it_and_the_alphabet_decides_the_rest() -> None:
    found = names("metformin")
    assert found[:3] == ["metformin", "alogliptin + metformin", "canagliflozin + metformin"]
    assert found[1:] == sorted(found[1:])


@pytest.mark.parametrize(
    ("typed", "name", "also"),
    [
        ("amoxi", "amoxicillin", None),
        ("AMOXI", "amoxicillin", None),
        ("augm", "amoxicillin + clavulanic acid", "Augmentin"),
        ("eliq", "apixaban", "Eliquis"),
        ("paracet", "acetaminophen", "paracetamol"),
        ("cefalex", "cephalexin", "cefalexin"),
        ("salbut", "albuterol", "salbutamol"),
        ("clav amox", "amoxicillin + clavulanic acid", None),
        ("metop succ", "metoprolol", None),
        ("lisinopril hydrochl", "lisinopril + hydrochlorothiazide", None),
        ("amóxicillin", "amoxicillin", None),
    ],
)
def test_generic_names_brands_other_names_and_salts_are_found_by_word_beginnings(
    typed: str, name: str, also: str | None
) -> None:
    hit = first(typed)
    assert (hit.drug.name, hit.also) == (name, also)


def test_a_salt_narrows_and_finds_nothing_alone() -> None:
    assert names("metop tart") == ["metoprolol", "metoprolol + hydrochlorothiazide"]
    assert all("hydrochloro" in name for name in names("hydrochl"))


def test_a_form_and_a_strength_narrow_the_list_to_what_has_them() -> None:
    hit = first("amoxicillin 500 caps")
    assert hit.product is not None
    assert (hit.drug.name, hit.product.form) == ("amoxicillin", "capsule")
    assert {hit.product.form for hit in drugs("metoprolol 200").hits if hit.product} == {
        "extended-release tablet", "extended-release capsule",
    }  # fmt: skip


@pytest.mark.parametrize("typed", ["amoxicilin", "amoxycillin", "amxoicillin", "anoxicillin", "amoxicilliin"])
def test_one_slip_is_forgiven(typed: str) -> None:
    assert first(typed).drug.name == "amoxicillin"


def test_a_slip_is_forgiven_only_where_nothing_matches_as_typed() -> None:
    assert drugs("amoxi").slip is False
    assert drugs("amoxicilin").slip is True
    assert names("amoxap") == ["amoxapine"]


@pytest.mark.parametrize("typed", ["", "am", " a ", "—", "xqzvw", "amoxxxicillin", "%", "a" * 200])
def test_too_little_and_what_is_no_drug_find_nothing(typed: str) -> None:
    assert drugs(typed).hits == ()
    assert drugs(typed).total == 0


def test_the_list_is_short_and_says_how_long_it_would_be() -> None:
    found = drugs("hydro")
    assert len(found.hits) == SHOWN
    assert found.total > 40


def test_what_was_typed_can_be_shown_in_the_name_and_is_never_completed() -> None:
    hit = first("clav amoxi")
    assert [(piece.text, piece.matched) for piece in hit.segments] == [
        ("amoxi", True), ("cillin + ", False), ("clav", True), ("ulanic acid", False),
    ]  # fmt: skip


def test_names_that_were_confused_are_named_and_offered_after_the_matches() -> None:
    found = drugs("hydroxyz")
    assert "hydrALAZINE" in found.hits[0].similar_to
    assert "".join(piece.text for piece in found.hits[0].segments) == "hydrOXYzine"
    assert found.hits[1].similar_to == ()  # said once a drug
    assert [hit.drug.name for hit in found.similar] == ["hydralazine", "hydrochlorothiazide"]
    assert [hit.drug.name for hit in drugs("amoxi").similar] == ["amoxapine"]


def test_a_letter_missing_or_swapped_is_one_slip_and_names_that_look_alike_score_higher() -> None:
    assert distance_of("amoxicilin", "amoxicillin") == 1
    assert distance_of("amxoicillin", "amoxicillin") == 1
    assert likeness("hydroxyzine", "hydralazine") > 0.68 > likeness("amlodipine", "warfarin")


def test_what_tells_confused_names_apart_stands_in_capitals() -> None:
    assert tall_man("prednisolone") == "prednisoLONE"
    assert tall_man("warfarin") == "warfarin"


# --- What a name means -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Amoxicillin", "amoxicillin"),
        ("clavulanic acid and amoxicillin", "amoxicillin + clavulanic acid"),
        ("Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet", "amoxicillin + clavulanic acid"),
        ("Augmentin", "amoxicillin + clavulanic acid"),
        ("metformin modified-release", "metformin"),
        ("metoprolol succinate", "metoprolol"),
        ("Paracetamol", "acetaminophen"),
        ("insulin glargine", "insulin glargine"),
    ],
)
def test_a_written_name_means_one_drug(written: str, name: str) -> None:
    drug = understood(written)
    assert drug is not None
    assert drug.name == name


@pytest.mark.parametrize("written", ["moon drops", "", "aspirin and something else", "10 mg"])
def test_other_words_mean_no_drug(written: str) -> None:
    assert understood(written) is None


def test_free_text_is_what_no_table_knows_and_no_code_stands_for() -> None:
    assert is_free_text("moon drops", None)
    assert not is_free_text("moon drops", "4711")
    assert not is_free_text("Amoxicillin 500 mg", None)
    assert not is_free_text("flucloxacillin", None)  # not sold in the US, but its class is known


def test_a_combination_contains_its_parts_by_whatever_names() -> None:
    assert contents("Augmentin") == contents("co-amoxiclav") == {"amoxicillin", "clavulanate"}


# --- Classes ---------------------------------------------------------------------------------------


def test_the_catalogue_adds_members_to_the_clinics_own_classes() -> None:
    assert [each.name for each in families.clinical("amoxicillin")] == ["penicillins"]
    assert [each.name for each in families.clinical("pitavastatin")] == ["statins"]
    assert [each.name for each in families.others("hydrochlorothiazide")] == ["thiazide diuretics"]


@pytest.mark.parametrize(
    ("established", "name"),
    [
        ("Thiazide Diuretic", "thiazide diuretics"),
        ("Vitamin K Antagonist", "vitamin K antagonists"),
        ("HMG-CoA Reductase Inhibitor", "HMG-CoA reductase inhibitors"),
        ("CD20-directed Cytolytic Antibody", "CD20-directed cytolytic antibodies"),
    ],
)
def test_a_class_is_said_in_running_text(established: str, name: str) -> None:
    assert families.readable(established) == name


@pytest.mark.parametrize(
    ("typed", "name", "whole_class", "category"),
    [
        ("penic", "penicillins", True, "medication"),
        ("sulfa", "sulfonamide antibiotics", True, "medication"),
        ("thiazide d", "thiazide diuretics", True, "medication"),
        ("amoxi", "amoxicillin", False, "medication"),
        ("keflex", "cephalexin", False, "medication"),
        ("aspirn", "aspirin", False, "medication"),
        ("lat", "latex", False, "environment"),
        ("peanu", "peanut", False, "food"),
    ],
)
def test_substances_and_whole_classes_are_found_for_an_allergy(
    typed: str, name: str, whole_class: bool, category: str
) -> None:
    found = {hit.name: hit for hit in substances(typed, shown=100).hits}
    assert (found[name].whole_class, found[name].category) == (whole_class, category)


def test_a_class_stands_before_its_substances_and_names_some() -> None:
    hit = substances("penic").hits[0]
    assert hit.whole_class
    assert hit.examples == ("amoxicillin", "ampicillin", "dicloxacillin")
