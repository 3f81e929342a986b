"""How dates, times, doses, ages and names are written in a page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.template import Context, Template
from django.utils.html import strip_tags

from projections.templatetags import clinical

NOW = datetime(2026, 11, 24, 14, 41, 35, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_new_york(settings: SimpleNamespace) -> None:
    settings.TIME_ZONE = "America/New_York"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2026-11-24", "24-Nov-2026"),
        ("2026-11", "Nov-2026"),
        ("2026", "2026"),
        (date(2026, 1, 2), "02-Jan-2026"),
        (datetime(2026, 11, 25, 3, 0, tzinfo=UTC), "24-Nov-2026"),
        ("2026-11-25T03:00:00+00:00", "24-Nov-2026"),
        (None, "unknown"),
        ("", "unknown"),
        ("spring of 2019", "spring of 2019"),
        ("2026-02-31", "2026-02-31"),
    ],
)
def test_a_date_is_written_as_far_as_it_is_known(value: object, shown: str) -> None:
    assert strip_tags(clinical.clinical_date(value)) == shown  # type: ignore[arg-type]


def test_a_date_never_breaks_and_says_itself_to_machines() -> None:
    assert clinical.clinical_date("2026-11-24") == (
        '<time class="whole" datetime="2026-11-24">24-Nov-2026</time>'
    )


def test_a_date_can_be_copied_into_a_form() -> None:
    """Ordinary hyphens: the fields of the clinic read no others."""
    assert "\N{NON-BREAKING HYPHEN}" not in clinical.clinical_date("2026-11-24")


def test_times_are_the_clinics_on_the_24_hour_clock() -> None:
    assert strip_tags(clinical.clinical_time(NOW)) == "24-Nov-2026 09:41"
    assert strip_tags(clinical.clinical_time(NOW.isoformat())) == "24-Nov-2026 09:41"
    assert strip_tags(clinical.clinical_second(NOW)) == "24-Nov-2026 09:41:35"
    assert strip_tags(clinical.clock(NOW)) == "09:41"
    assert clinical.month(NOW) == "November 2026"
    assert clinical.clinical_time(None) == clinical.clinical_time("soon") == "unknown"


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("5 mg", "5\N{NO-BREAK SPACE}mg"),
        ("1000 mg", "1,000\N{NO-BREAK SPACE}mg"),
        ("0.5 mg", "0.5\N{NO-BREAK SPACE}mg"),
        ("1000", "1,000"),
        ("not stated by source", "not stated by source"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_dose_has_its_comma_and_stays_with_its_unit(stored: str | None, shown: str) -> None:
    assert clinical.dose(stored) == shown


@pytest.mark.parametrize(
    ("born", "until", "shown"),
    [
        ("1961-03-12", None, "65 y"),
        ("1961-11-25", None, "64 y"),
        ("2024-12-19", None, "23 months"),
        ("2024-11-24", None, "2 y"),
        ("2026-10-24", None, "1 month"),
        ("2026-11-23", None, "1 day"),
        ("2026-11-24", None, "0 days"),
        ("1948", None, "about 78 y"),
        ("1948-05", None, "about 78 y"),
        ("1935-12-21", "2019-04-08", "83 y"),
        ("1935-12-21", "2019", "about 84 y"),
        (None, None, ""),
        ("no date", None, ""),
        ("2030-01-01", None, ""),
    ],
)
def test_an_age_is_as_exact_as_the_birth_date(born: str | None, until: str | None, shown: str) -> None:
    with patch("projections.templatetags.clinical.timezone.now", return_value=NOW):
        assert clinical.age(born, until).replace("\N{NO-BREAK SPACE}", " ") == shown


def test_dates_and_doses_in_running_text_stay_whole_and_markup_stays_text() -> None:
    said = clinical.unbroken("from 30-Sep-2026 09:05, 1,000 mg <b>twice</b>")
    assert '<span class="whole">30-Sep-2026 09:05</span>' in said
    assert '<span class="whole">1,000 mg</span>' in said
    assert "&lt;b&gt;twice&lt;/b&gt;" in said


def test_nothing_is_shown_as_nothing() -> None:
    assert clinical.stated("") == "unknown"
    assert clinical.stated(None, "none") == "none"
    assert clinical.told(None, reported=True) == "not stated by source"
    assert clinical.told(None) == "unknown"
    assert clinical.told("oral", reported=True) == "oral"


@pytest.mark.parametrize(
    ("family", "given", "shown"),
    [
        ("Lindqvist", "Helena", "LINDQVIST, Helena"),
        ("de Vries", None, "DE VRIES, given name unknown"),
        (None, "Mio", "FAMILY NAME UNKNOWN, Mio"),
        (None, None, "NAME UNKNOWN"),
    ],
)
def test_a_name_has_its_family_part_in_capitals(family: str | None, given: str | None, shown: str) -> None:
    assert clinical.person_name(SimpleNamespace(family=family, given=given)) == shown


def test_stored_json_is_printed_a_value_a_line() -> None:
    assert clinical.pretty({"b": "é", "a": None}) == '{\n  "a": null,\n  "b": "é"\n}'


def test_an_icon_is_silent_and_in_the_colour_of_its_word() -> None:
    drawn = Template('{% load icons %}{% icon "held" %}{% icon "held" "small" %}').render(Context())
    assert drawn.count('aria-hidden="true"') == 2
    assert "icons.svg#held" in drawn
    assert "icon--small" in drawn
    assert "style" not in drawn
