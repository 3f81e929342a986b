"""What the pages ask of the read models: rows ready to print, by key and through an index, never all at once.

Must not know: requests, and events beyond the timeline's own. Recording that someone looked is the
view's task; every answer that spans patients names them in `patient_ids` or its rows.
"""

from __future__ import annotations

from projections.queries.allergies import PastAllergy, past_allergies
from projections.queries.courses import Drawn, drawn, remarks
from projections.queries.found import Found
from projections.queries.medications import (
    Current,
    PastCourse,
    course_rows,
    current_medications,
    not_started,
    past_medications,
    recently_stopped,
)
from projections.queries.origins import with_origins
from projections.queries.patients import Banner, banner, named, patients
from projections.queries.recall import Takers, dosage_choices, medication_choices, who_takes_it
from projections.queries.report import Report, ReportFilters, actions, compliance_report, people
from projections.queries.search import Search, search
from projections.queries.timeline import (
    Filters,
    Shown,
    entries_between,
    imported_at,
    newest,
    timeline,
)
from projections.queries.timeline_choices import timeline_choices, timeline_months

__all__ = [
    "Banner", "Current", "Drawn", "Filters", "Found", "PastAllergy", "PastCourse", "Report",
    "ReportFilters", "Search", "Shown", "Takers", "actions", "banner", "compliance_report",
    "course_rows", "current_medications", "dosage_choices", "drawn", "entries_between", "imported_at",
    "medication_choices", "named", "newest", "not_started", "past_allergies", "past_medications",
    "patients", "people", "recently_stopped", "remarks", "search", "timeline", "timeline_choices",
    "timeline_months", "who_takes_it", "with_origins",
]  # fmt: skip
