"""The read models: what the pages read. Every row is derived from events and may be dropped.

Rows are written by projectors alone, through `eventstore.projector.Rows`. No foreign keys, no
identity columns: a rebuild fills copies of these tables and swaps them in. Each row names the
event that last shaped it (event_id), that event's place in the ledger (position) and the version
of its stream; a row never takes an older version of its own stream.

Words are stored as phrases (`projections.phrases`): English in the columns that are searched and sorted by,
and in every reader's language when printed. What a person wrote is stored as it was written.
Text is stored plain: ordinary spaces and hyphens. Keeping "5 mg" and "24-Nov-2026" on one line is
the templates' business. A value that nobody stated is null here and a word on the page.
"""

# ruff: noqa: DJ001 - null is "nobody stated it", which is not the empty text

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models

from eventstore.registry import snake_case
from projections import words
from projections.phrases import Phrased, PhrasesField
from projections.subject_json import SubjectJson


class Patient(models.Model):
    """One person: identity for the banner and the search, and what is known of allergies.

    Shape: birth_date, deceased_date: text, may be partial ("1961", "1961-03");
    allergy_status: "known", "none known" or "not recorded" ("unavailable" is a page's word for a
    parked patient);
    allergies: active ones, worst first: [{allergy_id, substance, severity, reactions, certainty,
    criticality, category, whole_class, onset, recorded_on, reported, event_id}], values may be None;
    not_understood: entries of a kind that this software does not know, so lists may be incomplete;
    search_key: normalised "family given", the order of lists; search_text: the words a search
    finds, normalised (see `projections.search`); search_names and search_sounds: the names alone, as
    spelled and as heard; record_number: mrn without its spaces;
    merged: the records that were merged into this one: [{patient_id, event_id, mrn, family, given,
    other_names, birth_date, sex}]; merged_into: the record that this one was merged into, which alone is
    searched and written;
    version: of the stream, the chart version that the banner names and a form must have seen.
    """

    patient_id = models.UUIDField(primary_key=True)
    mrn = models.TextField(null=True)
    record_number = models.TextField(default="")
    family = models.TextField(null=True)
    given = models.TextField(null=True)
    birth_date = models.TextField(null=True)
    sex = models.TextField(null=True)
    deceased = models.BooleanField(default=False)
    deceased_date = models.TextField(null=True)
    other_names = models.TextField(null=True)
    phone = models.TextField(null=True)
    address = models.TextField(null=True)
    allergy_status = models.TextField(default="not recorded")
    allergies = models.JSONField(default=list)
    no_known_asked_by = models.TextField(null=True)
    no_known_asked_at = models.DateTimeField(null=True)
    allergies_updated_at = models.DateTimeField(null=True)
    reported = models.BooleanField(default=False)
    not_understood = models.IntegerField(default=0)
    search_key = models.TextField(default="")
    search_text = models.TextField(default="")
    search_names = models.TextField(default="")
    search_sounds = models.TextField(default="")
    merged = models.JSONField(default=list)
    merged_into = models.UUIDField(null=True)
    version = models.IntegerField()
    position = models.BigIntegerField()
    event_id = models.UUIDField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "patients"
        indexes = [
            models.Index(
                fields=["search_key", "patient_id"],
                name="patients_by_name",
                condition=models.Q(merged_into__isnull=True),
            ),
            models.Index(fields=["record_number"], name="patients_by_record_number"),
            GinIndex(SearchVector("search_text", config="simple"), name="patients_by_word"),
            GinIndex(SearchVector("search_sounds", config="simple"), name="patients_by_sound"),
            GinIndex(fields=["search_names"], opclasses=["gin_trgm_ops"], name="patients_by_spelling"),
        ]

    def __str__(self) -> str:
        return f"{self.family or 'name unknown'}, {self.given or 'unknown'}"


class PatientState(Phrased):
    """One current prescription of a patient: active or held. One that ended lives in its history.

    Shape: dose: decimal text; dosage: dose and unit in words ("5 mg", "not stated by source");
    since: the stated start, else None (then opened_at tells); dose_since: when the present dose
    became true, None while it is the first one; ends_on: last day covered by its orders, None
    while open-ended; whether it ran out is asked of today's date, never stored;
    status: "active" or "held"; status_reason in words; entries_in_error: corrected entries of it.
    """

    prescription_id = models.UUIDField(primary_key=True)
    patient_id = models.UUIDField()
    medication = models.TextField()
    code = models.TextField(null=True)
    code_system = models.TextField(null=True)
    form = models.TextField(null=True)
    dose = models.TextField(null=True)
    unit = models.TextField(null=True)
    dosage = models.TextField()
    route = models.TextField(null=True)
    frequency = models.TextField(null=True)
    as_needed = models.BooleanField(default=False)
    as_needed_reason = models.TextField(null=True)
    start = models.TextField(null=True)
    end = models.TextField(null=True)
    duration_days = models.IntegerField(null=True)
    ends_on = models.DateField(null=True)
    indication = models.TextField(null=True)
    prescriber = models.TextField(null=True)
    prescriber_license = models.TextField(null=True)
    note_to_patient = models.TextField(null=True)
    status = models.TextField()
    status_reason = models.TextField(default="")
    status_at = models.DateTimeField()
    since = models.TextField(null=True)
    opened_at = models.DateTimeField()
    dose_since = models.DateTimeField(null=True)
    dose_event_id = models.UUIDField()
    renewals = models.IntegerField(default=0)
    last_renewed_on = models.TextField(null=True)
    reported = models.BooleanField(default=False)
    entries_in_error = models.IntegerField(default=0)
    version = models.IntegerField()
    position = models.BigIntegerField()
    event_id = models.UUIDField()

    class Meta:
        db_table = "patient_state"
        indexes = [
            models.Index(fields=["patient_id"], name="patient_state_patient"),
            models.Index(fields=["medication", "dosage"], name="patient_state_medication_dose"),
        ]

    def __str__(self) -> str:
        return f"{self.medication} {self.dosage}"

    @property
    def frequency_words(self) -> str:
        return words.frequency(
            self.frequency,
            as_needed=self.as_needed,
            as_needed_reason=self.as_needed_reason,
            reported=self.reported,
        )


class MedicationHistory(Phrased):
    """One change of one prescription, as it was understood when it was recorded.

    Shape: changed_at: when it was clinically true; recorded_at: when it was written down;
    change: "prescribed", "dose adjusted", "changed", "renewed", "held", "resumed",
    "discontinued" or "corrected"; before, after: {medication, form, dosage, route, frequency,
    status} in words, before is {} where nothing was before; a change to another drug is one row,
    with replacement_id; in_error with corrected_by (event id) once it was marked so.
    """

    event_id = models.UUIDField(primary_key=True)
    patient_id = models.UUIDField()
    prescription_id = models.UUIDField()
    replacement_id = models.UUIDField(null=True)
    medication = models.TextField()
    change = models.TextField()
    changed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    before = PhrasesField(default=dict)
    after = PhrasesField(default=dict)
    reason = models.TextField(default="")
    changed_by = models.TextField(default="")
    changed_by_name = models.TextField(default="")
    role = models.TextField(default="")
    reported = models.BooleanField(default=False)
    in_error = models.BooleanField(default=False)
    corrected_by = models.UUIDField(null=True)
    corrects = models.UUIDField(null=True)
    version = models.IntegerField()
    position = models.BigIntegerField()

    class Meta:
        db_table = "medication_history"
        verbose_name_plural = "medication history"
        indexes = [
            models.Index(fields=["patient_id", "changed_at"], name="medication_history_patient"),
            models.Index(fields=["prescription_id", "changed_at"], name="medication_history_course"),
        ]

    def __str__(self) -> str:
        return f"{self.medication} {self.change}"


class MedicationCourse(models.Model):
    """One prescription from its first order to its end, current or past; the past list reads it.

    Shape: status: "active", "held", "discontinued", "completed" (so reported by a source), "changed"
    (to replaced_by) or "entered in error"; status_at: when that became true; ends_on: last day covered
    by its orders; a course whose last day has passed ran out, which is asked of today's date;
    course: every value and dose step (see `projections.course_history.CourseHistory.to_json`).
    """

    prescription_id = models.UUIDField(primary_key=True)
    patient_id = models.UUIDField()
    medication = models.TextField()
    status = models.TextField()
    status_at = models.DateTimeField()
    ends_on = models.DateField(null=True)
    replaced_by = models.UUIDField(null=True)
    course = models.JSONField(encoder=SubjectJson)
    version = models.IntegerField()
    position = models.BigIntegerField()
    event_id = models.UUIDField()

    class Meta:
        db_table = "medication_courses"
        indexes = [models.Index(fields=["patient_id", "status_at"], name="medication_courses_patient")]

    def __str__(self) -> str:
        return f"{self.medication}, {self.status}"


class TimelineEntry(Phrased):
    """One entry of a patient's record in clinical words; a row per event, none left out.

    kind: "medication", "allergy", "note", "demographics", "correction" or "unknown".
    title: the act ("Dose of furosemide adjusted"). reason: what a person said (serif, in quotes), or "".
    occurred_at: when it was true; recorded_at: when it was written down. `who` and `role` as they were.
    subject_id: the prescription or allergy that it is about; other_subject_id: a replacement.
    in_error: it was marked as entered in error, by the entry corrected_by; corrects: the entry
    that this one marks.

    Shape of `entry` (every key is always there unless said otherwise; text is ready to print):
      about      what it is about: "furosemide", "penicillins"; "" for a person or a note
      icon       "entry", "allergy", "held", "discontinued", "completed", "note", "correction", "unknown"
      tag        word of a status tag: "Held", "Discontinued", "Completed", "Refuted", "Resolved", or ""
      changes    [{"label": "Dose", "before": "20 mg", "after": "40 mg"}], in order, changed parts only
      unchanged  "Route and frequency unchanged: oral, once daily", or ""
      strong     the value to print bold first: "0.5 mg"; or ""
      severity   "severe", "moderate", "mild", or ""  (allergy entries: icon + word)
      line       the rest as one line: "oral, at bedtime as needed for sleep, from 30-Sep-2026", or ""
      facts      [{"label": "Indication", "value": "Insomnia"}], details, in order, stated ones only
      said       a note's own text, or ""
      because    the coded reason: "side effect", or ""   (system's words; `reason` is the person's)
      alerts     ["…"] what was shown to the author; override: the reason for going on, or ""
      corrects   {"event_id", "title", "occurred_at"} of the entry in error, or None
      relied_on  [{"event_id", "title", "occurred_at"}] later entries that relied on it (corrections)
      corrected_by {"event_id", "occurred_at"} of the correction, or None
      source     what the source literally said, or ""  (reported entries)
      data       only for an entry of an unknown kind: its stored values, as they are
    occurred_at inside `entry` is ISO 8601 text with its offset (filter: `clinical_time`).
    Values are those understood when the entry was recorded: a dose entry recorded late shows what
    held just before it was true, and entries after it are not rewritten.
    """

    event_id = models.UUIDField(primary_key=True)
    patient_id = models.UUIDField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    event_type = models.TextField()
    kind = models.TextField()
    title = models.TextField()
    entry = PhrasesField()
    reason = models.TextField(default="")
    who = models.TextField(default="")
    who_id = models.TextField(default="")
    role = models.TextField(default="")
    subject_id = models.UUIDField(null=True)
    other_subject_id = models.UUIDField(null=True)
    reported = models.BooleanField(default=False)
    in_error = models.BooleanField(default=False)
    corrected_by = models.UUIDField(null=True)
    corrects = models.UUIDField(null=True)
    version = models.IntegerField()
    position = models.BigIntegerField()

    class Meta:
        db_table = "timeline"
        verbose_name_plural = "timeline entries"
        indexes = [
            models.Index(fields=["patient_id", "-occurred_at", "-version"], name="timeline_patient"),
            models.Index(
                fields=["patient_id", "kind", "-occurred_at", "-version"], name="timeline_patient_kind"
            ),
            models.Index(fields=["patient_id", "-version"], name="timeline_patient_version"),
        ]

    def __str__(self) -> str:
        return self.title

    # What a page of the timeline adds to a row; `queries.timeline` sets them.
    #: Whether it is the first of its month on the page.
    opens_month = False
    #: The moment by which the page is ordered: when it was true, or when it was recorded.
    clock: datetime | None = None
    #: Links to later entries that relied on this one, and to struck entries that this one relied on.
    relied_on: Sequence[dict[str, Any]] = ()
    relied_on_wrong: Sequence[dict[str, Any]] = ()
    #: The system that reported it, and the address that it was recorded from, where that may be shown.
    source = ""
    address = ""

    @property
    def recorded_apart(self) -> bool:
        """Whether it was recorded at another minute than it was true."""
        return abs(self.recorded_at - self.occurred_at) >= timedelta(minutes=1)

    @property
    def later(self) -> str:
        """'2 days later' where it was recorded well after it was true; "" for what a source reported."""
        return "" if self.reported else words.later(self.occurred_at, self.recorded_at)

    @property
    def templates(self) -> list[str]:
        """Its own template, else the one for all."""
        return [
            f"projections/entries/{snake_case(self.event_type)}.html",
            "projections/entries/entry.html",
        ]


class ComplianceEntry(Phrased):
    """One event of any kind for the compliance report: who recorded what, when, from where.

    Shape: kind: "medication", "allergy", "note", "demographics", "correction", "account",
    "record number" or "unknown"; action: the act ("Dosage adjusted"); summary: what it said, in
    words ("furosemide 40 mg → 80 mg"); changed_by: user id; changed_at: when it was recorded;
    occurred_at: when it was true; source: name of the importing source, or ""; subject_id: the
    prescription, allergy or person that it is about, other_subject_id: a replacement.
    """

    event_id = models.UUIDField(primary_key=True)
    position = models.BigIntegerField()
    patient_id = models.UUIDField(null=True)
    aggregate_id = models.TextField()
    aggregate_type = models.TextField()
    event_type = models.TextField()
    kind = models.TextField()
    action = models.TextField()
    summary = models.TextField(default="")
    changed_by = models.TextField(default="")
    changed_by_name = models.TextField(default="")
    role = models.TextField(default="")
    ip = models.TextField(default="")
    changed_at = models.DateTimeField()
    occurred_at = models.DateTimeField()
    reason = models.TextField(default="")
    source = models.TextField(default="")
    subject_id = models.UUIDField(null=True)
    other_subject_id = models.UUIDField(null=True)
    in_error = models.BooleanField(default=False)
    version = models.IntegerField()

    class Meta:
        db_table = "compliance_audit"
        verbose_name_plural = "compliance entries"
        indexes = [
            models.Index(fields=["changed_by", "changed_at"], name="compliance_audit_person"),
            models.Index(fields=["event_type"], name="compliance_audit_event_type"),
            models.Index(fields=["patient_id", "changed_at"], name="compliance_audit_patient"),
            models.Index(fields=["changed_at", "position"], name="compliance_audit_time"),
        ]

    def __str__(self) -> str:
        return self.action

    #: FAMILY, Given of the patient; set by `queries.compliance_report`.
    patient_name = ""

    @property
    def later(self) -> str:
        """'2 days later' where it was recorded well after it was true."""
        return "" if self.source else words.later(self.occurred_at, self.changed_at)


class Subject(models.Model):
    """What earlier entries said of one prescription, allergy or person, so that a later entry can
    be told as before → after. Kept by each projector that tells entries, in a table of its own.

    Shape: subject_id: prescription, allergy, patient or clinician id; known: see `projections.subjects`.
    """

    subject_id = models.UUIDField(primary_key=True)
    known = models.JSONField(encoder=SubjectJson)
    version = models.IntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.subject_id)


class HistorySubject(Subject):
    class Meta:
        db_table = "medication_history_subjects"


class TimelineSubject(Subject):
    class Meta:
        db_table = "timeline_subjects"


class ComplianceSubject(Subject):
    class Meta:
        db_table = "compliance_subjects"
