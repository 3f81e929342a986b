"""Hormones and metabolism: diabetes, thyroid, gout, bones, iron."""

from __future__ import annotations

from records.codes import HoldReason, NoteCategory, ResumeReason, StopReason
from records.demo import medicines as rx
from records.demo.life import Life, Story
from records.demo.problems.routine import MARROW, follow_up, interruptions, supplies
from records.demo.schedule import days, weeks
from records.demo.treatment import Course

SUGAR_HIGH = (
    "HbA1c {a} mmol/mol, aim is 53",
    "HbA1c {a} mmol/mol on full attendance and good diet",
    "HbA1c up to {a} mmol/mol since the summer",
)
SUGAR_FINE = (
    "HbA1c {a} mmol/mol. Feet: pulses present, sensation normal. Eye screening booked.",
    "Diabetes review: HbA1c {a} mmol/mol, weight {w} kg, blood pressure {s} systolic.",
    "HbA1c {a} mmol/mol. Urine albumin normal. Continue.",
    "Dietitian seen. HbA1c {a} mmol/mol, two kg lighter than last year.",
)
LOOSE = ("Loose stools and bloating since the dose went up", "Nausea after breakfast every day, loose stools")


def type_2_diabetes(life: Life) -> Story:
    """Metformin, often the modified-release kind, then a second and a third medicine; scans interrupt."""
    life.note(
        f"HbA1c {life.around(64, 8)} mmol/mol on two samples: type 2 diabetes. "
        "Explained, education course offered."
    )
    yield weeks(6, 12)
    metformin = life.prescribe(rx.METFORMIN, "500", indication="Type 2 diabetes", note="With or after meals.")
    yield weeks(4, 6)
    if life.rng.random() < 0.45:
        metformin = life.change(
            metformin, rx.METFORMIN_MR, "500", reason=life.say(LOOSE), indication="Type 2 diabetes",
            note="Swallow whole with the evening meal and breakfast.",
        )  # fmt: skip
        yield weeks(6, 10)
    life.adjust(metformin, "1000", reason=life.say(SUGAR_HIGH, a=life.around(61, 5)))
    life.start(_contrast_scan(life, metformin))
    life.start(supplies(life, metformin, (84, 112)))
    yield weeks(20, 40)
    second = life.prescribe(
        life.rng.choice((rx.SITAGLIPTIN, rx.EMPAGLIFLOZIN, rx.GLICLAZIDE)), indication="Type 2 diabetes"
    )
    if second.medicine is rx.GLICLAZIDE:
        life.start(_hypos(life, second))
    yield from follow_up(
        life,
        second,
        every=(90, 150),
        note=lambda: life.say(SUGAR_FINE, a=life.around(54, 6), w=life.weight(), s=life.around(131, 9)),
        raise_=lambda: life.say(SUGAR_HIGH, a=life.around(63, 5)),
    )


def _contrast_scan(life: Life, metformin: Course) -> Story:
    yield days(300, 900)
    life.hold(
        metformin,
        HoldReason.PROCEDURE,
        (
            f"CT with contrast tomorrow; eGFR {life.around(43, 4)}. "
            "Restart after 48 hours if kidneys are stable."
        ),
    )
    yield days(3, 5)
    life.resume(metformin, ResumeReason.PROCEDURE_DONE, "Creatinine unchanged two days after the contrast")


def _hypos(life: Life, gliclazide: Course) -> Story:
    yield days(200, 600)
    life.note("Two low readings before lunch (3.2 and 3.4 mmol/L) after gardening, treated with juice.")
    life.decrease(gliclazide, reason="Low readings of 3.2 and 3.4 mmol/L before lunch")
    yield days(150, 400)
    life.stop(
        gliclazide, StopReason.SIDE_EFFECT, "Another low reading while driving; licence authority informed"
    )
    yield days(0, 1)
    follow = life.prescribe(rx.SITAGLIPTIN, "50", indication="Type 2 diabetes")
    yield from supplies(life, follow, (84, 112))


def type_1_diabetes(life: Life) -> Story:
    """Insulin, moved by a unit or two again and again."""
    life.note(
        "Type 1 diabetes since childhood, transferred with pens, meter and sensor. Injects four times a day."
    )
    basal = life.prescribe(
        rx.INSULIN_GLARGINE, "16", indication="Type 1 diabetes", note="Rotate the injection site."
    )
    meals = life.prescribe(
        rx.INSULIN_ASPART,
        "6",
        indication="Type 1 diabetes",
        note="With each meal, just before eating.",
    )
    while basal.open:
        yield days(40, 95)
        draw = life.rng.random()
        if draw < 0.22:
            life.increase(
                basal,
                reason=life.say(
                    (
                        "Fasting glucose above 9 mmol/L on eight of ten mornings",
                        "Sensor shows a rise from three in the morning",
                        "Less active since the knee injury, fasting values up",
                    )
                ),
            )
        elif draw < 0.42:
            life.decrease(
                basal,
                reason=life.say(
                    (
                        "Three night-time lows below 3.5 mmol/L in two weeks",
                        "Started to run, two lows at dawn",
                        "Lost 3 kg, fasting values around 4.2 mmol/L",
                    )
                ),
            )
        elif draw < 0.55:
            step = life.rng.choice((life.increase, life.decrease))
            step(
                meals,
                reason=life.say(
                    (
                        "Carbohydrate ratio reviewed with the dietitian",
                        "Values two hours after lunch off target in the sensor report",
                    )
                ),
            )
        elif draw < 0.8:
            life.note(
                life.say(
                    (
                        "Time in range {t} %. Knows the sick-day rules. Ketone strips in date.",
                        "HbA1c {a} mmol/mol. Injection sites soft, no lumps.",
                        "Eye screening: mild background changes, repeat in a year.",
                        "One severe low in March, partner used glucagon. Talked through alcohol and insulin.",
                        "Sensor report reviewed together, lunch remains the hardest meal.",
                    ),
                    t=life.around(64, 10),
                    a=life.around(57, 6),
                )
            )
        else:
            life.renew(basal, 84)
            life.renew(meals, 84)


THYROID = (
    "TSH {t} mU/L, tired",
    "TSH {t} mU/L on two samples",
    "TSH {t} mU/L, feels cold, dry skin",
)


def hypothyroidism(life: Life) -> Story:
    """Levothyroxine, a step at a time until TSH fits."""
    life.note("Tired for months, gained 5 kg. TSH 14 mU/L, free T4 low, antibodies positive.")
    course = life.prescribe(
        rx.LEVOTHYROXINE,
        life.rng.choice(("25", "50")),
        indication="Hypothyroidism",
        note="On an empty stomach, half an hour before breakfast.",
    )
    for _ in range(life.rng.randrange(1, 3)):
        yield weeks(7, 11)
        life.increase(course, reason=life.say(THYROID, t=life.tenths(56, 99)))
    yield from follow_up(
        life,
        course,
        every=(150, 220),
        note=lambda: life.say(
            (
                "TSH {t} mU/L, in range. Energy good.",
                "Thyroid check: TSH {t} mU/L. Same dose, again in a year.",
                "TSH {t} mU/L. Takes it with water, coffee an hour later.",
            ),
            t=life.tenths(12, 36),
        ),
        raise_=lambda: life.say(THYROID, t=life.tenths(56, 88)),
        lower=lambda: f"TSH 0.{life.rng.randrange(1, 3)} mU/L, palpitations",
    )


def gout(life: Life) -> Story:
    """An attack, then prevention; the dose follows the uric acid."""
    life.note(
        "Woke with a red, hot, exquisitely tender left big toe. Temperature 37.2 degrees. "
        "Third attack this year."
    )
    life.prescribe(rx.COLCHICINE, indication="Acute gout", days=6, note="Stop if you get diarrhoea.")
    yield weeks(4, 6)
    course = life.prescribe(
        rx.ALLOPURINOL,
        "100",
        indication="Prevention of gout",
        note="An attack may come in the first months; keep taking it.",
    )
    for _ in range(life.rng.randrange(1, 4)):
        yield weeks(4, 7)
        life.increase(
            course,
            reason=life.say(
                ("Uric acid {u} micromol/L, aim is below 360", "Uric acid still {u} micromol/L, no rash"),
                u=life.around(430, 40),
            ),
        )
    yield from follow_up(
        life,
        course,
        every=(120, 200),
        note=lambda: life.say(
            (
                "No attack since last spring. Uric acid {u} micromol/L.",
                "Uric acid {u} micromol/L, kidneys stable. Drinks less beer.",
            ),
            u=life.around(330, 25),
        ),
    )


def thin_bones(life: Life) -> Story:
    """Weekly alendronic acid and vitamin D; after five years a pause."""
    life.note("Wrist fracture after a fall from standing. Bone density: T-score minus 2.8 at the hip.")
    course = life.prescribe(
        rx.ALENDRONIC_ACID,
        indication="Osteoporosis",
        note="Once a week on the same day, with a full glass of water, upright for half an hour.",
    )
    vitamin = life.prescribe(rx.VITAMIN_D, indication="Osteoporosis")
    life.start(supplies(life, vitamin, (170, 220)))
    if life.rng.random() < 0.35:
        yield weeks(6, 30)
        life.hold(course, HoldReason.SIDE_EFFECT, "Heartburn on the day of the tablet")
        yield weeks(3, 5)
        life.resume(course, ResumeReason.REVIEWED, "Heartburn gone; takes it upright with more water now")
    if life.rng.random() < 0.5:
        life.start(_dental(life, course))
    for _ in range(6):
        yield days(160, 230)
        life.renew(course, 168)
        if life.rng.random() < 0.4:
            life.note(
                life.say(
                    (
                        "No new fractures. Height unchanged at {h} cm. Goes to balance classes.",
                        "Takes the weekly tablet on Sundays. Vitamin D level sufficient.",
                    ),
                    h=life.height(),
                )
            )
    yield days(100, 200)
    life.stop(
        course,
        StopReason.NO_LONGER_NEEDED,
        "Bone density improved after the planned course; pause and measure again",
    )


def _dental(life: Life, course: Course) -> Story:
    yield days(250, 700)
    life.hold(course, HoldReason.PROCEDURE, "Tooth extraction planned; dentist asked for a pause")
    yield weeks(8, 10)
    life.resume(course, ResumeReason.PROCEDURE_DONE, "Gum healed, dentist agrees to restart")


def low_iron(life: Life) -> Story:
    """Iron for some months; the stomach decides how often."""
    life.note(
        f"Haemoglobin {life.around(96, 8)} g/L, ferritin {life.around(7, 3)} microgram/L. Heavy periods."
    )
    course = life.prescribe(
        rx.FERROUS_SULFATE, indication="Iron deficiency anaemia", note="With orange juice, not with tea."
    )
    yield weeks(3, 5)
    if life.rng.random() < 0.5:
        life.adjust(
            course, frequency="every other day", reason="Constipation and stomach ache on a tablet every day"
        )
    yield weeks(8, 10)
    life.renew(course, 84)
    life.note(f"Haemoglobin up to {life.around(121, 6)} g/L. Continue for three months to fill the stores.")
    yield weeks(11, 14)
    life.stop(
        course, StopReason.NO_LONGER_NEEDED, f"Ferritin {life.around(62, 10)} microgram/L, stores are full"
    )
    life.note("Hand-out about iron in food given.", NoteCategory.NURSING)


def kidney_transplant(life: Life) -> Story:
    """Tacrolimus by level, and all that goes with it."""
    life.note("Nine months after kidney transplant from the sister. Creatinine 118 micromol/L, stable.")
    tacrolimus = life.prescribe(
        rx.TACROLIMUS,
        "3",
        indication="Kidney transplant, prevention of rejection",
        note="Same brand always. No grapefruit. On the day of a blood test take it afterwards.",
    )
    mycophenolate = life.prescribe(
        rx.MYCOPHENOLATE, "500", indication="Kidney transplant, prevention of rejection"
    )
    prednisone = life.prescribe(rx.PREDNISONE, "5", indication="Kidney transplant, prevention of rejection")
    life.start(supplies(life, prednisone, (84, 120)))
    life.start(interruptions(life, mycophenolate, MARROW))
    need = life.rng.uniform(2.5, 3.5)
    while tacrolimus.open:
        yield days(35, 80)
        need = min(max(need + life.rng.gauss(0, 0.3), 1.5), 4.5)
        level = max(6.5 * float(tacrolimus.dose) / need + life.rng.gauss(0, 0.8), 2)
        said = life.number(level, 1)
        if level < 5:
            life.increase(
                tacrolimus,
                reason=life.say(
                    (
                        "Trough level {v} nanogram/mL, aim is 5 to 8",
                        "Level {v} nanogram/mL after a stomach bug",
                    ),
                    v=said,
                ),
            )
        elif level > 8.5:
            life.decrease(
                tacrolimus,
                reason=life.say(
                    (
                        "Trough level {v} nanogram/mL, hands tremble",
                        "Level {v} nanogram/mL, creatinine up by 15",
                    ),
                    v=said,
                ),
            )
        else:
            life.note(
                life.say(
                    (
                        "Tacrolimus level {v} nanogram/mL, creatinine {c} micromol/L. No change.",
                        (
                            "Transplant clinic: level {v} nanogram/mL, urine without protein. "
                            "Next visit in two months."
                        ),
                        "Level {v} nanogram/mL. Skin check done, uses sun cream.",
                    ),
                    v=said,
                    c=life.around(121, 9),
                )
            )
            life.renew(tacrolimus, 56)
