"""Finds substances and whole classes that an allergy may be recorded against, as one types.

Knows nothing of Django nor of a patient.
Source: WAO and NIAID for what people react to that is no drug.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from records.catalogue.entries import Drug, catalogue
from records.catalogue.families import every_class
from records.catalogue.index import (
    BY_ANOTHER_NAME,
    FIRST,
    Index,
    Match,
    Segment,
    indexed,
    marked,
    synonyms,
    typed_words,
    with_a_slip,
)
from records.catalogue.naming import contents_of, known_substances, plain
from records.catalogue.search import SHOWN
from records.codes import AllergyCategory
from records.drug_classes import DrugClass

_EXAMPLES = 3

#: The most frequent causes that are no drug.
NO_DRUGS: Mapping[AllergyCategory, tuple[str, ...]] = {
    AllergyCategory.FOOD: (
        "peanut", "tree nuts", "hazelnut", "walnut", "cashew", "almond", "cow's milk", "egg", "wheat",
        "soya", "fish", "shellfish", "shrimp", "sesame", "celery", "mustard", "kiwi", "strawberry",
    ),
    AllergyCategory.ENVIRONMENT: (
        "latex", "house dust mite", "grass pollen", "birch pollen", "ragweed pollen", "mould", "cat",
        "dog", "horse", "nickel", "adhesive plaster", "chlorhexidine", "perfume",
    ),
    AllergyCategory.BIOLOGIC: ("bee venom", "wasp venom", "red blood cells", "gelatine"),
}  # fmt: skip


@dataclass(frozen=True)
class Substance:
    """What an allergy may be recorded against. examples: of a class; also: the other name that matched."""

    name: str
    category: str = AllergyCategory.MEDICATION
    whole_class: bool = False
    examples: tuple[str, ...] = ()
    segments: tuple[Segment, ...] = ()
    also: str | None = None


@dataclass(frozen=True)
class FoundSubstances:
    """What a search found. hits: the short list; total: how many; slip: only by forgiving one."""

    hits: tuple[Substance, ...] = ()
    total: int = 0
    slip: bool = False


def substances(typed: str, *, shown: int = SHOWN) -> FoundSubstances:
    """Classes first, then substances: whoever reacts to one of a class may well react to all of it."""
    words = typed_words(typed)
    if not words:
        return FoundSubstances()
    entries, index = _entries()
    found = _all_of([index.matches(word) for word in words])
    slip = not found
    if slip:
        found = _all_of([index.matches(word) or with_a_slip(word, index) for word in words])

    def order(place: int) -> tuple[bool, int, str]:
        return not entries[place].whole_class, found[place][0], plain(entries[place].name)

    listed = [
        replace(entries[place], segments=marked(entries[place].name, words), also=found[place][1])
        for place in sorted(found, key=order)
    ]
    return FoundSubstances(tuple(listed[:shown]), len(listed), bool(listed) and slip)


def _all_of(matches: Sequence[Mapping[int, Match]]) -> dict[int, Match]:
    """What every word matches, by the worst of its matches."""
    return {
        place: (
            max(each[place][0] for each in matches),
            next((each[place][1] for each in matches if each[place][1]), None),
        )
        for place in matches[0]
        if all(place in each for each in matches)
    }


@cache
def _entries() -> tuple[tuple[Substance, ...], Index]:
    """Everything that can be found, and the index of its names."""
    listed = [
        *(
            (_of_class(each), ((FIRST, name, None) for name in each.names))
            for each in every_class()
            if each.names
        ),
        *((Substance(name), ((FIRST, name, None), *_other_names(name))) for name in catalogue().classes),
        *(
            (Substance(name, category), ((FIRST, name, None),))
            for category, names in NO_DRUGS.items()
            for name in names
        ),
    ]
    index = indexed(
        (place, rank, name, shown) for place, (_, names) in enumerate(listed) for rank, name, shown in names
    )
    return tuple(entry for entry, _ in listed), index


def _of_class(each: DrugClass) -> Substance:
    examples = sorted(each.members & known_substances()) or sorted(each.members)
    return Substance(each.name, whole_class=True, examples=tuple(examples[:_EXAMPLES]))


def _other_names(substance: str) -> list[tuple[int, str, str]]:
    """Brands and other names of what holds this substance alone."""
    drug = _alone().get(substance)
    if drug is None:
        return []
    names = (*drug.brands, *synonyms().get(contents_of(drug), ()))
    return [(BY_ANOTHER_NAME, name, name) for name in names]


@cache
def _alone() -> Mapping[str, Drug]:
    return {drug.name: drug for drug in catalogue().drugs if len(drug.substances) == 1}
