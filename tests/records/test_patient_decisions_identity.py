"""Who may be registered as what, how it is corrected, and notes. No database."""

from __future__ import annotations

from typing import Any

import pytest

from records import events, record_number
from tests.factories import (
    AddNoteFactory,
    CorrectDemographicsFactory,
    PatientRegisteredFactory,
    RegisterPatientFactory,
)
from tests.records.scenario import NOW, at, given

WHO: dict[str, Any] = {"mrn": "A-10442"}


def test_registering_records_who_the_patient_is() -> None:
    story = given().when(RegisterPatientFactory(mrn=" A-10442 ", phone="  ", family="O’Neill-Šimek"))
    story.then(
        events.PatientRegistered(
            mrn="A-10442", family="O’Neill-Šimek", given="Élise", birth_date="1961-03-12", sex="female"
        ),
        occurred_at=NOW,
    )


@pytest.mark.parametrize("birth", ["1961", "1961-03", None])
def test_a_birth_date_may_be_known_in_part_or_not_at_all(birth: str | None) -> None:
    assert given().when(RegisterPatientFactory(birth_date=birth)).event().birth_date == birth


def test_a_single_name_is_enough() -> None:
    assert given().when(RegisterPatientFactory(family=None, given="Sukarno")).event().given == "Sukarno"


def test_a_date_of_death_says_that_the_patient_has_died() -> None:
    assert given().when(RegisterPatientFactory(deceased_date="2026-10")).event().deceased is True


@pytest.mark.parametrize(
    ("values", "words", "field"),
    [
        ({"mrn": None}, "Write the record number", "mrn"),
        ({"mrn": "A"}, "letters, digits and hyphens", "mrn"),
        ({"mrn": "A<1>"}, "letters, digits and hyphens", "mrn"),
        ({"mrn": "1" * 65}, "at most 64", "mrn"),
        ({"family": "", "given": " "}, "Write a name", "family"),
        ({"sex": None}, "Choose the sex", "sex"),
        ({"sex": "f"}, "not one of the choices", "sex"),
        ({"birth_date": "2026-11-25"}, "still to come", "birth_date"),
        ({"birth_date": "1861-03-12"}, "more than 130 years ago", "birth_date"),
        ({"birth_date": "1961-02-30"}, "no day 30", "birth_date"),
        ({"deceased_date": "2027"}, "still to come", "deceased_date"),
        ({"deceased_date": "1961-03-11"}, "before the birth, 12-Mar-1961", "deceased_date"),
        ({"address": "x" * 501}, "within 500", "address"),
        ({"family": "a\ud800"}, "cannot be shown", "family"),
    ],
)
def test_refuses_an_identity_that_cannot_be(values: dict[str, Any], words: str, field: str) -> None:
    given().when(RegisterPatientFactory(**values)).then_rejected(words, field=field)


def test_born_today_on_the_clinics_clock_is_not_to_come() -> None:
    """In UTC it is tomorrow already; a day taken from there would allow a birth to come."""
    given().when(RegisterPatientFactory(birth_date="2026-11-24")).accepted()


def test_refuses_to_register_twice() -> None:
    given(PatientRegisteredFactory()).when(RegisterPatientFactory()).then_rejected("registered already")


def test_a_correction_states_all_values_and_which_of_them_changed() -> None:
    story = given(PatientRegisteredFactory(**WHO)).when(
        CorrectDemographicsFactory(**WHO, family="Morel", birth_date="1961-03-21", reason="passport")
    )
    assert story.event().changed == ("family", "birth_date")
    assert story.event().given == "Élise"
    assert story.patient.demographics is not None
    assert story.patient.demographics.family == "Morel"


@pytest.mark.parametrize(
    ("values", "words", "field"),
    [
        ({}, "what is recorded already", None),
        ({"family": "Morel", "reason": ""}, "Say why it is corrected", "reason"),
        ({"family": "Morel", "mrn": ""}, "Write the record number", "mrn"),
    ],
)
def test_refuses_a_correction_of_nothing_or_for_no_reason(
    values: dict[str, Any], words: str, field: str | None
) -> None:
    command = CorrectDemographicsFactory(**{**WHO, **values})
    given(PatientRegisteredFactory(**WHO)).when(command).then_rejected(words, field=field)


def test_what_a_source_reported_may_stay_while_something_else_is_corrected() -> None:
    """No record number, no name, an impossible date: shown and marked, and no hindrance to a new phone."""
    reported: dict[str, Any] = {
        "mrn": None, "family": None, "given": None, "birth_date": "1861-02-30", "sex": None, "reported": True
    }  # fmt: skip
    story = given(PatientRegisteredFactory(**reported))
    del reported["reported"]
    event = story.when(CorrectDemographicsFactory(**{**reported, "mrn": "", "phone": "555-0100"})).event()
    assert event.changed == ("phone",)
    assert (event.mrn, event.birth_date, event.sex) == (None, "1861-02-30", None)
    story.when(CorrectDemographicsFactory(**{**reported, "birth_date": "1862-02-30"}))
    story.then_rejected("Feb-1862 has no day 30", field="birth_date")


def test_a_number_once_recorded_is_not_taken_away() -> None:
    story = given(PatientRegisteredFactory(**WHO)).when(CorrectDemographicsFactory(mrn=None, phone="1"))
    story.then_rejected("Write the record number", field="mrn")


def test_refuses_to_correct_someone_who_is_not_registered() -> None:
    given().when(CorrectDemographicsFactory()).then_rejected("no such patient")


@pytest.mark.parametrize(("one", "other"), [("A-10442", "a10442"), ("a 104 42", "A/10442"), ("Å1", "å-1")])
def test_two_ways_of_writing_a_record_number_are_one_number(one: str, other: str) -> None:
    assert record_number.normalised(one) == record_number.normalised(other)


# --- Notes ---------------------------------------------------------------------------------------


def test_a_note_is_kept_in_its_own_words() -> None:
    story = given(PatientRegisteredFactory()).when(AddNoteFactory(text=" Walks again.\nHappy QD. "))
    story.then(events.NoteAdded(text="Walks again.\nHappy QD.", category="clinical"))
    assert len(story.alerts("abbreviation")) == 1


def test_a_late_note_was_true_when_it_says() -> None:
    moment = at("2026-11-20 16:00")
    story = given(PatientRegisteredFactory()).when(AddNoteFactory(occurred_at=moment))
    assert story.accepted().occurred_at == moment


@pytest.mark.parametrize(
    ("values", "words", "field"),
    [
        ({"text": " "}, "Write the note", "text"),
        ({"text": "x" * 20_001}, "within 20,000", "text"),
        ({"text": "a\x1b[0m"}, "cannot be shown", "text"),
        ({"category": None}, "what kind of note", "category"),
        ({"category": "gossip"}, "not one of the choices", "category"),
    ],
)
def test_refuses_a_note_without_words_or_kind(values: dict[str, Any], words: str, field: str) -> None:
    given(PatientRegisteredFactory()).when(AddNoteFactory(**values)).then_rejected(words, field=field)
