"""Form fields in the clinic's own notation: text that can be stored, dates, times, coded words, doses.

Each checks shape only and says what to write instead. Nothing here asks the database or knows a rule.
Source: Joint Commission do-not-use list (dates and doses as they are read aloud).
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar
from unicodedata import category
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records import dose, partial_dates
from records.speech import coded, say
from records.stated import LINE

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_TIME = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)

_TURNS_TEXT_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


#: What to write, in the clinic's words, for what Django finds wrong with a text.
IN_WORDS: dict[str, Any] = {
    "required": gettext_lazy("Fill this in"),
    "max_length": gettext_lazy("Keep it within %(limit_value)d characters: it has %(show_value)d"),
    "null_characters_not_allowed": gettext_lazy(
        "Leave out the character that cannot be shown; write plain text"
    ),
}


CHOOSE = gettext_lazy("Choose")


class PlainText(forms.CharField):
    """A person's own words, kept as typed, as far as they can be stored and shown.

    Shape: "" becomes None; line ends become \\n, other spaces a plain one; `lines`: may there be several.
    """

    default_error_messages = IN_WORDS

    def __init__(self, *, lines: bool = False, max_length: int = LINE, **kwargs: Any) -> None:
        if lines:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        self.lines = lines
        super().__init__(max_length=max_length, empty_value=None, **kwargs)

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        if text is None:
            return None
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = "".join(" " if category(letter) == "Zs" or letter == "\t" else letter for letter in text)
        if "\n" in text and not self.lines:
            raise forms.ValidationError(_("Write it on one line"), code="lines")
        if any(_cannot_be_shown(letter) for letter in text):
            raise forms.ValidationError(IN_WORDS["null_characters_not_allowed"], code="unprintable")
        return text


class Coded(forms.ChoiceField):
    """One of the clinic's coded words, or None where nothing was chosen."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": gettext_lazy("Choose one"),
        "invalid_choice": gettext_lazy("Choose one from the list: “%(value)s” is not in it"),
    }

    def __init__(self, codes: type[StrEnum], *, empty: StrOrPromise | None = CHOOSE, **kwargs: Any) -> None:
        self.codes = codes
        self.words = [*([("", empty)] if empty else []), *((code.value, coded(code.value)) for code in codes)]
        super().__init__(choices=self.words, **kwargs)

    def offer(self, current: str | None) -> None:
        """Lets a source's own word stay as it was, beside the clinic's."""
        if current and current not in set(self.codes):
            self.choices = [*self.words, (current, say("{value} (as the source says)", value=coded(current)))]

    def clean(self, value: Any) -> str | None:
        return super().clean(value) or None


class Dose(forms.CharField):
    """A dose number as exact decimal text; the unit stands in a field of its own."""

    default_error_messages = IN_WORDS

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, empty_value=None, **kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> str | None:
        text: str | None = super().to_python(value)
        if text is None:
            return None
        try:
            return dose.parse(text)
        except dose.BadDose as problem:
            raise forms.ValidationError(str(problem), code="dose") from problem


class WholeNumber(forms.IntegerField):
    """Digits alone: 1.000 is a thousand to some and one to others."""

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if text and not (text.isascii() and text.isdigit()):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class ClinicalDate(forms.CharField):
    """A calendar day typed as 24-Nov-2026, 2026-11-24, 24.11.2026 or today; its clean value is "2026-11-24".

    Shape: partial: "Nov-2026" and "2026" are taken too, as "2026-11" and "2026".
    """

    default_error_messages = IN_WORDS

    def __init__(self, *, partial: bool = False, **kwargs: Any) -> None:
        self.partial = partial
        super().__init__(max_length=20, empty_value=None, **kwargs)
        self.widget.attrs.update({"autocomplete": "off", "placeholder": partial_dates.shown("2026-11-24")})

    def to_python(self, value: Any) -> str | None:
        text: str | None = super().to_python(value)
        if text is None:
            return None
        iso = _today(text) or partial_dates.read(text)
        if iso is None:
            raise forms.ValidationError(self._what_to_write(), code="date")
        try:
            partial_dates.parse(iso)
        except partial_dates.BadDate as problem:
            raise forms.ValidationError(str(problem), code="date") from problem
        if not self.partial and not partial_dates.is_whole(iso):
            raise forms.ValidationError(
                _("Write the whole date, with day, month and year: 24-Nov-2026"), code="date"
            )
        return iso

    def prepare_value(self, value: Any) -> Any:
        return str(partial_dates.shown(value)) if isinstance(value, str) else value

    def _what_to_write(self) -> str:
        if self.partial:
            return _("Write a date such as 24-Nov-2026, or Nov-2026 or 2026 if no more is known")
        return _("Write a date such as 24-Nov-2026, 24.11.2026 or today")


class ClinicalTime(forms.CharField):
    """A time of day on the 24-hour clock, typed as 09:41."""

    default_error_messages = IN_WORDS

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=5, empty_value=None, **kwargs)
        self.widget.attrs.update({"autocomplete": "off", "placeholder": "09:41"})

    def clean(self, value: Any) -> time | None:
        text = super().clean(value)
        if text is None:
            return None
        match = _TIME.fullmatch(text)
        if match and int(match[1]) < 24 and int(match[2]) < 60:
            return time(int(match[1]), int(match[2]))
        raise forms.ValidationError(
            _("Write a time on the 24-hour clock, such as 09:41 or 21:30"), code="time"
        )


def _today(text: str) -> str | None:
    """The clinic's day, where that word was typed."""
    return timezone.localdate().isoformat() if text.casefold() in {"today", _("today").casefold()} else None


def moment(day: str, at: time) -> datetime:
    """The moment that a clinic-local day and time name. Raises: ValidationError if the clocks skip it."""
    local = datetime.combine(date.fromisoformat(day), at)
    zone = timezone.get_current_timezone()
    aware = local.replace(tzinfo=zone)
    if aware.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != local:
        raise forms.ValidationError(
            _("The clocks went forward then: this time does not exist. Write another.")
        )
    return aware


def _cannot_be_shown(letter: str) -> bool:
    """Control characters, halves of characters, and marks that turn the reading direction around."""
    return letter != "\n" and (category(letter) in {"Cc", "Cs", "Zl", "Zp"} or letter in _TURNS_TEXT_AROUND)


def storable(text: str) -> str:
    """Text that can be digested at all, such as a password. Raises: ValidationError for half a character."""
    try:
        text.encode()
    except UnicodeEncodeError as problem:
        raise forms.ValidationError(_("Type it again in plain letters"), code="unprintable") from problem
    return text
