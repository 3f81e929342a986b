"""Phrases: English text that can be said again in the reader's language, whatever holds it."""

from __future__ import annotations

import json

import pytest

from records import speech
from records.speech import Said, capital, joined, kept, recalled, say, say_as, say_many, spoken

GERMAN = {
    "Dose of {drug} adjusted": "Dosis von {drug} angepasst",
    "{count} day later": "{count} Tag später",
    "{count} days later": "{count} Tage später",
    "once daily": "einmal täglich",
    "after {act}": "nach: {act}",
}


class German:
    def gettext(self, message: str, /) -> str:
        return GERMAN.get(message, message)

    def ngettext(self, one: str, many: str, count: int, /) -> str:
        return self.gettext(one if count == 1 else many)

    def pgettext(self, context: str, message: str, /) -> str:
        return "\N{NARROW NO-BREAK SPACE}" if context == "between groups of three digits" else message


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "_tongue", German())


@pytest.mark.usefixtures("german")
def test_a_phrase_is_english_text_and_speaks_the_readers_language() -> None:
    phrase = say("Dose of {drug} adjusted", drug="furosemide")
    assert phrase == "Dose of furosemide adjusted"
    assert isinstance(phrase, str)
    assert spoken(phrase) == "Dosis von furosemide angepasst"


@pytest.mark.usefixtures("german")
def test_what_a_row_keeps_is_json_and_speaks_after_being_stored() -> None:
    line = joined((say("once daily"), "with food", None))
    stored = json.loads(json.dumps(kept({"line": line, "facts": [("n", say("once daily"))], "since": None})))
    assert spoken(stored) == {
        "line": "einmal täglich, with food",
        "facts": [["n", "einmal täglich"]],
        "since": None,
    }


@pytest.mark.usefixtures("german")
def test_a_phrase_within_a_phrase_speaks_too_and_can_be_used_again_after_being_stored() -> None:
    act = recalled(json.loads(json.dumps(kept(say("Dose of {drug} adjusted", drug="furosemide")))))
    assert isinstance(act, Said)
    assert say("after {act}", act=act) == "after Dose of furosemide adjusted"
    assert spoken(kept(say("after {act}", act=act))) == "nach: Dosis von furosemide angepasst"


@pytest.mark.parametrize(
    ("count", "english", "said"),
    [
        (1, "1 day later", "1 Tag später"),
        (2, "2 days later", "2 Tage später"),
        (1200, "1,200 days later", "1\N{NARROW NO-BREAK SPACE}200 Tage später"),
    ],
)
@pytest.mark.usefixtures("german")
def test_a_plural_is_the_languages_own(count: int, english: str, said: str) -> None:
    phrase = say_many("{count} day later", "{count} days later", count)
    assert (phrase, spoken(phrase)) == (english, said)


@pytest.mark.usefixtures("german")
def test_a_capital_letter_is_made_in_the_language_that_is_spoken() -> None:
    assert (capital(say("once daily")), spoken(capital(say("once daily")))) == (
        "Once daily",
        "Einmal täglich",
    )
    assert capital("plain") == "Plain"


@pytest.mark.parametrize("text", ["0.5", "999", "1000", "12345.125", "about 3", "1,5", ""])
def test_a_number_keeps_its_digits_and_its_point(text: str) -> None:
    phrase = say_as("number", text)
    assert phrase.replace(",", "") == text.replace(",", "")


def test_numbers_have_groups_from_a_thousand() -> None:
    assert [say_as("number", text) for text in ("999", "1000", "12345.125")] == ["999", "1,000", "12,345.125"]


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("value", ["text", {"speech": "nothing known"}, {"a": [1, None, {"b": True}]}, "", 3])
def test_what_is_no_phrase_passes_through(value: object) -> None:
    assert spoken(value) == kept(value) == recalled(value) == value


@pytest.mark.usefixtures("german")
def test_braces_in_a_value_are_text() -> None:
    assert say("Dose of {drug} adjusted", drug="{0} {drug}") == "Dose of {0} {drug} adjusted"


@pytest.mark.usefixtures("german")
def test_the_empty_message_is_no_message() -> None:
    assert speech.gettext("") == speech.pgettext("month", "") == say("") == ""
