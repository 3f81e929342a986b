"""The text of a dose: one way to write each number, so that none can be misread.

A dose is exact decimal text from the form to the ledger and back; it is never a float. Other ways
of writing are not corrected silently but refused with what to write instead. Knows nothing of
Django; imports bring a source's number to this form with `canonical` and keep the literal.
Source: Joint Commission do-not-use list (trailing zero, naked decimal point); ISMP list of
error-prone dose designations; NHS CUI medication line (comma from 1,000, space before the unit).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from records.codes import Unit

#: Digits before and after the point. 24,000,000 units of penicillin G is a real dose.
WHOLE_DIGITS = 9
DECIMAL_DIGITS = 6

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

_CANONICAL = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?")
_NUMBER = re.compile(r"[0-9]*\.?[0-9]*")

#: How a counted unit reads for more than one.
_PLURAL = {
    Unit.TABLET: "tablets", Unit.CAPSULE: "capsules", Unit.PUFF: "puffs", Unit.DROP: "drops",
    Unit.PATCH: "patches", Unit.SPRAY: "sprays", Unit.SACHET: "sachets",
    Unit.SUPPOSITORY: "suppositories", Unit.APPLICATION: "applications",
}  # fmt: skip

#: A microgram is never shown with the micro sign, whatever a source wrote.
_MICROGRAM = {"ug": "mcg", "\N{MICRO SIGN}g": "mcg", "\N{GREEK SMALL LETTER MU}g": "mcg"}


class BadDose(ValueError):
    """A text that is no dose; says what to write."""


def parse(text: str) -> str:
    """The dose as it is stored: exactly what was written, if it can be read in one way only.

    Raises: BadDose with a sentence that says what to write instead.
    """
    problem = _problem(text)
    if problem:
        raise BadDose(problem)
    return text


def canonical(number: str) -> str:
    """A source's number in canonical form ("5.0" -> "5", "1e3" -> "1000", ".50" -> "0.5").

    Raises: BadDose where it is no number, or none that a dose may be.
    """
    try:
        value = Decimal(number)
    except InvalidOperation:
        raise BadDose(f"{number!r} is not a number.") from None
    if not value.is_finite() or not -20 < value.adjusted() < 20 or value <= 0:
        raise BadDose(f"{number!r} is not a dose.")
    return parse(_plain(value))


def number_shown(dose: str) -> str:
    """The number as people read it: 1,000 and above with commas."""
    whole, point, decimals = dose.partition(".")
    if not (whole.isascii() and whole.isdigit()):
        return dose
    return f"{int(whole):,}{point}{decimals}"


def unit_shown(unit: str, dose: str | None = None) -> str:
    """The unit as people read it: mcg for every microgram, "tablets" for more than one."""
    unit = _MICROGRAM.get(unit, unit)
    if dose is None or not _CANONICAL.fullmatch(dose):
        return unit
    if Decimal(dose) > 1:
        return _PLURAL.get(unit, unit)  # type: ignore[call-overload, no-any-return]
    return "unit" if unit == Unit.UNITS and dose == "1" else unit


def display(dose: str | None, unit: str | None) -> str:
    """Number, unbreakable space, unit: "1,250 mg"; words where a source states no dose."""
    if dose is None:
        return "not stated by source"
    if unit is None:
        return f"{number_shown(dose)} (unit not stated by source)"
    return f"{number_shown(dose)}{NO_BREAK_SPACE}{unit_shown(unit, dose)}"


def _problem(text: str) -> str | None:
    if not text.strip():
        return "Write the dose as a number, for example 0.5."
    if any(character.isnumeric() and not "0" <= character <= "9" for character in text):
        return "Write the number with the digits 0 to 9 and a point, for example 0.5."
    if _CANONICAL.fullmatch(text) and text != "0":
        return _length_problem(text)
    if text != text.strip():
        return f"Write the number without spaces around it: {text.strip()}."
    if _NUMBER.fullmatch(text):
        return _number_problem(text)
    return _other_problem(text)


def _length_problem(text: str) -> str | None:
    whole, _, decimals = text.partition(".")
    if len(whole) > WHOLE_DIGITS:
        return f"This number is too long: at most {WHOLE_DIGITS} digits. Choose a larger unit."
    if len(decimals) > DECIMAL_DIGITS:
        return f"At most {DECIMAL_DIGITS} digits after the point. Choose a smaller unit."
    return None


def _number_problem(text: str) -> str:
    """Digits and at most one point, but not as a dose is written."""
    if len(text) > WHOLE_DIGITS + DECIMAL_DIGITS + 1:
        return f"This number is too long: at most {WHOLE_DIGITS} digits, {DECIMAL_DIGITS} after the point."
    if text == "." or Decimal(text) == 0:
        return "A dose is more than zero. To stop the medication, discontinue the prescription."
    if text.startswith("."):
        advice = "a zero before the point"
    elif text.startswith("0") and not text.startswith("0."):
        advice = "no zero in front"
    else:
        advice = "no point at the end" if text.endswith(".") else "no zero at the end"
    return f"Write {advice}: {_plain(Decimal(text))}."


def _other_problem(text: str) -> str:
    for pattern, problem in _OTHER_WAYS:
        if match := pattern.fullmatch(text):
            return problem(match)
    return "Write the dose as a number, with a point for decimals and nothing else: for example 0.5."


def _with_commas(match: re.Match[str]) -> str:
    text = match.group()
    without = text.replace(",", "")
    if not Decimal(without):
        return "A dose is more than zero."
    if text.count(",") > 1 or "." in text:
        return f"Write the number without commas: {_plain(Decimal(without))}."
    either = _plain(Decimal(text.replace(",", ".")))
    return f"A comma can be misread here. Write {without} or {either}, whichever is meant."


def _with_decimal_comma(match: re.Match[str]) -> str:
    number = Decimal(match.group().replace(",", "."))
    return f"Write a point, not a comma: {_plain(number)}." if number else "A dose is more than zero."


#: Ways of writing a number that people use, each with what to say about it; the first match counts.
_OTHER_WAYS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"[-\N{MINUS SIGN}].*"), lambda _: "A dose is more than zero: write no minus sign."),
    (re.compile(r"\+\s*(.*)"), lambda match: f"Write the number without a plus sign: {match[1]}."),
    (re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"), _with_commas),
    (re.compile(r"[0-9]*,[0-9]+"), _with_decimal_comma),
    (
        re.compile(r"[0-9.]+[eE][+-]?[0-9]+"),
        lambda match: f"Write the number in full, without an exponent{_in_full(match.group())}.",
    ),
    (
        re.compile(r"([0-9]+)\s*/\s*([0-9]+)"),
        lambda match: f"Write a decimal number instead of a fraction{_divided(match[1], match[2])}.",
    ),
    (
        re.compile(r"[0-9.]+\s*(?:-|–|to)\s*[0-9.]+"),
        lambda _: "Write one number, not a range. Say in the note what may be varied.",
    ),
    (
        re.compile(r"([0-9][0-9.,]*)\s*([^0-9\s.,].*)"),
        lambda match: f"Write the number alone here ({match[1]}) and choose the unit ({match[2]}) beside it.",
    ),
)


def _in_full(text: str) -> str:
    try:
        return f": {canonical(text)}"
    except BadDose:
        return ""


def _divided(numerator: str, denominator: str) -> str:
    if len(numerator) > 3 or len(denominator) > 3 or not int(denominator):
        return ""
    text = _plain(Decimal(numerator) / Decimal(denominator))
    return f": {text}" if _CANONICAL.fullmatch(text) and _length_problem(text) is None else ""


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
