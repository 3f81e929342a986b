"""A frequency that is stored in words, said in any language: "every 4 to 6 hours, after meals".

Stored words are those of the forms (codes.py) and those that the import makes of a source's timing
(fhir/timing.py); both are put together from few parts, and each part is said on its own. What holds other
words is a source's own text and stays as it is, whole. Knows nothing of Django.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from records.codes import Frequency
from records.speech import coded, joined, say, say_many

#: What stands for itself, beside the frequencies that a form offers.
PARTS = (
    "early in the morning", "late in the morning", "at noon", "in the afternoon", "early in the afternoon",
    "late in the afternoon", "in the evening", "early in the evening", "late in the evening", "at night",
    "after sleep", "on waking", "with meals", "with breakfast", "with lunch", "with dinner", "before meals",
    "before breakfast", "before lunch", "before dinner", "after meals", "after breakfast", "after lunch",
    "after dinner", "every hour",
)  # fmt: skip
TIMES = ("once", "twice", "three times", "four times")
PER = ("daily", "weekly", "monthly", "yearly", "an hour", "a minute", "a second")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_AMOUNT = r"(?P<low>[0-9.]+)(?: to (?P<high>[0-9.]+))?"
_TIME = rf"(?P<time>{_AMOUNT} (?P<unit>second|minute|hour|day|week|month|year)s?)"


@lru_cache(maxsize=1024)
def said(text: str) -> str:
    """The words as a phrase; as they stand where they are not made of known parts."""
    pieces = text.split(", ")
    found: list[str] = []
    while pieces:
        for length in range(len(pieces), 0, -1):
            phrase = _part(", ".join(pieces[:length]))
            if phrase:
                found.append(phrase)
                del pieces[:length]
                break
        else:
            return text
    phrase = joined(found)
    return phrase if phrase == text else text


def _part(text: str) -> str | None:
    if text in set(Frequency) or text in PARTS:
        return coded(text)
    for pattern, phrase in _PATTERNS:
        if match := pattern.fullmatch(text):
            return phrase(match)
    return None


def _time(match: re.Match[str]) -> str:
    """'4 hours', '4 to 6 hours', '1 day'."""
    low, high = match["low"], match["high"]
    amount = say("{low} to {high}", low=low, high=high) if high else low
    many = 1 if amount == "1" else 2
    match match["unit"]:
        case "second":
            return say_many("{amount} second", "{amount} seconds", many, amount=amount)
        case "minute":
            return say_many("{amount} minute", "{amount} minutes", many, amount=amount)
        case "hour":
            return say_many("{amount} hour", "{amount} hours", many, amount=amount)
        case "day":
            return say_many("{amount} day", "{amount} days", many, amount=amount)
        case "week":
            return say_many("{amount} week", "{amount} weeks", many, amount=amount)
        case "month":
            return say_many("{amount} month", "{amount} months", many, amount=amount)
    return say_many("{amount} year", "{amount} years", many, amount=amount)


def _times(match: re.Match[str]) -> str:
    """'twice daily', '5 times daily', '2 to 3 times every 4 hours'."""
    if match["word"]:
        times = coded(match["word"])
    else:
        most = match["most"]
        amount = say("{low} to {high}", low=match["often"], high=most) if most else match["often"]
        times = say("{amount} times", amount=amount)
    period = coded(match["per"]) if match["per"] else say("every {time}", time=_time(match))
    return joined((times, period), " ")


def _in_all(match: re.Match[str]) -> str:
    amount = say("{low} to {high}", low=match["low"], high=match["high"]) if match["high"] else match["low"]
    return say("{amount} times in all", amount=amount)


def _when(match: re.Match[str]) -> str | None:
    """'before breakfast and at bedtime', '30 minutes before meals'."""
    moments = _list(match["moments"], {*PARTS, *Frequency}, coded)
    if not moments or not match["time"]:
        return moments
    return say("{time} {moments}", time=_time(match), moments=moments)


def _on_days(match: re.Match[str]) -> str | None:
    days = _list(match["days"], DAYS, coded)
    return say("on {days}", days=days) if days else None


def _on_dates(match: re.Match[str]) -> str:
    return say("on {days}", days=_and(re.split(", | and ", match["dates"])))


def _at(match: re.Match[str]) -> str:
    return say("at {times}", times=_and(re.split(", | and ", match["times"])))


def _list(text: str, known: Sequence[str] | set[str], say_one: Callable[[str], str]) -> str | None:
    """'A, B and C', where each of them is known."""
    items = re.split(", | and ", text)
    return _and([say_one(item) for item in items]) if all(item in known for item in items) else None


def _and(items: Sequence[str]) -> str:
    if len(items) == 1:
        return items[0]
    return say("{first} and {last}", first=joined(items[:-1]), last=items[-1])


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = tuple(
    (re.compile(pattern), phrase)
    for pattern, phrase in (
        (rf"every {_TIME}", lambda match: say("every {time}", time=_time(match))),
        (
            rf"(?:(?P<word>{'|'.join(TIMES)})|(?P<often>[0-9.]+)(?: to (?P<most>[0-9.]+))? times)"
            rf" (?:(?P<per>{'|'.join(PER)})|every {_TIME})",
            _times,
        ),
        (rf"over {_TIME}", lambda match: say("over {time}", time=_time(match))),
        (rf"{_AMOUNT} times in all", _in_all),
        (r"at (?P<times>[0-9]{2}:[0-9]{2}(?:(?:, | and )[0-9]{2}:[0-9]{2})*)", _at),
        (r"on (?P<dates>[0-9]{4}-[0-9-]*(?:(?:, | and )[0-9]{4}-[0-9-]*)*)", _on_dates),
        (r"on (?P<days>[A-Z][A-Za-z, ]+)", _on_days),
        (rf"(?:{_TIME} )?(?P<moments>[a-z][a-z, ]+)", _when),
    )
)
