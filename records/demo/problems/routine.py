"""What every long treatment has: renewals, reviews, and a laboratory result that interrupts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from records.codes import HoldReason, NoteCategory, ResumeReason
from records.demo.life import Life, Story
from records.demo.schedule import days, hours, weeks
from records.demo.treatment import Course

PHARMACY = (
    "Medication review by telephone. Takes {drug} as prescribed, no side effects, knows what it is for.",
    "Checked {drug} against the hospital letter: agrees. No interactions that need a change.",
    "Pharmacy check of all medicines, {drug} among them. Nothing bought without asking.",
    "Asked about over-the-counter remedies: none, apart from a multivitamin. No change to {drug}.",
    "Collected {drug} four days late. Says that the old pack lasted longer than thought.",
    "Supplied {drug} for the period ordered. Questions about storage answered.",
    "Asks whether {drug} may be taken with grapefruit: looked up and answered by telephone.",
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


Interruption = tuple[HoldReason, str, str]

KIDNEYS: tuple[Interruption, ...] = (
    (HoldReason.LAB_RESULT, "Potassium 6.1 mmol/L, repeat sent", "Potassium 4.8 mmol/L on repeat"),
    (
        HoldReason.LAB_RESULT,
        "Creatinine up by a third after a stomach bug",
        "Creatinine back to baseline, eating and drinking",
    ),
    (
        HoldReason.OTHER,
        "Vomiting and diarrhoea for two days, risk of dehydration",
        "Well for 48 hours, drinking normally",
    ),
)
PULSE: tuple[Interruption, ...] = (
    (HoldReason.SIDE_EFFECT, "Pulse 42, tired and light-headed", "Pulse 61 after a pause, ECG without block"),
    (
        HoldReason.OTHER,
        "Blood pressure 88/52 mmHg with a stomach bug",
        "Blood pressure 118/70 mmHg, eating and drinking",
    ),
)
MARROW: tuple[Interruption, ...] = (
    (HoldReason.LAB_RESULT, "White cells 2.4, no fever, repeat in a week", "White cells 4.1 on repeat"),
    (
        HoldReason.OTHER,
        "Fever of 38.7 degrees, source not yet clear",
        "Urine infection treated, no fever for four days",
    ),
)


def interruptions(life: Life, course: Course, kinds: Sequence[Interruption]) -> Story:
    """Twice over the years a result or an illness makes the medicine pause for some days."""
    for code, cause, settled in life.rng.sample(list(kinds), 2):
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


#: For a child, an adult, someone retired.
_WELCOME = (
    (
        "New patient, comes with the mother. Height {h} cm, weight {w} kg, along the centiles.",
        "Registered with both parents. Vaccines up to date, red book seen. Weight {w} kg.",
    ),
    (
        "New patient. Non-smoker, drinks wine at weekends. Height {h} cm, weight {w} kg.",
        "New patient check: blood pressure {s}/{d} mmHg, weight {w} kg. Works shifts.",
        "Registered today. Stopped smoking ten years ago. Lives with family. Weight {w} kg.",
        "New patient. Records requested from the last practice. Height {h} cm, weight {w} kg.",
    ),
    (
        "New patient. Retired, walks every day, hearing aid on the left. Weight {w} kg.",
        "New patient check: blood pressure {s}/{d} mmHg, height {h} cm, weight {w} kg. Manages alone.",
        "Registered today with a list of medicines from the last practice. Weight {w} kg.",
    ),
)


def welcome(life: Life) -> Story:
    """The first weeks: a nurse asks about allergies and writes down how the patient is."""
    yield hours(0.1, 0.5)
    life.note(
        life.say(
            _WELCOME[0] if life.age() < 14 else _WELCOME[1] if life.age() < 66 else _WELCOME[2],
            h=life.height(),
            w=life.weight(),
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
                w=life.weight(),
                c=life.around(94, 12),
            ),
            NoteCategory.NURSING,
        )
