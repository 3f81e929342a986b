"""Values as the clinic says them: each word of a dose, a day and a reason, the same on every page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from projections import search, words

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("dose", "unit", "printed", "searched"),
    [
        ("5", "mg", "5 mg", "5 mg"),
        ("0.5", "mg", "0.5 mg", "0.5 mg"),
        ("1000", "mg", "1,000 mg", "1000 mg"),
        ("1250000", "units", "1,250,000 units", "1250000 units"),
        ("2", "tablet", "2 tablets", "2 tablets"),
        ("50", "ug", "50 mcg", "50 mcg"),
        ("1", None, "1 (unit unknown)", "1 (unit unknown)"),
        (None, "mg", "unknown", "unknown"),
        ("1 to 2", "puff", "1 to 2 puff", "1 to 2 puff"),
    ],
)
def test_a_dose_is_printed_with_commas_and_searched_without(
    dose: str | None, unit: str | None, printed: str, searched: str
) -> None:
    assert (words.dosage(dose, unit), words.dosage_key(dose, unit)) == (printed, searched)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"text": "once daily", "as_needed": False, "as_needed_reason": None}, "once daily"),
        (
            {"text": "at bedtime", "as_needed": True, "as_needed_reason": "sleep"},
            "at bedtime as needed for sleep",
        ),
        ({"text": "as needed", "as_needed": True, "as_needed_reason": None}, "as needed"),
        ({"text": None, "as_needed": True, "as_needed_reason": "pain"}, "as needed for pain"),
        ({"text": None, "as_needed": False, "as_needed_reason": None}, "unknown"),
        (
            {"text": None, "as_needed": False, "as_needed_reason": None, "reported": True},
            "not stated by source",
        ),
    ],
)
def test_a_frequency_is_one_phrase(values: dict[str, Any], said: str) -> None:
    assert words.frequency(**values) == said


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("2026-11-24", "24-Nov-2026"),
        ("2026-11", "Nov-2026"),
        ("2026", "2026"),
        (None, "unknown"),
        ("2026-02-31", "2026-02-31"),
        ("in spring", "in spring"),
    ],
)
def test_a_day_is_said_as_far_as_it_is_known(stored: str | None, said: str) -> None:
    assert words.day(stored) == said


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        ("procedure", "contrast CT", "procedure: contrast CT"),
        ("procedure", None, "procedure"),
        ("other", "contrast CT", "contrast CT"),
        ("other", None, ""),
        (None, "contrast CT", "contrast CT"),
        (None, None, ""),
    ],
)
def test_a_reason_is_said_once(code: str | None, text: str | None, said: str) -> None:
    assert words.because(code, text) == said


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (timedelta(minutes=14), ""),
        (timedelta(minutes=15), "15 minutes later"),
        (timedelta(hours=1, minutes=59), "1 hour later"),
        (timedelta(days=1), "1 day later"),
        (timedelta(days=1500), "1,500 days later"),
        (-timedelta(minutes=3), ""),
    ],
)
def test_lateness_is_said_in_its_largest_unit(gap: timedelta, said: str) -> None:
    assert words.later(NOON, NOON + gap) == said


def test_code_systems_have_the_names_that_people_use() -> None:
    assert words.code("4450", "http://www.nlm.nih.gov/research/umls/rxnorm") == "RxNorm 4450"
    assert words.code("7", "urn:oid:1.2.3") == "urn:oid:1.2.3 7"
    assert words.code(None, "http://snomed.info/sct") == ""


def test_letters_of_their_own_are_found_as_they_are_typed_elsewhere() -> None:
    assert words.plain("Yılmaz Þórunn Ægir Đặng Sørensen") == "yilmaz thorunn aegir dang sorensen"


def test_names_are_compared_without_case_accents_and_marks() -> None:
    assert words.plain("  D'Ångström-Łukasz ") == "dangstrom lukasz"
    assert words.plain("STRASSE") == words.plain("Straße")
    assert words.plain(None) == ""
    assert words.plain("山田 太郎") == "山田 太郎"


def test_a_person_without_a_family_name_stands_behind_the_latin_names() -> None:
    names = [("Zuñiga", "Ana"), (None, "Bo"), ("Ahl", None)]
    assert sorted(names, key=lambda name: search.sort_key(*name)) == [
        ("Ahl", None), ("Zuñiga", "Ana"), (None, "Bo"),
    ]  # fmt: skip


def test_what_is_asked_cannot_become_an_operator_of_the_search() -> None:
    assert search.prefix_query(search.asked("a:* | !b & (c)")) == "(a:*) & (b:*) & (c:*)"
