"""Mind, sleep and nerves: from depression and migraine to Parkinson's disease and dementia."""

from __future__ import annotations

from records.codes import HoldReason, NoteCategory, ResumeReason, StopReason
from records.demo import medicines as rx
from records.demo.life import Life, Story
from records.demo.problems.routine import KIDNEYS, follow_up, interruptions, supplies
from records.demo.schedule import days, weeks

MOOD_BETTER = (
    "Sleeps six hours, back at work part-time. Questionnaire score down from 17 to {q}.",
    "Brighter, sees friends again. No thoughts of self-harm. Score {q}.",
    "Talking therapy finished, found it useful. Score {q}. Continue tablets.",
    "Had a bad fortnight around the anniversary, coping now. Score {q}.",
)
MOOD_SAME = (
    "Little change after {w} weeks, tolerates it well",
    "Questionnaire score still {q} after {w} weeks",
    "Partial response, early waking persists",
)


def depression(life: Life) -> Story:
    """An antidepressant, sometimes a second, tapered when well."""
    life.note(
        "Low mood, poor sleep and no appetite for two months. Questionnaire score 17. "
        "No plans to harm self, partner supportive. Agreed tablets and talking therapy."
    )
    course = life.prescribe(
        rx.SERTRALINE, "50", indication="Depression", note="It may take two to four weeks to work."
    )
    yield weeks(2, 3)
    life.note("Nausea in the first week, gone now. Sleeping a little better.", NoteCategory.NURSING)
    yield weeks(3, 4)
    life.increase(course, reason=life.say(MOOD_SAME, w=6, q=life.around(14, 2)))
    yield weeks(5, 8)
    if life.rng.random() < 0.4:
        course = life.change(
            course,
            life.rng.choice((rx.MIRTAZAPINE, rx.VENLAFAXINE, rx.CITALOPRAM)),
            reason=life.say(
                (
                    "No response after ten weeks at a full dose",
                    "Jaw clenching and sexual side effects, asked for another medicine",
                )
            ),
            indication="Depression",
        )
        yield weeks(4, 6)
        life.increase(course, reason=life.say(MOOD_SAME, w=4, q=life.around(13, 2)))
    for _ in range(life.rng.randrange(3, 9)):
        yield days(55, 95)
        life.renew(course, 56)
        if life.rng.random() < 0.5:
            life.note(life.say(MOOD_BETTER, q=life.around(6, 3)))
    yield weeks(6, 10)
    while course.open and not course.lowest and life.rng.random() < 0.9:
        life.decrease(course, reason="Well for nine months, wishes to come off slowly")
        yield weeks(4, 6)
    life.stop(
        course, StopReason.NO_LONGER_NEEDED, "Well throughout the taper. Knows the early signs to watch for."
    )


def poor_sleep(life: Life) -> Story:
    """A short course that should stay short."""
    life.note("Cannot fall asleep since the bereavement, dreads the evening. Sleep advice and diary given.")
    course = life.prescribe(
        rx.ZOPICLONE,
        indication="Insomnia",
        as_needed="sleep",
        note="At most three nights a week. Do not drive.",
    )
    yield weeks(4, 6)
    if life.rng.random() < 0.4:
        life.increase(course, reason="Falls asleep but wakes at two; short trial of the higher dose")
        yield weeks(3, 4)
        life.decrease(course, reason="Groggy in the morning on the higher dose")
        yield weeks(3, 5)
    life.note("Sleep diary: five good nights of seven. Agreed to stop over two weeks.")
    yield weeks(2, 3)
    life.stop(course, StopReason.NO_LONGER_NEEDED, "Sleeps well again, last tablets returned")


def bipolar(life: Life) -> Story:
    """Lithium by level, with kidneys and thyroid in view; quetiapine in bad times."""
    life.note("Bipolar disorder since 24, two admissions. Settled on lithium. Knows the signs of too much.")
    lithium = life.prescribe(
        rx.LITHIUM,
        "600",
        indication="Bipolar disorder",
        note="Keep drinking. Call us with vomiting or diarrhoea. No ibuprofen.",
    )
    life.start(_elated(life))
    life.start(interruptions(life, lithium, KIDNEYS[1:]))
    need = 600.0
    while lithium.open:
        yield days(75, 105)
        need = min(max(need + life.rng.gauss(0, 40), 480), 720)
        level = 0.72 * float(lithium.dose) / need + life.rng.gauss(0, 0.09)
        if level < 0.55:
            life.increase(
                lithium, reason=f"Lithium level {life.number(level)} mmol/L, restless and sleeping less"
            )
        elif level > 0.92:
            life.decrease(lithium, reason=f"Lithium level {life.number(level)} mmol/L, fine tremor, eGFR 58")
        else:
            life.note(
                life.say(
                    (
                        "Lithium level {v} mmol/L, calcium and thyroid normal.",
                        "Level {v} mmol/L twelve hours after the dose. Mood even. eGFR 66.",
                        "Level {v} mmol/L. Weight steady. Works four days a week.",
                    ),
                    v=life.number(level),
                )
            )
            life.renew(lithium, 84)


def _elated(life: Life) -> Story:
    for _ in range(2):
        yield days(400, 1000)
        life.note("Three nights with little sleep, spending, talks fast. Insight kept; sister involved.")
        quetiapine = life.prescribe(rx.QUETIAPINE, "100", indication="Elated mood in bipolar disorder")
        yield days(4, 7)
        life.increase(quetiapine, reason="Sleeps four hours, still elated")
        yield weeks(5, 7)
        life.decrease(quetiapine, reason="Sedated in the mornings, mood settled")
        yield weeks(5, 8)
        life.stop(quetiapine, StopReason.NO_LONGER_NEEDED, "Mood even for two months")


def epilepsy(life: Life) -> Story:
    """Up slowly until there are no seizures."""
    drug = life.rng.choice((rx.LEVETIRACETAM, rx.LAMOTRIGINE))
    life.note(
        "Second generalised seizure in four months, witnessed. MRI normal. "
        "Driving stopped, explained safety at home."
    )
    course = life.prescribe(drug, indication="Epilepsy", note="Never stop suddenly.")
    for _ in range(life.rng.randrange(1, 4)):
        yield weeks(2, 5)
        life.increase(
            course,
            reason=life.say(
                (
                    "Planned step, no rash, no change of mood",
                    "One brief seizure on waking since the last visit",
                    "Seizure after a night without sleep",
                )
            ),
        )
    yield from follow_up(
        life,
        course,
        every=(80, 150),
        note=lambda: life.say(
            (
                "No seizure since the last visit. Mood steady.",
                "Seizure-free for a year, licence returned.",
                "Two jerks in the morning after late shifts. Sleep discussed.",
            )
        ),
        raise_=lambda: "One seizure with fever in February",
    )


def migraine(life: Life) -> Story:
    """Something for the attack, and then something to have fewer."""
    life.note(
        "Throbbing left-sided headache with flashing lights, twice a month, lasts a day. "
        "Neurological examination normal."
    )
    attack = life.prescribe(
        rx.SUMATRIPTAN,
        indication="Migraine",
        as_needed="migraine attack",
        note="As early as you can. At most two in 24 hours.",
    )
    yield weeks(10, 20)
    life.increase(attack, reason="Half a relief at two hours, no side effects")
    yield weeks(12, 30)
    preventer = life.prescribe(
        life.rng.choice((rx.AMITRIPTYLINE, rx.PROPRANOLOL)), indication="Prevention of migraine"
    )
    yield weeks(6, 9)
    life.increase(preventer, reason="Eight headache days last month, down from eleven")
    life.start(supplies(life, attack, (90, 170)))
    yield from follow_up(
        life,
        preventer,
        every=(100, 160),
        note=lambda: life.say(
            (
                "Three headache days a month. Diary kept. Blood pressure {s}/{d} mmHg.",
                "Attacks with the period only. Content with the treatment.",
                "Drowsy until ten in the morning, takes it earlier in the evening now.",
            ),
            s=life.around(121, 8),
            d=life.around(76, 6),
        ),
        lower=lambda: "Two good years, trial of a lower dose",
    )


def parkinsons(life: Life) -> Story:
    """Levodopa in small steps; the day is planned around it."""
    life.note(
        "Rest tremor of the right hand, small handwriting, slow to turn in bed. "
        "Neurologist agrees: Parkinson's disease."
    )
    course = life.prescribe(
        rx.CARBIDOPA_LEVODOPA,
        "0.5",
        indication="Parkinson's disease",
        note="Half an hour before meals, always at the same times.",
    )
    for _ in range(2):
        yield weeks(3, 8)
        life.increase(course, reason="Slow on walking and with buttons, no nausea")
    yield weeks(30, 60)
    life.adjust(
        course,
        frequency="four times daily",
        reason="Wears off an hour before the next dose, freezing in doorways",
    )
    yield from follow_up(
        life,
        course,
        every=(70, 120),
        note=lambda: life.say(
            (
                "Walks without a stick. Dances on Thursdays. No hallucinations.",
                "Timed walk ten metres in {t} seconds. Swallowing safe.",
                "Vivid dreams, shouts at night. Bed rail not wanted.",
                "Physiotherapy weekly, one fall in the garden.",
            ),
            t=life.around(12, 3),
        ),
    )


def dementia(life: Life) -> Story:
    """Donepezil, carers, and night-time notes."""
    life.note("Memory clinic: Alzheimer's disease, mild. Score 22 of 30. Daughter has power of attorney.")
    course = life.prescribe(
        rx.DONEPEZIL, "5", indication="Alzheimer's disease", note="Daughter fills the box."
    )
    yield weeks(5, 7)
    life.increase(course, reason="No nausea, pulse 68; to the usual dose")
    yield weeks(20, 40)
    life.start(_nights(life))
    if life.rng.random() < 0.5:
        life.hold(course, HoldReason.SIDE_EFFECT, "Pulse 46 and faint in the bathroom, ECG ordered")
        yield days(6, 10)
        life.resume(
            course, ResumeReason.REVIEWED, "Pulse 58, ECG without block; cardiologist agrees to go on"
        )
        yield days(0.1, 0.2)
        life.decrease(course, reason="Back to the lower dose after the slow pulse")
    yield from follow_up(
        life,
        course,
        every=(80, 130),
        note=lambda: life.say(
            (
                "Recognises family, needs help with dressing. Weight {w} kg.",
                "Carer reports wandering in the afternoon. Day centre three times a week.",
                "Score {s} of 30. Eats well with finger food.",
            ),
            w=life.weight(),
            s=life.around(18, 3),
        ),
    )


def _nights(life: Life) -> Story:
    while True:
        yield days(35, 110, shift="night")
        life.note(
            life.say(
                (
                    "Awake and looking for her mother. Settled with tea and the radio.",
                    "Found on the floor beside the bed, no injury, moved all limbs. Family told.",
                    "A quiet night so far. Drank well in the evening.",
                    "Restless for two hours, redirected. No medicine given.",
                    "Called out for pain in the hip, paracetamol helped within the hour.",
                    "Refused the evening tablets, took them half an hour later with yoghurt.",
                )
            ),
            NoteCategory.NURSING,
            by=life.employee("adeyemi"),
        )


def attention(life: Life) -> Story:
    """Methylphenidate on school or work days."""
    life.note(
        "Assessment finished: attention deficit hyperactivity disorder in an adult. "
        "Heart examined, ECG normal."
    )
    course = life.prescribe(
        rx.METHYLPHENIDATE, "18", indication="ADHD", note="In the morning. Not in the evening."
    )
    for _ in range(2):
        yield weeks(3, 5)
        life.increase(course, reason="Concentration wears off before noon, pulse and blood pressure normal")
    yield from follow_up(
        life,
        course,
        every=(30, 62),
        note=lambda: life.say(
            (
                "Holds down the job, partner notices when it is left out. Pulse {p}.",
                "Appetite poor at lunch, weight steady at {w} kg.",
                "Takes breaks at weekends. Sleeps well.",
            ),
            p=life.around(78, 8),
            w=life.weight(),
        ),
        lower=lambda: "Irritable in the evenings, lower dose agreed",
    )
