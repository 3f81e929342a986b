"""How dates, times, doses and ages look in a page, the same everywhere and whatever the browser's locale.

The words come from `projections.words`; here they become markup that never breaks across lines. A date keeps
its ordinary hyphens inside an element that does not wrap, so that it can be copied into a form.
Source: NHS Common User Interface, date and time display; Joint Commission do-not-use list (doses).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from projections import words
from records import partial_dates, speech
from records.codes import Unit
from records.dose import COUNTED
from records.speech import _, ngettext, say, say_as

register = template.Library()

NBSP = "\N{NO-BREAK SPACE}"
GROUPS = "\N{NARROW NO-BREAK SPACE}"


@register.filter
def clinical_date(value: date | datetime | str | None) -> SafeString | str:
    """24-Nov-2026, or Nov-2026, or 2026: as much as is known. "unknown" for None.

    Shape: a date, a moment or its ISO 8601 text (its day here), or stored text ("2026", "2026-11",
    "2026-11-24"); what is no date stays as it was written.
    """
    if isinstance(value, datetime) or (isinstance(value, str) and "T" in value):
        moment = _local(value)
        value = moment.date() if moment else None
    if isinstance(value, date):
        value = value.isoformat()
    shown = words.day(value)
    return shown if not value or (shown == value and not value.isdigit()) else _time(value, shown)


@register.filter
def clinical_time(value: datetime | str | None) -> SafeString | str:
    """24-Nov-2026 09:41, the clinic's time. Takes a moment or its ISO 8601 text."""
    return _moment(value, "%H:%M")


@register.filter
def clinical_second(value: datetime | str | None) -> SafeString | str:
    """24-Nov-2026 09:41:35."""
    return _moment(value, "%H:%M:%S")


@register.filter
def clock(value: datetime | str | None) -> SafeString | str:
    """09:41, where the day stands beside it."""
    moment = _local(value)
    return _time(f"{moment:%H:%M}", f"{moment:%H:%M}") if moment else say(words.UNKNOWN)


@register.filter
def month(value: datetime | str | None) -> str:
    """November 2026, as a heading."""
    moment = _local(value)
    return date_format(moment, "F Y") if moment else say(words.UNKNOWN)


@register.filter
def dose(value: str | None) -> str:
    """A dosage in words on one line: "1000 mg" becomes "1,000 mg" with a space that does not break."""
    if not value:
        return say(words.UNKNOWN)
    shown = str(value if isinstance(value, speech.Said) else words.dosage_shown(value))
    return shown.replace(" ", NBSP, 1) if value[0].isdigit() else shown


@register.filter
def age(birth_date: str | None, until: str | date | None = None) -> str:
    """65 y; 23 months below two years; 12 days below one month; "about 65 y" when the day is not known.

    Shape: `until` is the day of death, or None for today; "" when it cannot be told.
    """
    born, died = _first_day(birth_date), _first_day(until) if until else words.clinic_day(timezone.now())
    if born is None or died is None or died < born:
        return ""
    exact = len(str(birth_date)) == 10 and (until is None or len(str(until)) == 10)
    months = (died.year - born.year) * 12 + died.month - born.month - (died.day < born.day)
    if not exact:
        return _whole(_("about {count} y"), died.year - born.year)
    if months >= 24:
        return _whole(_("{count} y"), months // 12)
    if months >= 1:
        return _whole(ngettext("{count} month", "{count} months", months), months)
    days = (died - born).days
    return _whole(ngettext("{count} day", "{count} days", days), days)


@register.filter
def coded(value: str | None) -> str:
    """A word of the clinic's codes in the reader's language ("once daily", "severe"); other text as it is.

    Compare codes, name classes and icons by the value itself; this is for print only.
    """
    return str(speech.coded(value))


@register.filter
def coded_list(values: Iterable[str] | str | None) -> str:
    """Codes in a row, each in the reader's language: the roles of an account, or ", "-joined as stored."""
    return ", ".join(map(coded, values.split(", ") if isinstance(values, str) else values or ()))


@register.filter
def unbroken(text: str | None) -> SafeString:
    """Free text whose words, dates and doses stay whole; only a word that no column could hold may break."""
    escaped = escape(str(text or ""))
    return mark_safe(  # noqa: S308 - escaped; only spans around what was found are added
        _runs(get_language()).sub(lambda run: f'<span class="{run.lastgroup}">{run[0]}</span>', escaped)
    )


@register.filter
def thousands(value: int) -> str:
    """1,204,377."""
    return str(say_as("number", str(value)))


@register.filter
def stated(value: str | None, word: str = words.UNKNOWN) -> str:
    """The value, or the word for its absence: no cell is ever empty."""
    return value or say(word)


@register.filter
def told(value: str | None, reported: bool = False) -> str:  # noqa: FBT001, FBT002 - a filter's argument
    """The value, or the word for why there is none: "not stated by source" or "unknown"."""
    return words.stated(value, reported=bool(reported))


@register.filter
def pretty(value: object) -> str:
    """Stored JSON with one line a value, its keys in order."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, default=str)


@register.filter
def person_name(patient: object) -> str:
    """FAMILY, Given: the family name in capitals as text, so that no style has to do it."""
    family, given = getattr(patient, "family", None), getattr(patient, "given", None)
    if not family and not given:
        return _("NAME UNKNOWN")
    return f"{family.upper() if family else _('FAMILY NAME UNKNOWN')}, {given or _('given name unknown')}"


def _moment(value: datetime | str | None, clock_format: str) -> SafeString | str:
    moment = _local(value)
    if moment is None:
        return say(words.UNKNOWN)
    shown = f"{words.day_of(moment)} {moment.strftime(clock_format)}"
    return _time(moment.isoformat(timespec="seconds"), shown)


def _local(value: datetime | str | None) -> datetime | None:
    if not value:
        return None
    try:
        return timezone.localtime(datetime.fromisoformat(value) if isinstance(value, str) else value)
    except ValueError:
        return None


def _time(machine: str, shown: str) -> SafeString:
    return format_html('<time class="whole" datetime="{}">{}</time>', machine, shown)


@lru_cache(maxsize=32)
def _runs(language: str | None) -> re.Pattern[str]:
    """What stays whole in this language: dates, doses, and words that no column could hold."""
    units = {word for unit in (*Unit, *COUNTED.values(), "unit") for word in (unit, coded(unit))}
    longest_first = "|".join(sorted(map(re.escape, {*units, "y", "h"}), key=len, reverse=True))
    return re.compile(
        r"(?P<endless>\S{31,})"
        r"|(?P<whole>\b(?:\d{1,2}-)?[A-Z]\w{2}-\d{4}(?: \d{2}:\d{2}(?::\d{2})?)?"
        rf"|\b\d[\d,.{GROUPS}]* (?:{longest_first})\b)"
    )


def _whole(text: str, count: int) -> str:
    """A number and its unit, on one line."""
    return text.format(count=count).replace(" ", NBSP)


def _first_day(value: str | date | None) -> date | None:
    """The first day that a possibly partial date may mean; None where it is no date."""
    if isinstance(value, date):
        return value
    span = partial_dates.known_span(value)
    return span[0] if span else None
