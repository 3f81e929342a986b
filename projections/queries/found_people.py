"""Why a search shows a patient: which word of the query met which part of who they are, and how.

Shape: parts of a name come back whole, in pieces, so that a page can mark what matched; a match in
spelling or sound is marked as well as an exact one, and differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import SimpleNamespace
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from projections import likeness, words
from projections.models import Patient
from projections.search import Kind, Word, record_number, spellings
from records import partial_dates

IS, BEGINS, SOUNDS, LIKE, CONTAINS = "is", "begins", "sounds", "like", "contains"
#: How much a match of each kind weighs, of 1.
_WEIGHT = {IS: 1.0, BEGINS: 0.9, SOUNDS: 0.7, LIKE: 0.8}

_WHOLE_NUMBER = {IS: 2.0, LIKE: 0.6}
NAMES = ("family", "given", "other_names")

_NAME = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

_SENTENCES = {
    ("family", IS): _("Family name is {word}"),
    ("family", BEGINS): _("Family name begins with {word}"),
    ("family", LIKE): _("Family name is spelled like {word}"),
    ("family", SOUNDS): _("Family name sounds like {word}"),
    ("given", IS): _("Given name is {word}"),
    ("given", BEGINS): _("Given name begins with {word}"),
    ("given", LIKE): _("Given name is spelled like {word}"),
    ("given", SOUNDS): _("Given name sounds like {word}"),
    ("other_names", IS): _("Other name is {word}"),
    ("other_names", BEGINS): _("Other name begins with {word}"),
    ("other_names", LIKE): _("Other name is spelled like {word}"),
    ("other_names", SOUNDS): _("Other name sounds like {word}"),
    ("merged", IS): _("Name on a merged record is {word}"),
    ("merged", BEGINS): _("Name on a merged record begins with {word}"),
    ("merged", LIKE): _("Name on a merged record is spelled like {word}"),
    ("merged", SOUNDS): _("Name on a merged record sounds like {word}"),
    ("mrn", IS): _("Record number is {word}"),
    ("mrn", CONTAINS): _("Record number contains {word}"),
    ("mrn", LIKE): _("Record number differs from {word} by one digit or two swapped"),
    ("merged mrn", IS): _("Number of a merged record is {word}"),
    ("merged mrn", CONTAINS): _("Number of a merged record contains {word}"),
    ("merged mrn", LIKE): _("Number of a merged record is like {word}"),
    ("birth_date", IS): _("Born {word}"),
    ("birth_date", LIKE): _("Birth date is not quite {word}"),
    ("merged born", IS): _("Born {word} by a merged record"),
    ("merged born", LIKE): _("Birth date of a merged record is not quite {word}"),
}


@dataclass(frozen=True)
class Reason:
    """One word of the query and what it met. kind: how; part: what of the person; score: of 1."""

    part: str
    kind: str
    said: str
    score: float

    @property
    def exact(self) -> bool:
        return self.kind not in {LIKE, SOUNDS}

    @property
    def pieces(self) -> tuple[str, str]:
        """The sentence before and after the word that was asked for."""
        before, _word, after = str(_SENTENCES[self.part, self.kind]).partition("{word}")
        return before, after


@dataclass(frozen=True)
class Piece:
    """A piece of a text. style: "" unmarked, "same" as asked, "like" alike."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class Hit:
    """One patient who was found, and why. reasons: none in a plain list."""

    patient: Patient
    reasons: Sequence[Reason] = ()
    marks: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def patient_id(self) -> UUID:
        return self.patient.patient_id

    @property
    def score(self) -> float:
        return sum(reason.score for reason in self.reasons)

    @property
    def family(self) -> list[Piece]:
        return list(self._pieces("family", self.patient.family, upper=True))

    @property
    def given(self) -> list[Piece]:
        return list(self._pieces("given", self.patient.given))

    @property
    def other_names(self) -> list[Piece]:
        return list(self._pieces("other_names", self.patient.other_names))

    @property
    def merged(self) -> list[SimpleNamespace]:
        """Who stands on the records that were merged into this one."""
        return [SimpleNamespace(**who) for who in self.patient.merged]

    @property
    def mrn_style(self) -> str:
        return self.marks.get("mrn", {}).get("", "")

    @property
    def born_style(self) -> str:
        return self.marks.get("birth_date", {}).get("", "")

    def _pieces(self, part: str, text: str | None, *, upper: bool = False) -> Iterator[Piece]:
        """The text with the words that matched: their beginning where that was asked, else all of them."""
        marks, end = self.marks.get(part, {}), 0
        for word in _NAME.finditer(text or ""):
            style = marks.get(words.plain(word[0]))
            if style is None:
                continue
            yield from _piece((text or "")[end : word.start()], "", upper=upper)
            how, _sign, asked = style.partition(":")
            length = _begin(word[0], asked) if asked else len(word[0])
            yield from _piece(word[0][:length], how, upper=upper)
            end = word.start() + length
        yield from _piece((text or "")[end:], "", upper=upper)


def hit(patient: Patient, asked: Sequence[Word], whole: Sequence[str]) -> Hit | None:
    """Why this patient fits every word; None where one word fits nothing. whole: numbers stated whole."""
    reasons: list[Reason] = []
    marks: dict[str, dict[str, str]] = {}
    number = " ".join(word.said for word in asked if word.kind == Kind.NUMBER)
    for word in asked:
        best = max(_reasons(patient, word), key=lambda found: found[0].score, default=None)
        if word.kind == Kind.NUMBER and (how := _whole_number(patient, whole, fits_otherwise=bool(best))):
            best = Reason("mrn", how, number, _WHOLE_NUMBER[how]), ""
        if best is None:
            return None
        reason, there = best
        if reason not in reasons:
            reasons.append(reason)
        style = "same" if reason.exact else "like"
        if reason.kind == BEGINS:
            style = f"same:{next(form for form in word.forms if there.startswith(form))}"
        marks.setdefault(reason.part, {})[there if reason.part in NAMES else ""] = style
    if any(reason.said == number for reason in reasons):
        reasons = [reason for reason in reasons if reason.kind != CONTAINS or reason.said == number]
    return Hit(patient, reasons, marks)


def _whole_number(patient: Patient, whole: Sequence[str], *, fits_otherwise: bool) -> str | None:
    """How a record number that the query states whole, maybe in several words, meets the patient's."""
    if not patient.record_number:
        return None
    if patient.record_number in whole:
        return IS
    near = (number for each in whole if len(each) >= 5 for number in likeness.misread_numbers(each))
    return LIKE if not fits_otherwise and patient.record_number in near else None


def _reasons(patient: Patient, word: Word) -> Iterator[tuple[Reason, str]]:
    """Every way in which the word fits, with the plain word that it met."""
    own = {name: getattr(patient, name) for name in (*NAMES, "mrn", "birth_date")}
    if word.kind != Kind.DATE:
        for part in NAMES:
            yield from _of_name(part, own[part], word)
        for who in patient.merged:
            for part in NAMES:
                yield from _of_name("merged", who[part], word)
    if word.kind != Kind.NAME:
        yield from _of_numbers("mrn", "birth_date", own, word)
        for who in patient.merged:
            yield from _of_numbers("merged mrn", "merged born", who, word)


def _of_name(part: str, name: str | None, word: Word) -> Iterator[tuple[Reason, str]]:
    for stated in _NAME.findall(name or ""):
        for there in spellings(stated):
            for form in word.forms:
                kind, score = _compared(form, there)
                if kind:
                    yield (
                        Reason(part, kind, word.said, score),
                        words.plain(stated) if kind != BEGINS else there,
                    )


@lru_cache(maxsize=4096)
def _compared(asked: str, there: str) -> tuple[str, float]:
    if asked == there:
        return IS, _WEIGHT[IS]
    if there.startswith(asked):
        return BEGINS, _WEIGHT[BEGINS]
    if len(asked) < 3 or asked.isdigit():
        return "", 0.0
    allowed = likeness.slips(len(asked))
    off = likeness.distance(asked, there, allowed)
    if len(there) > len(asked) >= 5:  # still being typed
        begun = (there[: len(asked)], there[: len(asked) + 1])
        off = min(off, *(1 + likeness.distance(asked, begin, allowed) for begin in begun))
    same_sound = bool(likeness.sound(asked)) and likeness.sound(asked) == likeness.sound(there)
    if same_sound and off <= max(allowed, 2):
        return SOUNDS, _WEIGHT[SOUNDS] - off / 20 + 0.1
    if off <= allowed:
        return LIKE, _WEIGHT[LIKE] - off / 10
    if same_sound and len(likeness.sound(asked)) > 2:
        return SOUNDS, _WEIGHT[SOUNDS] - 0.1
    return "", 0.0


def _of_numbers(
    number: str, born: str, who: dict[str, str | None], word: Word
) -> Iterator[tuple[Reason, str]]:
    mrn, day = record_number(who["mrn"]), (who["birth_date"] or "").replace("-", "")
    parts = [*words.plain(who["mrn"]).split(), mrn]
    for form in word.forms:
        if word.kind == Kind.NUMBER and mrn:
            if form == mrn:
                yield Reason(number, IS, word.said, 2.0), mrn
            elif any(part.startswith(form) for part in parts):
                yield Reason(number, CONTAINS, word.said, 0.9), mrn
            elif len(form) >= 5 and mrn in likeness.misread_numbers(form):
                yield Reason(number, LIKE, word.said, 0.6), mrn
        if day and day.startswith(form) and (word.kind == Kind.DATE or len(form) in {4, 6, 8}):
            yield Reason(born, IS, _born(word, form), 1.0), day
        elif day and len(form) in {4, 8} and _near(form, day):
            yield Reason(born, LIKE, _born(word, form), 0.3), day


def _near(asked: str, day: str) -> bool:
    found = likeness.misread_days(asked)
    return day in found or asked.startswith(day) or (len(asked) == 4 and day[:4] in found)


def _born(word: Word, form: str) -> str:
    """The day as the clinic writes it, whatever way it was typed."""
    return partial_dates.shown("-".join(filter(None, (form[:4], form[4:6], form[6:8]))))


def _begin(word: str, asked: str) -> int:
    """How many letters of the word as it is written make what was asked."""
    for length in range(1, len(word) + 1):
        if any(len(form) >= len(asked) for form in spellings(word[:length])):
            return length
    return len(word)


def _piece(text: str, style: str, *, upper: bool) -> Iterator[Piece]:
    if text:
        yield Piece(text.upper() if upper else text, style)
