"""How often, in the clinic's words: never an abbreviation."""

from __future__ import annotations

from typing import Any

import pytest

from records.fhir.timing import bounds_words, days_of, frequency_words


def often(**repeat: Any) -> str | None:
    return frequency_words({"repeat": repeat})


@pytest.mark.parametrize(
    ("repeat", "words"),
    [
        ({"frequency": 1, "period": 1, "periodUnit": "d"}, "once daily"),
        ({"frequency": 2, "period": 1, "periodUnit": "d"}, "twice daily"),
        ({"frequency": 3, "period": 1, "periodUnit": "d"}, "three times daily"),
        ({"frequency": 6, "period": 1, "periodUnit": "d"}, "6 times daily"),
        ({"period": 1, "periodUnit": "d"}, "once daily"),
        ({"frequency": 1, "period": 2, "periodUnit": "d"}, "every other day"),
        ({"frequency": 1, "period": 3, "periodUnit": "d"}, "every 3 days"),
        ({"frequency": 1, "period": 1, "periodUnit": "h"}, "every hour"),
        ({"frequency": 1, "period": 6, "periodUnit": "h"}, "every 6 hours"),
        ({"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"}, "every 4 to 6 hours"),
        ({"frequency": 1, "frequencyMax": 2, "period": 1, "periodUnit": "d"}, "1 to 2 times daily"),
        ({"frequency": 1, "period": 1, "periodUnit": "wk"}, "once weekly"),
        ({"frequency": 2, "period": 1, "periodUnit": "wk"}, "twice weekly"),
        ({"frequency": 1, "period": 1, "periodUnit": "mo"}, "once monthly"),
        ({"frequency": 2, "period": 3, "periodUnit": "wk"}, "twice every 3 weeks"),
        ({"when": ["MORN"]}, "in the morning"),
        ({"when": ["AC"], "offset": 30}, "30 minutes before meals"),
        ({"timeOfDay": ["08:00:00", "20:00:00"]}, "at 08:00 and 20:00"),
        ({"dayOfWeek": ["mon", "wed", "fri"]}, "on Monday, Wednesday and Friday"),
        ({"count": 1}, "once only"),
        ({"frequency": 1, "period": 3, "periodUnit": "wk", "count": 16}, "every 3 weeks, 16 times in all"),
        ({"duration": 30, "durationUnit": "min"}, "over 30 minutes"),
        ({}, None),
        ({"period": 1, "periodUnit": "fortnight"}, None),
        ({"frequency": "many", "period": None}, None),
    ],
)  # fmt: skip
def test_a_repeat_in_words(repeat: dict[str, Any], words: str | None) -> None:
    assert often(**repeat) == words


@pytest.mark.parametrize(
    ("code", "words"),
    [("QD", "once daily"), ("BID", "twice daily"), ("QOD", "every other day"), ("BED", "at bedtime")],
)
def test_an_abbreviation_is_written_out(code: str, words: str) -> None:
    assert frequency_words({"code": {"coding": [{"code": code, "display": code}]}}) == words


def test_a_code_that_is_none_of_ours_is_kept_in_the_sources_words() -> None:
    assert frequency_words({"code": {"text": "with each dialysis"}}) == "with each dialysis"


def test_dates_are_named() -> None:
    assert frequency_words({"event": ["2026-01-02", "2026-01-09"]}) == "on 2026-01-02 and 2026-01-09"


def test_bounds_in_words() -> None:
    assert bounds_words({"repeat": {"boundsDuration": {"value": 1, "unit": "day"}}}) == "for 1 day"
    limits = {"low": {"value": 7, "unit": "d"}, "high": {"value": 10, "unit": "d"}}
    assert bounds_words({"repeat": {"boundsRange": limits}}) == "for 7 to 10 days"


def test_only_whole_days_are_days() -> None:
    assert days_of({"value": 2, "code": "wk"}) == 14
    assert days_of({"value": 30, "unit": "days"}) == 30
    assert days_of({"value": 1, "code": "mo"}) is None
    assert days_of({"value": "1.5", "code": "d"}) is None
