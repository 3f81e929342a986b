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
from records.speech import _, coded, joined, say, say_as

#: Digits before and after the point. 24,000,000 units of penicillin G is a real dose.
WHOLE_DIGITS = 9
DECIMAL_DIGITS = 6

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

_CANONICAL = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?")
_NUMBER = re.compile(r"[0-9]*\.?[0-9]*")
#: Where the point groups digits in some countries: 1.000 may be a thousand.
_MAYBE_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{2}0")

#: What is counted, and how it reads for more than one.
COUNTED = {
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
        raise BadDose(_("“{text}” is not a number.").format(text=number)) from None
    if not value.is_finite() or not -20 < value.adjusted() < 20 or value <= 0:
        raise BadDose(_("“{text}” is not a dose.").format(text=number))
    return parse(_plain(value))


def number_shown(dose: str) -> str:
    """The number as people read it: 1,000 and above in groups of three."""
    return say_as("number", dose)


def unit_shown(unit: str, dose: str | None = None) -> str:
    """The unit as it is read in English, one of the coded words: mcg for every microgram, "tablets" for
    more than one."""
    unit = _MICROGRAM.get(unit, unit)
    if dose is None or not _CANONICAL.fullmatch(dose):
        return unit
    if Decimal(dose) > 1:
        return COUNTED.get(unit, unit)  # type: ignore[call-overload, no-any-return]
    return "unit" if unit == Unit.UNITS and dose == "1" else unit


def display(dose: str | None, unit: str | None) -> str:
    """Number, unbreakable space, unit: "1,250 mg"; words where a source states no dose."""
    if dose is None:
        return say("not stated by source")
    said = coded(unit_shown(unit, dose)) if unit else say("(unit not stated by source)")
    return joined((number_shown(dose), said), NO_BREAK_SPACE if unit else " ")


def _problem(text: str) -> str | None:
    if not text.strip():
        return _("Write the dose as a number, for example 0.5.")
    if any(character.isnumeric() and not "0" <= character <= "9" for character in text):
        return _("Write the number with the digits 0 to 9 and a point, for example 0.5.")
    if _CANONICAL.fullmatch(text) and text != "0":
        return _length_problem(text)
    if text != text.strip():
        return _("Write the number without spaces around it: {number}.").format(number=text.strip())
    if _NUMBER.fullmatch(text):
        return _number_problem(text)
    return _other_problem(text)


def _length_problem(text: str) -> str | None:
    whole, _point, decimals = text.partition(".")
    if len(whole) > WHOLE_DIGITS:
        return _("This number is too long: at most {count} digits. Choose a larger unit.").format(
            count=WHOLE_DIGITS
        )
    if len(decimals) > DECIMAL_DIGITS:
        return _("At most {count} digits after the point. Choose a smaller unit.").format(
            count=DECIMAL_DIGITS
        )
    return None


def _number_problem(text: str) -> str:
    """Digits and at most one point, but not as a dose is written."""
    if len(text) > WHOLE_DIGITS + DECIMAL_DIGITS + 1:
        return _("This number is too long: at most {whole} digits, {decimals} after the point.").format(
            whole=WHOLE_DIGITS, decimals=DECIMAL_DIGITS
        )
    if text == "." or Decimal(text) == 0:
        return _("A dose is more than zero. To stop the medication, discontinue the prescription.")
    if _MAYBE_THOUSANDS.fullmatch(text):
        return _("A point can be misread here. Write {without} or {either}, whichever is meant.").format(
            without=text.replace(".", ""), either=_plain(Decimal(text))
        )
    if text.startswith("."):
        advice = _("Write a zero before the point: {number}.")
    elif text.startswith("0") and not text.startswith("0."):
        advice = _("Write no zero in front: {number}.")
    elif text.endswith("."):
        advice = _("Write no point at the end: {number}.")
    else:
        advice = _("Write no zero at the end: {number}.")
    return advice.format(number=_plain(Decimal(text)))


def _other_problem(text: str) -> str:
    for pattern, problem in _OTHER_WAYS:
        if match := pattern.fullmatch(text):
            return problem(match)
    return _("Write the dose as a number, with a point for decimals and nothing else: for example 0.5.")


def _with_commas(match: re.Match[str]) -> str:
    text = match.group()
    without = text.replace(",", "")
    if not Decimal(without):
        return _("A dose is more than zero.")
    if text.count(",") > 1 or "." in text:
        return _("Write the number without commas: {number}.").format(number=_plain(Decimal(without)))
    either = _plain(Decimal(text.replace(",", ".")))
    return _("A comma can be misread here. Write {without} or {either}, whichever is meant.").format(
        without=without, either=either
    )


def _with_decimal_comma(match: re.Match[str]) -> str:
    number = Decimal(match.group().replace(",", "."))
    if not number:
        return _("A dose is more than zero.")
    return _("Write a point, not a comma: {number}.").format(number=_plain(number))


def _with_minus(match: re.Match[str]) -> str:
    return _("A dose is more than zero: write no minus sign.")


def _with_plus(match: re.Match[str]) -> str:
    return _("Write the number without a plus sign: {number}.").format(number=match[1])


def _with_exponent(match: re.Match[str]) -> str:
    try:
        number = canonical(match.group())
    except BadDose:
        return _("Write the number in full, without an exponent.")
    return _("Write the number in full, without an exponent: {number}.").format(number=number)


def _fraction(match: re.Match[str]) -> str:
    if number := _divided(match[1], match[2]):
        return _("Write a decimal number instead of a fraction: {number}.").format(number=number)
    return _("Write a decimal number instead of a fraction.")


def _range(match: re.Match[str]) -> str:
    return _("Write one number, not a range. Say in the note what may be varied.")


def _with_unit(match: re.Match[str]) -> str:
    return _("Write the number alone here ({number}) and choose the unit ({unit}) beside it.").format(
        number=match[1], unit=match[2]
    )


#: Ways of writing a number that people use, each with what to say about it; the first match counts.
_OTHER_WAYS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"[-\N{MINUS SIGN}].*"), _with_minus),
    (re.compile(r"\+\s*(.*)"), _with_plus),
    (re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"), _with_commas),
    (re.compile(r"[0-9]*,[0-9]+"), _with_decimal_comma),
    (re.compile(r"[0-9.]+[eE][+-]?[0-9]+"), _with_exponent),
    (re.compile(r"([0-9]+)\s*/\s*([0-9]+)"), _fraction),
    (re.compile(r"[0-9.]+\s*(?:-|–|to)\s*[0-9.]+"), _range),
    (re.compile(r"([0-9][0-9.,]*)\s*([^0-9\s.,].*)"), _with_unit),
)


def _divided(numerator: str, denominator: str) -> str:
    if len(numerator) > 3 or len(denominator) > 3 or not int(denominator):
        return ""
    text = _plain(Decimal(numerator) / Decimal(denominator))
    return text if _CANONICAL.fullmatch(text) and _length_problem(text) is None else ""


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
