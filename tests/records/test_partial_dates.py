"""Dates as far as they are known."""

from __future__ import annotations

from datetime import date

import pytest

from records import partial_dates
from records.partial_dates import BadDate, read, shown, span, surely_before


@pytest.mark.parametrize("text", ["2026-11-24", "2026-11", "2026", "2024-02-29", "0001-01-01"])
def test_takes_a_date_as_far_as_it_is_known(text: str) -> None:
    assert partial_dates.parse(text) == text


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("24-11-2026", "year-month-day"),
        ("26", "year-month-day"),
        ("2026-1-2", "year-month-day"),
        ("２０２６", "year-month-day"),
        ("", "year-month-day"),
        ("2026-11-24 ", "year-month-day"),
        ("2026-13", "no month 13"),
        ("2026-00-10", "no month 00"),
        ("2026-02-29", "Feb-2026 has no day 29"),
        ("2026-04-31", "It has 30 days"),
        ("0000", "no year 0000"),
    ],
)
def test_refuses_what_is_no_date_and_says_what_to_write(text: str, advice: str) -> None:
    with pytest.raises(BadDate, match=advice):
        partial_dates.parse(text)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("24-Dec-2026", "2026-12-24"),
        ("24-Dez-2026", "2026-12-24"),
        ("4 mai 2026", "2026-05-04"),
        ("01-Mär-2026", "2026-03-01"),
        ("1. Mrz. 2026", "2026-03-01"),
        ("Okt-2026", "2026-10"),
        ("24.11.2026", "2026-11-24"),
        ("2026-11-24", "2026-11-24"),
        ("31.2.2026", "2026-02-31"),
        ("2026", "2026"),
        ("24/11/2026", None),
        ("11-24-2026", None),
        ("24-Foo-2026", None),
        ("24.11.26", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_it_is_written_in_every_language(typed: str, stored: str | None) -> None:
    assert read(typed) == stored


def test_a_partial_date_may_mean_any_of_its_days() -> None:
    assert span("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert span("2024") == (date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("one", "other", "sure"),
    [
        ("2026-11-23", "2026-11-24", True),
        ("2026-11-24", "2026-11-24", False),
        ("2025", "2026-01-01", True),
        ("2026", "2026-11-24", False),
        ("2026-10", "2026-11-24", True),
        (None, "2026", False),
        ("not a date", "2026", False),
        (date(2026, 11, 23), "2026-11-24", True),
    ],
)
def test_compares_only_where_the_answer_is_sure(
    one: str | date | None, other: str | None, sure: bool
) -> None:
    assert surely_before(one, other) is sure


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026-11-04", "04-Nov-2026"),
        ("2026-11", "Nov-2026"),
        ("2026", "2026"),
        (date(2026, 3, 1), "01-Mar-2026"),
        (None, "unknown"),
        ("about Easter", "about Easter"),
    ],
)
def test_shows_a_date_as_the_clinic_writes_it(value: str | date | None, words: str) -> None:
    assert shown(value) == words
