"""Which classes a substance belongs to: the clinic's own table first, then the catalogue's.

The clinic's table (drug_classes.py) says which relations matter for allergies. The established
pharmacologic classes of the catalogue add members to it, and stand beside it as classes of their own,
which are weaker: they say how a drug works, not how alike it is. Knows nothing of Django.
Source: FDA established pharmacologic class (EPC) text phrases.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from records.catalogue.entries import catalogue
from records.drug_classes import CLASSES, DrugClass
from records.ingredients import ingredients


@lru_cache(maxsize=4096)
def established(substance: str) -> tuple[str, ...]:
    """The established classes of a substance, as it is compared."""
    return _established().get(substance, ())


@cache
def _established() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for name, classes in catalogue().classes.items():
        for substance in ingredients(name) or (name,):
            found.setdefault(substance, {}).update(dict.fromkeys(classes))
    return {substance: tuple(classes) for substance, classes in found.items()}


@lru_cache(maxsize=4096)
def clinical(substance: str) -> tuple[DrugClass, ...]:
    """The classes of the clinic's table that a substance belongs to, or whose name it is."""
    theirs = set(established(substance))
    return tuple(
        each
        for each in CLASSES
        if substance in each.members or substance in each.names or theirs & each.established
    )


@lru_cache(maxsize=4096)
def others(substance: str) -> tuple[DrugClass, ...]:
    """The catalogue's classes beside the clinic's, of a substance or by their own name."""
    named = _by_name().get(substance)
    found = [_classes()[each] for each in established(substance) if each in _classes()]
    return tuple(found) if named is None else (named, *(each for each in found if each is not named))


@cache
def every_class() -> tuple[DrugClass, ...]:
    return (*CLASSES, *_classes().values())


def named(established_name: str) -> str:
    """An established class as people read it, by the clinic's name where it has one."""
    return next((each.name for each in CLASSES if established_name in each.established), None) or readable(
        established_name
    )


def by_name(words: str) -> tuple[DrugClass, ...]:
    """The classes whose name the words are ("penicillins", "thiazide diuretics")."""
    return _by_every_name().get(words, ())


def is_class_name(words: str) -> bool:
    return bool(by_name(words))


@cache
def _by_every_name() -> Mapping[str, tuple[DrugClass, ...]]:
    found: dict[str, list[DrugClass]] = {}
    for each in CLASSES:
        for name in each.names:
            found.setdefault(name, []).append(each)
    for name, each in _by_name().items():
        found.setdefault(name, []).append(each)
    return {name: tuple(classes) for name, classes in found.items()}


@cache
def _classes() -> Mapping[str, DrugClass]:
    covered = {name for each in CLASSES for name in each.established}
    members: dict[str, set[str]] = {}
    for substance, names in _established().items():
        for name in names:
            members.setdefault(name, set()).add(substance)
    return {
        name: DrugClass(
            readable(name),
            frozenset({readable(name).casefold(), readable(name, one=True).casefold()}),
            frozenset(found),
            established=frozenset({name}),
        )
        for name, found in sorted(members.items())
        if name not in covered
    }


@cache
def _by_name() -> Mapping[str, DrugClass]:
    """A class is never found by a name that a substance has too ("insulin")."""
    return {name: each for each in _classes().values() for name in each.names if name not in _established()}


def readable(established_name: str, *, one: bool = False) -> str:
    """ "Thiazide Diuretic" → "thiazide diuretics"; letters that are no ordinary word stay as they are."""
    words = [_in_running_text(word) for word in established_name.split()]
    last = words[-1]
    if not one and last.isalpha() and not last.endswith("s"):
        words[-1] = f"{last[:-1]}ies" if last.endswith("y") and last[-2] not in "aeiou" else f"{last}s"
    return " ".join(words)


def _in_running_text(word: str) -> str:
    """In lower case, if it is an ordinary word: "K", "Xa" and "HMG-CoA" are none."""
    return word.lower() if len(word) > 2 and word[:1] + word[1:].lower() == word else word
