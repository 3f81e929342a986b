"""A FHIR Timing in the clinic's words: "every 4 to 6 hours", "twice daily, after meals".

Frequencies are words, never abbreviations (QD, BID, QOD are on the do-not-use lists). What cannot
be said in words is not said: the source's literal is kept beside it anyway.
Source: FHIR R4 Timing, GTSAbbreviation, EventTiming; Joint Commission do-not-use list.
"""

from __future__ import annotations

from records.codes import Frequency
from records.fhir.elements import Json, canonical_number, code_of, part, text, texts, words_of

_ABBREVIATIONS = {
    "QD": Frequency.ONCE_DAILY,
    "BID": Frequency.TWICE_DAILY,
    "TID": Frequency.THREE_TIMES_DAILY,
    "QID": Frequency.FOUR_TIMES_DAILY,
    "QOD": Frequency.EVERY_OTHER_DAY,
    "AM": Frequency.IN_THE_MORNING,
    "PM": "in the afternoon",
    "BED": Frequency.AT_BEDTIME,
    "Q1H": "every hour",
    "Q2H": "every 2 hours",
    "Q3H": "every 3 hours",
    "Q4H": Frequency.EVERY_4_HOURS,
    "Q6H": Frequency.EVERY_6_HOURS,
    "Q8H": Frequency.EVERY_8_HOURS,
    "WK": Frequency.ONCE_WEEKLY,
    "MO": Frequency.ONCE_MONTHLY,
}

_WHEN = {
    "MORN": "in the morning", "MORN.early": "early in the morning", "MORN.late": "late in the morning",
    "NOON": "at noon", "AFT": "in the afternoon", "AFT.early": "early in the afternoon",
    "AFT.late": "late in the afternoon", "EVE": "in the evening", "EVE.early": "early in the evening",
    "EVE.late": "late in the evening", "NIGHT": "at night", "PHS": "after sleep", "HS": "at bedtime",
    "WAKE": "on waking", "C": "with meals", "CM": "with breakfast", "CD": "with lunch",
    "CV": "with dinner", "AC": "before meals", "ACM": "before breakfast", "ACD": "before lunch",
    "ACV": "before dinner", "PC": "after meals", "PCM": "after breakfast", "PCD": "after lunch",
    "PCV": "after dinner",
}  # fmt: skip
_DAYS = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday",
    "sat": "Saturday", "sun": "Sunday",
}  # fmt: skip
_UNITS = {
    "s": "second", "min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year",
}  # fmt: skip
_TIMES = {"1": "once", "2": "twice", "3": "three times", "4": "four times"}
_PER = {"d": "daily", "wk": "weekly", "mo": "monthly", "a": "yearly", "h": "an hour"}


def frequency_words(timing: Json) -> str | None:
    """Say how often, when and for how long; None where the timing says nothing of it."""
    repeat = part(timing, "repeat")
    said = [
        _how_often(repeat) or _abbreviated(timing),
        *_at_times(repeat),
        _for_how_long(repeat),
        _how_many(repeat),
        _on_dates(timing),
    ]
    return ", ".join(words for words in said if words) or None


def span(value: str | None, unit: str | None, *, up_to: str | None = None) -> str | None:
    """ "4 hours", "4 to 6 hours", "1 day": an amount of time in words."""
    name = _UNITS.get(unit or "")
    if value is None or name is None:
        return None
    amount = f"{value} to {up_to}" if up_to and up_to != value else value
    return f"{amount} {name}" if amount == "1" else f"{amount} {name}s"


def bounds_words(timing: Json) -> str | None:
    """ "for 5 days", where the source bounds a dosage by a duration or a range of it."""
    repeat = part(timing, "repeat")
    duration = part(repeat, "boundsDuration")
    if duration:
        unit = text(duration.get("code")) or text(duration.get("unit"))
        said = span(canonical_number(duration.get("value")), _unit_code(unit))
        return f"for {said}" if said else None
    limits = part(repeat, "boundsRange")
    low, high = part(limits, "low"), part(limits, "high")
    unit = text(high.get("code")) or text(high.get("unit")) or text(low.get("code")) or text(low.get("unit"))
    first, last = canonical_number(low.get("value")), canonical_number(high.get("value"))
    said = span(first or last, _unit_code(unit), up_to=last)
    return f"for {said}" if said else None


def _unit_code(unit: str | None) -> str | None:
    """A time unit's code, from its code or its English name."""
    if unit is None or unit in _UNITS:
        return unit
    return next((code for code, name in _UNITS.items() if unit.lower().rstrip("s") == name), None)


def _how_often(repeat: Json) -> str | None:
    often = canonical_number(repeat.get("frequency")) or "1"
    most = canonical_number(repeat.get("frequencyMax"))
    period, longest = canonical_number(repeat.get("period")), canonical_number(repeat.get("periodMax"))
    unit = text(repeat.get("periodUnit"))
    if period is None or unit not in _UNITS:
        return None
    single = period == "1" and longest in (None, "1")
    every = f"every {span(period, unit, up_to=longest)}"
    if most and most != often:
        times = f"{often} to {most} times"
    elif often != "1":
        times = _TIMES.get(often, f"{often} times")
    elif single:
        return "every hour" if unit == "h" else f"once {_per(unit)}"
    else:
        return str(Frequency.EVERY_OTHER_DAY) if every == "every 2 days" else every
    return f"{times} {_per(unit)}" if single else f"{times} {every}"


def _per(unit: str) -> str:
    return _PER.get(unit, f"a {_UNITS[unit]}")


def _abbreviated(timing: Json) -> str | None:
    code = code_of(timing.get("code"))
    if code in _ABBREVIATIONS:
        return str(_ABBREVIATIONS[code])
    return words_of(timing.get("code"))


def _at_times(repeat: Json) -> list[str]:
    offset = span(canonical_number(repeat.get("offset")), "min")
    when = [_WHEN[code] for code in texts(repeat, "when") if code in _WHEN]
    days = [_DAYS[code] for code in texts(repeat, "dayOfWeek") if code in _DAYS]
    hours = [hour[:5] for hour in texts(repeat, "timeOfDay")]
    said = []
    if when:
        said.append(f"{offset} {_and(when)}" if offset and offset != "0 minutes" else _and(when))
    if hours:
        said.append(f"at {_and(hours)}")
    if days:
        said.append(f"on {_and(days)}")
    return said


def _for_how_long(repeat: Json) -> str | None:
    lasting = span(
        canonical_number(repeat.get("duration")),
        text(repeat.get("durationUnit")),
        up_to=canonical_number(repeat.get("durationMax")),
    )
    return f"over {lasting}" if lasting else None


def _how_many(repeat: Json) -> str | None:
    count, most = canonical_number(repeat.get("count")), canonical_number(repeat.get("countMax"))
    if count is None:
        return None
    if most and most != count:
        return f"{count} to {most} times in all"
    if count == "1":
        return str(Frequency.ONCE_ONLY) if "period" not in repeat else None
    return f"{count} times in all"


def _on_dates(timing: Json) -> str | None:
    dates = texts(timing, "event")
    return f"on {_and(dates)}" if dates else None


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def bounds_days(timing: Json) -> int | None:
    """A duration that is a whole number of days, as the days it takes."""
    return days_of(part(part(timing, "repeat"), "boundsDuration"))


def days_of(duration: Json) -> int | None:
    """ "30 days" or "2 weeks" as days; None for what is no whole number of days."""
    unit = _unit_code(text(duration.get("code")) or text(duration.get("unit")))
    value = canonical_number(duration.get("value"))
    if value is None or "." in value or unit not in ("d", "wk"):
        return None
    days = int(value) * (7 if unit == "wk" else 1)
    return days if 0 < days < 100_000 else None


def bounds_period(timing: Json) -> tuple[str | None, str | None]:
    """First and last day of a dosage, as the source writes them."""
    period = part(part(timing, "repeat"), "boundsPeriod")
    return text(period.get("start")), text(period.get("end"))
