"""Heart and circulation: blood pressure, cholesterol, atrial fibrillation, heart failure."""

from __future__ import annotations

from records.codes import HoldReason, NoteCategory, ResumeReason, StopReason
from records.demo import medicines as rx
from records.demo.life import Life, Story
from records.demo.problems.routine import KIDNEYS, PULSE, follow_up, interruptions
from records.demo.schedule import days, weeks
from records.demo.treatment import Course

PRESSURE_HIGH = (
    (
        "Blood pressure {s}/{d} mmHg seated, average of three. "
        "Home readings over two weeks average {h} systolic."
    ),
    "Clinic blood pressure {s}/{d} mmHg in both arms. No headache, no visual symptoms.",
    "Blood pressure {s}/{d} mmHg, repeated after ten minutes of rest. Urine dipstick clear.",
    "Came for blood pressure review: {s}/{d} mmHg. Has cut down on salt, walks most evenings.",
)
PRESSURE_RAISE = (
    "Blood pressure {s}/{d} mmHg, still above target of 140/90",
    "Home readings average {s} systolic over two weeks",
    "Average {s}/{d} mmHg on a 24-hour monitor",
    "Not at target at {s} systolic, tolerates the present dose well",
)
PRESSURE_FINE = (
    "Blood pressure {s}/{d} mmHg, at target. Continue unchanged, review in six months.",
    "Blood pressure {s}/{d} mmHg. Creatinine and potassium stable.",
    "Well. Blood pressure {s}/{d} mmHg, pulse {p}. No ankle swelling.",
    "Annual review: blood pressure {s}/{d} mmHg, weight {w} kg, non-smoker.",
    "Home readings brought along, average {s}/{d} mmHg. No dizziness on standing.",
)
PRESSURE_LOWER = (
    "Dizzy on standing, blood pressure {s}/{d} mmHg",
    "Two near-falls in the morning; standing blood pressure {s}/{d} mmHg",
    "Lost 7 kg since spring, blood pressure now {s}/{d} mmHg",
)
COUGH = (
    "Dry cough for six weeks since starting",
    "Persistent tickly cough at night, chest clear",
    "Dry cough, settled on holiday when tablets were left at home",
)
SWELLING = ("Ankle swelling by the evening", "Ankle oedema on both sides, worse in the heat")


def hypertension(life: Life) -> Story:
    """Diagnosed, stepped up, often switched, then reviewed twice a year."""
    systolic = life.around(162, 10)
    life.note(life.say(PRESSURE_HIGH, s=systolic, d=life.around(96, 6), h=systolic - 6))
    yield weeks(2, 3)
    first = life.rng.choice((rx.AMLODIPINE, rx.RAMIPRIL, rx.LISINOPRIL, rx.LOSARTAN))
    if life.person.age and life.person.age < 50 and life.person.sex == "female":
        first = rx.LABETALOL if life.rng.random() < 0.3 else rx.AMLODIPINE
    course = life.prescribe(
        first, indication="High blood pressure", note="Take it at the same time every day."
    )
    yield weeks(4, 7)
    if first in (rx.RAMIPRIL, rx.LISINOPRIL) and life.rng.random() < 0.45:
        course = life.change(
            course,
            life.rng.choice((rx.CANDESARTAN, rx.LOSARTAN)),
            reason=life.say(COUGH),
            indication="High blood pressure",
        )
        yield weeks(4, 6)
    elif first is rx.AMLODIPINE and life.rng.random() < 0.3:
        course = life.change(
            course, rx.LISINOPRIL, reason=life.say(SWELLING), indication="High blood pressure"
        )
        yield weeks(4, 6)
    for _ in range(life.rng.randrange(1, 4)):
        s = life.around(149, 8)
        life.increase(course, reason=life.say(PRESSURE_RAISE, s=max(s, 141), d=life.around(91, 5)))
        yield weeks(5, 9)
    yield from follow_up(
        life,
        course,
        every=(110, 190),
        note=lambda: life.say(
            PRESSURE_FINE,
            s=life.around(132, 9),
            d=life.around(79, 6),
            p=life.around(70, 9),
            w=life.weight(),
        ),
        lower=lambda: life.say(PRESSURE_LOWER, s=life.around(104, 6), d=life.around(62, 5)),
    )


LIPIDS = (
    "LDL cholesterol {l} mmol/L, ten-year cardiovascular risk {r} %. Discussed diet and a statin.",
    "Lipids back: LDL {l} mmol/L. Wishes to start a statin after thinking it over.",
)
LIPIDS_FINE = (
    "LDL cholesterol {l} mmol/L on treatment, liver enzymes normal.",
    "Lipids at target, LDL {l} mmol/L. No muscle pain.",
    "LDL {l} mmol/L. Takes the statin about six days in seven.",
)
ACHES = (
    "Aching thighs and calves for a month, creatine kinase twice the upper limit",
    "Muscle pain in both shoulders, better within ten days of pausing",
)


def cholesterol(life: Life) -> Story:
    """A statin; some need more, some ache."""
    life.note(life.say(LIPIDS, l=life.tenths(36, 51), r=life.around(17, 6)))
    yield days(1, 12)
    course = life.prescribe(
        rx.ATORVASTATIN,
        "20",
        indication="High cholesterol, prevention of heart attack and stroke",
        frequency="at bedtime",
    )
    yield weeks(8, 12)
    if life.rng.random() < 0.3:
        life.hold(course, HoldReason.SIDE_EFFECT, life.say(ACHES))
        yield weeks(3, 4)
        course = life.change(
            course,
            rx.ROSUVASTATIN,
            reason="Aches settled off atorvastatin. Try another statin at a low dose.",
            indication="High cholesterol, prevention of heart attack and stroke",
        )
        yield weeks(8, 12)
    elif life.rng.random() < 0.5:
        life.increase(course, reason=f"LDL {life.tenths(26, 34)} mmol/L, aim is below 2")
        yield weeks(10, 14)
    yield from follow_up(
        life,
        course,
        every=(150, 240),
        note=lambda: life.say(LIPIDS_FINE, l=life.tenths(15, 20)),
    )


RATE = (
    "Pulse {p} irregular at rest, ECG confirms atrial fibrillation",
    "Resting pulse {p}, breathless on the stairs",
    "Rate still {p} at rest",
)
RHYTHM_FINE = (
    "Pulse {p} irregular, no palpitations. No bleeding, haemoglobin {h} g/L. Kidney function stable.",
    "Anticoagulation review: no bruising, no falls. eGFR {e}. Dose remains right.",
    "Feels well, pulse {p}. Knows what to do if a dose is missed.",
)


def atrial_fibrillation(life: Life) -> Story:
    """Apixaban for life, bisoprolol for the rate; procedures interrupt."""
    life.note(
        f"Palpitations for three weeks. ECG: atrial fibrillation, rate {life.around(118, 14)}. "
        "Stroke risk score 3, bleeding risk low. Discussed anticoagulation and gave the leaflet."
    )
    apixaban = life.prescribe(
        rx.APIXABAN,
        "5",
        indication="Atrial fibrillation, stroke prevention",
        note="Do not stop without asking us. Avoid ibuprofen and similar painkillers.",
    )
    bisoprolol = life.prescribe(rx.BISOPROLOL, "2.5", indication="Atrial fibrillation, rate control")
    yield weeks(3, 5)
    life.increase(bisoprolol, reason=life.say(RATE, p=life.around(102, 8)))
    yield weeks(5, 8)
    if life.rng.random() < 0.6:
        life.increase(bisoprolol, reason=life.say(RATE, p=life.around(94, 6)))
    life.start(_procedures(life, apixaban))
    life.start(interruptions(life, bisoprolol, PULSE))
    yield from follow_up(
        life,
        apixaban,
        every=(85, 130),
        note=lambda: life.say(
            RHYTHM_FINE, p=life.around(74, 9), h=life.around(134, 12), e=life.around(64, 9)
        ),
    )


def _procedures(life: Life, anticoagulant: Course) -> Story:
    """Now and then a procedure for which the anticoagulant pauses."""
    for what, gap in (("Colonoscopy with likely polypectomy", 3), ("Extraction of two molars", 2)):
        yield days(240, 620)
        life.hold(anticoagulant, HoldReason.PROCEDURE, f"{what} in {gap} days; last dose this evening")
        yield days(gap + 2, gap + 3)
        life.note("No bleeding since the procedure, eating and drinking normally.", NoteCategory.NURSING)
        life.resume(
            anticoagulant, ResumeReason.PROCEDURE_DONE, "Procedure done without bleeding, restart tonight"
        )


FLUID = (
    "Ankle oedema, weight up {k} kg in a week",
    "Breathless lying flat, crackles at both bases, weight up {k} kg",
    "Weight {k} kg above dry weight, needs three pillows",
)
DRY = (
    "Back to dry weight, creatinine up to {c} micromol/L",
    "Light-headed, standing systolic {s}, no oedema",
)
FAILURE_FINE = (
    "Weight {w} kg, steady. Walks to the shops. No oedema. Potassium {k} mmol/L.",
    "Heart failure clinic: stable, sleeps on two pillows. Weight {w} kg, pulse {p}.",
    "Daily weights kept, within 1 kg. Blood pressure {s} systolic, no dizziness.",
)


def heart_failure(life: Life) -> Story:
    """The four pillars, built slowly; diuretic up and down with weight."""
    life.note(
        "Echocardiogram: left ventricle dilated, ejection fraction 33 %. Breathless on one flight of stairs. "
        "Explained heart failure, daily weights and when to call."
    )
    furosemide = life.taking(rx.FUROSEMIDE) or life.prescribe(
        rx.FUROSEMIDE, "20", indication="Heart failure, oedema", note="Weigh yourself every morning."
    )
    pill = life.prescribe(rx.RAMIPRIL, "1.25", indication="Heart failure")
    yield weeks(2, 3)
    beta = life.taking(rx.BISOPROLOL) or life.prescribe(rx.BISOPROLOL, "1.25", indication="Heart failure")
    yield weeks(2, 3)
    life.increase(pill, reason="Tolerated, creatinine unchanged; towards the target dose")
    yield weeks(2, 4)
    if life.rng.random() < 0.4:
        pill = life.change(pill, rx.CANDESARTAN, "4", reason=life.say(COUGH), indication="Heart failure")
        yield weeks(2, 3)
    life.increase(beta, reason=f"Pulse {life.around(82, 6)}, euvolaemic; towards the target dose")
    yield weeks(3, 4)
    life.increase(pill, reason="Systolic 124, potassium 4.4 mmol/L; towards the target dose")
    spironolactone = life.prescribe(
        rx.SPIRONOLACTONE, "25", indication="Heart failure", note="Blood test in one and four weeks."
    )
    yield weeks(4, 6)
    life.start(_fluid(life, furosemide))
    life.start(interruptions(life, spironolactone, KIDNEYS))
    yield from follow_up(
        life,
        pill,
        every=(60, 100),
        note=lambda: life.say(
            FAILURE_FINE,
            w=life.weight(),
            k=life.tenths(42, 50),
            p=life.around(66, 7),
            s=life.around(116, 9),
        ),
    )


def _fluid(life: Life, furosemide: Course) -> Story:
    while furosemide.open:
        yield days(70, 260)
        wet = life.increase(furosemide, reason=life.say(FLUID, k=life.tenths(15, 36)))
        if wet:
            yield weeks(2, 5)
            life.decrease(furosemide, reason=life.say(DRY, c=life.around(138, 12), s=life.around(101, 5)))
        else:
            yield days(60, 90)
            life.decrease(furosemide, reason="Euvolaemic for three months, try a lower dose")


def angina(life: Life) -> Story:
    """After a stent: two antiplatelets for a year, then one."""
    life.note(
        "Discharged after a stent to the right coronary artery. No chest pain since. Cardiac rehab booked."
    )
    aspirin = life.prescribe(rx.ASPIRIN, indication="Coronary stent", note="With food.")
    clopidogrel = life.prescribe(
        rx.CLOPIDOGREL, indication="Coronary stent, for twelve months", note="Do not stop early."
    )
    yield days(360, 375)
    life.stop(
        clopidogrel, StopReason.NO_LONGER_NEEDED, "Twelve months since the stent completed; aspirin alone now"
    )
    yield from follow_up(
        life,
        aspirin,
        every=(170, 240),
        note=lambda: life.say(
            (
                "No angina. Walks three miles. Pulse {p} regular.",
                "One twinge on a cold hill in January, gone within a minute. ECG unchanged.",
                "Well, takes aspirin every day. No dyspepsia, no black stools.",
            ),
            p=life.around(64, 7),
        ),
    )


def warfarin_for_a_valve(life: Life) -> Story:
    """A mechanical valve: the dose follows the INR for ever, a check every few weeks."""
    life.note(
        "Mechanical aortic valve, INR target 2.5 to 3.5. Yellow book issued, anticoagulant clinic informed."
    )
    warfarin = life.prescribe(
        rx.WARFARIN,
        "3",
        indication="Mechanical aortic valve",
        frequency="once daily",
        note="Take it at six in the evening. Carry the yellow book.",
    )
    need = life.rng.uniform(3.2, 4.6)
    while warfarin.open:
        yield days(17, 45)
        need = min(max(need + life.rng.gauss(0, 0.35), 2.4), 6)
        inr = max(3 * float(warfarin.dose) / need + life.rng.gauss(0, 0.35), 1.1)
        said = life.number(inr, 1)
        if inr < 2.4 and not warfarin.highest:
            life.increase(
                warfarin,
                reason=life.say(
                    (
                        "INR {i}, below target",
                        "INR {i}; missed two tablets last week, still low after that",
                        "INR {i}, eats more greens since spring",
                        "INR {i} on two readings a week apart",
                    ),
                    i=said,
                ),
            )
        elif inr > 4.4:
            life.hold(warfarin, HoldReason.LAB_RESULT, f"INR {said}, no bleeding. Omit two doses and repeat.")
            yield days(2, 3)
            life.resume(warfarin, ResumeReason.CAUSE_RESOLVED, f"INR {life.tenths(27, 34)}, back in range")
        elif inr > 3.6 and not warfarin.lowest:
            life.decrease(
                warfarin,
                reason=life.say(
                    (
                        "INR {i}, above target, no bleeding",
                        "INR {i} after a course of antibiotics",
                        "INR {i}; appetite poor for two weeks",
                        "INR {i}, nosebleed on Sunday that stopped by itself",
                    ),
                    i=said,
                ),
            )
        else:
            life.note(
                life.say(
                    (
                        "INR {i}, in range. Same dose, next check in four weeks.",
                        "INR {i}. No bruises, no bleeding. Dose unchanged.",
                        "Anticoagulant clinic: INR {i}, continue.",
                        "INR {i} today. Valve click crisp, no signs of failure.",
                        "INR {i}. Yellow book updated.",
                    ),
                    i=said,
                ),
                NoteCategory.PHARMACY if life.rng.random() < 0.5 else NoteCategory.CLINICAL,
            )
            if life.rng.random() < 0.35:
                life.renew(warfarin, 84)
