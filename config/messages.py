"""Every message of the product, read out of its code and templates: what a translation must cover.

Shape: a message is (context or None, text, text for many or None); each with the files it stands in.
Why not GNU gettext: the messages of `say`, the words of codes and events, and the templates are found by one
reading, the same for `manage.py makemessages` and for the test that nothing is left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from django.utils.translation.template import templatize

from eventstore import registry
from projections import patient_state, patients, words
from projections.queries.report import KINDS as REPORT_KINDS
from projections.queries.timeline_choices import KINDS as TIMELINE_KINDS
from records import allergies, codes, courses, dose, frequency_words, partial_dates, permissions
from records.catalogue.entries import catalogue

FOLDER = Path(__file__).resolve().parent.parent
CODE = ("config", "projections", "records", "eventstore")

#: How many of a call's arguments are text, and whether the first of them is a context.
CALLS = {
    "_": (1, False),
    "gettext": (1, False),
    "gettext_lazy": (1, False),
    "gettext_noop": (1, False),
    "say": (1, False),
    "ngettext": (2, False),
    "ngettext_lazy": (2, False),
    "say_many": (2, False),
    "pgettext": (2, True),
    "pgettext_lazy": (2, True),
    "npgettext": (3, True),
}
_LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_CALL = re.compile(rf"\b(_|n?p?gettext)\(({_LITERAL}(?:,\s*{_LITERAL})*)")


class Message(NamedTuple):
    context: str | None
    one: str
    many: str | None = None


def messages() -> dict[Message, list[str]]:
    """Each message with the places it stands in."""
    found: dict[Message, list[str]] = {}
    for message, place in (*_in_code(), *_in_templates(), *_in_codes()):
        places = found.setdefault(message, [])
        if place not in places:
            places.append(place)
    return found


def _in_code() -> Iterator[tuple[Message, str]]:
    for folder in CODE:
        for path in sorted((FOLDER / folder).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            source = path.read_text()
            if not speaks(source):
                continue
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Call) and (message := _called(node)):
                    yield message, str(path.relative_to(FOLDER))


def speaks(source: str) -> bool:
    """Whether a module's `say` or `_` is one of ours."""
    ours = ("records.speech", "django.utils.translation", "class Said(")
    return any(each in source for each in ours)


def _called(call: ast.Call) -> Message | None:
    """The message of a call, where it is written out there."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name not in CALLS:
        return None
    count, has_context = CALLS[name]
    texts = [
        node.value for node in call.args[:count]
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value
    ]  # fmt: skip
    if len(texts) < count:
        return None
    return Message(texts[0], *texts[1:]) if has_context else Message(None, *texts)


def _in_templates() -> Iterator[tuple[Message, str]]:
    for path in sorted((FOLDER / "templates").rglob("*.html")):
        for call in _CALL.finditer(templatize(path.read_text())):
            name, texts = call[1], [ast.literal_eval(text) for text in re.findall(_LITERAL, call[2])]
            message = Message(*texts) if "pgettext" in name else Message(None, *texts)
            yield message, str(path.relative_to(FOLDER))


def _in_codes() -> Iterator[tuple[Message, str]]:
    """Stored words: translated where they are shown, each in the context of its kind."""
    for kind, said in (("code", _codes()), ("act", _acts()), ("month", partial_dates.MONTHS)):
        for text in said:
            yield Message(kind, text), f"(stored words: {kind})"


def _codes() -> Iterator[str]:
    for each in vars(codes).values():
        if isinstance(each, type) and issubclass(each, StrEnum):
            yield from each
    yield from dose.COUNTED.values()
    yield from ("unit", "per", "hour", "hours")
    for module in (courses, allergies, patients, patient_state):
        yield from (
            value for name, value in vars(module).items() if name.isupper() and isinstance(value, str)
        )
    yield from permissions.Permission
    for drug in catalogue().drugs:
        yield from (product.form for product in drug.products)
    yield from (*REPORT_KINDS, *TIMELINE_KINDS)
    yield from (*frequency_words.PARTS, *frequency_words.TIMES, *frequency_words.PER, *frequency_words.DAYS)


def _acts() -> list[str]:
    return sorted({words.act(known.name) for known in registry.known_types()})
