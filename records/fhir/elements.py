"""Reading FHIR's JSON elements without trusting their shape.

Every accessor takes whatever the source wrote and answers what can be understood of it, or None.
Numbers keep the source's own digits: the reader hands a number with a point over as `Number`.
Knows nothing of events.
Source: FHIR R4 data types; the shapes of STU3 that are still about.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

Json = dict[str, Any]

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"

#: Of several codings of one drug or substance, the one that others can use.
PREFERRED_SYSTEMS = (RXNORM, SNOMED)

NOT_STATED = "not stated by source"


class Number(str):
    """A JSON number exactly as it was written ("0.10"): trailing zeros mean something in FHIR."""

    __slots__ = ()


class Coding(NamedTuple):
    system: str | None
    code: str | None
    display: str | None


class Quantity(NamedTuple):
    """value: canonical decimal text, or None where it is no usable number."""

    value: str | None
    unit: str | None
    code: str | None


def text(value: Any) -> str | None:
    """A string with something in it, without the blanks around it."""
    if isinstance(value, str) and not isinstance(value, Number):
        return value.strip() or None
    return None


def part(element: Any, name: str) -> Json:
    """A sub-element that is an object; empty where it is absent or anything else."""
    value = element.get(name) if isinstance(element, dict) else None
    return value if isinstance(value, dict) else {}


def parts(element: Any, name: str) -> list[Json]:
    """A repeating sub-element; a single object counts as one, what is no object is left out."""
    value = element.get(name) if isinstance(element, dict) else None
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def texts(element: Any, name: str) -> list[str]:
    """A repeating string; a single one counts too."""
    value = element.get(name) if isinstance(element, dict) else None
    items = value if isinstance(value, list) else [value]
    return [word for item in items if (word := text(item))]


def yes(element: Any, name: str) -> bool:
    return isinstance(element, dict) and element.get(name) is True


def codings(concept: Any) -> Iterator[Coding]:
    for coding in parts(concept, "coding"):
        yield Coding(text(coding.get("system")), text(coding.get("code")), text(coding.get("display")))


def code_of(concept: Any) -> str | None:
    """The first code of a concept: for status elements, whose system is fixed."""
    if isinstance(concept, str):
        return text(concept)
    return next((coding.code for coding in codings(concept) if coding.code), None)


def best_coding(concept: Any) -> Coding:
    """The coding to know a drug or substance by: RxNorm, else SNOMED CT, else the first with a code."""
    coded = [coding for coding in codings(concept) if coding.code]
    for system in PREFERRED_SYSTEMS:
        for coding in coded:
            if coding.system == system:
                return coding
    return coded[0] if coded else Coding(None, None, None)


def words_of(concept: Any) -> str | None:
    """A concept in words: its text, else the first display, else the first code. Case is never changed."""
    if isinstance(concept, str):
        return text(concept)
    if not isinstance(concept, dict):
        return None
    if said := text(concept.get("text")):
        return said
    known = list(codings(concept))
    displays = [coding.display for coding in known if coding.display]
    return displays[0] if displays else next((coding.code for coding in known if coding.code), None)


def all_words(element: Any, name: str) -> str | None:
    """A repeating concept in words, joined by a semicolon."""
    return "; ".join(dict.fromkeys(said for item in parts(element, name) if (said := words_of(item)))) or None


def reference_of(element: Any, name: str) -> str | None:
    """A literal reference; STU3 wraps a requester's in `agent`."""
    target = part(element, name)
    return text(target.get("reference")) or text(part(target, "agent").get("reference"))


# --- Numbers ------------------------------------------------------------------------------------

_MOST_DIGITS = 18


def literal_number(value: Any) -> str | None:
    """A number as the source wrote it."""
    if isinstance(value, bool):
        return None
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, int | float):
        return repr(value)
    return text(value)


def canonical_number(value: Any) -> str | None:
    """The same number as plain decimal text: no exponent, no trailing zero, a zero before the point.

    None for what is no number, is below zero, or has more digits than a dose can.
    """
    literal = literal_number(value)
    if literal is None or len(literal) > 64:
        return None
    try:
        number = Decimal(literal)
    except InvalidOperation:
        return None
    if not number.is_finite() or number < 0 or abs(number.adjusted()) > _MOST_DIGITS:
        return None
    plain = f"{number:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain if len(plain) <= 2 * _MOST_DIGITS else None


def whole_number(value: Any) -> int | None:
    plain = canonical_number(value)
    return int(plain) if plain is not None and "." not in plain else None


def quantity(element: Any) -> Quantity:
    if not isinstance(element, dict):
        return Quantity(None, None, None)
    return Quantity(
        canonical_number(element.get("value")), text(element.get("unit")), text(element.get("code"))
    )


# --- People -------------------------------------------------------------------------------------


def person_name(name: Json) -> str | None:
    """A name in one line, as a prescriber's is shown: "Dr. Maryjo Osinski"."""
    if said := text(name.get("text")):
        return said
    words = [*texts(name, "prefix"), *texts(name, "given"), *texts(name, "family"), *texts(name, "suffix")]
    return " ".join(words) or None


def one_of(words: Any, said: str | None) -> str | None:
    """One of our coded words where the source used the same; None otherwise."""
    return str(said) if said is not None and said in {str(word) for word in words} else None
