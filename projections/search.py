"""How patients are found by words: what is stored of them, and what a query asks of it.

Words are compared without case, accents and punctuation, by their beginnings, in any order: "lind
hel", "4471" and "12-Mar-1961" all find the same person. Everything runs on one index of words.
"""

from __future__ import annotations

import re

from projections import words

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_ISO_DAY = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_CLINIC_DAY = re.compile(r"\b(\d{1,2})[- .]([A-Za-z]{3})[A-Za-z]*[- .](\d{4})\b")


def sort_key(family: str | None, given: str | None) -> str:
    """Family name first; a person without one sorts behind the Latin names."""
    return f"{words.plain(family) or '~'} {words.plain(given)}".strip()


def record_number(mrn: str | None) -> str:
    """A record number as it is compared: without spaces, marks and case."""
    return words.plain(mrn).replace(" ", "")


def stored_text(
    *, family: str | None, given: str | None, other_names: str | None, mrn: str | None, birth_date: str | None
) -> str:
    """The words under which a person is found, each once."""
    names = words.plain(f"{family or ''} {given or ''} {other_names or ''}").split()
    number = [*words.plain(mrn).split(), record_number(mrn)]
    born = [(birth_date or "").replace("-", ""), (birth_date or "")[:4]]
    return " ".join(dict.fromkeys(filter(None, (*names, *number, *born))))


def asked(text: str) -> list[str]:
    """The words of a query, as they are stored; a date becomes one word."""
    text = _ISO_DAY.sub(lambda found: _day(found[1], int(found[2]), found[3]), text)
    text = _CLINIC_DAY.sub(_clinic_day, text)
    return words.plain(text).split()


def prefix_query(asked_words: list[str]) -> str:
    """A text search query: every word, by its beginning. Words are letters and digits only."""
    return " & ".join(f"{word}:*" for word in asked_words)


def _clinic_day(found: re.Match[str]) -> str:
    month = _MONTHS.get(found[2].lower())
    return _day(found[3], month, found[1]) if month else found[0]


def _day(year: str, month: int, day: str) -> str:
    return f"{year}{month:02}{int(day):02}"
