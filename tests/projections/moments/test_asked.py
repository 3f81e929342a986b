"""A moment as it is typed, on the clinic's clock: taken where it is sure, told what to write where not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from projections.moments import asked
from projections.moments.asked import Misread, Moment
from tests.records.scenario import CLINIC

NOW = datetime(2026, 11, 24, 9, 41, 20, tzinfo=CLINIC)
END = timedelta(seconds=59, microseconds=999999)


@pytest.fixture(autouse=True)
def clinic_time() -> Iterator[None]:
    with timezone.override(CLINIC):
        yield


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CLINIC) + END


@pytest.mark.parametrize(
    ("text", "clock", "moment"),
    [
        ("03-Sep-2026", "12:00", "2026-09-03 12:00"),
        ("3-Sep-2026", "9:05", "2026-09-03 09:05"),
        ("2026-09-03", "12.00", "2026-09-03 12:00"),
        ("03.09.2026", "12:00", "2026-09-03 12:00"),
        ("3 September 2026", "12:00", "2026-09-03 12:00"),
        ("03-Sep-2026 12:00", "", "2026-09-03 12:00"),
        ("2026-09-03T12:00", "", "2026-09-03 12:00"),
        ("03.09.2026, 12:00", "", "2026-09-03 12:00"),
        ("  03-Sep-2026  ", "", "2026-09-03 23:59"),
        ("last month", "", "2026-10-24 23:59"),
        ("Yesterday", "08:00", "2026-11-23 08:00"),
        ("last year", "", "2025-11-24 23:59"),
    ],
)
def test_a_day_and_a_time_are_read_as_people_write_them(text: str, clock: str, moment: str) -> None:
    assert asked.read(text, clock, NOW) == local(moment)


@pytest.mark.parametrize("text", ["", "now", " NOW "])
def test_nothing_or_the_word_means_now(text: str) -> None:
    assert asked.read(text, "", NOW) is None


def test_today_and_the_present_minute_end_now() -> None:
    assert asked.read("today", "", NOW) == NOW
    assert asked.read("24-Nov-2026", "09:41", NOW) == NOW


def test_an_exact_moment_is_kept_to_the_microsecond() -> None:
    assert asked.read("2026-09-04T13:02:11.123456+00:00", "", NOW) == datetime(
        2026, 9, 4, 13, 2, 11, 123456, UTC
    )


@pytest.mark.parametrize(
    ("text", "clock", "words"),
    [
        ("25-Nov-2026", "", "still to come"),
        ("24-Nov-2026", "09:42", "still to come. It is 24-Nov-2026 09:41 now"),
        ("2026-11-24T14:42:00+00:00", "", "still to come"),
        ("2999-12-31", "", "still to come"),
        ("9999-12-31", "", "Write a date"),
        ("31-Sep-2026", "", "Sep-2026 has no day 31"),
        ("Sep-2026", "", "Write the whole date"),
        ("2026", "", "Write the whole date"),
        ("03/09/2026", "", "Write a date such as 24-Nov-2026"),
        ("soon", "", "Write a date such as 24-Nov-2026"),
        ("0001-01-01", "00:00", "Write a date such as 24-Nov-2026|0001"),
        ("03-Sep-2026", "25:00", "24-hour clock"),
        ("03-Sep-2026", "noon", "24-hour clock"),
        ("", "12:00", "Write the day, too"),
        ("08-Mar-2026", "02:30", "The clocks went forward then: 02:30 does not exist on 08-Mar-2026"),
    ],
)
def test_what_is_no_moment_is_told_what_to_write(text: str, clock: str, words: str) -> None:
    with pytest.raises(Misread, match=words):
        moment = asked.read(text, clock, NOW)
        # Year 1 is a moment: nobody's record holds it, which the page says.
        raise Misread(f"{moment}", "")


def test_a_time_that_comes_twice_is_the_later_one_and_says_so() -> None:
    twice = asked.read("01-Nov-2026", "01:30", NOW)
    assert twice == datetime(2026, 11, 1, 6, 30, 59, 999999, UTC)
    assert asked.comes_twice(twice)
    assert not asked.comes_twice(asked.read("01-Nov-2026", "03:30", NOW))
    assert not asked.comes_twice(None)


def test_one_clock_alone_sets_both_and_an_empty_one_is_now() -> None:
    day = local("2026-09-03 12:00")
    assert asked.moment({"known_at": "2026-09-03T12:00"}, NOW) == Moment(day, day)
    assert asked.moment({"true_at": "2026-09-03T12:00"}, NOW) == Moment(day, day)
    assert asked.moment({"known_at": "", "true_at": "2026-09-03T12:00"}, NOW) == Moment(None, day)
    assert asked.moment({"true_at_b": "2026-09-03T12:00"}, NOW) is None
    assert asked.moment({"true_at_b": "2026-09-03T12:00"}, NOW, second=True) == Moment(day, day)


def test_the_last_day_of_a_shorter_month_is_a_month_before() -> None:
    march = datetime(2026, 3, 31, 9, 41, tzinfo=CLINIC)
    assert asked.month_before(march) == local("2026-02-28 09:41")
    assert asked.month_before(march, 12) == local("2025-03-31 09:41")


moments = st.datetimes(datetime(1990, 1, 1), datetime(2026, 11, 24, 14, 41), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside them


@given(moments, st.booleans())
def test_a_moment_in_an_address_is_read_back_as_it_was(at: datetime, whole: bool) -> None:
    at = at.replace(second=59, microsecond=999999) if whole else at
    with timezone.override(CLINIC):
        assert asked.read(asked.written(at), "", datetime.now(CLINIC)) == at


@given(st.text(max_size=50), st.text(max_size=12))
def test_any_text_is_a_moment_or_a_sentence(text: str, clock: str) -> None:
    with timezone.override(CLINIC):
        try:
            found = asked.read(text, clock, NOW)
        except Misread as problem:
            assert str(problem).rstrip(".")
        else:
            assert found is None or found <= NOW
