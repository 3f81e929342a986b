"""An index of names by the beginnings of their words, that forgives one slip of the hand.

Knows names and numbers of entries only; what an entry is, its users know.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from records.catalogue.naming import plain
from records.drug_classes import SAME_AS

#: Fewer letters than these find too much to be of use.
FEWEST_LETTERS = 3
#: A shorter word has too many neighbours one slip away.
_FEWEST_FOR_A_SLIP = 5
#: How a word matched, best first.
FIRST, OTHER, BY_ANOTHER_NAME, SALT = range(4)
SLIP = 10
#: More words than these are not a name.
_MOST_WORDS = 8

_WORD = re.compile(r"[a-z0-9](?:[a-z0-9'-]*[a-z0-9])?")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"

#: How an entry matched, and the brand or other name that did.
Match = tuple[int, str | None]


@dataclass(frozen=True)
class Segment:
    """A piece of a name. matched: what was typed."""

    text: str
    matched: bool = False


@dataclass(frozen=True)
class Index:
    """Every word of every name, sorted, with where it stands and what it says there."""

    words: Sequence[str]
    places: Mapping[str, Mapping[int, Match]]

    def beginning(self, start: str) -> Iterator[str]:
        place = bisect_left(self.words, start)
        while place < len(self.words) and self.words[place].startswith(start):
            yield self.words[place]
            place += 1

    def matches(self, start: str) -> dict[int, Match]:
        """Entry → (how it matched, the other name that did), the best of each."""
        found: dict[int, Match] = {}
        for word in self.beginning(start):
            for entry, how in self.places[word].items():
                if entry not in found or _order(how) < _order(found[entry]):
                    found[entry] = how
        return found

    def has(self, start: str) -> bool:
        return next(self.beginning(start), None) is not None


def _order(how: Match) -> tuple[int, int]:
    """The better match first, and of two names the shorter one."""
    return how[0], len(how[1] or "")


def indexed(names: Iterable[tuple[int, int, str, str | None]]) -> Index:
    """Shape of names: (entry, rank, text, the name to show for it)."""
    places: dict[str, dict[int, Match]] = {}
    for entry, rank, text, shown in names:
        for position, word in enumerate(words_of(plain(text))):
            how = (OTHER if rank == FIRST and position else rank, shown)
            known = places.setdefault(word, {}).get(entry)
            if known is None or _order(how) < _order(known):
                places[word][entry] = how
    return Index(sorted(places), places)


def words_of(text: str) -> list[str]:
    """The words of a text that `plain` made."""
    return _WORD.findall(text)


def typed_words(typed: str) -> list[str]:
    """What was typed, as words to find; none of them if that is too little."""
    words = words_of(plain(typed))
    return words[:_MOST_WORDS] if sum(len(word) for word in words) >= FEWEST_LETTERS else []


def with_a_slip(word: str, index: Index) -> dict[int, Match]:
    """What would match with one letter added, left out, changed or swapped with its neighbour."""
    if len(word) < _FEWEST_FOR_A_SLIP or word.isdigit():
        return {}
    found: dict[int, Match] = {}
    for start in sorted(_one_slip_away(word)):
        if index.has(start):
            for place, (rank, also) in index.matches(start).items():
                known = found.get(place)
                if known is None or rank + SLIP < known[0]:
                    found[place] = (rank + SLIP, also)
    return found


def _one_slip_away(word: str) -> set[str]:
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    return {
        *(left + right[1:] for left, right in halves if right),
        *(left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1),
        *(left + letter + right[1:] for left, right in halves if right for letter in _LETTERS),
        *(left + letter + right for left, right in halves for letter in _LETTERS),
    } - {word}


@cache
def synonyms() -> Mapping[frozenset[str], tuple[str, ...]]:
    """Contents → every name that means exactly these: "paracetamol", "tylenol", and the one compared by."""
    found: dict[frozenset[str], list[str]] = {}
    for name, means in SAME_AS.items():
        found.setdefault(frozenset(means), list(means) if len(means) == 1 else []).append(name)
    return {means: tuple(names) for means, names in found.items()}


def marked(name: str, words: Sequence[str]) -> tuple[Segment, ...]:
    """The name in pieces, so that what was typed can be shown in it."""
    pieces: list[Segment] = []
    at = 0
    for found in re.finditer(r"[^\W_][\w'-]*", name):
        typed = max((word for word in words if plain(found[0]).startswith(word)), key=len, default="")
        if typed:
            pieces += [Segment(name[at : found.start()]), Segment(found[0][: len(typed)], matched=True)]
            at = found.start() + len(typed)
    return tuple(piece for piece in [*pieces, Segment(name[at:])] if piece.text)
