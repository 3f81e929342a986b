"""Who a patient is, from the names, numbers and dates of many systems."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from records.fhir.patient import read_patient
from tests.records.fhir.source import patient


def said(**more: Any) -> Any:
    return read_patient(patient(**more), UTC)


def test_the_official_name_leads_and_the_others_are_kept() -> None:
    names = [
        {"use": "maiden", "family": "Eze", "given": ["Ada"]},
        {"use": "official", "family": "Okafor", "given": ["Ada", "Ngozi"]},
        {"use": "usual", "text": "Auntie Ada"},
    ]
    found = said(name=names)
    assert (found.family, found.given) == ("Okafor", "Ada Ngozi")
    assert found.other_names == "Ada Eze (maiden); Auntie Ada (usual)"


def test_a_name_that_is_text_alone_is_not_taken_apart() -> None:
    found = said(name=[{"use": "official", "text": "张无忌"}])
    assert (found.family, found.given) == ("张无忌", None)


def test_a_current_name_comes_before_an_old_one() -> None:
    assert said(name=[{"use": "old", "family": "Eze"}, {"family": "Okafor"}]).family == "Okafor"


def test_what_is_not_said_stays_unsaid() -> None:
    found = read_patient({"resourceType": "Patient", "id": "min"}, UTC)
    values = (found.mrn, found.family, found.given, found.birth_date, found.sex, found.phone, found.address)
    assert values == (None,) * 7
    assert not found.deceased


def test_the_record_number_is_the_one_typed_so_else_the_first() -> None:
    typed = {"type": {"coding": [{"code": "MR"}]}, "system": "urn:hospital", "value": "H-1"}
    plain = {"system": "urn:ssn", "value": "999"}
    assert said(identifier=[plain, typed]).mrn == "H-1"
    assert said(identifier=[{"system": "urn:x"}, plain]).mrn == "999"
    long = said(identifier=[{"value": "9" * 65}])
    assert long.mrn is None
    assert long.notes == ("The record number is longer than 64 characters",)


def test_death_is_a_fact_with_or_without_its_day() -> None:
    assert (said(deceasedBoolean=True).deceased, said(deceasedBoolean=False).deceased) == (True, False)
    dated = said(deceasedDateTime="2019-05-14T19:08:38+00:00")
    assert (dated.deceased, dated.deceased_date) == (True, "2019-05-14")


@pytest.mark.parametrize(("written", "day"), [("1957", "1957"), ("1957-03", "1957-03"), ("not a date", None)])
def test_a_partial_birth_date_is_kept_and_an_unreadable_one_is_marked(written: str, day: str | None) -> None:
    found = said(birthDate=written)
    assert found.birth_date == day
    assert bool(found.notes) == (day is None)
    assert f"birthDate: {written}" in found.source_text


def test_a_sex_that_is_none_of_the_four_stays_in_the_sources_words() -> None:
    found = said(gender="ambiguous")
    assert found.sex is None
    assert "gender: ambiguous" in found.source_text


def test_phones_and_the_current_address_are_kept() -> None:
    telecom = [
        {"system": "phone", "value": "555-1", "use": "home"},
        {"system": "phone", "value": "555-0", "use": "old"},
        {"system": "email", "value": "a@example.org"},
    ]
    address = [
        {"use": "old", "city": "Lagos"},
        {"line": ["497 Byway", "Apt 53"], "city": "Boston", "postalCode": "02108"},
    ]
    found = said(telecom=telecom, address=address)
    assert (found.phone, found.address) == ("555-1", "497 Byway, Apt 53, Boston, 02108")
    assert "telecom[2].value: a@example.org" in found.source_text


def test_nothing_of_any_shape_makes_it_raise() -> None:
    shapes: list[Any] = ["text", 7, None, True, [], {}, ["x"], [[{}]], {"family": {}}]
    for rubbish in shapes:
        said(name=rubbish, identifier=rubbish, telecom=rubbish, address=rubbish, birthDate=rubbish)
        said(gender=rubbish, deceasedDateTime=rubbish, deceasedBoolean=rubbish)
