"""Histories that are told to the minute: the patients who show what a record can do."""

from __future__ import annotations

from records.codes import (
    AllergyCategory,
    Certainty,
    Criticality,
    HoldReason,
    NoteCategory,
    ResumeReason,
    Severity,
    StopReason,
)
from records.demo import medicines as rx
from records.demo.life import SNOMED, Life, Story
from records.demo.medicines import RXNORM
from records.demo.people import EMPLOYEE
from records.demo.problems.routine import follow_up, supplies
from records.demo.schedule import days, hours, until, weeks

OSEI, JONES, SMITH, HERRERA = (EMPLOYEE[name] for name in ("osei", "jones", "smith", "herrera"))


def lindqvist_before(life: Life) -> Story:
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
    metformin = next(course for course in life.courses if course.medicine is rx.METFORMIN_MR)
    life.start(_lindqvist_sugar(life))
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


def _lindqvist_sugar(life: Life) -> Story:
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


def lindqvist_last_year(life: Life) -> Story:
    """The year of the heart: what the pictures of the design show."""
    yield until(314, "09:10")
    life.note(
        "Palpitations for three weeks. ECG: atrial fibrillation, rate 124. Echocardiogram: ejection fraction 38 %. "
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
    metformin = next(course for course in life.courses if course.medicine is rx.METFORMIN_MR)
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
    yield until(140, "17:05")
    life.note(
        "Cough with green sputum for five days, temperature 38.4 degrees, crackles at the right base. Saturation 95 %.",
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
        "Wheeze, urticaria, BP 78/40 twenty minutes after the second dose. Epinephrine into the thigh at 07:41, "
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


def no_name_yet(life: Life) -> Story:
    """Brought in without papers; the name becomes known two days later."""
    life.note("Found asleep in the park, cold, unharmed. No papers. Answers to no name. Temperature 34.8 degrees.",
              NoteCategory.NURSING)  # fmt: skip
    yield hours(30, 50)
    life.note("Warm and awake. Says he has no illnesses; cannot say what he takes.", NoteCategory.NURSING)
    yield days(1, 2)
    life.correct_identity(
        "Identified by his brother",
        family="Mahlangu",
        given="Sipho",
        sex="male",
        birth_date=life.born_about(43),
    )
    life.prescribe(
        rx.FOLIC_ACID,
        indication="Poor nutrition",
        frequency="once daily",
        days=84,
        note="Until the review in twelve weeks.",
    )


def refugee(life: Life) -> Story:
    """No birth date, no papers, an interpreter; blood pressure and iron."""
    life.note(
        "Seen with an interpreter by telephone. Does not know her date of birth. Two children. No medicines."
    )
    life.no_known_allergies()
    yield weeks(2, 3)
    iron = life.prescribe(rx.FERROUS_SULFATE, indication="Iron deficiency anaemia")
    yield weeks(7, 9)
    life.renew(iron, 84)
    life.note(
        "Haemoglobin 117 g/L, up from 92. Sleeps better. English classes started.", NoteCategory.NURSING
    )
    yield weeks(10, 12)
    life.stop(iron, StopReason.NO_LONGER_NEEDED, "Ferritin 58 microgram/L")


def a_visit(life: Life) -> Story:
    """One complaint, one course."""
    yield hours(0.1, 0.3)
    life.note(
        life.say(
            (
                "Twisted the ankle on a kerb. Tender over the outer ligament, can bear weight.",
                "Itching bites on both legs after a camping weekend. No fever.",
                "Stiff neck since waking. Full movement after gentle exercise.",
            )
        )
    )
    life.prescribe(
        rx.IBUPROFEN, "400", indication="Pain after an injury", as_needed="pain", days=7, note="With food."
    )


def swapped_twins(life: Life) -> Story:
    """Twins with names one letter apart: an entry meant for the brother is found and put right."""
    yield days(120, 260)
    slip = life.prescribe(rx.LEVETIRACETAM, "250", indication="Epilepsy")
    yield hours(3, 5)
    life.mark_in_error(
        slip.opened_by, "Prescribed on the chart of the twin brother; names and birth dates checked with both"
    )
    slip.open = False
    life.courses.remove(slip)
    life.note("Warning: twin brother Eirik has the same birth date. Ask for the full name and number every time.",
              NoteCategory.ADMINISTRATIVE)  # fmt: skip


def misspelt(life: Life) -> Story:
    """Registered with the name as heard, put right when the passport was shown."""
    yield days(3, 20)
    identity = life.identity()
    life.correct_identity("Passport shown at the desk", family=identity["family"], given=identity["given"])


def born_another_day(life: Life) -> Story:
    """A birth date that was typed wrong, and a correction that was wrong itself."""
    yield days(80, 300)
    right = life.identity_as_recorded["birth_date"]
    slip = life.correct_identity("Date on the insurance card", birth_date=life.shifted(right, years=1))
    yield days(1, 3)
    life.mark_in_error(
        slip, "The card had the wrong year; passport confirms the date as first recorded",
        by=life.employee("brennan"),
    )  # fmt: skip
    life.identity_as_recorded["birth_date"] = right


def unsure(life: Life) -> Story:
    """Reported reactions that could not be confirmed yet."""
    yield hours(0.2, 0.5)
    life.allergic(
        "iodinated contrast medium",
        severity=Severity.MODERATE,
        reactions="not remembered, told by a hospital abroad",
        certainty=Certainty.UNCONFIRMED,
        criticality=Criticality.UNABLE_TO_ASSESS,
        category=AllergyCategory.MEDICATION,
        onset=life.childhood(),
        by=life.nurse(),
    )
