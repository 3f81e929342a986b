"""How patients are found by words: what is stored of them, and what a query asks of it.

Words are compared without case, accents and punctuation, by their beginnings, in any order: "lind
hel", "4471" and "12-Mar-1961" all find the same person. Müller is found as muller and as mueller,
Sørensen as sorensen and as soerensen. Nothing here knows tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from projections import likeness, words

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan",
            "feb",
            "mar mär mrz",
            "apr",
            "may mai",
            "jun",
            "jul",
            "aug",
            "sep",
            "oct okt",
            "nov",
            "dec dez",
        ),
        start=1,
    )
    for name in names.split()
}
#: A date within a query: as the clinic writes it, as computers do, as on forms; day or month may be missing.
_DATE = re.compile(
    r"(?<!\w)(?:(?P<y1>\d{4})-(?P<m1>\d{1,2})(?:-(?P<d1>\d{1,2}))?"
    r"|(?P<d2>\d{1,2})[- .]*(?P<m2>[^\W\d_]{3})[^\W\d_]*[- .]+(?P<y2>\d{4})"
    r"|(?P<m3>[^\W\d_]{3})[^\W\d_]*[- .]+(?P<y3>\d{4})"
    r"|(?P<a4>\d{1,2})(?P<s4>[./])(?P<b4>\d{1,2})(?P=s4)(?P<y4>\d{4}))(?!\w)"
)
#: Letters that are written as two on a keyboard that lacks them; each is stored both ways.
_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


class Kind(StrEnum):
    NAME = "name"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True)
class Word:
    """One word of a query. said: as typed; forms: the ways in which it may be stored, plain."""

    said: str
    forms: tuple[str, ...]
    kind: Kind


# --- What is stored ----------------------------------------------------------------------------------


def sort_key(family: str | None, given: str | None) -> str:
    """Family name first; a person without one sorts behind the Latin names."""
    return f"{words.plain(family) or '~'} {words.plain(given)}".strip()


def record_number(mrn: str | None) -> str:
    """A record number as it is compared: without spaces, marks and case."""
    return words.plain(mrn).replace(" ", "")


def spellings(text: str | None) -> tuple[str, ...]:
    """A text in plain words, and as it is written where a letter is lacking: "muller" and "mueller"."""
    folded = (text or "").casefold().translate(_TWO_LETTERS)
    return tuple(dict.fromkeys((words.plain(text), words.plain(folded))))


def stored_text(people: Iterable[Mapping[str, Any]]) -> str:
    """The words under which a record is found, each once. people: its own identity, and merged ones."""
    found: list[str] = []
    for who in people:
        born = who["birth_date"] or ""
        found += stored_names([who]).split()
        found += [*words.plain(who["mrn"]).split(), record_number(who["mrn"])]
        found += [born.replace("-", ""), born[:4]]
    return " ".join(dict.fromkeys(filter(None, found)))


def stored_names(people: Iterable[Mapping[str, Any]]) -> str:
    """The names of a record, in every spelling, each word once."""
    names = [who[part] for who in people for part in ("family", "given", "other_names")]
    return " ".join(
        dict.fromkeys(word for name in names for form in spellings(name) for word in form.split())
    )


def sounds(names: str) -> str:
    """How these plain words sound, each once."""
    return " ".join(dict.fromkeys(filter(None, map(likeness.sound, names.split()))))


# --- What is asked -----------------------------------------------------------------------------------


def asked(text: str) -> list[Word]:
    """The words of a query; a date is one word however it is written."""
    found: list[Word] = []
    end = 0
    for date in _DATE.finditer(text):
        forms = _days(date)
        if forms:
            found += [*_plain_words(text[end : date.start()]), Word(date[0], forms, Kind.DATE)]
            end = date.end()
    return [*found, *_plain_words(text[end:])]


def prefix_query(asked_words: Iterable[Word]) -> str:
    """A text search query: every word, by its beginning. Forms are letters and digits only."""
    return _query(asked_words, ":*")


def whole_query(asked_words: Iterable[Word]) -> str:
    """As `prefix_query`, every word whole."""
    return _query(asked_words, "")


def numbers(asked_words: Iterable[Word], text: str) -> list[str]:
    """Record numbers that a query may state whole: all of it, a word, or its numbers side by side."""
    parts = [form for word in asked_words if word.kind == Kind.NUMBER for form in word.forms]
    return list(dict.fromkeys(filter(None, (record_number(text), "".join(parts), *parts))))


def _query(asked_words: Iterable[Word], ending: str) -> str:
    return " & ".join(
        "(" + " | ".join(" & ".join(f"{part}{ending}" for part in form.split()) for form in word.forms) + ")"
        for word in asked_words
    )


def _plain_words(text: str) -> list[Word]:
    found = []
    for said in re.findall(r"[^\s,;]+", text):
        for part in re.split(r"(?<=\w)[^\w'’]+(?=\w)", said):
            forms = tuple(form for form in spellings(part) if form)
            if forms:
                number = any(character.isdigit() for character in forms[0])
                found.append(Word(part, forms, Kind.NUMBER if number else Kind.NAME))
    return found


def _days(date: re.Match[str]) -> tuple[str, ...]:
    """The days that a date may mean, as they are stored; none where it is no date."""
    said = date.groupdict()
    if year := said["y4"]:
        first, second = int(said["a4"]), int(said["b4"])
        # 24.11.1961 has the day first; 11/24/1961 may have either first.
        pairs = [(second, first)] if said["s4"] == "." else [(second, first), (first, second)]
        return tuple(dict.fromkeys(_stored(year, month, day) for month, day in pairs if _fits(month, day)))
    year = said["y1"] or said["y2"] or said["y3"]
    stated = said["m1"] or said["m2"] or said["m3"]
    month = int(stated) if stated.isdigit() else _MONTHS.get(stated.casefold(), 0)
    day = int(said["d1"] or said["d2"] or 0)
    if not _fits(month, day or 1) or not 1800 <= int(year) <= 2200:
        return ()
    return (_stored(year, month, day) if said["d1"] or said["d2"] else f"{year}{month:02}",)


def _fits(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31


def _stored(year: str, month: int, day: int) -> str:
    return f"{year}{month:02}{day:02}"
