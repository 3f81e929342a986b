"""Whether two records may be one person's: how alike names, birth date, sex and record number are.

For the warning before a registration, and for the two records that a search shows side by side.
Pure; knows no tables.
Source: Joint Commission NPSG.01.01.01 (two identifiers); AHIMA, duplicates come from misspelt names and
swapped digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from projections import likeness, words
from projections.models import Patient
from projections.search import record_number, spellings

#: From this score on a person should look at both records before a third is opened.
LIKELY = 0.8
_FIELDS = ("mrn", "family", "given", "other_names", "birth_date", "sex")


@dataclass(frozen=True)
class Likeness:
    """score: 0 to 1; reasons: what agrees and what differs, each a phrase of its own."""

    score: float
    reasons: tuple[str, ...]

    @property
    def likely(self) -> bool:
        return self.score >= LIKELY

    @property
    def why(self) -> str:
        return "; ".join(self.reasons)


def identity_of(patient: Patient) -> dict[str, Any]:
    return {name: getattr(patient, name) for name in _FIELDS}


def compared(one: Mapping[str, Any], other: Mapping[str, Any]) -> Likeness | None:
    """How alike two people are; None where nothing to speak of is.

    Shape: family, given, birth_date, sex and mrn as stated, None for unknown. Names count four parts of
    ten, the birth date four, the sex one, the record number one, or all where it is one digit off.
    """
    day, said_day = _birth(one["birth_date"], other["birth_date"])
    number, said_number = _number(one["mrn"], other["mrn"])
    if not day and not number:
        return None
    names, said_names = _names(one, other)
    sex, said_sex = _sex(one["sex"], other["sex"])
    score = 0.45 * names + 0.4 * day + 0.15 * sex
    if number:
        score = max(score, 0.8 if names >= 0.5 and day >= 0.5 else 0.6) + 0.1
    if names < 0.6 and not number:
        return None
    reasons = (*said_names, said_day, said_sex, said_number)
    return Likeness(min(score, 1.0), tuple(filter(None, reasons)))


def _names(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[float, tuple[str, ...]]:
    family, given = _alike(one["family"], other["family"]), _alike(one["given"], other["given"])
    straight = (family + given) / 2
    swapped = (_alike(one["family"], other["given"]) + _alike(one["given"], other["family"])) / 2
    if swapped > straight and swapped >= 0.8:
        return swapped, (_("family and given name are swapped"),)
    former = max(
        (_alike(mine["family"], name) for mine, whose in ((one, other), (other, one))
         for name in (whose["other_names"] or "").replace(",", " ").split()),
        default=0.0,
    )  # fmt: skip
    if former >= 0.8 > family and given >= 0.8:
        return (former + given) / 2, (_("the family name is among the other’s names"),)
    return straight, (_said_name(family, one, other, "family"), _said_name(given, one, other, "given"))


def _said_name(alike: float, one: Mapping[str, Any], other: Mapping[str, Any], part: str) -> str:
    family = part == "family"
    if alike == 1:
        return _("same family name") if family else _("same given name")
    if alike >= 0.8:
        off = likeness.distance(words.plain(one[part]), words.plain(other[part]))
        if off == 1:
            return (
                _("the family names differ by one letter")
                if family
                else _("the given names differ by one letter")
            )
        return _("the family names are alike") if family else _("the given names are alike")
    return ""


def _alike(one: str | None, other: str | None) -> float:
    """1 the same in any spelling; 0.9 one letter off or a part of it; 0.8 as heard; 0 otherwise."""
    if not one or not other:
        return 0.0
    if set(spellings(one)) & set(spellings(other)):
        return 1.0
    best = 0.0
    for mine in spellings(one):
        for theirs in spellings(other):
            off = likeness.distance(mine, theirs, 3)
            shorter, longer = sorted((mine.split(), theirs.split()), key=len)
            if off == 1 or (shorter and len(shorter) < len(longer) and longer[: len(shorter)] == shorter):
                best = max(best, 0.9)
            elif off <= likeness.slips(min(len(mine), len(theirs))):
                best = max(best, 0.85)
            elif (heard := likeness.sound(mine.replace(" ", ""))) and heard == likeness.sound(
                theirs.replace(" ", "")
            ):
                best = max(best, 0.8)
    return best


def _birth(one: str | None, other: str | None) -> tuple[float, str]:
    if not one or not other:
        return 0.6, _("one birth date is not known")
    mine, theirs = one.replace("-", ""), other.replace("-", "")
    if mine == theirs:
        return 1.0, _("same birth date")
    if mine.startswith(theirs) or theirs.startswith(mine):
        return 0.75, _("the birth dates agree as far as they are known")
    if len(mine) == len(theirs) == 8 and mine[:4] == theirs[:4] and mine[4:] == theirs[6:] + theirs[4:6]:
        return 0.85, _("day and month of birth are swapped")
    if len(mine) == len(theirs) and likeness.distance(mine, theirs, 1) == 1:
        return 0.7, _("the birth dates differ by one digit or two swapped")
    return 0.0, _("the birth dates differ")


def _sex(one: str | None, other: str | None) -> tuple[float, str]:
    if not one or not other or "unknown" in (one, other):
        return 0.6, ""
    return (1.0, _("same sex")) if one == other else (0.0, _("the sex differs"))


def _number(one: str | None, other: str | None) -> tuple[bool, str]:
    mine, theirs = record_number(one), record_number(other)
    if len(mine) == len(theirs) >= 5 and likeness.distance(mine, theirs, 1) == 1:
        return True, _("the record numbers differ by one digit or two swapped")
    return False, ""
