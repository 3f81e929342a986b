"""Which drug of the catalogue a written name means, and what it contains.

A name is matched whole: the generic name in any order of its parts, another name of it, a brand that
stands for one drug only, or a line such as "amoxicillin 500 mg capsule". What is stored and shown is
always the name as it was written. Knows nothing of Django.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from records.catalogue.entries import Drug, catalogue
from records.drug_classes import CLASSES, SAME_AS
from records.ingredients import ingredients

_BETWEEN = re.compile(r"\s*(?:/|\+|;|&|,|\band\b|\bwith\b)\s*")


def plain(text: str) -> str:
    """Lower case, no accents, single spaces: how names are compared."""
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
    )
    return " ".join(bare.casefold().split())


@dataclass(frozen=True)
class _Names:
    """Every name of every drug. by_contents: of the substances as ingredients.py compares them."""

    by_parts: Mapping[frozenset[str], Drug]
    by_brand: Mapping[str, tuple[Drug, ...]]
    by_contents: Mapping[frozenset[str], tuple[Drug, ...]]
    contents: Mapping[str, frozenset[str]]


@cache
def _names() -> _Names:
    by_brand: dict[str, list[Drug]] = {}
    by_contents: dict[frozenset[str], list[Drug]] = {}
    contents = {}
    for drug in catalogue().drugs:
        contained = frozenset(each for part in drug.substances for each in ingredients(part)) or frozenset(
            drug.substances
        )
        contents[drug.code] = contained
        by_contents.setdefault(contained, []).append(drug)
        for brand in drug.brands:
            by_brand.setdefault(plain(brand), []).append(drug)
    return _Names(
        by_parts={frozenset(map(plain, drug.substances)): drug for drug in catalogue().drugs},
        by_brand={name: tuple(drugs) for name, drugs in by_brand.items()},
        by_contents={parts: tuple(drugs) for parts, drugs in by_contents.items()},
        contents=contents,
    )


@lru_cache(maxsize=4096)
def understood(name: str) -> Drug | None:
    """The one drug that the name means; None: free text, or a name of several."""
    names, written = _names(), plain(name)
    if drug := names.by_parts.get(frozenset({written})):
        return drug
    if drug := names.by_parts.get(frozenset(_BETWEEN.split(written))):
        return drug
    if written not in SAME_AS and (branded := names.by_brand.get(written)):
        return branded[0] if len(branded) == 1 else None
    found = names.by_contents.get(ingredients(name), ())
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=4096)
def contents(name: str) -> frozenset[str]:
    """The substances in what is named, as they are compared; of a brand of several, what all contain."""
    names = _names()
    if drug := understood(name):
        return names.contents[drug.code]
    if plain(name) not in SAME_AS and (branded := names.by_brand.get(plain(name))):
        return frozenset.intersection(*(names.contents[drug.code] for drug in branded))
    return ingredients(name)


def is_free_text(name: str, code: str | None) -> bool:
    """Whether nothing is known of a drug but its words: no code, and substances that no table knows."""
    return not code and understood(name) is None and not contents(name) <= known_substances() | _classed()


@cache
def _classed() -> frozenset[str]:
    """Substances that the clinic's own table of classes knows."""
    return frozenset(each for family in CLASSES for each in family.members)


@cache
def known_substances() -> frozenset[str]:
    """Every substance of the catalogue, as they are compared."""
    return frozenset(each for found in _names().contents.values() for each in found)


def contents_of(drug: Drug) -> frozenset[str]:
    return _names().contents[drug.code]
