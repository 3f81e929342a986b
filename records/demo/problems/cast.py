"""Histories that are told to the minute: the patients who show what a record can do."""

from __future__ import annotations

from records.codes import (
    AllergyCategory,
    Certainty,
    Criticality,
    NoteCategory,
    Severity,
    StopReason,
)
from records.demo import medicines as rx
from records.demo.life import Life, Story
from records.demo.people import EMPLOYEE
from records.demo.schedule import days, hours, weeks

OSEI, JONES, SMITH, HERRERA = (EMPLOYEE[name] for name in ("osei", "jones", "smith", "herrera"))


def no_name_yet(life: Life) -> Story:
    """Brought in without papers; the name becomes known two days later."""
    life.note(
        "Found asleep in the park, cold, unharmed. No papers. Answers to no name. Temperature 34.8 degrees.",
        NoteCategory.NURSING,
    )
    yield hours(30, 50)
    life.note("Warm and awake. Says he has no illnesses; cannot say what he takes.", NoteCategory.NURSING)
    yield days(1, 2)
    life.correct_identity(
        "Identified by his brother",
        family="Mahlangu",
        given="Sipho",
        sex="male",
        birth_date=life.born_about(43),
    )
    life.prescribe(
        rx.FOLIC_ACID,
        indication="Poor nutrition",
        frequency="once daily",
        days=84,
        note="Until the review in twelve weeks.",
    )


def refugee(life: Life) -> Story:
    """No birth date, no papers, an interpreter; blood pressure and iron."""
    life.note(
        "Seen with an interpreter by telephone. Does not know her date of birth. Two children. No medicines."
    )
    life.no_known_allergies()
    yield weeks(2, 3)
    iron = life.prescribe(rx.FERROUS_SULFATE, indication="Iron deficiency anaemia")
    yield weeks(7, 9)
    life.renew(iron, 84)
    life.note(
        "Haemoglobin 117 g/L, up from 92. Sleeps better. English classes started.", NoteCategory.NURSING
    )
    yield weeks(10, 12)
    life.stop(iron, StopReason.NO_LONGER_NEEDED, "Ferritin 58 microgram/L")


def a_visit(life: Life) -> Story:
    """One complaint, one course."""
    yield hours(0.1, 0.3)
    life.note(
        life.say(
            (
                "Twisted the ankle on a kerb. Tender over the outer ligament, can bear weight.",
                "Itching bites on both legs after a camping weekend. No fever.",
                "Stiff neck since waking. Full movement after gentle exercise.",
            )
        )
    )
    life.prescribe(
        rx.IBUPROFEN, "400", indication="Pain after an injury", as_needed="pain", days=7, note="With food."
    )


def swapped_twins(life: Life) -> Story:
    """Twins with names one letter apart: an entry meant for the brother is found and put right."""
    yield days(120, 260)
    slip = life.prescribe(rx.LEVETIRACETAM, "250", indication="Epilepsy")
    yield hours(3, 5)
    life.mark_in_error(
        slip.opened_by, "Prescribed on the chart of the twin brother; names and birth dates checked with both"
    )
    slip.open = False
    life.courses.remove(slip)
    life.note(
        "Warning: twin brother Eirik has the same birth date. Ask for the full name and number every time.",
        NoteCategory.ADMINISTRATIVE,
    )


def misspelt(life: Life) -> Story:
    """Registered with the name as heard, put right when the passport was shown."""
    yield days(3, 20)
    identity = life.identity()
    life.correct_identity("Passport shown at the desk", family=identity["family"], given=identity["given"])


def born_another_day(life: Life) -> Story:
    """A birth date that was typed wrong, and a correction that was wrong itself."""
    yield days(80, 300)
    right = life.identity_as_recorded["birth_date"]
    slip = life.correct_identity("Date on the insurance card", birth_date=life.shifted(right, years=1))
    yield days(1, 3)
    life.mark_in_error(
        slip, "The card had the wrong year; passport confirms the date as first recorded",
        by=life.employee("brennan"),
    )  # fmt: skip
    life.identity_as_recorded["birth_date"] = right


def unsure(life: Life) -> Story:
    """Reported reactions that could not be confirmed yet."""
    yield hours(0.2, 0.5)
    life.allergic(
        "iodinated contrast medium",
        severity=Severity.MODERATE,
        reactions="not remembered, told by a hospital abroad",
        certainty=Certainty.UNCONFIRMED,
        criticality=Criticality.UNABLE_TO_ASSESS,
        category=AllergyCategory.MEDICATION,
        onset=life.childhood(),
        by=life.nurse(),
    )
