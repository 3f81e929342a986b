"""One patient's years at the clinic, in the verbs that stories are told with.

A story is a generator: it acts on a Life, yields how long it waits, and acts again (histories.py runs the
stories of one patient side by side). Must not know the database.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from random import Random

from records import codes, commands, interactions
from records.demo.medicines import Medicine
from records.demo.people import Employee, Person
from records.demo.recorder import Staff
from records.demo.schedule import Calendar, Wait
from records.demo.treatment import Treatment

Story = Generator[Wait, None, None]
Chapter = Callable[["Life"], Story]

RECORDS_DESK = "records"
SNOMED = "http://snomed.info/sct"


@dataclass(kw_only=True)
class KnownAllergy:
    """An allergy as its story knows it."""

    id: str
    recorded_by: str
    values: dict[str, object]
    open: bool = True


class Life(Treatment):
    """The patient, the clock, and what clinicians do."""

    def __init__(self, person: Person, *, rng: Random, calendar: Calendar, staff: Staff) -> None:
        super().__init__(person, rng=rng, calendar=calendar, staff=staff)
        self.allergies: list[KnownAllergy] = []
        self.waiting: list[Story] = []
        self.said: set[str] = set()
        self.asks_about_allergies = False
        self.ended = False
        self._build = rng.uniform(-1, 1)

    # --- Who is there ---------------------------------------------------------------------------

    def nurse(self) -> Employee:
        hour = self.calendar.local(self.now).hour
        night = hour >= 20 or hour < 7
        return self.employee("adeyemi") if night else self.at_work(licensed=False)

    def author_of_note(self, category: str) -> Employee:
        if category == codes.NoteCategory.PHARMACY:
            return self.employee("raman")
        if category == codes.NoteCategory.CLINICAL:
            return self.doctor()
        return self.nurse()

    # --- Identity -------------------------------------------------------------------------------

    def register(self, **changed: object) -> None:
        """Open the record, as the desk understood the patient that day."""
        values = self.identity() | changed
        desk = self.employee(RECORDS_DESK) if self.rng.random() < 0.7 else self.nurse()
        self.record(commands.RegisterPatient(patient_id=self.patient_id, **values), desk)
        self.identity_as_recorded = values

    def correct_identity(self, reason: str, by: Employee | None = None, **changed: object) -> str:
        values = self.identity_as_recorded | changed
        done = self.record(
            commands.CorrectDemographics(patient_id=self.patient_id, reason=reason, **values),
            by or self.employee(RECORDS_DESK),
        )
        self.identity_as_recorded = values
        return done

    # --- Allergies ------------------------------------------------------------------------------

    def allergic(
        self,
        substance: str,
        *,
        severity: codes.Severity,
        reactions: str,
        category: codes.AllergyCategory = codes.AllergyCategory.MEDICATION,
        certainty: codes.Certainty = codes.Certainty.CONFIRMED,
        criticality: codes.Criticality | None = None,
        whole_class: bool = False,
        code: tuple[str, str] | None = None,
        onset: str | None = None,
        by: Employee | None = None,
    ) -> KnownAllergy:
        """Record an allergy. Shape: code is (system, code); onset may be partial."""
        values: dict[str, object] = {
            "substance": substance,
            "code": code[1] if code else None,
            "code_system": code[0] if code else None,
            "whole_class": whole_class,
            "category": category,
            "reactions": reactions,
            "severity": severity,
            "certainty": certainty,
            "criticality": criticality,
            "onset": onset,
        }
        allergy_id = self.mint("allergy")
        recorded_by = self.record(
            commands.RecordAllergy(patient_id=self.patient_id, allergy_id=allergy_id, **values),  # type: ignore[arg-type]
            by or self.doctor(),
        )
        allergy = KnownAllergy(id=allergy_id, recorded_by=recorded_by, values=values)
        self.allergies.append(allergy)
        return allergy

    def revise(
        self, allergy: KnownAllergy, reason: str, by: Employee | None = None, **changed: object
    ) -> None:
        if allergy.open:
            allergy.values = allergy.values | changed
            self.record(
                commands.ReviseAllergy(
                    patient_id=self.patient_id,
                    allergy_id=allergy.id,
                    reason=reason,
                    **allergy.values,  # type: ignore[arg-type]
                ),
                by or self.doctor(),
            )

    def refute(self, allergy: KnownAllergy, reason: str, by: Employee | None = None) -> None:
        if allergy.open:
            self.record(
                commands.RefuteAllergy(patient_id=self.patient_id, allergy_id=allergy.id, reason=reason),
                by or self.doctor(),
            )
            allergy.open = False

    def resolve(self, allergy: KnownAllergy, reason: str, by: Employee | None = None) -> None:
        if allergy.open:
            self.record(
                commands.ResolveAllergy(patient_id=self.patient_id, allergy_id=allergy.id, reason=reason),
                by or self.doctor(),
            )
            allergy.open = False

    def no_known_allergies(self, by: Employee | None = None) -> None:
        if not any(allergy.open for allergy in self.allergies):
            self.record(commands.AssertNoKnownAllergies(patient_id=self.patient_id), by or self.nurse())

    # --- Notes and corrections ------------------------------------------------------------------

    def note(
        self,
        text: str,
        category: codes.NoteCategory = codes.NoteCategory.CLINICAL,
        by: Employee | None = None,
    ) -> str:
        return self.record(
            commands.AddNote(patient_id=self.patient_id, text=text, category=category),
            by or self.author_of_note(category),
        )

    def mark_in_error(self, entry: str, reason: str, by: Employee | None = None) -> str:
        """The entry was wrong. The story puts its own Course or KnownAllergy right again."""
        return self.record(
            commands.MarkEntryInError(patient_id=self.patient_id, target_event_id=entry, reason=reason),
            by or self.doctor(),
        )

    # --- What a story asks ----------------------------------------------------------------------

    def start(self, story: Story) -> None:
        """Begin another story beside this one."""
        self.waiting.append(story)

    def meets_an_allergy(self, medicine: Medicine) -> bool:
        """Whether prescribing it would interrupt."""
        alerts = interactions.allergy_alerts(
            self.state.active_allergies, medicine.name, medicine.code, medicine.code_system
        )
        return any(alert.interrupts for alert in alerts)

    def age(self) -> int:
        """In years at this visit; a guess where the birth date is unknown."""
        born = self.person.birth_date(self.calendar.today)
        today = self.calendar.day_of(self.now)
        if born is None:
            return 40
        return today.year - int(born[:4]) - (f"{today:%m-%d}" < born[5:])

    def height(self) -> int:
        """In centimetres: grown up, or as tall as children of that age are."""
        grown = 168 if self.person.sex == "female" else 178
        return round(min(75 + 6.6 * self.age(), grown) + self._build * 5)

    def weight(self) -> int:
        """In kilograms: the patient's own, give or take a kilogram from one visit to the next."""
        grown = 69 if self.person.sex == "female" else 81
        return round(min(7 + 2.3 * self.age(), grown) * (1 + self._build * 0.12) + self.rng.uniform(-1, 1))

    def today_text(self) -> str:
        return self.calendar.day_of(self.now).isoformat()

    def childhood(self) -> str | None:
        """A year at school age, as people remember it; None where the birth date is unknown."""
        born = self.identity_as_recorded["birth_date"]
        if born is None:
            return None
        age_now = self.calendar.day_of(self.now).year - int(born[:4])
        return str(int(born[:4]) + min(self.rng.randrange(2, 14), age_now))

    def born_about(self, age: int) -> str:
        return str(self.calendar.today.year - age)

    def shifted(self, date_text: str, *, years: int) -> str:
        return f"{int(date_text[:4]) + years}{date_text[4:]}"

    # --- Words ----------------------------------------------------------------------------------

    def say(self, phrases: Sequence[str], **values: object) -> str:
        """One of the phrases, the one that was not used for longest in this record."""
        fresh = [p for p in phrases if p not in self.said] or list(phrases)
        phrase = self.rng.choice(fresh)
        if len(fresh) == 1:
            self.said.difference_update(phrases)
        self.said.add(phrase)
        return phrase.format(**values)

    def around(self, middle: float, spread: float) -> int:
        """A whole number near the middle: a blood pressure, a pulse, a weight."""
        return round(self.rng.gauss(middle, spread / 2))

    def number(self, value: float, decimals: int = 2) -> str:
        """A laboratory value as people write it: no trailing zero."""
        return f"{value:.{decimals}f}".rstrip("0").rstrip(".")

    def tenths(self, least: int, most: int) -> str:
        """A laboratory value between so many tenths, written without a trailing zero."""
        whole, tenth = divmod(self.rng.randrange(least, most), 10)
        return f"{whole}.{tenth}" if tenth else str(whole)
