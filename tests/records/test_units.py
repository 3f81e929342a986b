"""Units that people read, and the UCUM codes that machines exchange."""

from __future__ import annotations

import pytest
from django.utils import translation

from records import units
from records.codes import Unit
from records.units import strength_shown


def test_every_unit_has_a_ucum_code_and_comes_back_from_it() -> None:
    assert set(units.UCUM) == set(Unit)
    assert [units.from_ucum(code) for code in units.UCUM.values()] == list(units.UCUM)


def test_the_code_of_a_microgram_is_never_its_label() -> None:
    assert units.ucum("mcg") == "ug"
    assert units.from_ucum("ug") == "mcg"
    assert units.from_ucum("mcg") is None


def test_units_claim_neither_the_international_nor_the_pharmacopoeias_nor_the_enzyme_unit() -> None:
    assert units.ucum("units") == "{unit}"


@pytest.mark.parametrize("spelling", ["U", "[iU]", "[USP'U]", "{unit}", "[arb'U]", "UNT", "units"])
def test_every_kind_of_unit_that_a_source_writes_is_read_as_units(spelling: str) -> None:
    assert units.meant(spelling) is Unit.UNITS


@pytest.mark.parametrize("spelling", ["ug", "µg", "μg", "mcg", "microgram"])
def test_every_spelling_of_a_microgram_is_read_as_mcg(spelling: str) -> None:
    assert units.meant(spelling) is Unit.MCG


@pytest.mark.parametrize("word", [None, "", "pinch", "mcg/kg"])
def test_a_sources_own_word_has_no_code_and_means_none_of_ours(word: str | None) -> None:
    assert units.ucum(word) is None
    assert units.meant(word) is None


@pytest.mark.parametrize(
    ("strength", "german"),
    [
        ("40 mg", "40 mg"),
        ("125 mg per 5 mL", "125 mg pro 5 ml"),
        ("1,250 mcg + 0.5 % per hour", "1\N{NARROW NO-BREAK SPACE}250 Mikrogramm + 0.5 % pro Stunde"),
        ("100 units per mL", "100 Einheiten pro ml"),
    ],
)
def test_a_strength_is_read_in_any_language_and_its_number_stays(strength: str, german: str) -> None:
    assert strength_shown(strength) == strength
    with translation.override("de"):
        assert str(strength_shown(strength)) == german
