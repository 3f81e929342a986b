"""What clinicians do with prescriptions, in the verbs that stories are told with.

An act on a course that is no longer open is left out, as a clinician would leave it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from records import codes, commands, events
from records.demo.medicines import Medicine
from records.demo.people import Employee, Person
from records.demo.recorder import Recorder, Staff
from records.demo.schedule import Calendar

#: Forms that a supply is counted in.
COUNTED = (codes.Unit.TABLET, codes.Unit.CAPSULE, codes.Unit.SACHET)


@dataclass(kw_only=True)
class Course:
    """A prescription as its story knows it. opened_by, changed_by: ids of the entries that did it."""

    id: str
    medicine: Medicine
    dose: str
    frequency: str
    opened_by: str
    changed_by: str
    as_needed: bool = False
    open: bool = True
    held: bool = False

    @property
    def step(self) -> int:
        """Where the dose stands on the medicine's ladder."""
        return self.medicine.doses.index(self.dose) if self.dose in self.medicine.doses else 0

    @property
    def lowest(self) -> bool:
        return self.step == 0

    @property
    def highest(self) -> bool:
        return self.step == len(self.medicine.doses) - 1

    @property
    def line(self) -> str:
        return f"{self.medicine.name} {self.dose} {self.medicine.unit} {self.frequency}"


class Treatment(Recorder):
    """The courses of one patient, and what is done to them."""

    def __init__(self, person: Person, *, rng: Random, calendar: Calendar, staff: Staff) -> None:
        super().__init__(person, rng=rng, calendar=calendar, staff=staff)
        self.courses: list[Course] = []

    def doctor(self) -> Employee:
        """Who prescribes at this visit: mostly the patient's own doctor."""
        return self.at_work(licensed=True)

    def taking(self, medicine: Medicine) -> Course | None:
        """The open course of this medicine, if there is one."""
        return next((c for c in self.courses if c.open and c.medicine.name == medicine.name), None)

    def prescribe(
        self,
        medicine: Medicine,
        dose: str | None = None,
        *,
        indication: str,
        frequency: str | None = None,
        as_needed: str | None = None,
        days: int | None = None,
        note: str | None = None,
        by: Employee | None = None,
        override: tuple[str, str] | None = None,
    ) -> Course:
        """Prescribe from today on.

        Shape: as_needed is the reason to take it; days: a course that ends by itself; override: code and
        words, where an alert is expected.
        """
        course_id = self.mint("prescription")
        dose = dose or medicine.doses[0]
        opened_by = self.record(
            commands.AddPrescription(
                patient_id=self.patient_id,
                prescription_id=course_id,
                override_code=override[0] if override else None,
                override_reason=override[1] if override else None,
                **self._line(medicine, dose, indication, frequency, as_needed, days, note),  # type: ignore[arg-type]
            ),
            by or self.doctor(),
        )
        course = self._open(course_id, medicine, dose, frequency, opened_by, ends=days is not None)
        course.as_needed = as_needed is not None
        return course

    def change(
        self,
        course: Course,
        medicine: Medicine,
        dose: str | None = None,
        *,
        reason: str,
        indication: str,
        frequency: str | None = None,
        note: str | None = None,
        by: Employee | None = None,
    ) -> Course:
        """Another medicine takes the place of this one."""
        if not course.open:
            return course
        replacement_id = self.mint("prescription")
        dose = dose or medicine.doses[0]
        opened_by = self.record(
            commands.ChangePrescription(
                patient_id=self.patient_id,
                prescription_id=course.id,
                replacement_id=replacement_id,
                reason=reason,
                **self._line(medicine, dose, indication, frequency, None, None, note),  # type: ignore[arg-type]
            ),
            by or self.doctor(),
        )
        course.open = False
        return self._open(replacement_id, medicine, dose, frequency, opened_by, ends=False)

    def adjust(
        self,
        course: Course,
        dose: str | None = None,
        *,
        reason: str,
        frequency: str | None = None,
        by: Employee | None = None,
    ) -> str | None:
        """Another dose or frequency. Gives the id of the entry."""
        if not course.open or course.held or self._known_better(course):
            return None
        dose, frequency = dose or course.dose, frequency or course.frequency
        if (dose, frequency) == (course.dose, course.frequency):
            return None
        course.changed_by = self.record(
            commands.AdjustDosage(
                patient_id=self.patient_id,
                prescription_id=course.id,
                dose=dose,
                unit=course.medicine.unit,
                route=course.medicine.route,
                frequency=frequency,
                reason=reason,
            ),
            by or self.doctor(),
        )
        course.dose, course.frequency = dose, frequency
        return course.changed_by

    def _known_better(self, course: Course) -> bool:
        """Whether something newer than the moment of a late entry is known of this course."""
        known = self.state.courses.get(course.id)
        return self.true_at is not None and known is not None and self.true_at <= known.dose_since

    def increase(self, course: Course, *, reason: str) -> str | None:
        """One step up the ladder, where there is one."""
        return (
            None
            if course.highest
            else self.adjust(course, course.medicine.doses[course.step + 1], reason=reason)
        )

    def decrease(self, course: Course, *, reason: str) -> str | None:
        return (
            None
            if course.lowest
            else self.adjust(course, course.medicine.doses[course.step - 1], reason=reason)
        )

    def renew(self, course: Course, supply_days: int, by: Employee | None = None) -> None:
        """Order the same again for so many days."""
        if not course.open or course.held:
            return
        counted = () if course.as_needed else COUNTED
        unit = next((u for u in counted if course.medicine.form.endswith(u)), None)
        self.record(
            commands.RenewPrescription(
                patient_id=self.patient_id,
                prescription_id=course.id,
                quantity=str(supply_days * course.medicine.per_day) if unit else None,
                quantity_unit=unit,
                duration_days=supply_days,
            ),
            by or self.doctor(),
        )

    def hold(self, course: Course, code: codes.HoldReason, reason: str, by: Employee | None = None) -> None:
        if course.open and not course.held:
            course.changed_by = self.record(
                commands.HoldPrescription(
                    patient_id=self.patient_id, prescription_id=course.id, reason_code=code, reason=reason
                ),
                by or self.doctor(),
            )
            course.held = True

    def resume(
        self, course: Course, code: codes.ResumeReason, reason: str, by: Employee | None = None
    ) -> None:
        if course.open and course.held:
            course.changed_by = self.record(
                commands.ResumePrescription(
                    patient_id=self.patient_id, prescription_id=course.id, reason_code=code, reason=reason
                ),
                by or self.doctor(),
            )
            course.held = False

    def stop(
        self, course: Course, code: codes.StopReason, reason: str, by: Employee | None = None
    ) -> str | None:
        if not course.open:
            return None
        course.changed_by = self.record(
            commands.DiscontinuePrescription(
                patient_id=self.patient_id, prescription_id=course.id, reason_code=code, reason=reason
            ),
            by or self.doctor(),
        )
        course.open = False
        return course.changed_by

    def transferred(self, medicine: Medicine, dose: str, *, indication: str, source_id: str) -> Course:
        """Another system's record brings a prescription: reported, not authored; its start is not stated."""
        course_id = self.mint("prescription")
        line = self._line(medicine, dose, indication, None, None, None, None)
        line |= {"start": None, "end": None, "prescriber": None, "prescriber_license": None}
        event = events.PrescriptionAdded(
            prescription_id=course_id,
            reported=True,
            source_text=f"{medicine.name} {dose} {medicine.unit} {medicine.frequency}",
            **line,  # type: ignore[arg-type]
        )
        entry = self.bring(event, resource="MedicationRequest", source_id=source_id)
        return self._open(course_id, medicine, dose, None, entry, ends=False)

    def _line(
        self,
        medicine: Medicine,
        dose: str,
        indication: str,
        frequency: str | None,
        as_needed: str | None,
        days: int | None,
        note: str | None,
    ) -> dict[str, object]:
        return {
            "medication": medicine.name,
            "code": medicine.code,
            "code_system": medicine.code_system,
            "form": medicine.form,
            "dose": dose,
            "unit": medicine.unit,
            "route": medicine.route,
            "frequency": frequency or medicine.frequency,
            "as_needed": as_needed is not None,
            "as_needed_reason": as_needed,
            "start": self.calendar.day_of(self.true_at or self.now).isoformat(),
            "duration_days": days,
            "indication": indication,
            "note_to_patient": note,
        }

    def _open(
        self, course_id: str, medicine: Medicine, dose: str, frequency: str | None, entry: str, *, ends: bool
    ) -> Course:
        course = Course(
            id=course_id,
            medicine=medicine,
            dose=dose,
            frequency=frequency or medicine.frequency,
            opened_by=entry,
            changed_by=entry,
        )
        if not ends:
            self.courses.append(course)
        return course
