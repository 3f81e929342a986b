"""Words in the reader's language: said when asked for, or kept so that they can be said again later.

`_` and `ngettext` answer in the language of whoever asks now: for refusals, alerts and pages. `say` makes a
phrase that outlives its asker: a read model is projected once and read in many languages, so its rows keep
the phrase (`kept`) and give it back (`recalled`). As a value a phrase is its English text: that is what is
compared, sorted and searched by. Printed (str(), format, a page) it is in the reader's language.
Knows nothing of Django: `speaks` plugs a catalogue in (records/apps.py); without one, everything is English.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any, Protocol, Self, cast

Form = dict[str, Any]
Shown = Callable[[Any, "Tongue"], str]

#: The key that tells a kept phrase from any other value: no event has a field of that name.
MARK = "§"


class Tongue(Protocol):
    """A language's words. An unknown message comes back as it is."""

    def gettext(self, message: str, /) -> str: ...
    def ngettext(self, one: str, many: str, count: int, /) -> str: ...
    def pgettext(self, context: str, message: str, /) -> str: ...


class _English:
    def gettext(self, message: str, /) -> str:
        return message

    def ngettext(self, one: str, many: str, count: int, /) -> str:
        return one if count == 1 else many

    def pgettext(self, context: str, message: str, /) -> str:
        return message


ENGLISH: Tongue = _English()
_tongue: Tongue = ENGLISH


def speaks(tongue: Tongue) -> None:
    """From now on the asker's language is what this answers in."""
    global _tongue  # noqa: PLW0603 - plugged in once, when the application starts
    _tongue = tongue


def active() -> Tongue:
    return _tongue


def gettext(message: str) -> str:
    # The empty message names a catalogue's own header.
    return _tongue.gettext(message) if message else message


_ = gettext


def ngettext(one: str, many: str, count: int) -> str:
    return _tongue.ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    return _tongue.pgettext(context, message) if message else message


def gettext_noop(message: str) -> str:
    """Marks words that are translated later, where they are shown."""
    return message


class Said(str):
    """A phrase. Shape: form: JSON, of one of the kinds below.

    What is glued to it by hand (+, join, lower()) is English text; use values, `joined` and `capital`.
    """

    __slots__ = ("form",)
    form: Form

    def __new__(cls, form: Form) -> Self:
        phrase = super().__new__(cls, _text(form, ENGLISH))
        phrase.form = form
        return phrase

    def __str__(self) -> str:
        return _text(self.form, _tongue)

    def __html__(self) -> str:
        """As a template prints it."""
        return _Escaped(escape(str(self)))

    def __getnewargs__(self) -> tuple[Form]:  # type: ignore[override]
        return (self.form,)


class _Escaped(str):
    __slots__ = ()

    def __html__(self) -> str:
        return self


def say(message: str, /, **values: Any) -> Said:
    """say("Dose of {drug} adjusted", drug="furosemide"). values: phrases, text or numbers."""
    return Said({MARK: "phrase", "message": message, "values": kept(values)})


def say_many(one: str, many: str, /, count: int, **values: Any) -> Said:
    """say_many("{count} day later", "{count} days later", count=2)."""
    return Said({MARK: "plural", "one": one, "many": many, "count": count, "values": kept(values)})


def say_as(kind: str, value: Any) -> Said:
    """A value that each language writes in its own way: a day, a number. kind: see `shows`."""
    return Said({MARK: kind, "of": kept(value)})


def coded(value: str | None) -> str:
    """A word of the clinic's codes (codes.py), said in any language; other text stays as it is."""
    if isinstance(value, Said):
        return value
    return say_as("code", str(value)) if value else ""


def joined(parts: Iterable[str | None], mark: str = ", ") -> str:
    """What is stated, in a row. mark: is not translated."""
    stated = [part for part in parts if part]
    if not any(isinstance(part, Said) for part in stated):
        return mark.join(stated)
    return stated[0] if len(stated) == 1 else Said({MARK: "row", "of": kept(stated), "mark": mark})


def capital(text: str) -> str:
    """Its first letter a capital one."""
    return say_as("capital", text) if isinstance(text, Said) else text[:1].upper() + text[1:]


def kept(value: Any) -> Any:
    """What a row stores: phrases as JSON, whatever holds them; everything else as it is."""
    if isinstance(value, Said):
        return value.form
    if isinstance(value, dict):
        return {key: kept(each) for key, each in value.items()}
    return [kept(each) for each in value] if isinstance(value, list | tuple) else value


def recalled(stored: Any) -> Any:
    """What `kept` stored, its phrases phrases again."""
    return _each(stored, Said)


def spoken(stored: Any) -> Any:
    """What `kept` stored, or phrases, in the reader's language. Plain text passes through as it is."""
    return _each(stored, lambda form: _text(form, _tongue))


def _each(value: Any, told: Callable[[Form], str]) -> Any:
    if value is None or type(value) is str:
        return value
    if isinstance(value, Said):
        return told(value.form)
    if isinstance(value, dict):
        if value.get(MARK) in _SHOWN:
            return told(value)
        return {
            key: each if each is None or type(each) is str else _each(each, told)
            for key, each in value.items()
        }
    return [_each(each, told) for each in value] if isinstance(value, list | tuple) else value


# --- How each kind of phrase is written ---------------------------------------------------------------

_SHOWN: dict[str, Shown] = {}


def shows(kind: str) -> Callable[[Shown], Shown]:
    """Registers how a kind of value is written: (the value, the language's words) → text."""

    def register(shown: Shown) -> Shown:
        _SHOWN[kind] = shown
        return shown

    return register


def _text(form: Form, tongue: Tongue) -> str:
    shown = _SHOWN[form[MARK]]
    return shown(form["of"] if set(form) == {MARK, "of"} else form, tongue)


def text_in(value: Any, tongue: Tongue) -> Any:
    """A value within a phrase, in the phrase's language."""
    return _each(value, lambda form: _text(form, tongue))


def _filled(message: str, values: Mapping[str, Any], tongue: Tongue) -> str:
    return message.format_map({name: text_in(value, tongue) for name, value in values.items()})


@shows("phrase")
def _phrase(form: Form, tongue: Tongue) -> str:
    message = form["message"]
    return _filled(tongue.gettext(message) if message else message, form["values"], tongue)


@shows("plural")
def _plural(form: Form, tongue: Tongue) -> str:
    message = tongue.ngettext(form["one"], form["many"], form["count"])
    return _filled(message, {"count": say_as("number", str(form["count"])), **form["values"]}, tongue)


@shows("row")
def _row(form: Form, tongue: Tongue) -> str:
    return cast("str", form["mark"].join(text_in(part, tongue) for part in form["of"]))


@shows("capital")
def _capital(value: Any, tongue: Tongue) -> str:
    text = text_in(value, tongue)
    return cast("str", text[:1].upper() + text[1:])


@shows("code")
def _code(value: str, tongue: Tongue) -> str:
    return tongue.pgettext("code", value)


@shows("number")
def number(text: str, tongue: Tongue) -> str:
    """Exact decimal text in groups of three from 1,000. The decimal sign is a point in every language."""
    whole, point, rest = text.partition(".")
    if not (whole.isascii() and whole.isdigit()) or (point and not rest.isdigit()):
        return text
    if len(whole) > 3:
        whole = f"{int(whole):,}".replace(",", tongue.pgettext("between groups of three digits", ","))
    return f"{whole}{point}{rest}"
