"""Dangerous abbreviations are found in free text, and nothing harmless is."""

from __future__ import annotations

import pytest

from records.abbreviations import dangerous


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10U before meals", ["U"]),
        ("10 u at night", ["u"]),
        ("400 IU", ["IU"]),
        ("QD", ["QD"]),
        ("q.d.", ["q.d."]),
        ("QOD or q.o.d.", ["QOD", "q.o.d."]),
        ("MS for pain", ["MS"]),
        ("MSO4 and MgSO4", ["MSO4", "MgSO4"]),
        ("one OD, one hs", ["OD", "hs"]),
        ("10 mg qhs", ["qhs"]),
        ("give SC", ["SC"]),
        ("5cc", ["cc"]),
        ("insulin ss", ["ss"]),
        ("D/C on Monday", ["D/C"]),
        ("50 µg", ["µg"]),
        ("50 μg", ["μg"]),
        ("50ug", ["ug"]),
        ("5.0 mg, then .5 mg", ["5.0", ".5"]),
    ],
)
def test_finds_each_dangerous_abbreviation_once(text: str, found: list[str]) -> None:
    assert [finding.found for finding in dangerous(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "10 units at bedtime",
        "morphine sulfate, magnesium sulfate",
        "The SSRI was stopped; access is good; cod liver oil; Miss Ussher",
        "10.5 mg once daily, in 2.05 mL",
        "up to 3.0.1",
        "as advised; discharged",
        "",
        None,
    ],
)
def test_leaves_harmless_text_alone(text: str | None) -> None:
    assert dangerous(text) == ()


def test_says_what_to_write_and_where_it_stands() -> None:
    (finding,) = dangerous("Take 5 QD")
    assert (finding.start, str(finding)) == (7, "“QD” can be misread: write “once daily”.")
