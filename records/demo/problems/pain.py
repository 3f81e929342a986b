"""Pain and joints, from a sprained knee to the last weeks."""

from __future__ import annotations

from records import codes
from records.codes import HoldReason, NoteCategory, ResumeReason, StopReason
from records.demo import medicines as rx
from records.demo.life import Life, Story
from records.demo.people import NIGHT
from records.demo.problems.routine import follow_up, supplies
from records.demo.schedule import days, weeks


def worn_joints(life: Life) -> Story:
    """Paracetamol, gel, and what must be avoided."""
    joint = life.rng.choice(("knee", "hip"))
    life.note(f"Osteoarthritis of the {joint}, stiff for ten minutes in the morning. X-ray: narrowed, spurs.")
    gel = life.prescribe(
        rx.DICLOFENAC_GEL, indication=f"Osteoarthritis of the {joint}", note="A strip of 4 cm, rub in gently."
    )
    tablets = life.prescribe(
        rx.PARACETAMOL, "1000", indication=f"Osteoarthritis of the {joint}", as_needed="pain",
        note="At most 4 g in 24 hours.",
    )  # fmt: skip
    yield weeks(10, 20)
    life.stop(gel, StopReason.NOT_EFFECTIVE, "No difference after a full tube")
    if not life.taking(rx.APIXABAN) and not life.taking(rx.WARFARIN) and life.rng.random() < 0.6:
        naproxen = life.prescribe(
            rx.NAPROXEN, "250", indication=f"Osteoarthritis of the {joint}", as_needed="bad days"
        )
        stomach = life.prescribe(rx.OMEPRAZOLE, "20", indication="Stomach protection with naproxen")
        yield weeks(8, 30)
        life.stop(
            naproxen,
            StopReason.SIDE_EFFECT,
            life.say(
                ("Heartburn in spite of omeprazole", "Blood pressure up since the summer, eGFR down to 57")
            ),
        )
        yield weeks(2, 4)
        life.stop(stomach, StopReason.NO_LONGER_NEEDED, "Naproxen stopped, no heartburn")
    yield from follow_up(
        life,
        tablets,
        every=(120, 220),
        note=lambda: life.say(
            (
                "Manages stairs with the rail. Orthopaedic referral not wanted yet.",
                "Exercise class twice a week, pain four of ten.",
                f"The {joint} was injected in March, helped for two months.",
                "Swims again. Takes paracetamol on three days a week.",
            )
        ),
    )


def bad_back(life: Life) -> Story:
    """An opioid begun, and then brought down with care."""
    life.note(
        "Low back pain down the left leg after lifting. Reflexes equal, no numbness in the saddle area."
    )
    first = life.prescribe(
        rx.IBUPROFEN,
        "400",
        indication="Back pain",
        as_needed="back pain",
        note="With food, for two weeks at most.",
    )
    yield weeks(2, 3)
    life.stop(first, StopReason.NOT_EFFECTIVE, "No help after two weeks")
    tramadol = life.prescribe(
        rx.TRAMADOL, "50", indication="Back pain with sciatica", as_needed="severe pain"
    )
    yield weeks(3, 5)
    nerve = life.prescribe(rx.GABAPENTIN, "100", indication="Sciatica")
    for reason in ("Shooting pain less often, tolerated", "Still woken by leg pain, tolerated"):
        yield weeks(1, 2)
        life.increase(nerve, reason=reason)
    yield weeks(6, 10)
    life.adjust(tramadol, frequency="every 12 hours", reason="Agreed to come down: morning and evening only")
    yield weeks(4, 6)
    life.stop(tramadol, StopReason.PATIENT_CHOICE, "Off it for ten days, does not want it back")
    for _ in range(life.rng.randrange(2, 6)):
        yield days(50, 80)
        life.renew(nerve, 56)
        life.note(
            life.say(
                (
                    "Sits for an hour now. Physiotherapy weekly.",
                    "Back at work with lighter duties. Pain three of ten.",
                    "Flare after gardening, settled by itself.",
                )
            )
        )
    while not nerve.lowest:
        yield weeks(2, 3)
        life.decrease(nerve, reason="Comfortable, coming down a step a fortnight")
    yield weeks(2, 3)
    life.stop(nerve, StopReason.NO_LONGER_NEEDED, "No leg pain for two months")


def rheumatoid_arthritis(life: Life) -> Story:
    """Methotrexate once a week, and the blood tests that go with it."""
    life.note(
        "Swollen wrists and knuckles for three months, stiff until noon. Antibodies positive, CRP 38 mg/L."
    )
    bridge = life.prescribe(rx.PREDNISONE, "20", indication="Rheumatoid arthritis, until methotrexate works")
    methotrexate = life.prescribe(
        rx.METHOTREXATE,
        "10",
        indication="Rheumatoid arthritis",
        note="ONCE A WEEK, on Mondays. Call us with fever, mouth ulcers or a cough.",
    )
    folic = life.prescribe(rx.FOLIC_ACID, indication="With methotrexate", note="Once a week, on Thursdays.")
    life.start(supplies(life, folic, (84, 120)))
    for reason in ("Joints less swollen, coming down", "CRP 12 mg/L, coming down"):
        yield weeks(3, 4)
        life.decrease(bridge, reason=reason)
    yield weeks(3, 4)
    life.stop(bridge, StopReason.NO_LONGER_NEEDED, "Methotrexate works, short course ended")
    life.increase(methotrexate, reason="Four swollen joints left, liver enzymes normal")
    life.start(_liver(life))
    yield from follow_up(
        life,
        methotrexate,
        every=(60, 95),
        note=lambda: life.say(
            (
                "Full blood count, liver and kidneys normal. Two tender joints.",
                "Hands good, knits again. CRP {c} mg/L.",
                "Bloods on time. One mouth ulcer, gone after a week.",
                "Rheumatology: low disease activity. Alcohol and vaccines discussed.",
            ),
            c=life.around(6, 3),
        ),
        raise_=lambda: life.say(
            ("CRP {c} mg/L, three joints swollen", "Morning stiffness back, CRP {c} mg/L"),
            c=life.around(19, 5),
        ),
        lower=lambda: "In remission for a year, careful step down",
    )


def _liver(life: Life) -> Story:
    for code, cause, back in (
        (
            HoldReason.LAB_RESULT,
            "ALT 128 units per L, three times normal; no alcohol",
            "ALT 34 units per L after the pause",
        ),
        (
            HoldReason.OTHER,
            "Chest infection on antibiotics, pause until better",
            "Infection over, bloods normal",
        ),
        (HoldReason.PROCEDURE, "Knee replacement planned for next week", "Wound dry at two weeks"),
    ):
        yield days(250, 600)
        methotrexate = life.taking(rx.METHOTREXATE)
        if methotrexate is None:
            return
        life.hold(methotrexate, code, cause)
        yield weeks(2, 3)
        life.resume(methotrexate, ResumeReason.CAUSE_RESOLVED, back)


def burning_feet(life: Life) -> Story:
    """Nerve pain: amitriptyline or gabapentin by trial."""
    life.note("Burning soles at night, reduced sensation to the ankles. Vitamin B12 normal.")
    course = life.prescribe(rx.AMITRIPTYLINE, "10", indication="Nerve pain in both feet")
    yield weeks(3, 5)
    life.increase(course, reason="Helps a little, no dry mouth")
    yield weeks(4, 6)
    if life.rng.random() < 0.5:
        course = life.change(
            course,
            rx.GABAPENTIN,
            "100",
            reason="Dry mouth and slow to pass urine",
            indication="Nerve pain in both feet",
        )
        for _ in range(2):
            yield weeks(1, 2)
            life.increase(course, reason="Tolerated, pain six of ten")
    yield from follow_up(
        life,
        course,
        every=(110, 190),
        note=lambda: life.say(
            (
                "Sleeps five hours in a row. Pain four of ten.",
                "Skin of the feet intact, podiatry every ten weeks.",
            )
        ),
        lower=lambda: "Unsteady when getting up at night",
    )


def last_months(life: Life) -> Story:
    """Cancer, comfort, and a death at home that was expected."""
    life.note("Scan: lung cancer with spread to the liver. Does not want chemotherapy. Wishes to be at home.")
    morphine = life.prescribe(
        rx.MORPHINE_MR, "5", indication="Cancer pain", note="Regularly, whether or not it hurts just now."
    )
    life.prescribe(
        rx.MORPHINE_SOLUTION, "2.5", indication="Breakthrough cancer pain", as_needed="pain between doses"
    )
    bowels = life.prescribe(rx.SENNA, "2", indication="Constipation with morphine")
    for reason in (
        "Four breakthrough doses yesterday, pain six of ten",
        "Woken twice by pain, drowsiness has worn off",
        "Bone pain in the left hip, alert on the present dose",
    ):
        yield days(6, 13)
        life.increase(morphine, reason=reason)
        yield days(0.3, 0.6, shift=NIGHT)
        life.note(
            life.say(
                (
                    "Comfortable after the change, asleep with the radio on. Mouth moist.",
                    "Daughter stays the night. Took two spoons of soup. No pain on turning.",
                    "One breakthrough dose this evening, eased within twenty minutes.",
                )
            ),
            NoteCategory.NURSING,
            by=life.employee("adeyemi"),
        )
    yield days(5, 8)
    for course in [c for c in life.courses if c.open and c.medicine.name not in {"morphine", "senna"}]:
        life.stop(
            course,
            StopReason.OTHER,
            life.say(
                (
                    "Swallowing is hard; prevention no longer serves",
                    "Comfort only from now on, agreed with patient and daughter",
                    "Burden outweighs benefit in the last weeks",
                )
            ),
        )
    yield days(7, 12)
    life.stop(bowels, StopReason.NO_LONGER_NEEDED, "Cannot swallow tablets any more")
    yield days(2, 3, shift=NIGHT)
    life.note(
        "Died at home with the family present. Verified by the nurse on duty. Doctor informed.",
        NoteCategory.NURSING,
        by=life.employee("adeyemi"),
    )
    died = life.calendar.day_of(life.now).isoformat()
    yield days(0.4, 0.6)
    life.note("Certificate issued. Condolence visit to the daughter.", codes.NoteCategory.CLINICAL)
    for course in [c for c in life.courses if c.open]:
        life.stop(course, StopReason.NO_LONGER_NEEDED, "Patient has died")
    life.correct_identity(
        "Death notified by the family, certificate issued", deceased=True, deceased_date=died
    )
    life.ended = True
