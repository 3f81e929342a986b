"""Which patient lives through what, and the clock that runs their stories side by side.

Each patient has a random source of their own, so that a change to one history leaves all others as they are.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from records.demo.life import Chapter, Life, Story
from records.demo.problems import (
    body,
    cast,
    heart,
    infections,
    lindqvist,
    lungs,
    metabolism,
    mind,
    pain,
    routine,
    slips,
)
from records.demo.schedule import days


@dataclass(frozen=True)
class History:
    """A patient's years.

    Shape: registered is days before today; chapters are (days after registration, story);
    asks: whether the first visit asks about allergies and finds none.
    """

    registered: int
    chapters: Sequence[tuple[int, Chapter]] = ()
    asks: bool = True
    welcomed: bool = True


def _history(
    registered: int, *chapters: tuple[int, Chapter], asks: bool = True, welcomed: bool = True
) -> History:
    return History(registered, chapters, asks, welcomed)


HISTORIES: dict[str, History] = {
    "lindqvist": _history(
        2815,
        (0, lindqvist.before),
        (300, routine.yearly_nurse),
        (2480, lindqvist.last_year),
        (900, routine.moved_house),
        asks=False,
    ),
    "brandt": _history(
        2890,
        (3, heart.warfarin_for_a_valve),
        (20, heart.heart_failure),
        (60, metabolism.type_2_diabetes),
        (150, heart.cholesterol),
        (420, metabolism.gout),
        (700, metabolism.hypothyroidism),
        (500, infections.now_and_then),
        (900, body.prostate),
        (250, routine.yearly_nurse),
        (400, slips.wrong_dose),
        (1500, slips.wrong_dose),
        (1100, slips.late_entry),
        (2100, slips.late_entry),
        (800, slips.note_on_the_wrong_chart),
        (300, routine.moved_house),
    ),
    "visitor": _history(58, (0, cast.a_visit), asks=False, welcomed=False),
    "haidari": _history(230, (0, cast.refugee), welcomed=False),
    "castellano": _history(
        2600,
        (4, heart.hypertension),
        (90, lungs.copd),
        (400, body.prostate),
        (700, pain.worn_joints),
        (2380, pain.last_months),
        (600, slips.late_entry),
        (1400, slips.wrong_dose),
    ),
    "featherstonehaugh": _history(
        1480, (0, infections.LATEX), (5, pain.rheumatoid_arthritis), (60, body.reflux),
        (500, infections.now_and_then), (200, routine.moved_house), (350, slips.late_entry), asks=False,
    ),
    "aegisdottir": _history(
        1210, (2, metabolism.hypothyroidism), (90, mind.migraine), (400, metabolism.low_iron),
        (300, infections.now_and_then),
    ),
    "nguyen": _history(
        980, (0, infections.SHELLFISH), (10, lungs.asthma), (200, lungs.hay_fever),
        (300, infections.now_and_then),
        (100, cast.misspelt), asks=False,
    ),
    "oe": _history(
        1560, (3, metabolism.type_2_diabetes), (30, heart.hypertension), (120, heart.cholesterol),
        (400, metabolism.gout), (600, slips.wrong_dose), (300, routine.yearly_nurse),
    ),
    "khatib": _history(640, (6, lungs.eczema), (40, lungs.hay_fever), (300, metabolism.low_iron),
        (0, infections.KIWI), asks=False),
    "suryani": _history(
        1320, (4, heart.hypertension), (200, pain.bad_back), (400, infections.now_and_then),
        (700, slips.prescribed_twice),
    ),
    "olsen-erik": _history(900, (30, lungs.asthma), (200, cast.swapped_twins), (400, lungs.hay_fever)),
    "olsen-eirik": _history(900, (25, mind.epilepsy), (350, infections.now_and_then)),
    "whitfield": _history(
        2480, (0, infections.CODEINE), (3, metabolism.thin_bones), (60, heart.hypertension),
        (400, heart.atrial_fibrillation), (900, pain.worn_joints), (600, routine.yearly_nurse),
        (1200, slips.late_entry), (1700, slips.wrong_dose), asks=False,
    ),
    "nunez": _history(
        1750, (2, metabolism.type_1_diabetes), (300, heart.cholesterol), (700, pain.burning_feet),
        (500, infections.now_and_then), (1000, slips.wrong_dose),
    ),
    "obriain": _history(
        1120, (10, heart.hypertension), (60, metabolism.hypothyroidism), (560, body.pregnancy),
        (300, infections.now_and_then),
    ),
    "zolkiewska": _history(
        2230, (1, pain.rheumatoid_arthritis), (400, metabolism.thin_bones),
        (700, infections.penicillin_anaphylaxis),
        (900, heart.hypertension), (1300, slips.wrong_dose), (500, routine.moved_house),
    ),
    "mbeki": _history(1440, (3, mind.bipolar), (200, lungs.hay_fever), (600, slips.mistaken_allergy)),
    "fischer": _history(
        2120, (2, heart.atrial_fibrillation), (100, metabolism.hypothyroidism), (500, pain.worn_joints),
        (900, body.glaucoma), (300, routine.yearly_nurse), (1200, slips.late_entry),
        (1000, infections.doubtful_penicillin), asks=False,
    ),
    "grunwald": _history(860, (4, mind.depression), (120, mind.poor_sleep), (500, body.reflux)),
    "adebayo": _history(
        1380, (2, mind.depression), (30, heart.hypertension), (500, metabolism.low_iron),
        (700, infections.now_and_then), (0, infections.IBUPROFEN), asks=False,
    ),
    "novak": _history(
        1290, (2, metabolism.kidney_transplant), (40, heart.hypertension), (300, infections.sulfa_rash),
        (500, slips.wrong_dose), asks=False,
    ),
    "ramirez": _history(1380, (0, infections.peanut_in_a_child), (20, lungs.asthma_in_a_child), asks=False),
    "harrington": _history(620, (120, lungs.asthma_in_a_child), (400, infections.now_and_then)),
    "bergstrom": _history(
        2740, (0, infections.ASPIRIN), (3, heart.heart_failure), (300, mind.parkinsons), (900, body.prostate),
        (500, body.constipation), (700, routine.yearly_nurse), (1300, slips.late_entry),
        (2000, slips.wrong_dose), asks=False,
    ),
    "desrosiers": _history(
        1660, (2, mind.dementia), (30, heart.hypertension), (200, body.constipation),
        (600, slips.late_entry),
    ),
    "kowalczyk": _history(
        1520, (3, metabolism.gout), (40, heart.hypertension), (500, pain.bad_back), (900, heart.cholesterol),
    ),
    "tremblay": _history(2150, (0, infections.stung), (60, mind.attention), asks=False),
    "abdullah": _history(840, (5, metabolism.type_1_diabetes), (400, infections.now_and_then)),
    "mcallister": _history(
        1600, (2, mind.migraine), (200, mind.depression), (800, metabolism.low_iron),
        (400, slips.note_on_the_wrong_chart),
    ),
    "petrov": _history(
        1950, (1, heart.angina), (10, heart.cholesterol), (60, heart.hypertension),
        (500, metabolism.type_2_diabetes),
        (900, lungs.copd), (700, routine.yearly_nurse), (1100, slips.wrong_dose),
        (400, infections.now_and_then),
    ),
    "banerjee": _history(
        1410, (2, metabolism.type_2_diabetes), (100, heart.cholesterol), (500, pain.burning_feet),
        (250, cast.born_another_day), (0, infections.TRIMETHOPRIM), asks=False,
    ),
    "walker": _history(
        2300, (3, lungs.copd), (200, heart.hypertension), (700, body.prostate), (1000, pain.worn_joints),
        (600, infections.penicillin_anaphylaxis), (1500, slips.late_entry), (900, routine.yearly_nurse),
        asks=False,
    ),
    "yilmaz": _history(1020, (2, pain.bad_back), (100, mind.depression), (300, body.reflux)),
    "laurent": _history(760, (3, mind.attention), (100, mind.poor_sleep), (350, lungs.eczema)),
    "hakkinen": _history(
        1870, (2, heart.heart_failure), (100, body.glaucoma), (500, metabolism.gout),
        (900, body.constipation),
        (800, slips.late_entry),
    ),
    "silva": _history(
        1680, (3, heart.hypertension), (60, metabolism.type_2_diabetes), (500, heart.atrial_fibrillation),
        (300, infections.doubtful_penicillin), (800, slips.wrong_dose), asks=False,
    ),
    "greene": _history(
        1990, (2, heart.atrial_fibrillation), (200, metabolism.thin_bones), (600, body.reflux),
        (0, infections.POLLEN), (900, routine.yearly_nurse), asks=False,
    ),
    "oyelaran": _history(
        1240, (2, heart.hypertension), (90, heart.angina), (100, heart.cholesterol), (500, body.prostate),
        (0, cast.unsure), asks=False,
    ),
    "sandhu": _history(
        580, (10, metabolism.hypothyroidism), (100, mind.migraine), (200, infections.sulfa_rash),
    ),
    "svensson": _history(920, (0, infections.BEES), (5, heart.hypertension), (200, body.reflux), asks=False),
    "mueller": _history(
        2050, (2, metabolism.type_2_diabetes), (100, heart.hypertension), (500, heart.cholesterol),
        (800, pain.burning_feet), (1200, slips.late_entry), (300, cast.misspelt),
    ),
    "chen": _history(420, (3, body.reflux), (60, metabolism.gout)),
    "baker": _history(
        1150, (4, heart.hypertension), (200, pain.worn_joints), (500, slips.note_on_the_wrong_chart),
    ),
    "baker-younger": _history(390, (8, mind.migraine), (60, lungs.hay_fever), asks=False),
    "ferreira": _history(310, (2, mind.epilepsy)),
    "ahmed": _history(480, (0, infections.CATS), (1, lungs.asthma), (200, lungs.eczema), asks=False),
    "stranger": _history(11, (0, cast.no_name_yet), asks=False, welcomed=False),
    "popescu": _history(1, asks=False, welcomed=False),
    "lindquist": _history(660, (40, infections.now_and_then)),
    "wisniewska": _history(720, (2, heart.hypertension), (90, mind.migraine)),
    "wisnewska": _history(210, (0, infections.CODEINE), (1, pain.bad_back), asks=False),
    "duval": _history(37),
    "papadakis": _history(
        1800, (2, heart.atrial_fibrillation), (50, heart.heart_failure), (600, metabolism.gout),
        (900, slips.wrong_dose),
    ),
    "hughes": _history(
        1330, (2, mind.dementia), (40, metabolism.hypothyroidism), (300, pain.worn_joints),
        (500, slips.late_entry), (0, infections.PENICILLIN_LONG_AGO), asks=False,
    ),
}  # fmt: skip


def act_out(life: Life, history: History) -> None:
    """Run all stories of one patient in the order of time, until the calendar or the patient's life ends."""
    life.asks_about_allergies = history.asks
    opening = life.calendar.next_moment(life.calendar.ago(history.registered, "07:00"), days(0), life.rng)
    if opening >= life.calendar.end - LAST_VISIT:  # the working day after it would be today or later
        opening = life.calendar.ago(history.registered, "10:12")
    life.arrive(opening)
    life.register(**_as_understood(life))
    clock = _Clock(life)
    if history.welcomed:
        clock.begin(routine.welcome(life), life.now)
    for delay, chapter in history.chapters:
        clock.begin(_after(delay, chapter, life), life.now)
    clock.run()


def _as_understood(life: Life) -> dict[str, object]:
    """The desk hears some names wrong; they are put right later."""
    if life.person.key == "nguyen":
        return {"family": "Nguyen", "given": "Thi Bich Ngoc"}
    if life.person.key == "mueller":
        return {"family": "Müller-Lüdenscheid"}
    return {}


def _after(delay: int, chapter: Chapter, life: Life) -> Story:
    if delay:
        yield days(delay, delay + 4)
    yield from chapter(life)


#: No visit begins so shortly before the end, so that all of it lies before.
LAST_VISIT = timedelta(hours=1)


class _Clock:
    """Which story goes on next."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self._queue: list[tuple[datetime, int, Story]] = []
        self._begun = 0

    def begin(self, story: Story, moment: datetime) -> None:
        self._begun += 1
        heapq.heappush(self._queue, (moment, self._begun, story))

    def run(self) -> None:
        life = self.life
        while self._queue and not life.ended:
            moment, number, story = heapq.heappop(self._queue)
            life.arrive(moment)
            wait = next(story, None)
            for begun in life.waiting:
                self.begin(begun, life.now)
            life.waiting.clear()
            if wait is None:
                continue
            again = life.calendar.next_moment(life.now, wait, life.rng)
            if again < life.calendar.end - LAST_VISIT:
                heapq.heappush(self._queue, (again, number, story))


def random_of(seed: str, key: str) -> Random:
    """The patient's own random source."""
    return Random(f"{seed} {key}")  # noqa: S311 - a story, not a secret
