"""Helena Lindqvist, told to the minute: the patient of the design's pictures."""

from __future__ import annotations

from records.codes import (
    AllergyCategory,
    Criticality,
    HoldReason,
    NoteCategory,
    ResumeReason,
    Severity,
    StopReason,
)
from records.demo import medicines as rx
from records.demo.life import SNOMED, Life, Story
from records.demo.medicines import RXNORM, Medicine
from records.demo.people import EMPLOYEE
from records.demo.problems.routine import follow_up, supplies
from records.demo.schedule import days, hours, until, weeks
from records.demo.treatment import Course

OSEI, JONES, SMITH, HERRERA = (EMPLOYEE[name] for name in ("osei", "jones", "smith", "herrera"))


def before(life: Life) -> Story:
    """The quiet years: thyroid, sugar that came with her, a knee."""
    yield hours(0.3, 0.6)
    life.allergic(
        "latex",
        severity=Severity.MILD,
        reactions="contact dermatitis",
        category=AllergyCategory.ENVIRONMENT,
        criticality=Criticality.LOW,
        code=(SNOMED, "111088007"),
        by=EMPLOYEE["brennan"],
    )
    life.transferred(
        rx.METFORMIN_MR, "500", indication="Type 2 diabetes", source_id="c8b1f0aa-2f1e-4d4b-9a65-93d4"
    )
    yield days(1, 2)
    thyroid = life.prescribe(
        rx.LEVOTHYROXINE, "50", indication="Hypothyroidism", by=HERRERA,
        note="On an empty stomach, half an hour before breakfast.",
    )  # fmt: skip
    life.start(supplies(life, thyroid, (85, 130)))
    metformin = _current(life, rx.METFORMIN_MR)
    life.start(_sugar(life))
    life.start(supplies(life, metformin, (84, 120)))
    yield weeks(30, 50)
    pressure = life.prescribe(rx.AMLODIPINE, "5", indication="High blood pressure")
    life.start(
        follow_up(
            life,
            pressure,
            every=(120, 200),
            note=lambda: f"Blood pressure {life.around(134, 8)}/{life.around(79, 6)} mmHg. Feels well.",
        )
    )
    yield weeks(40, 60)
    knee = life.prescribe(
        rx.PARACETAMOL, "1000", indication="Knee pain", as_needed="knee pain", note="At most 4 g in 24 hours."
    )
    yield weeks(20, 30)
    life.stop(knee, StopReason.NO_LONGER_NEEDED, "Physiotherapy helped, none taken for a month")
    yield weeks(20, 40)
    stomach = life.prescribe(rx.OMEPRAZOLE, "20", indication="Reflux")
    yield weeks(10, 14)
    life.stop(stomach, StopReason.NO_LONGER_NEEDED, "Free of symptoms since losing weight")
    yield weeks(30, 40)
    statin = life.prescribe(rx.ATORVASTATIN, "20", indication="High cholesterol", frequency="at bedtime")
    yield weeks(10, 20)
    life.stop(
        statin, StopReason.SIDE_EFFECT, "Aching thighs, better two weeks after a pause; does not want another"
    )
    yield until(300, "10:40")
    life.stop(
        pressure,
        StopReason.INTERACTION,
        "Bisoprolol and ramipril now; pressure 118 systolic without amlodipine",
    )


def _sugar(life: Life) -> Story:
    while True:
        yield days(95, 190)
        life.note(
            life.say(
                (
                    "HbA1c {a} mmol/mol. Feet: pulses present, sensation normal.",
                    "HbA1c {a} mmol/mol, weight {w} kg. Eye screening without change.",
                    "Diabetes review: HbA1c {a} mmol/mol, urine albumin normal. TSH {t} mU/L.",
                    "Walks daily. HbA1c {a} mmol/mol, eGFR {e}.",
                ),
                a=life.around(55, 5),
                w=life.around(74, 4),
                t=life.tenths(14, 39),
                e=life.around(58, 6),
            ),
            by=SMITH,
        )
        if life.rng.random() < 0.35:
            yield days(0.01, 3)
            life.note(
                life.say(
                    (
                        "Reviewed levothyroxine and metformin together: half an hour apart, understood.",
                        "Dispensed three months. Asked about latex: nitrile gloves noted in the dispensary.",
                        "Metformin tablets are large; halving is not allowed, yoghurt helps.",
                    )
                ),
                NoteCategory.PHARMACY,
            )


def last_year(life: Life) -> Story:
    """The year of the heart: what the pictures of the design show."""
    yield from _spring(life)
    yield from _summer(life)
    yield from _autumn(life)


def _current(life: Life, medicine: Medicine) -> Course:
    return next(course for course in life.courses if course.open and course.medicine is medicine)


def _spring(life: Life) -> Story:
    """Atrial fibrillation, heart failure, a rash on an antibiotic."""
    yield until(314, "09:10")
    life.note(
        "Palpitations for three weeks. ECG: atrial fibrillation, rate 124. "
        "Echocardiogram: ejection fraction 38 %. "
        "Stroke risk score 4. Discussed anticoagulation, leaflet given.",
        by=OSEI,
    )
    apixaban = life.prescribe(
        rx.APIXABAN, "5", indication="Atrial fibrillation, stroke prevention", by=OSEI,
        note="Do not stop without asking us. Avoid ibuprofen and similar painkillers.",
    )  # fmt: skip
    bisoprolol = life.prescribe(rx.BISOPROLOL, "2.5", indication="Atrial fibrillation, rate control", by=OSEI)
    yield until(308, "11:25")
    ramipril = life.prescribe(rx.RAMIPRIL, "2.5", indication="Heart failure", by=JONES)
    metformin = _current(life, rx.METFORMIN_MR)
    yield until(288, "14:05")
    life.adjust(metformin, "1000", reason="HbA1c 63 mmol/mol, aim is 53; eGFR 56", by=SMITH)
    yield until(279, "10:15")
    life.adjust(bisoprolol, "3.75", reason="Resting pulse 96, blood pressure 124/78 mmHg", by=OSEI)
    yield until(266, "15:30")
    furosemide = life.prescribe(
        rx.FUROSEMIDE, "20", indication="Heart failure, oedema", by=JONES, frequency="once daily",
        note="Weigh yourself every morning.",
    )  # fmt: skip
    yield until(253, "09:50")
    life.adjust(
        ramipril, "5", reason="Tolerated, creatinine 92 micromol/L; towards the target dose", by=JONES
    )
    yield until(240, "13:10")
    life.renew(apixaban, 84, by=OSEI)
    life.renew(bisoprolol, 84, by=OSEI)
    yield until(216, "10:30")
    thyroid = life.taking(rx.LEVOTHYROXINE)
    if thyroid:
        life.adjust(thyroid, "75", reason="TSH 7.8 mU/L on two samples, tired", by=SMITH)
    yield until(207, "16:00")
    sulfa = life.prescribe(rx.CO_TRIMOXAZOLE, indication="Urinary tract infection", days=5, by=SMITH)
    yield until(204, "08:35")
    life.stop(sulfa, StopReason.ALLERGY, "Itching rash on trunk and arms, no blisters", by=SMITH)
    life.allergic(
        "sulfamethoxazole + trimethoprim",
        severity=Severity.MODERATE,
        reactions="rash",
        criticality=Criticality.LOW,
        code=(RXNORM, "10831"),
        onset=life.today_text(),
        by=SMITH,
    )
    life.prescribe(rx.NITROFURANTOIN, indication="Urinary tract infection", days=5, by=SMITH)
    yield until(189, "11:40")
    life.adjust(bisoprolol, "5", reason="Pulse 88 at rest, no dizziness", by=OSEI)
    yield until(166, "09:20")
    life.adjust(furosemide, "40", reason="Ankle oedema, weight up 2.4 kg in a week", by=JONES)
    yield until(156, "12:15")
    life.renew(apixaban, 84, by=OSEI)
    life.renew(bisoprolol, 84, by=OSEI)


def _summer(life: Life) -> Story:
    """Pneumonia and anaphylaxis; kidneys make metformin pause."""
    metformin = _current(life, rx.METFORMIN_MR)
    yield until(140, "17:05")
    life.note(
        "Cough with green sputum for five days, temperature 38.4 degrees, crackles at the "
        "right base. Saturation 95 %.",
        by=JONES,
    )
    amoxicillin = life.prescribe(rx.AMOXICILLIN, indication="Chest infection", days=7, by=JONES)
    yield until(139, "09:30")
    life.hold(
        metformin,
        HoldReason.LAB_RESULT,
        "eGFR 37 with fever, drinking little. Restart when kidneys recover.",
        by=JONES,
    )
    yield until(138, "07:55")
    life.stop(amoxicillin, StopReason.ALLERGY, "Anaphylaxis", by=JONES)
    life.allergic(
        "penicillins",
        severity=Severity.SEVERE,
        reactions="anaphylaxis",
        criticality=Criticality.HIGH,
        whole_class=True,
        code=(SNOMED, "764146007"),
        onset=life.today_text(),
        by=JONES,
    )
    life.note(
        "Wheeze, urticaria, BP 78/40 twenty minutes after the second dose. "
        "Epinephrine into the thigh at 07:41, "
        "BP 112/70 ten minutes later.",
        by=JONES,
    )
    life.prescribe(rx.PREDNISONE, "40", indication="Anaphylaxis", days=5, by=JONES)
    life.prescribe(rx.DOXYCYCLINE, indication="Chest infection", days=7, by=JONES)
    yield hours(9, 10)
    life.note(
        "Observed since the morning. Slept, no wheeze, BP 118/70.",
        NoteCategory.NURSING,
        by=EMPLOYEE["brennan"],
    )
    yield hours(5, 6)
    life.note("Night: settled, saturation 97 %. Skin clear.", NoteCategory.NURSING, by=EMPLOYEE["adeyemi"])
    yield until(131, "10:20")
    life.resume(metformin, ResumeReason.CAUSE_RESOLVED, "eGFR 55, eating and drinking", by=JONES)
    life.note("Alert card issued and explained. Dentist informed with consent.", NoteCategory.PHARMACY)


def _autumn(life: Life) -> Story:
    """Digoxin and its slip, a cough that changes a medicine, and what was bought without asking."""
    apixaban, bisoprolol = _current(life, rx.APIXABAN), _current(life, rx.BISOPROLOL)
    furosemide, ramipril = _current(life, rx.FUROSEMIDE), _current(life, rx.RAMIPRIL)
    metformin = _current(life, rx.METFORMIN_MR)
    yield until(88, "15:44")
    digoxin = life.prescribe(
        rx.DIGOXIN, "125", indication="Atrial fibrillation, rate control", by=OSEI,
        note="Same time every day. Tell us of nausea or yellow vision.",
    )  # fmt: skip
    yield until(81, "09:02")
    with life.earlier(on=(83, "10:15")):
        life.change(
            ramipril,
            rx.CANDESARTAN,
            "8",
            reason="Dry cough for six weeks, settled on a trial off ramipril.",
            indication="Heart failure",
            by=JONES,
        )
    yield until(72, "11:10")
    life.renew(apixaban, 84, by=OSEI)
    life.renew(bisoprolol, 84, by=OSEI)
    life.renew(furosemide, 84, by=JONES)
    yield until(55, "14:10")
    life.prescribe(
        rx.LORAZEPAM,
        "0.5",
        indication="Insomnia",
        as_needed="sleep",
        by=SMITH,
        note="Short course, review in eight weeks.",
    )
    life.note("Sleeps badly since the summer. Short course of lorazepam, review in eight weeks.", by=SMITH)
    yield until(35, "10:05")
    ibuprofen = life.prescribe(
        rx.IBUPROFEN,
        "400",
        indication="Knee pain",
        frequency="three times daily",
        as_needed="knee pain",
        by=SMITH,
    )
    yield until(29, "16:25")
    life.prescribe(rx.DOXYCYCLINE, indication="Infected insect bite", days=7, by=SMITH)
    yield until(21, "17:31")
    slip = life.adjust(digoxin, "250", reason="Resting pulse 112", by=OSEI)
    yield until(20, "10:48")
    life.note(
        "Supply of digoxin 250 mcg prepared; level requested before the first dose.", NoteCategory.PHARMACY
    )
    yield until(19, "08:52")
    if slip:
        life.mark_in_error(slip, "Meant for another patient; ward called. No dose given.", by=OSEI)
        digoxin.dose, digoxin.changed_by = "125", digoxin.opened_by
    yield until(12, "11:05")
    life.stop(
        ibuprofen, StopReason.INTERACTION, "Bought over the counter. Bleeding risk with apixaban.", by=OSEI
    )
    yield until(3, "16:20")
    life.hold(
        metformin,
        HoldReason.PROCEDURE,
        "Contrast CT on Tuesday; eGFR 41. Restart 48 h after if stable.",
        by=JONES,
    )
