"""A dosage becomes one decimal with one unit, or words; never a number that the source did not give."""

from __future__ import annotations

from typing import Any

import pytest

from records.fhir.dosage import Regimen, read_regimen
from records.fhir.elements import Number, canonical_number


def dosed(value: Any, **quantity: Any) -> Regimen:
    return read_regimen([{"doseAndRate": [{"doseQuantity": {"value": value, **quantity}}]}])


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (Number("0.10"), "0.1"),
        (Number("1.0"), "1"),
        (Number("2.50"), "2.5"),
        (Number("1e3"), "1000"),
        (Number("1.5E-2"), "0.015"),
        (12, "12"),
        (0, "0"),
        ("7", "7"),
        (-1, None),
        (True, None),
        ("two", None),
        (Number("1e999999"), None),
        ("9" * 80, None),
        ("NaN", None),
        (None, None),
        ({}, None),
    ],
)
def test_a_number_is_brought_to_one_way_of_writing_it(written: Any, plain: str | None) -> None:
    assert canonical_number(written) == plain


@pytest.mark.parametrize(
    ("unit", "code", "ours"),
    [
        ("µg", None, "mcg"),
        ("ug", "ug", "mcg"),
        ("U", "U", "units"),
        ("IU", "[iU]", "units"),
        ("TAB", "TAB", "tablet"),
        ("ml", "mL", "mL"),
        ("OPDROP", "OPDROP", "drop"),
        ("mg/m2", "mg/m2", "mg/m2"),
        ("ea", "ea", "ea"),
        (None, None, None),
    ],
)
def test_units_become_ours_where_they_mean_one_and_stay_the_sources_own_where_not(
    unit: str | None, code: str | None, ours: str | None
) -> None:
    assert dosed(5, unit=unit, code=code).unit == ours


def test_a_dose_without_a_unit_gets_none() -> None:
    regimen = dosed(Number("1.0"))
    assert (regimen.dose, regimen.unit) == ("1", None)


@pytest.mark.parametrize("value", [0, -5, "a few"])
def test_what_is_no_dose_is_not_one_and_is_remembered(value: Any) -> None:
    regimen = dosed(value, unit="mg")
    assert (regimen.dose, regimen.unit) == (None, None)
    assert regimen.odd_numbers == (str(value),)


def test_a_range_and_a_maximum_are_said_in_words_beside_it() -> None:
    regimen = read_regimen(
        [
            {
                "timing": {"repeat": {"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"}},
                "asNeededCodeableConcept": {"text": "pain"},
                "route": {"coding": [{"system": "http://snomed.info/sct", "code": "26643006"}]},
                "doseAndRate": [
                    {
                        "doseRange": {
                            "low": {"value": 1, "unit": "tablet"},
                            "high": {"value": 2, "unit": "tablet"},
                        }
                    }
                ],
                "maxDosePerPeriod": {
                    "numerator": {"value": 8, "unit": "tablet"},
                    "denominator": {"value": 24, "code": "h"},
                },
            }
        ]
    )
    assert regimen.dose is None
    assert regimen.frequency == "1 to 2 tablets, every 4 to 6 hours, at most 8 tablets in 24 hours"
    assert (regimen.as_needed, regimen.as_needed_reason, regimen.route) == (True, "pain", "oral")


def test_steps_follow_one_another_in_words() -> None:
    def step(number: int, dose: int) -> dict[str, Any]:
        bounds = {"boundsDuration": {"value": 5, "code": "d"}}
        return {
            "sequence": number,
            "timing": {"repeat": {**bounds, "frequency": 1, "period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": {"value": dose, "unit": "mg"}}],
        }

    regimen = read_regimen([step(2, 20), step(1, 40)])
    assert (regimen.dose, regimen.unit, regimen.duration_days) == ("40", "mg", 10)
    assert regimen.frequency == "once daily, for 5 days; then 20 mg once daily, for 5 days"


def test_instructions_that_hold_at_once_are_joined_by_and() -> None:
    def at(when: str, dose: int) -> dict[str, Any]:
        return {
            "timing": {"repeat": {"when": [when]}},
            "doseAndRate": [{"doseQuantity": {"value": dose, "unit": "U"}}],
        }

    assert read_regimen([at("MORN", 20), at("HS", 10)]).frequency == "in the morning; and 10 units at bedtime"


def test_without_a_timing_the_sources_own_text_is_kept_as_it_is() -> None:
    regimen = read_regimen([{"text": "600 mg TID"}])
    assert (regimen.dose, regimen.frequency) == (None, "600 mg TID")


def test_text_that_only_says_as_needed_is_not_said_twice() -> None:
    regimen = read_regimen([{"text": "Take as needed.", "asNeededBoolean": True}])
    assert (regimen.frequency, regimen.as_needed, regimen.note_to_patient) == (None, True, None)


def test_the_text_beside_a_timing_and_further_instructions_are_for_the_patient() -> None:
    regimen = read_regimen(
        [
            {
                "text": "One tablet daily",
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                "additionalInstruction": [{"text": "With food"}],
                "patientInstruction": "Do not crush",
            }
        ]
    )
    assert regimen.note_to_patient == "One tablet daily\nWith food\nDo not crush"


def test_a_rate_is_said_with_its_time() -> None:
    regimen = read_regimen(
        [
            {
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "h"}},
                "doseAndRate": [
                    {
                        "doseQuantity": {"value": 20, "unit": "mEq"},
                        "rateRatio": {
                            "numerator": {"value": 100, "unit": "mL"},
                            "denominator": {"value": 1, "code": "h"},
                        },
                    }
                ],
            }
        ]
    )
    assert regimen.frequency == "every hour, at 100 mL in 1 hour"


def test_nothing_said_is_nothing_stated() -> None:
    assert not read_regimen([]).stated
    assert not read_regimen([{}]).stated
