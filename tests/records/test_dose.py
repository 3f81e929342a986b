"""How a dose may be written, and how it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import dose
from records.dose import NO_BREAK_SPACE as SPACE
from records.dose import BadDose


@pytest.mark.parametrize("text", ["5", "0.5", "10.25", "1000", "24000000", "0.000001", "999999999"])
def test_keeps_a_dose_exactly_as_it_was_written(text: str) -> None:
    assert dose.parse(text) == text


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        (".5", "zero before the point: 0.5"),
        (".50", "zero before the point: 0.5"),
        ("5.0", "no zero at the end: 5"),
        ("0.50", "no zero at the end: 0.5"),
        ("05", "no zero in front: 5"),
        ("00.5", "no zero in front: 0.5"),
        ("5.", "no point at the end: 5"),
        ("1,5", "a point, not a comma: 1.5"),
        ("1,000", "1000 or 1, whichever is meant"),
        ("1.000", "1000 or 1, whichever is meant"),
        ("2.500", "2500 or 2.5, whichever is meant"),
        ("1,000,000", "without commas: 1000000"),
        ("1,000.5", "without commas: 1000.5"),
        ("1e3", "without an exponent: 1000"),
        ("1E99", "without an exponent"),
        ("0", "more than zero"),
        ("0.0", "more than zero"),
        ("0,0", "more than zero"),
        ("-5", "no minus sign"),
        ("−5", "no minus sign"),
        ("+5", "without a plus sign: 5"),
        ("5mg", r"number alone here \(5\) and choose the unit \(mg\)"),
        ("5 mg", r"number alone here \(5\) and choose the unit \(mg\)"),
        ("1/2", "instead of a fraction: 0.5"),
        ("1/3", "instead of a fraction"),
        ("1-2", "not a range"),
        ("1 to 2", "not a range"),
        ("٣", "digits 0 to 9"),
        ("½", "digits 0 to 9"),
        ("５", "digits 0 to 9"),
        ("5²", "digits 0 to 9"),
        (" 5", "without spaces around it: 5"),
        ("", "for example 0.5"),
        ("  ", "for example 0.5"),
        ("abc", "for example 0.5"),
        (".", "more than zero"),
        ("1.2.3", "for example 0.5"),
        ("1" * 10, "too long"),
        ("0." + "1" * 7, "digits after the point"),
        ("1" * 40, "too long"),
    ],
)
def test_refuses_another_way_of_writing_and_says_what_to_write(text: str, advice: str) -> None:
    with pytest.raises(BadDose, match=advice):
        dose.parse(text)


@given(st.text(max_size=12) | st.from_regex(r"[0-9.,eE+\- mg]{0,12}", fullmatch=True))
def test_accepts_one_way_of_writing_a_number_and_no_other(text: str) -> None:
    try:
        accepted = dose.parse(text)
    except BadDose as bad:
        assert str(bad)
        return
    whole, point, decimals = accepted.partition(".")
    assert accepted.isascii()
    assert whole.isdigit()
    assert whole == "0" or whole[0] != "0"
    assert not point or (decimals.isdigit() and decimals[-1] != "0")
    assert float(accepted) > 0


@given(st.from_regex(r"[0-9]{0,9}\.?[0-9]{0,6}", fullmatch=True))
def test_the_canonical_form_of_a_sources_number_is_one_that_can_be_written(text: str) -> None:
    try:
        canonical = dose.canonical(text)
    except BadDose:
        return
    assert dose.parse(canonical) == canonical
    assert float(canonical) == float(text)


@pytest.mark.parametrize(
    ("text", "canonical"), [("5.0", "5"), (".50", "0.5"), ("1e3", "1000"), ("0.250", "0.25"), ("007", "7")]
)
def test_brings_a_sources_number_to_canonical_form(text: str, canonical: str) -> None:
    assert dose.canonical(text) == canonical


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-1", "0", "five", "", "1e400", "0.00000001"])
def test_a_source_without_a_usable_number_has_no_canonical_form(text: str) -> None:
    with pytest.raises(BadDose):
        dose.canonical(text)


@pytest.mark.parametrize(
    ("number", "unit", "shown"),
    [
        ("500", "mg", f"500{SPACE}mg"),
        ("1000", "mg", f"1,000{SPACE}mg"),
        ("1250000.5", "units", f"1,250,000.5{SPACE}units"),
        ("75", "ug", f"75{SPACE}mcg"),
        ("75", "µg", f"75{SPACE}mcg"),
        ("75", "μg", f"75{SPACE}mcg"),
        ("1", "tablet", f"1{SPACE}tablet"),
        ("0.5", "tablet", f"0.5{SPACE}tablet"),
        ("2", "tablet", f"2{SPACE}tablets"),
        ("2", "patch", f"2{SPACE}patches"),
        ("1", "units", f"1{SPACE}unit"),
        (None, "mg", "not stated by source"),
        ("5", None, "5 (unit not stated by source)"),
    ],
)
def test_shows_commas_from_a_thousand_and_never_a_micro_sign(
    number: str | None, unit: str | None, shown: str
) -> None:
    assert dose.display(number, unit) == shown
