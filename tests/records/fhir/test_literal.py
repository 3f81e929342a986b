"""What a source wrote is kept to the last digit, and told apart from its other versions."""

from __future__ import annotations

from records.fhir.elements import Number
from records.fhir.literal import changed_elements, changed_lines, cleaned, digest, source_lines
from tests.records.fhir.source import patient, request


def test_every_element_is_a_line_with_its_own_digits() -> None:
    said = request(dosageInstruction=[{"doseAndRate": [{"doseQuantity": {"value": Number("0.10")}}]}])
    lines = source_lines(said).split("\n")
    assert "dosageInstruction[0].doseAndRate[0].doseQuantity.value: 0.10" in lines
    assert "authoredOn: 2024-03-05T09:15:00Z" in lines
    assert not [line for line in lines if line.startswith(("id:", "resourceType:"))]


def test_a_generated_narrative_adds_nothing_but_a_written_one_is_kept() -> None:
    written = {"status": "additional", "div": "<div><p>Prefers <b>letters</b></p></div>"}
    assert source_lines(patient(text=written)).endswith("text: Prefers letters")
    assert "text:" not in source_lines(patient(text={**written, "status": "generated"}))


def test_a_picture_is_kept_as_what_it_was() -> None:
    lines = source_lines(patient(photo=[{"data": "R0lG" * 2000}]))
    assert "photo[0].data: R0lG" in lines
    assert "… (8,000 characters, SHA-256 " in lines


def test_a_digest_is_of_the_content_alone() -> None:
    said = patient()
    assert digest(said) == digest(dict(reversed(said.items())))
    assert digest(said) == digest(
        {**said, "meta": {"lastUpdated": "2026-01-01"}, "text": {"status": "generated"}}
    )
    assert digest(said) != digest({**said, "gender": "male"})
    assert digest({"value": Number("1.0")}) != digest({"value": Number("1.00")})


def test_a_change_is_told_in_the_sources_own_elements() -> None:
    before, after = source_lines(patient()), source_lines(patient(gender="male", active=True))
    assert changed_lines(before, after) == "gender: female → male; active: absent → true"
    assert changed_elements(before, after) == {"gender", "active"}


def test_text_of_several_lines_stays_one_element() -> None:
    before, after = (source_lines(patient(note=[{"text": text}])) for text in ("one\ntwo: 2", "one\ntwo: 3"))
    assert changed_elements(before, after) == {"note"}


def test_characters_that_no_database_holds_are_shown_by_a_sign() -> None:
    clean, replaced = cleaned({"name": ["Null\x00Byte", "half \ud800"]})
    assert (clean, replaced) == ({"name": ["Null\u2400Byte", "half \ufffd"]}, True)
    same = {"name": ["Zoë"]}
    assert cleaned(same) == (same, False)
