"""Stomach, bladder, eyes and expecting a child."""

from __future__ import annotations

from records.codes import NoteCategory, StopReason
from records.demo import medicines as rx
from records.demo.life import Life, Story
from records.demo.problems.routine import follow_up
from records.demo.schedule import days, weeks


def reflux(life: Life) -> Story:
    """A course, a step down, on and off again."""
    life.note(
        "Burning behind the breastbone after meals and at night, four times a week. "
        "No weight loss, no trouble swallowing."
    )
    course = life.prescribe(rx.OMEPRAZOLE, "20", indication="Reflux", note="Half an hour before breakfast.")
    yield weeks(4, 6)
    if life.rng.random() < 0.4:
        life.increase(course, reason="Better by half, still woken twice a week")
        yield weeks(6, 9)
        life.decrease(course, reason="No symptoms for a month")
    if life.rng.random() < 0.35:
        course = life.change(
            course,
            rx.PANTOPRAZOLE,
            "20",
            reason="Headaches on omeprazole, gone when paused",
            indication="Reflux",
        )
    for _ in range(life.rng.randrange(2, 8)):
        yield days(90, 160)
        life.renew(course, 112)
        if life.rng.random() < 0.4:
            life.note(
                life.say(
                    (
                        "Takes it on most days. Raised the head of the bed.",
                        "Symptoms with wine and late meals only.",
                        "Gastroscopy: small hiatus hernia, no inflammation.",
                    )
                )
            )
    yield weeks(4, 9)
    life.stop(
        course, StopReason.NO_LONGER_NEEDED, "Free of symptoms; antacid from the pharmacy if they return"
    )


def prostate(life: Life) -> Story:
    """Tamsulosin, and finasteride for a large gland."""
    life.note(
        "Up three times a night, weak stream. Prostate smooth, moderately enlarged. PSA 2.1 microgram/L."
    )
    course = life.prescribe(
        rx.TAMSULOSIN, indication="Enlarged prostate", note="After the same meal every day. Stand up slowly."
    )
    yield weeks(6, 12)
    if life.rng.random() < 0.5:
        life.prescribe(rx.FINASTERIDE, indication="Enlarged prostate", note="It takes six months to work.")
    yield from follow_up(
        life,
        course,
        every=(110, 190),
        note=lambda: life.say(
            (
                "Up once a night. Bladder empties, 40 mL left on ultrasound.",
                "Symptom score {s} of 35. Standing blood pressure fine.",
                "PSA 1.4 microgram/L. No infections.",
            ),
            s=life.around(9, 4),
        ),
    )


def glaucoma(life: Life) -> Story:
    """Drops every night."""
    life.note("Optician found pressures of 27 and 26 mmHg; eye clinic confirms open-angle glaucoma.")
    course = life.prescribe(
        rx.LATANOPROST,
        indication="Open-angle glaucoma",
        note="One drop in each eye. Keep unopened bottles in the fridge.",
    )
    yield weeks(12, 20)
    if life.rng.random() < 0.45 and not life.taking(rx.BISOPROLOL):
        life.prescribe(
            rx.TIMOLOL, indication="Open-angle glaucoma", note="Press the inner corner for a minute."
        )
    yield from follow_up(
        life,
        course,
        every=(80, 130),
        note=lambda: life.say(
            (
                "Pressures {a} and {b} mmHg. Fields stable.",
                "Eyelashes longer, red for an hour after the drop. Wants to go on.",
                "Daughter puts the drops in. Pressure {a} mmHg on both sides.",
            ),
            a=life.around(16, 3),
            b=life.around(17, 3),
        ),
    )


def pregnancy(life: Life) -> Story:
    """What is stopped, what is changed, and a child at the end."""
    life.note("Positive test at home, six weeks by dates. Pleased. Folic acid from the pharmacy already.")
    for course in [c for c in life.courses if c.open]:
        if course.medicine in (rx.LISINOPRIL, rx.RAMIPRIL, rx.LOSARTAN, rx.CANDESARTAN, rx.AMLODIPINE):
            life.change(
                course,
                rx.LABETALOL,
                reason="Pregnant; changed to a medicine that is used in pregnancy",
                indication="High blood pressure in pregnancy",
            )
        elif course.medicine in (rx.ATORVASTATIN, rx.ROSUVASTATIN):
            life.stop(course, StopReason.OTHER, "Pregnant; statin stopped until after breastfeeding")
        elif course.medicine is rx.LEVOTHYROXINE:
            life.increase(course, reason="Pregnant; need rises early, TSH every four weeks")
    yield weeks(5, 7)
    life.note("Scan: one child, heartbeat seen, dates agree.", NoteCategory.NURSING)
    sickness = life.prescribe(
        rx.METOCLOPRAMIDE, indication="Vomiting in pregnancy", days=5, as_needed="vomiting"
    )
    iron = life.prescribe(rx.FERROUS_SULFATE, indication="Iron deficiency in pregnancy")
    yield days(5, 8)
    life.note(
        f"Keeps food down since {sickness.medicine.name}. Weight {life.around(66, 8)} kg.",
        NoteCategory.NURSING,
    )
    yield weeks(18, 20)
    for course in [c for c in life.courses if c.open and c.medicine is rx.LABETALOL]:
        life.increase(course, reason="Blood pressure 148/94 mmHg at 30 weeks, no protein in urine")
    yield weeks(10, 11)
    life.note("Girl born at 39 weeks, 3,240 g. Both well. Breastfeeding.", NoteCategory.NURSING)
    yield weeks(6, 8)
    life.stop(iron, StopReason.NO_LONGER_NEEDED, "Haemoglobin 128 g/L six weeks after birth")
    for course in [c for c in life.courses if c.open and c.medicine is rx.LEVOTHYROXINE]:
        life.decrease(course, reason="Back to the dose from before pregnancy")


def constipation(life: Life) -> Story:
    """A sachet a day, for a while."""
    life.note("Hard stools twice a week since the tablets were increased. Abdomen soft.")
    course = life.prescribe(rx.MACROGOL, "1", indication="Constipation", note="In a glass of water.")
    yield weeks(3, 5)
    life.increase(course, reason="Some effect, still straining")
    for _ in range(3):
        yield days(60, 100)
        life.renew(course, 84)
    life.stop(course, StopReason.NO_LONGER_NEEDED, "Regular with prunes and walking")
