"""Infections and the antibiotics for them, with an eye on allergies."""

from __future__ import annotations

from records.codes import (
    AllergyCategory,
    Certainty,
    Criticality,
    NoteCategory,
    OverrideReason,
    Severity,
    StopReason,
)
from records.demo import medicines as rx
from records.demo.life import SNOMED, Chapter, Life, Story
from records.demo.medicines import RXNORM, Medicine
from records.demo.schedule import days, hours

THROAT = "Sore throat"
CHEST = "Chest infection"
URINE = "Urinary tract infection"
SKIN = "Infected wound"

SEEN = {
    THROAT: (
        "Sore throat for four days, temperature 38.6 degrees, pus on both tonsils, glands tender.",
        "Painful swallowing, fever, no cough. Rapid strep test positive.",
    ),
    CHEST: (
        "Cough with green sputum, temperature 38.2 degrees, crackles at the right base. Saturation 96 %.",
        "Fever and pain on breathing in on the left. X-ray: shadow at the left base.",
    ),
    URINE: (
        "Burning and frequency for two days. Dipstick: leucocytes and nitrite. No fever, no loin pain.",
        "Third episode this year, urine sent for culture before treatment.",
    ),
    SKIN: (
        "Red, warm, tender skin around a scratch on the shin, outline marked with a pen.",
        "Cut on the hand from the garden, now red and weeping. Tetanus up to date.",
    ),
}

CHOICES: dict[str, tuple[tuple[Medicine, int], ...]] = {
    THROAT: ((rx.PHENOXYMETHYLPENICILLIN, 10), (rx.CLARITHROMYCIN, 5)),
    CHEST: ((rx.AMOXICILLIN, 7), (rx.DOXYCYCLINE, 7), (rx.CLARITHROMYCIN, 7)),
    URINE: ((rx.NITROFURANTOIN, 5), (rx.TRIMETHOPRIM, 3)),
    SKIN: ((rx.FLUCLOXACILLIN, 7), (rx.CLARITHROMYCIN, 7), (rx.DOXYCYCLINE, 7)),
}


def treat(life: Life, where: str) -> None:
    """See, write down, and prescribe the first choice that the patient is not allergic to."""
    life.note(life.say(SEEN[where]))
    if life.age() < 12:
        life.prescribe(
            rx.AMOXICILLIN_SUSPENSION,
            "5",
            indication=where,
            days=7,
            note="With the oral syringe. Shake the bottle, keep it in the fridge.",
        )
        return
    for medicine, length in CHOICES[where]:
        if life.meets_an_allergy(medicine):
            continue
        if medicine is rx.CLARITHROMYCIN and (life.taking(rx.WARFARIN) or life.taking(rx.ATORVASTATIN)):
            continue
        if medicine is rx.TRIMETHOPRIM and life.taking(rx.METHOTREXATE):
            continue
        life.prescribe(medicine, indication=where, days=length, note="Finish the course.")
        return
    life.note("No antibiotic that is safe with the known allergies; watched closely, seen again tomorrow.")


def now_and_then(life: Life) -> Story:
    """Something once a year or so."""
    while True:
        yield days(170, 620)
        kinds = [THROAT, CHEST, SKIN] + ([URINE, URINE] if life.person.sex == "female" else [])
        treat(life, CHEST if life.age() < 12 else life.rng.choice(kinds))
        if life.rng.random() < 0.3:
            yield days(6, 9)
            life.note(
                life.say(
                    (
                        "Better since the third day, finished the course.",
                        "Still a cough, no fever. No second course needed.",
                        "Redness gone, skin peeling.",
                        "Culture grew a germ that the antibiotic covers.",
                    )
                ),
                NoteCategory.NURSING,
            )


def penicillin_anaphylaxis(life: Life) -> Story:
    """The allergy that everyone must see."""
    yield days(20, 300)
    life.note(life.say(SEEN[CHEST]))
    course = life.prescribe(rx.AMOXICILLIN, indication=CHEST, days=7)
    yield hours(24, 40)
    life.stop(course, StopReason.ALLERGY, "Anaphylaxis after the fourth capsule")
    life.allergic(
        "penicillins",
        severity=Severity.SEVERE,
        reactions="anaphylaxis",
        criticality=Criticality.HIGH,
        whole_class=True,
        code=(SNOMED, "764146007"),
        onset=life.today_text(),
    )
    life.prescribe(rx.DOXYCYCLINE, indication=CHEST, days=7)
    life.note(
        "Wheeze, hives and faint after the capsule, ambulance gave epinephrine. Observed overnight, well."
    )
    yield days(1, 3)
    life.note("Alert card issued and explained. Dentist informed with consent.", NoteCategory.PHARMACY)


def doubtful_penicillin(life: Life) -> Story:
    """A label from childhood that is looked into, overridden once, and taken away."""
    yield days(1, 5)
    allergy = life.allergic(
        "amoxicillin",
        severity=Severity.MILD,
        reactions="rash",
        certainty=Certainty.UNCONFIRMED,
        criticality=Criticality.UNABLE_TO_ASSESS,
        code=(RXNORM, "723"),
        onset=life.childhood(),
        by=life.nurse(),
    )
    yield days(200, 420)
    life.revise(
        allergy,
        "Sister remembers: spots two days after the end of the course, no swelling, no wheeze",
        reactions="spots after the end of a course in childhood",
        criticality=Criticality.LOW,
    )
    yield days(150, 300)
    life.note("Dental abscess, draining. Took co-amoxiclav abroad last year without any reaction, box shown.")
    life.prescribe(
        rx.AMOXICILLIN,
        indication="Dental abscess",
        days=5,
        override=(
            OverrideReason.TOLERATED_BEFORE,
            "Took the same ingredient for seven days last year without any reaction",
        ),
    )
    yield days(8, 14)
    life.refute(allergy, "Two full courses without a reaction; the rash in childhood was viral")
    life.no_known_allergies()


def sulfa_rash(life: Life) -> Story:
    """A rash on an antibiotic."""
    yield days(30, 500)
    life.note(life.say(SEEN[URINE]))
    course = life.prescribe(rx.CO_TRIMOXAZOLE, indication=URINE, days=5)
    yield days(2, 3)
    life.stop(course, StopReason.ALLERGY, "Itching rash on trunk and arms since this morning, no blisters")
    life.allergic(
        "sulfamethoxazole + trimethoprim",
        severity=Severity.MODERATE,
        reactions="rash",
        criticality=Criticality.LOW,
        code=(RXNORM, "10831"),
        onset=life.today_text(),
    )
    life.prescribe(rx.NITROFURANTOIN, indication=URINE, days=5)


def _plain_allergy(
    substance: str,
    reactions: str,
    severity: Severity,
    category: AllergyCategory,
    code: tuple[str, str] | None,
    certainty: Certainty = Certainty.CONFIRMED,
    criticality: Criticality = Criticality.LOW,
) -> Chapter:
    def story(life: Life) -> Story:
        yield hours(0.2, 0.6)
        life.allergic(
            substance,
            severity=severity,
            reactions=reactions,
            category=category,
            certainty=certainty,
            criticality=criticality,
            code=code,
            onset=life.childhood() if life.rng.random() < 0.5 else None,
            by=life.nurse(),
        )

    return story


LATEX = _plain_allergy(
    "latex", "contact dermatitis", Severity.MILD, AllergyCategory.ENVIRONMENT, (SNOMED, "111088007")
)
CODEINE = _plain_allergy(
    "codeine", "vomiting, drowsiness", Severity.MODERATE, AllergyCategory.MEDICATION, (RXNORM, "2670")
)
ASPIRIN = _plain_allergy(
    "aspirin", "wheeze within the hour", Severity.SEVERE, AllergyCategory.MEDICATION, (RXNORM, "1191"),
    criticality=Criticality.HIGH,
)  # fmt: skip
SHELLFISH = _plain_allergy(
    "shellfish", "swelling of the lips", Severity.MODERATE, AllergyCategory.FOOD, (SNOMED, "735029006")
)
BEES = _plain_allergy(
    "bee venom", "collapse after a sting", Severity.SEVERE, AllergyCategory.ENVIRONMENT,
    (SNOMED, "288328004"),
    criticality=Criticality.HIGH,
)  # fmt: skip
IBUPROFEN = _plain_allergy(
    "ibuprofen", "hives", Severity.MODERATE, AllergyCategory.MEDICATION, (RXNORM, "5640")
)
POLLEN = _plain_allergy(
    "grass pollen",
    "runny nose, itching eyes",
    Severity.MILD,
    AllergyCategory.ENVIRONMENT,
    (SNOMED, "256277009"),
)

TRIMETHOPRIM = _plain_allergy(
    "trimethoprim", "rash on the third day", Severity.MODERATE, AllergyCategory.MEDICATION, (RXNORM, "10829")
)
CATS = _plain_allergy("cat dander", "sneezing, wheeze", Severity.MILD, AllergyCategory.ENVIRONMENT, None)
KIWI = _plain_allergy("kiwi fruit", "itching mouth", Severity.MILD, AllergyCategory.FOOD, None)
PENICILLIN_LONG_AGO = _plain_allergy(
    "penicillin", "not remembered, told by her mother", Severity.MILD, AllergyCategory.MEDICATION,
    (SNOMED, "764146007"), Certainty.UNCONFIRMED, Criticality.UNABLE_TO_ASSESS,
)  # fmt: skip


def peanut_in_a_child(life: Life) -> Story:
    """Severe at three, revised after the clinic, an auto-injector at home; egg is outgrown."""
    yield hours(0.2, 0.6)
    egg = life.allergic(
        "egg white",
        severity=Severity.MODERATE,
        reactions="hives around the mouth, vomiting",
        category=AllergyCategory.FOOD,
        onset=life.childhood(),
    )
    yield days(40, 120)
    peanut = life.allergic(
        "peanut",
        severity=Severity.MODERATE,
        reactions="hives and cough minutes after a biscuit",
        category=AllergyCategory.FOOD,
        certainty=Certainty.UNCONFIRMED,
        code=(SNOMED, "762952008"),
        onset=life.today_text(),
    )
    yield days(30, 70)
    life.revise(
        peanut,
        "Allergy clinic: skin test 9 mm, antibodies to Ara h 2 high. Wheezed at the supervised test.",
        severity=Severity.SEVERE,
        certainty=Certainty.CONFIRMED,
        criticality=Criticality.HIGH,
        reactions="hives, wheeze",
    )
    if life.person.age and life.person.age >= 6:
        life.prescribe(
            rx.EPINEPHRINE,
            "0.15",
            indication="Peanut allergy",
            as_needed="breathing difficulty or collapse",
            note="Outer thigh, then call an ambulance. One at school, one at home.",
        )
    yield days(300, 500)
    life.resolve(egg, "Ate a whole boiled egg at the clinic, no reaction in two hours")


def stung(life: Life) -> Story:
    """Bee venom, then immunotherapy, then no longer allergic."""
    yield hours(0.2, 0.6)
    allergy = life.allergic(
        "bee venom",
        severity=Severity.SEVERE,
        reactions="collapse, hives all over",
        category=AllergyCategory.ENVIRONMENT,
        criticality=Criticality.HIGH,
        code=(SNOMED, "288328004"),
        onset=life.today_text()[:7],
    )
    pen = life.prescribe(
        rx.EPINEPHRINE,
        "0.3",
        indication="Bee venom allergy",
        as_needed="collapse or breathing difficulty after a sting",
        note="Outer thigh. Carry two from April to October.",
    )
    for _ in range(4):
        yield days(300, 380)
        life.renew(pen, 364)
        life.note("Immunotherapy goes on, monthly injections tolerated with a lump at the site.")
    yield days(60, 120)
    life.resolve(allergy, "Stung twice this summer after five years of immunotherapy: local swelling only")
    life.stop(pen, StopReason.NO_LONGER_NEEDED, "Allergy resolved after immunotherapy")
    yield hours(0.1, 0.2)
    life.no_known_allergies()
