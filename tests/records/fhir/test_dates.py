"""Clinical dates: used where they say a day that has passed, kept and marked where they do not."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from records.fhir.dates import contradiction, dated, read_date

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BOSTON = ZoneInfo("America/New_York")


def moment_of(literal: str) -> datetime | None:
    stated = read_date(literal, BOSTON)
    assert stated is not None
    return stated.moment


@pytest.mark.parametrize(
    ("literal", "moment"),
    [
        ("2024-03-05T09:15:00+01:00", datetime(2024, 3, 5, 8, 15, tzinfo=UTC)),
        ("2024-02-29T23:30:00+14:00", datetime(2024, 2, 29, 9, 30, tzinfo=UTC)),
        ("2024-03-05T09:15:00.123456789Z", datetime(2024, 3, 5, 9, 15, 0, 123456, tzinfo=UTC)),
        ("2024-03-05T09:15:00", datetime(2024, 3, 5, 14, 15, tzinfo=UTC)),
        ("2024-03-05", datetime(2024, 3, 5, 5, 0, tzinfo=UTC)),
        ("2024-03", None),
        ("2024", None),
        ("2023-02-29", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("2024-03-05T25:00:00Z", None),
        ("not a date", None),
        ("20240305", None),
    ],
)
def test_a_literal_is_a_moment_from_a_full_day_on(literal: str, moment: datetime | None) -> None:
    assert moment_of(literal) == moment


def test_a_day_dates_an_event_and_its_literal_is_kept() -> None:
    found = dated(read_date("2024-03-05", UTC), NOW, what="When it was ordered")
    assert (found.at, found.stated, found.literal) == (datetime(2024, 3, 5, tzinfo=UTC), True, "2024-03-05")


@pytest.mark.parametrize(
    ("literal", "note"),
    [
        (None, "is not stated by the source"),
        ("2012", "is only partly stated by the source: 2012"),
        ("last spring", "cannot be read: last spring"),
        ("2999-01-01T00:00:00Z", "is in the future: 2999-01-01T00:00:00Z"),
    ],
)
def test_otherwise_the_time_of_import_stands_with_the_literal_and_a_note(
    literal: str | None, note: str
) -> None:
    found = dated(read_date(literal, UTC), NOW, what="When it was ordered")
    assert (found.at, found.stated, found.literal) == (NOW, False, literal)
    assert found.note == f"When it was ordered {note}"


def test_dates_outside_a_life_are_told() -> None:
    early, late = read_date("1950-01-01", UTC), read_date("2020-05-01", UTC)
    assert (
        contradiction(early, born="1961-03-12", died=None)
        == "Dated 1950-01-01, before the birth date 1961-03-12"
    )
    assert (
        contradiction(late, born=None, died="2019-05") == "Dated 2020-05-01, after the date of death 2019-05"
    )
    assert contradiction(read_date("2019-05-20", UTC), born="1961", died="2019-05") is None
    assert contradiction(None, born="1961", died=None) is None
