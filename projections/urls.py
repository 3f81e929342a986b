"""Addresses of the read side. A patient's pages are under the patient's id; nothing else names one."""

from __future__ import annotations

from django.urls import path

from projections import (
    reports,
    views,
    views_changed,
    views_entry,
    views_help,
    views_moment,
    views_patients,
    views_records,
    views_timeline,
    views_why,
)

urlpatterns = [
    path("help/", views_help.help_page, name="help"),
    # Many patients
    path("patients/", views_patients.patients, name="patients"),
    path("patients/found-as-typed/", views_patients.found_as_typed, name="found-as-typed"),
    path("who-takes-it/", reports.who_takes_it, name="who-takes-it"),
    path("compliance-report/", reports.compliance_report, name="compliance-report"),
    # One patient
    path("patients/<uuid:patient_id>/", views.chart, name="chart"),
    path("patients/<uuid:patient_id>/records/", views_records.other_records, name="other-records"),
    path(
        "patients/<uuid:patient_id>/records/<uuid:other_id>/",
        views_records.compare_records,
        name="compare-records",
    ),
    path("patients/<uuid:patient_id>/medications/", views.medications, name="medications"),
    path("patients/<uuid:patient_id>/allergies/", views.allergies, name="allergies"),
    path("patients/<uuid:patient_id>/timeline/", views_timeline.timeline, name="timeline"),
    path("patients/<uuid:patient_id>/moment/", views_moment.moment, name="moment"),
    path("patients/<uuid:patient_id>/replay/", views_entry.replay, name="replay"),
    path("patients/<uuid:patient_id>/changed/", views_changed.changed, name="changed"),
    path("patients/<uuid:patient_id>/why/<str:subject>/<str:value>/", views_why.why, name="why"),
    # One entry
    path("events/<uuid:event_id>/", views_entry.event, name="event"),
    path("events/<uuid:event_id>/seen/", views_why.seen, name="seen"),
]
