"""What every long treatment has: renewals, reviews, and a laboratory result that interrupts."""

from __future__ import annotations

from collections.abc import Callable

from records.codes import HoldReason, NoteCategory, ResumeReason
from records.demo.life import Life, Story
from records.demo.schedule import days, hours, weeks
from records.demo.treatment import Course

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
