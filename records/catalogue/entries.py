"""The drugs of the catalogue, read from the shipped file when they are first asked for.

Shape of the file: JSON; `classes` names, `substances` name → indexes of its classes, `alike` name →
names that look like it, `drugs` one a line: [substances, brands, [[form, routes, strengths]], other
words of its names (salts)]. Knows nothing of Django.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("drugs.json")

#: What the code of an entry is told apart by. The source has no code for a substance, only names; a
#: catalogue made anew from a later directory gives a drug the same code as long as it has the same name.
CODE_SYSTEM = "urn:anamnesis:drug-catalogue"


@dataclass(frozen=True, slots=True)
class Product:
    """One form of a drug. routes: those that a prescription line can name; strengths: as they are read."""

    form: str
    routes: tuple[str, ...]
    strengths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drug:
    """What can be prescribed under one generic name, one substance or several."""

    substances: tuple[str, ...]
    brands: tuple[str, ...]
    products: tuple[Product, ...]
    other_words: tuple[str, ...]

    @property
    def name(self) -> str:
        return " + ".join(self.substances)

    @property
    def code(self) -> str:
        return self.name


@dataclass(frozen=True)
class Catalogue:
    """The whole file. classes: the established pharmacologic classes of each substance."""

    source: str
    licence: str
    as_of: str
    drugs: tuple[Drug, ...]
    classes: Mapping[str, tuple[str, ...]]
    alike: Mapping[str, tuple[str, ...]]


@cache
def catalogue() -> Catalogue:
    """The catalogue; read once a process, on first use."""
    return parsed(FILE.read_text(encoding="utf-8"))


def parsed(text: str) -> Catalogue:
    stored = json.loads(text)
    names = stored["classes"]
    return Catalogue(
        source=stored["source"],
        licence=stored["licence"],
        as_of=stored["as_of"],
        drugs=tuple(
            Drug(
                tuple(substances),
                tuple(brands),
                tuple(Product(form, tuple(routes), tuple(strengths)) for form, routes, strengths in products),
                tuple(words),
            )
            for substances, brands, products, words in stored["drugs"]
        ),
        classes={name: tuple(names[each] for each in found) for name, found in stored["substances"].items()},
        alike={name: tuple(found) for name, found in stored["alike"].items()},
    )
