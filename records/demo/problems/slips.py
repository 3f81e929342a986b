"""Slips of the pen, found and put right, and entries that were made days late."""

from __future__ import annotations

from collections.abc import Callable, Generator

from records.codes import Certainty, NoteCategory, Severity
from records.demo.life import Life, Story
from records.demo.medicines import RXNORM
from records.demo.schedule import Wait, days, hours
from records.demo.treatment import Course


def wrong_dose(life: Life) -> Story:
    """A dose is entered on the wrong chart; a note relies on it; the next day it is marked as in error."""
    course = yield from _find_course(life, lambda c: not c.highest and len(c.medicine.doses) > 1)
    if course is None:
        return
    before, earlier = course.dose, course.changed_by
    slip = life.adjust(course, course.medicine.doses[-1], reason="Symptoms not controlled")
    if slip is None:
        return
    yield hours(14, 20)
    life.note(
        f"Interaction check at {course.dose} {course.medicine.unit} {course.medicine.name}: "
        "asked the prescriber to confirm the new dose.",
        NoteCategory.PHARMACY,
    )
    yield days(1, 2)
    life.mark_in_error(
        slip,
        life.say(
            (
                (
                    "Meant for another patient with the next appointment. "
                    "Patient rang; no changed dose was taken."
                ),
                "Wrong chart was open when the dose was changed. Pharmacy had not dispensed it.",
                "Dose picked from the wrong line of the list. The old tablets were continued.",
            )
        ),
    )
    course.dose, course.changed_by = before, earlier


def note_on_the_wrong_chart(life: Life) -> Story:
    """A note about someone else, found a few days later."""
    yield days(30, 400)
    slip = life.note(
        life.say(
            (
                "Ear syringed on the left, drum intact. Will come back if hearing does not improve.",
                "Sutures out, wound healed. May swim again from next week.",
                "Travel advice for Thailand; boosters given last year are enough.",
                (
                    "Plaster removed from the right wrist, good range of movement. "
                    "Physiotherapy exercises shown."
                ),
            )
        ),
        by=life.nurse(),
        category=NoteCategory.NURSING,
    )
    yield days(1, 6)
    life.mark_in_error(
        slip,
        life.say(
            (
                "Written on the wrong chart; this patient was not seen that day.",
                "Belongs to the patient before. Written again on the right chart.",
            )
        ),
    )


def prescribed_twice(life: Life) -> Story:
    """The same medicine was prescribed again instead of renewed: the second is an entry in error."""
    course = yield from _find_course(life, lambda c: not c.held)
    if course is None:
        return
    twin = life.prescribe(
        course.medicine, course.dose, indication="Repeat supply", frequency=course.frequency
    )
    yield days(2, 5)
    life.mark_in_error(
        twin.opened_by, "Already prescribed; should have been a renewal. Only one supply was dispensed."
    )
    twin.open = False
    life.courses.remove(twin)


def mistaken_allergy(life: Life) -> Story:
    """An allergy entered from somebody else's letter."""
    yield days(60, 700)
    if any(allergy.open for allergy in life.allergies):
        return
    slip = life.allergic(
        "codeine",
        severity=Severity.MODERATE,
        reactions="vomiting, itching",
        certainty=Certainty.UNCONFIRMED,
        code=(RXNORM, "2670"),
    )
    yield days(1, 9)
    life.mark_in_error(slip.recorded_by, "Taken from a letter about another patient with the same surname.")
    slip.open = False


def late_entry(life: Life) -> Story:
    """A home visit that was written up days later, with a change that was true from the visit on."""
    course = yield from _find_course(life, lambda c: not c.held and not c.lowest)
    if course is None:
        return
    visited = life.rng.randrange(2, 6)
    with life.earlier(days=visited):
        life.decrease(
            course,
            reason=life.say(
                (
                    "Home visit: drowsy and unsteady, agreed a lower dose with the family",
                    "Seen at home: nausea since the last increase, lower dose from that evening",
                    "Told by telephone to take the lower dose until reviewed",
                )
            ),
        )
        life.note(
            life.say(
                (
                    (
                        "Home visit. Lives alone, neighbour helps. Medicines checked in the kitchen. "
                        "Written up late: no connection at the house."
                    ),
                    "Telephone call from the daughter on the evening of that day; advised as recorded.",
                )
            )
        )


def _find_course(life: Life, fits: Callable[[Course], bool]) -> Generator[Wait, None, Course | None]:
    """Wait until there is an open course that fits, for a year and a half at most."""
    for _ in range(12):
        yield days(30, 75)
        fitting = [c for c in life.courses if c.open and not c.held and fits(c)]
        if fitting:
            return life.rng.choice(fitting)
    return None
