"""A stored frequency is said in any language, part by part; a source's own words stay whole."""

from __future__ import annotations

import pytest
from django.utils import translation

from records.codes import Frequency
from records.fhir import timing
from records.frequency_words import said
from records.speech import Said

GERMAN = {
    "once daily": "einmal täglich",
    "every 4 to 6 hours, after meals": "alle 4 bis 6 Stunden, nach den Mahlzeiten",
    "twice daily, before breakfast and at bedtime": "zweimal täglich, vor dem Frühstück und zur Nacht",
    "at 08:00, 14:00 and 20:00": "um 08:00, 14:00 und 20:00 Uhr",
    "30 minutes before meals": "30 Minuten vor den Mahlzeiten",
    "on Monday, Wednesday and Friday": "am Montag, Mittwoch und Freitag",
    "2 to 3 times every 1.5 hours, over 2 hours": "2 bis 3-mal alle 1.5 Stunden, über 2 Stunden",
    "5 times daily": "5-mal täglich",
    "3 times in all": "insgesamt 3-mal",
    "once weekly, on 2026-01-02": "einmal wöchentlich, am 2026-01-02",
    "three times every 2 weeks": "dreimal alle 2 Wochen",
    "every hour": "stündlich",
}


@pytest.mark.parametrize(("stored", "german"), GERMAN.items())
def test_what_is_made_of_known_parts_is_said_in_german(stored: str, german: str) -> None:
    phrase = said(stored)
    assert phrase == stored
    with translation.override("de"):
        assert str(phrase) == german


@pytest.mark.parametrize(
    "text", ["as directed", "1 tab po bid", "once daily, then as directed", "every day before bed", "every"]
)
def test_a_sources_own_words_stay_as_they_are(text: str) -> None:
    with translation.override("de"):
        assert str(said(text)) == text


@pytest.mark.parametrize("offered", list(Frequency))
def test_every_frequency_that_a_form_offers_is_known(offered: Frequency) -> None:
    assert isinstance(said(offered.value), Said)


@pytest.mark.parametrize(
    "repeat",
    [
        {"frequency": 1, "period": 1, "periodUnit": "d"},
        {"frequency": 3, "period": 2, "periodUnit": "wk"},
        {"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"},
        {"frequency": 2, "frequencyMax": 3, "period": 1, "periodUnit": "d", "when": ["ACM", "HS"]},
        {"frequency": 1, "period": 1, "periodUnit": "mo", "dayOfWeek": ["mon", "fri"]},
        {"timeOfDay": ["08:00:00", "20:00:00"], "duration": 30, "durationUnit": "min"},
        {"when": ["AC"], "offset": 30, "count": 5},
    ],
)
def test_what_the_import_makes_of_a_timing_is_known(repeat: dict[str, object]) -> None:
    words = timing.frequency_words({"repeat": repeat})
    assert words is not None
    assert isinstance(said(words), Said), words
