"""What every long treatment has: renewals, reviews, a laboratory result that interrupts, and slips of the pen."""

from __future__ import annotations

from collections.abc import Callable

from records.codes import Certainty, HoldReason, NoteCategory, ResumeReason, Severity
from records.demo.life import Course, Life, Story
from records.demo.schedule import days, hours, weeks

PHARMACY = (
    "Medication review by telephone. Takes {drug} as prescribed, no side effects, knows what it is for.",
    "Checked {drug} against the hospital letter: agrees. No interactions that need a change.",
    "Blister pack made up with {drug}. Delivered by the daughter, who signs for it.",
    "Asked about over-the-counter remedies: none, apart from a multivitamin. {drug} unchanged.",
    "Collected {drug} four days late. Says that the old pack lasted longer than thought.",
    "Inhaler technique, swallowing and storage not an issue. {drug} supplied for the period ordered.",
)


def follow_up(
    life: Life,
    course: Course,
    *,
    every: tuple[int, int],
    note: Callable[[], str],
    lower: Callable[[], str] | None = None,
    raise_: Callable[[], str] | None = None,
) -> Story:
    """Review and renew for as long as the course is open.

    Shape: every is (least, most) days; lower and raise_ give the reason for an occasional step down or up.
    """
    while course.open:
        yield days(*every)
        if not course.open or course.held:
            continue
        life.renew(course, round((every[0] + every[1]) / 2 / 7) * 7)
        draw = life.rng.random()
        if draw < 0.34:
            life.note(note())
        elif draw < 0.42:
            life.note(life.say(PHARMACY, drug=course.medicine.name), NoteCategory.PHARMACY)
        elif draw < 0.5 and lower:
            life.decrease(course, reason=lower())
        elif draw < 0.58 and raise_:
            life.increase(course, reason=raise_())


RESULTS = (
    (HoldReason.LAB_RESULT, "Potassium 6.1 mmol/L, repeat sent", "Potassium 4.8 mmol/L on repeat"),
    (
        HoldReason.LAB_RESULT,
        "Creatinine up by a third after a stomach bug",
        "Creatinine back to baseline, eating and drinking",
    ),
    (HoldReason.LAB_RESULT, "Sodium 127 mmol/L, muddled since yesterday", "Sodium 135 mmol/L, clear again"),
    (
        HoldReason.OTHER,
        "Vomiting and diarrhoea for two days, risk of dehydration",
        "Well for 48 hours, drinking normally",
    ),
)


def laboratory_hold(life: Life, course: Course) -> Story:
    """Once or twice over the years a result or an illness makes the medicine pause for some days."""
    for code, cause, settled in life.rng.sample(RESULTS, 2):
        yield days(150, 700)
        if not course.open or course.held:
            return
        life.hold(course, code, cause)
        yield days(4, 11)
        life.resume(course, ResumeReason.CAUSE_RESOLVED, settled)


def supplies(life: Life, course: Course, every: tuple[int, int]) -> Story:
    """Nothing but renewals."""
    while course.open:
        yield days(*every)
        life.renew(course, round((every[0] + every[1]) / 2 / 7) * 7)


# --- Slips -------------------------------------------------------------------------------------------


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
                "Meant for another patient with the next appointment. Patient rang; no changed dose was taken.",
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
                "Plaster removed from the right wrist, good range of movement. Physiotherapy exercises shown.",
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
        code=("http://www.nlm.nih.gov/research/umls/rxnorm", "2670"),
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
                    "Home visit. Lives alone, neighbour helps. Medicines checked in the kitchen cupboard. "
                    "Written up late: no connection at the house.",
                    "Telephone call from the daughter on the evening of that day; advised as recorded.",
                )
            )
        )


def _find_course(life: Life, fits: Callable[[Course], bool]):  # type: ignore[no-untyped-def]
    """Wait until there is an open course that fits, for a year and a half at most."""
    for _ in range(12):
        yield days(30, 75)
        fitting = [c for c in life.courses if c.open and not c.held and fits(c)]
        if fitting:
            return life.rng.choice(fitting)
    return None


def welcome(life: Life) -> Story:
    """The first weeks: a nurse asks about allergies and writes down how the patient is."""
    yield hours(0.1, 0.5)
    life.note(
        life.say(
            (
                "New patient. Non-smoker, drinks wine at weekends. Height {h} cm, weight {w} kg.",
                "New patient check: blood pressure {s}/{d} mmHg, weight {w} kg. Works shifts.",
                "Registered today. Stopped smoking ten years ago. Lives with family. Weight {w} kg.",
                "New patient. Records requested from the last practice. Height {h} cm, weight {w} kg.",
            ),
            h=life.around(170, 12),
            w=life.around(74, 16),
            s=life.around(128, 10),
            d=life.around(78, 8),
        ),
        NoteCategory.NURSING,
    )
    if life.asks_about_allergies:
        life.no_known_allergies()


def moved_house(life: Life) -> Story:
    """The desk corrects an address or a telephone number."""
    yield days(200, 1200)
    life.correct_identity(
        life.say(
            (
                "Moved house, confirmed by the patient at the desk",
                "New address on the hospital letter, confirmed",
            )
        ),
        address=life.say(
            (
                "31 Sycamore Grove, Northfield",
                "Flat 5, 12 Malt House Lane, Northfield",
                "88 Victoria Embankment, Northfield",
                "7 Glebe Close, Little Northfield",
            )
        ),
    )
    if life.rng.random() < 0.5:
        yield weeks(20, 80)
        life.correct_identity("New mobile number given at the desk", phone="+1 212 555 0195")


def yearly_nurse(life: Life) -> Story:
    """Influenza vaccine, ears, wounds: what nurses write."""
    while True:
        yield days(290, 420)
        life.note(
            life.say(
                (
                    "Influenza vaccine given in the left arm. Sat for fifteen minutes, well.",
                    "Wound on the shin cleaned and dressed, clean edges. Review on Thursday.",
                    "Blood taken for kidney function, liver function and full blood count.",
                    "Weight {w} kg, waist {c} cm. Set a goal of one walk a day.",
                    "Both ears clear after softening drops for a week.",
                    "Vaccines up to date. Asked about falls: none this year.",
                ),
                w=life.around(75, 14),
                c=life.around(94, 12),
            ),
            NoteCategory.NURSING,
        )
