"""Finds drugs by the beginnings of words, as one types.

Order: how a name matched, then the alphabet; nothing is a favourite, and nothing is completed for the
person who types. One slip of the hand is forgiven, only where nothing matches as it was typed. Knows
nothing of Django nor of a patient.
Source: NHS CUI medication search and prescribing (MSP-0320, 0370: a short list, match order, then the
alphabet; 5.3.14: look-alikes are marked at the moment of choice).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from records.catalogue.entries import Drug, Product, catalogue
from records.catalogue.index import (
    BY_ANOTHER_NAME,
    FIRST,
    SALT,
    SLIP,
    Index,
    Match,
    Segment,
    indexed,
    marked,
    synonyms,
    typed_words,
    with_a_slip,
    words_of,
)
from records.catalogue.lookalikes import BEGIN_ALIKE, CONFUSED, tall_man
from records.catalogue.naming import contents_of, plain

#: A short list is read; a long one is scrolled past.
SHOWN = 10
#: Names that look like a match and are offered after the matches.
_SIMILAR_SHOWN = 2

#: A salt narrows what its drug's name found; alone it would find hundreds.
_BY_SALT = frozenset({SALT, SALT + SLIP})

_NUMBER = re.compile(r"(\d[\d,.]*)(?:mg|mcg|g|ml|units)?")


@dataclass(frozen=True)
class Hit:
    """One line of the list: a drug in one of its forms.

    Shape: also: the brand or other name that matched; similar_to: names that it is taken for; looks:
    no match, but a name that looks like one.
    """

    segments: tuple[Segment, ...]
    drug: Drug
    product: Product | None = None
    also: str | None = None
    similar_to: tuple[str, ...] = ()
    looks: bool = False


@dataclass(frozen=True)
class Found:
    """What a search found. hits: the short list; total: how many there are; slip: only by forgiving one."""

    hits: tuple[Hit, ...] = ()
    similar: tuple[Hit, ...] = ()
    total: int = 0
    slip: bool = False


@cache
def _drugs() -> Index:
    return indexed(_names_of_drugs())


def _names_of_drugs() -> Iterator[tuple[int, int, str, str | None]]:
    by_contents = synonyms()
    for place, drug in enumerate(catalogue().drugs):
        yield place, FIRST, drug.name, None
        for brand in drug.brands:
            yield place, BY_ANOTHER_NAME, brand, brand
        for other in by_contents.get(contents_of(drug), ()):
            yield place, BY_ANOTHER_NAME, other, other
        for word in drug.other_words:
            yield place, SALT, word, None


# --- Drugs ------------------------------------------------------------------------------------------


def drugs(typed: str, *, shown: int = SHOWN) -> Found:
    """What may be meant by the beginnings of words, and by the numbers of a strength, in any order."""
    words = typed_words(typed)
    if not words:
        return Found()
    ranked, slip = _ranked(words, _drugs())
    numbers = [number[1] for word in words if (number := _NUMBER.fullmatch(word))]
    matched = [(catalogue().drugs[place], also) for place, also in ranked]
    listed = [
        _hit(drug, product, words, also)
        for drug, also in matched
        for product in _fitting(drug, words, numbers)
    ]
    return Found(
        hits=tuple(listed[:shown]),
        similar=_similar([drug for drug, _ in matched], words),
        total=len(listed),
        slip=slip,
    )


def _ranked(words: Sequence[str], index: Index) -> tuple[list[Match], bool]:
    """Drugs that every word fits, best first, with the name that matched; whether a slip was forgiven."""
    found = _every(words, [index.matches(word) for word in words])
    slip = not found
    if slip:
        found = _every(words, [index.matches(word) or with_a_slip(word, index) for word in words])
    order = sorted(found, key=lambda place: (found[place][0], plain(catalogue().drugs[place].name)))
    return [(place, found[place][1]) for place in order], slip


def _every(words: Sequence[str], matches: Sequence[Mapping[int, Match]]) -> dict[int, Match]:
    """Drugs whose names fit a word at least, and whose name, salt, form or strength fits each other word."""
    found: dict[int, Match] = {}
    named = {place for each in matches for place, (rank, _also) in each.items() if rank not in _BY_SALT}
    for place in named:
        fitting = [each.get(place) for each in matches]
        drug = catalogue().drugs[place]
        if all(how or _says(drug, word) for word, how in zip(words, fitting, strict=True)):
            known = [how for how in fitting if how]
            found[place] = (max(how[0] for how in known), next((how[1] for how in known if how[1]), None))
    return found


def _says(drug: Drug, word: str) -> bool:
    return any(_product_says(product, word) for product in drug.products)


def _product_says(product: Product, word: str) -> bool:
    number = _NUMBER.fullmatch(word)
    if number:
        return any(number[1].replace(",", "") in _numbers(strength) for strength in product.strengths)
    return any(each.startswith(word) for each in words_of(product.form))


def _numbers(strength: str) -> list[str]:
    return [word.replace(",", "") for word in strength.split() if word[0].isdigit()]


def _fitting(drug: Drug, words: Sequence[str], numbers: Sequence[str]) -> Sequence[Product | None]:
    """The forms that the words about a form or a strength fit; all of them where none is about it."""
    index = _drugs()
    about = [word for word in words if word in numbers or (not index.has(word) and _says(drug, word))]
    fitting = [each for each in drug.products if all(_product_says(each, word) for word in about)]
    return fitting or drug.products or (None,)


def _hit(drug: Drug, product: Product | None, words: Sequence[str], also: str | None) -> Hit:
    return Hit(
        segments=marked(" + ".join(map(tall_man, drug.substances)), words),
        drug=drug,
        product=product,
        also=also,
        similar_to=_to_be_told_from(drug) if product is None or product is drug.products[0] else (),
    )


def _to_be_told_from(drug: Drug) -> tuple[str, ...]:
    """The names to look out for, said once a drug; what only begins alike follows as a hit of its own."""
    begin_alike = BEGIN_ALIKE.get(plain(drug.name), ())
    return tuple(tall_man(name) for name in taken_for(drug) if name not in begin_alike)


def taken_for(drug: Drug) -> tuple[str, ...]:
    """Names that a drug of one substance is taken for, or looks like; a combination is told by its length."""
    if len(drug.substances) > 1:
        return ()
    name = plain(drug.name)
    lists = (CONFUSED, catalogue().alike, BEGIN_ALIKE)
    return tuple(dict.fromkeys(other for names in lists for other in names.get(name, ())))


def _similar(matched: Sequence[Drug], words: Sequence[str]) -> tuple[Hit, ...]:
    """Drugs that look like the best matches, to be told from them; none that matched itself."""
    names = {plain(drug.name) for drug in matched}
    wanted = dict.fromkeys(
        name for drug in matched[:_SIMILAR_SHOWN] for name in taken_for(drug) if name not in names
    )
    by_name = _by_name()
    return tuple(
        Hit(
            segments=marked(tall_man(drug.name), words),
            drug=drug,
            product=drug.products[0] if drug.products else None,
            looks=True,
        )
        for drug in [by_name[name] for name in wanted if name in by_name][:_SIMILAR_SHOWN]
    )


@cache
def _by_name() -> Mapping[str, Drug]:
    return {plain(drug.name): drug for drug in catalogue().drugs}
