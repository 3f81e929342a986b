"""Slips of the pen, found and put right, and entries that were made days late."""

from __future__ import annotations

from collections.abc import Callable, Generator

from records.codes import Certainty, NoteCategory, Severity
from records.demo.life import Life, Story
from records.demo.medicines import RXNORM
from records.demo.schedule import Wait, days
from records.demo.treatment import Course

#: Medicines whose dose goes up and down with how the patient is.
TITRATED = frozenset(
    {
        "amlodipine", "amitriptyline", "bisoprolol", "candesartan", "carbidopa + levodopa 25 mg + 100 mg",
        "furosemide", "gabapentin", "gliclazide", "lisinopril", "losartan", "metformin",
        "metformin modified-release", "propranolol", "ramipril", "spironolactone", "venlafaxine",
    }
)  # fmt: skip


def wrong_dose(life: Life) -> Story:
    """A dose is entered on the wrong chart; a note relies on it; the next day it is marked as in error."""
    course = yield from _find_course(life, lambda c: not c.highest and c.medicine.name in TITRATED)
    if course is None:
        return
    before, earlier = course.dose, course.changed_by
    slip = life.adjust(course, course.medicine.doses[-1], reason="Not controlled on the present dose")
    if slip is None:
        return
    yield days(0.4, 0.9)
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
    course = yield from _find_course(life, lambda c: not c.lowest and c.medicine.name in TITRATED)
    if course is None:
        return
    with life.earlier(days=life.rng.randrange(2, 6)):
        reduced = life.decrease(
            course,
            reason=life.say(
                (
                    "Home visit: light-headed on standing, agreed a lower dose with the family",
                    "Seen at home: nausea and no appetite, lower dose from that day on",
                    "Told by telephone to take the lower dose until reviewed",
                )
            ),
        )
        life.note(
            life.say(
                (
                    "Home visit. Medicines checked in the kitchen. Written up late: no connection there.",
                    "Call from the family while on the road; advised by telephone, written up later.",
                )
            )
        )
    if reduced:
        yield days(10, 20)
        life.note("Better since the dose was reduced.", NoteCategory.NURSING)


def _find_course(life: Life, fits: Callable[[Course], bool]) -> Generator[Wait, None, Course | None]:
    """Wait until there is an open course that fits, for a year and a half at most."""
    for _ in range(12):
        yield days(30, 75)
        fitting = [c for c in life.courses if c.open and not c.held and fits(c)]
        if fitting:
            return life.rng.choice(fitting)
    return None
