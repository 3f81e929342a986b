"""Lungs, nose and skin: asthma in adults and children, COPD, hay fever, eczema."""

from __future__ import annotations

from records.codes import NoteCategory, StopReason
from records.demo import medicines as rx
from records.demo.life import Life, Story
from records.demo.problems.routine import follow_up, supplies
from records.demo.schedule import days, hours, weeks

ASTHMA_FINE = (
    "Peak flow {p} L/min, uses the reliever once a week. Technique good with a spacer.",
    "Asthma review: sleeps through, no days off work. Peak flow {p} L/min.",
    "Ran a half marathon without the reliever. Chest clear.",
    "Asthma control score 22 of 25. Written action plan renewed.",
)
ASTHMA_WORSE = (
    "Reliever used daily, woken twice a week",
    "Peak flow down to {p} L/min in the pollen season",
    "Wheezy since the cold three weeks ago, cough at night",
)


def asthma(life: Life) -> Story:
    """A preventer and a reliever; sometimes a flare with a short course of prednisone."""
    life.note(
        "Wheeze and tight chest with exercise and cats. "
        f"Peak flow {life.around(390, 40)} L/min, varies by a quarter."
    )
    reliever = life.prescribe(
        rx.SALBUTAMOL, "200", indication="Asthma", as_needed="wheeze", note="Shake it. Use the spacer."
    )
    preventer = life.prescribe(
        rx.BECLOMETASONE, "100", indication="Asthma, prevention", note="Rinse your mouth afterwards."
    )
    life.start(supplies(life, reliever, (160, 300)))
    yield weeks(6, 10)
    if life.rng.random() < 0.5:
        life.increase(preventer, reason=life.say(ASTHMA_WORSE, p=life.around(350, 30)))
        yield weeks(8, 12)
    if life.rng.random() < 0.4:
        preventer = life.change(
            preventer,
            rx.BUDESONIDE_FORMOTEROL,
            "1",
            reason="Still wheezy on the higher dose, one inhaler for both purposes",
            indication="Asthma, prevention",
        )
    life.start(_flares(life))
    yield from follow_up(
        life,
        preventer,
        every=(100, 190),
        note=lambda: life.say(ASTHMA_FINE, p=life.around(430, 40)),
        raise_=lambda: life.say(ASTHMA_WORSE, p=life.around(350, 30)),
        lower=lambda: "No symptoms for six months, step down",
    )


def _flares(life: Life) -> Story:
    for _ in range(life.rng.randrange(1, 4)):
        yield days(180, 800)
        life.note(
            life.say(
                (
                    (
                        "Speaks in short sentences, respiratory rate 24, saturation 94 %. "
                        "Nebuliser helped within minutes."
                    ),
                    (
                        "Wheeze on both sides after a cold, saturation 95 %. "
                        "Peak flow 240 L/min, 310 after the nebuliser."
                    ),
                    "Flare for three days, yellow sputum, no fever. Chest X-ray clear.",
                )
            )
        )
        life.prescribe(
            rx.PREDNISONE, "40", indication="Flare of asthma", days=5, note="In the morning with food."
        )
        yield hours(20, 30)
        life.note("Telephoned: slept through, reliever twice since yesterday.", NoteCategory.NURSING)


def copd(life: Life) -> Story:
    """Inhalers, winters, rescue packs."""
    life.note(
        "Spirometry: FEV1 52 % of predicted, no reversibility. Forty pack years. Cessation clinic offered."
    )
    reliever = life.prescribe(rx.SALBUTAMOL, "200", indication="COPD", as_needed="breathlessness")
    tiotropium = life.prescribe(rx.TIOTROPIUM, indication="COPD", note="One dose every morning.")
    life.start(supplies(life, reliever, (90, 150)))
    life.start(_winters(life))
    yield from follow_up(
        life,
        tiotropium,
        every=(80, 140),
        note=lambda: life.say(
            (
                "Walks {m} metres before stopping. Saturation {o} % on air.",
                "Pulmonary rehabilitation finished, feels stronger. Weight {w} kg.",
                "Breathless on hills only. Stopped smoking eleven weeks ago.",
                "Inhaler technique checked, breathes in too fast; shown again.",
            ),
            m=life.around(320, 90),
            o=life.around(93, 3),
            w=life.weight(),
        ),
    )


def _winters(life: Life) -> Story:
    while True:
        yield days(150, 420)
        life.note(
            life.say(
                (
                    "More breathless, green sputum for four days. Saturation {o} %. No fever.",
                    "Cough and wheeze since Sunday, temperature 37.8 degrees, saturation {o} %.",
                    "Could not finish breakfast for breath. Crackles at the right base, saturation {o} %.",
                ),
                o=life.around(91, 3),
            )
        )
        if not life.meets_an_allergy(rx.DOXYCYCLINE):
            life.prescribe(
                rx.DOXYCYCLINE, indication="Exacerbation of COPD", days=5, note="With plenty of water."
            )
        life.prescribe(rx.PREDNISONE, "30", indication="Exacerbation of COPD", days=5)
        yield weeks(2, 3)
        life.note("Back to usual. Rescue pack explained.", NoteCategory.NURSING)


def asthma_in_a_child(life: Life) -> Story:
    """Small doses, a spacer and anxious parents."""
    life.note("Third wheezy episode with a cold this winter, eczema as a baby. Mother has asthma.")
    reliever = life.prescribe(
        rx.SALBUTAMOL,
        "100",
        indication="Wheeze with colds",
        as_needed="wheeze",
        note="With the spacer and mask.",
    )
    yield weeks(4, 7)
    montelukast = life.prescribe(
        rx.MONTELUKAST_CHEWABLE,
        "4",
        indication="Prevention of wheeze",
        note="In the evening. Tell us of bad dreams.",
    )
    yield weeks(6, 9)
    if life.rng.random() < 0.6:
        life.stop(
            montelukast, StopReason.SIDE_EFFECT, "Night terrors since the second week, gone when left out"
        )
    preventer = life.prescribe(rx.BECLOMETASONE, "100", indication="Asthma, prevention")
    life.start(supplies(life, reliever, (150, 260)))
    yield from follow_up(
        life,
        preventer,
        every=(90, 160),
        note=lambda: life.say(
            (
                "Growing along the centile, height {h} cm, weight {w} kg. No nights disturbed.",
                (
                    "Plays football again. School has the spare inhaler."
                    if life.age() >= 5
                    else "Runs about with the others. Nursery has the spare inhaler."
                ),
                "Cough with every cold, never admitted. Technique good with mother's help.",
            ),
            h=life.height(),
            w=life.weight(),
        ),
    )


def hay_fever(life: Life) -> Story:
    """Every spring again."""
    while True:
        life.note(
            life.say(
                (
                    "Sneezing, itching eyes and blocked nose since the birches flowered.",
                    "Hay fever back, sleeps badly with a blocked nose.",
                    "Eyes red and streaming on dry days. Chest clear.",
                )
            )
        )
        spray = life.prescribe(
            rx.FLUTICASONE_NASAL, "2", indication="Hay fever", days=84, note="Point it away from the middle."
        )
        if life.rng.random() < 0.7 and not life.taking(rx.CETIRIZINE):
            tablet = life.prescribe(rx.CETIRIZINE, indication="Hay fever", as_needed="sneezing or itching")
            yield weeks(11, 15)
            life.stop(tablet, StopReason.NO_LONGER_NEEDED, "Season over")
        else:
            yield weeks(3, 5)
            life.stop(spray, StopReason.SIDE_EFFECT, "Nosebleeds on the right side")
        yield days(240, 300)


def eczema(life: Life) -> Story:
    """Flares in the folds of the elbows."""
    while True:
        life.note(
            life.say(
                (
                    "Red, scratched patches in both elbow folds. Not infected. Emollients twice a day.",
                    "Eczema behind the knees, wakes scratching. New washing powder since last month.",
                    "Flare on hands after a week of washing up. Gloves discussed.",
                )
            )
        )
        life.prescribe(
            rx.HYDROCORTISONE_CREAM, indication="Eczema", days=10, note="Thinly, on red patches only."
        )
        yield days(200, 480)
