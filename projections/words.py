"""How a recorded value is said: doses, days, frequencies, reasons, in the clinic's words.

Shared by every read model that prints, so that a dose reads the same on the chart, in the timeline
and in a report. What is said is a phrase (`records.speech`): English as a value, the reader's language in
print. Plain spaces and hyphens; what must not break across lines is the templates' business. Knows nothing
of tables.
Source: Joint Commission do-not-use list; ISMP (leading zero, no trailing zero, comma from 1,000).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from eventstore.registry import snake_case
from records import dose as written_dose
from records import frequency_words, partial_dates, speech
from records.speech import Tongue, capital, coded, gettext_noop, joined, say, say_as, say_many, shows

__all__ = ["capital", "coded", "joined"]

NOT_STATED = gettext_noop("not stated by source")
UNKNOWN = gettext_noop("unknown")

#: Code systems by the names people use.
CODE_SYSTEMS = {
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm",
    "http://snomed.info/sct": "SNOMED CT",
    "http://hl7.org/fhir/sid/ndc": "NDC",
    "http://www.whocc.no/atc": "ATC",
    "http://fdasis.nlm.nih.gov": "UNII",
    "urn:anamnesis:drug-catalogue": say("list of drugs"),
}


def stated(value: str | None, *, reported: bool) -> str:
    """The value, or the word for why there is none: a source kept silent, or nobody knows."""
    return value or absent(reported=reported)


def absent(*, reported: bool) -> str:
    return say(NOT_STATED) if reported else say(UNKNOWN)


def number(text: str) -> str:
    """Exact decimal text in groups from 1,000. What is not a plain number stays as it was written."""
    return say_as("number", text)


def unit(name: str | None, amount: str | None = None, *, reported: bool = False) -> str:
    """The unit as it is read: "tablets" for more than one, mcg for every microgram. A number without a
    unit is never taken for a dose: it says that its unit is missing."""
    if name:
        return coded(written_dose.unit_shown(name, amount))
    return say("(unit not stated by source)") if reported else say("(unit unknown)")


def dosage(dose: str | None, name: str | None, *, reported: bool = False) -> str:
    """'1,000 mg', or the word for an unstated dose. A unit alone says nothing of a dose."""
    if not dose:
        return absent(reported=reported)
    return joined((number(dose), unit(name, dose, reported=reported)), " ")


def dosage_key(dose: str | None, name: str | None, *, reported: bool = False) -> str:
    """Dose and unit as they are stored and searched: '1000 mg', without the comma of print."""
    if not dose:
        return absent(reported=reported)
    return joined((dose, unit(name, dose, reported=reported)), " ")


def dosage_shown(key: str) -> str:
    """A `dosage_key` in print: '1,000 mg'."""
    amount, _, name = key.partition(" ")
    if not amount[:1].isdigit():
        return say(key)
    return joined((number(amount), say(name) if name.startswith("(") else coded(name)), " ")


def frequency(
    text: str | None, *, as_needed: bool, as_needed_reason: str | None, reported: bool = False
) -> str:
    """'at bedtime as needed for sleep'."""
    often = frequency_words.said(text) if text else ""
    if not as_needed:
        return stated(often, reported=reported)
    needed = (
        say("as needed for {reason}", reason=as_needed_reason) if as_needed_reason else coded("as needed")
    )
    return needed if text in (None, "", "as needed") else joined((often, needed), " ")


def day(text: str | None, *, reported: bool = False) -> str:
    """A stored day, maybe partial: '24-Nov-2026', 'Nov-2026', '2026'; the word for none."""
    return partial_dates.shown(text) if text else absent(reported=reported)


def clinic_day(moment: datetime) -> date:
    """The clinic's calendar day of a moment."""
    return moment.astimezone(timezone.get_default_timezone()).date()


def day_of(moment: datetime) -> str:
    return partial_dates.shown(clinic_day(moment))


def later(true_at: datetime, recorded_at: datetime) -> str:
    """How long after it was true something was recorded: "2 days later"; "" within a quarter of an hour."""
    minutes = int((recorded_at - true_at).total_seconds()) // 60
    if minutes < 15:
        return ""
    if days := minutes // 1440:
        return say_many("{count} day later", "{count} days later", days)
    if hours := minutes // 60:
        return say_many("{count} hour later", "{count} hours later", hours)
    return say_many("{count} minute later", "{count} minutes later", minutes)


def act(event_type: str) -> str:
    """The kind of act, the same words for every event of its type: 'Dosage adjusted'."""
    return say_as("act", snake_case(event_type).replace("_", " ").capitalize())


@shows("act")
def _act(text: str, tongue: Tongue) -> str:
    return tongue.pgettext("act", text)


def within(act: str) -> str:
    """An act as it stands within a sentence: 'dosage adjusted'."""
    return say_as("within", act)


@shows("within")
def _within(act: Any, tongue: Tongue) -> str:
    text = str(speech.text_in(act, tongue))
    lower = tongue.pgettext("first letter of a noun within a sentence", "lower case") == "lower case"
    return text[:1].lower() + text[1:] if lower else text


def code(value: str | None, system: str | None) -> str:
    """'RxNorm 4450'; a system that has no name here stands as its source wrote it."""
    return joined((CODE_SYSTEMS.get(system or "", system), value), " ") if value else ""


def because(code: str | None, text: str | None) -> str:
    """Why, in one line: the coded reason and what was said, each once."""
    if not code or code == "other":
        return text or ""
    return joined((coded(code), text), ": ")


def listed(words: Sequence[str]) -> str:
    """'dose, route and frequency'."""
    if len(words) < 2:
        return words[0] if words else ""
    return say("{first} and {last}", first=joined(words[:-1]), last=words[-1])


#: Letters of their own, which no decomposition takes apart, as people without that key write them.
_LETTERS = str.maketrans({
    "ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ħ": "h", "ŋ": "n",
})  # fmt: skip


def plain(text: str | None) -> str:
    """Text for finding and sorting: no accents, no case, words of letters and digits, one space between.

    Why: the database sorts by bytes, so the order of names is made here, the same on every server.
    """
    decomposed = unicodedata.normalize("NFKD", (text or "").casefold().translate(_LETTERS))
    kept = (
        "" if unicodedata.combining(char) or char in "'’" else char if char.isalnum() else " "
        for char in decomposed
    )
    return " ".join("".join(kept).split())
