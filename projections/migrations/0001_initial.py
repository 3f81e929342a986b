"""Tables of the read side; owned by the owner, DML for the web role by default privileges."""

from __future__ import annotations

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import projections.subject_json
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    # The event store's first migration grants the web role its rights on every later table.
    dependencies = [("eventstore", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ComplianceSubject",
            fields=[
                ("subject_id", models.UUIDField(primary_key=True, serialize=False)),
                ("known", models.JSONField(encoder=projections.subject_json.SubjectJson)),
                ("version", models.IntegerField()),
            ],
            options={
                "db_table": "compliance_subjects",
            },
        ),
        migrations.CreateModel(
            name="HistorySubject",
            fields=[
                ("subject_id", models.UUIDField(primary_key=True, serialize=False)),
                ("known", models.JSONField(encoder=projections.subject_json.SubjectJson)),
                ("version", models.IntegerField()),
            ],
            options={
                "db_table": "medication_history_subjects",
            },
        ),
        migrations.CreateModel(
            name="TimelineSubject",
            fields=[
                ("subject_id", models.UUIDField(primary_key=True, serialize=False)),
                ("known", models.JSONField(encoder=projections.subject_json.SubjectJson)),
                ("version", models.IntegerField()),
            ],
            options={
                "db_table": "timeline_subjects",
            },
        ),
        migrations.CreateModel(
            name="ComplianceEntry",
            fields=[
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                ("position", models.BigIntegerField()),
                ("patient_id", models.UUIDField(null=True)),
                ("aggregate_id", models.TextField()),
                ("aggregate_type", models.TextField()),
                ("event_type", models.TextField()),
                ("kind", models.TextField()),
                ("action", models.TextField()),
                ("summary", models.TextField(default="")),
                ("changed_by", models.TextField(default="")),
                ("changed_by_name", models.TextField(default="")),
                ("role", models.TextField(default="")),
                ("ip", models.TextField(default="")),
                ("changed_at", models.DateTimeField()),
                ("occurred_at", models.DateTimeField()),
                ("reason", models.TextField(default="")),
                ("source", models.TextField(default="")),
                ("subject_id", models.UUIDField(null=True)),
                ("other_subject_id", models.UUIDField(null=True)),
                ("in_error", models.BooleanField(default=False)),
                ("version", models.IntegerField()),
            ],
            options={
                "verbose_name_plural": "compliance entries",
                "db_table": "compliance_audit",
                "indexes": [
                    models.Index(fields=["changed_by", "changed_at"], name="compliance_audit_person"),
                    models.Index(fields=["event_type"], name="compliance_audit_event_type"),
                    models.Index(fields=["patient_id", "changed_at"], name="compliance_audit_patient"),
                    models.Index(fields=["changed_at", "position"], name="compliance_audit_time"),
                ],
            },
        ),
        migrations.CreateModel(
            name="MedicationCourse",
            fields=[
                ("prescription_id", models.UUIDField(primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("medication", models.TextField()),
                ("status", models.TextField()),
                ("status_at", models.DateTimeField()),
                ("ends_on", models.DateField(null=True)),
                ("replaced_by", models.UUIDField(null=True)),
                ("course", models.JSONField(encoder=projections.subject_json.SubjectJson)),
                ("version", models.IntegerField()),
                ("position", models.BigIntegerField()),
                ("event_id", models.UUIDField()),
            ],
            options={
                "db_table": "medication_courses",
                "indexes": [
                    models.Index(fields=["patient_id", "status_at"], name="medication_courses_patient")
                ],
            },
        ),
        migrations.CreateModel(
            name="MedicationHistory",
            fields=[
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("prescription_id", models.UUIDField()),
                ("replacement_id", models.UUIDField(null=True)),
                ("medication", models.TextField()),
                ("change", models.TextField()),
                ("changed_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("reason", models.TextField(default="")),
                ("changed_by", models.TextField(default="")),
                ("changed_by_name", models.TextField(default="")),
                ("role", models.TextField(default="")),
                ("reported", models.BooleanField(default=False)),
                ("in_error", models.BooleanField(default=False)),
                ("corrected_by", models.UUIDField(null=True)),
                ("corrects", models.UUIDField(null=True)),
                ("version", models.IntegerField()),
                ("position", models.BigIntegerField()),
            ],
            options={
                "verbose_name_plural": "medication history",
                "db_table": "medication_history",
                "indexes": [
                    models.Index(fields=["patient_id", "changed_at"], name="medication_history_patient"),
                    models.Index(fields=["prescription_id", "changed_at"], name="medication_history_course"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Patient",
            fields=[
                ("patient_id", models.UUIDField(primary_key=True, serialize=False)),
                ("mrn", models.TextField(null=True)),
                ("record_number", models.TextField(default="")),
                ("family", models.TextField(null=True)),
                ("given", models.TextField(null=True)),
                ("birth_date", models.TextField(null=True)),
                ("sex", models.TextField(null=True)),
                ("deceased", models.BooleanField(default=False)),
                ("deceased_date", models.TextField(null=True)),
                ("other_names", models.TextField(null=True)),
                ("phone", models.TextField(null=True)),
                ("address", models.TextField(null=True)),
                ("allergy_status", models.TextField(default="not recorded")),
                ("allergies", models.JSONField(default=list)),
                ("no_known_asked_by", models.TextField(null=True)),
                ("no_known_asked_at", models.DateTimeField(null=True)),
                ("allergies_updated_at", models.DateTimeField(null=True)),
                ("reported", models.BooleanField(default=False)),
                ("not_understood", models.IntegerField(default=0)),
                ("search_key", models.TextField(default="")),
                ("search_text", models.TextField(default="")),
                ("version", models.IntegerField()),
                ("position", models.BigIntegerField()),
                ("event_id", models.UUIDField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "db_table": "patients",
                "indexes": [
                    models.Index(fields=["search_key", "patient_id"], name="patients_by_name"),
                    models.Index(fields=["record_number"], name="patients_by_record_number"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector("search_text", config="simple"),
                        name="patients_by_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PatientState",
            fields=[
                ("prescription_id", models.UUIDField(primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("medication", models.TextField()),
                ("code", models.TextField(null=True)),
                ("code_system", models.TextField(null=True)),
                ("form", models.TextField(null=True)),
                ("dose", models.TextField(null=True)),
                ("unit", models.TextField(null=True)),
                ("dosage", models.TextField()),
                ("route", models.TextField(null=True)),
                ("frequency", models.TextField(null=True)),
                ("as_needed", models.BooleanField(default=False)),
                ("as_needed_reason", models.TextField(null=True)),
                ("start", models.TextField(null=True)),
                ("end", models.TextField(null=True)),
                ("duration_days", models.IntegerField(null=True)),
                ("ends_on", models.DateField(null=True)),
                ("indication", models.TextField(null=True)),
                ("prescriber", models.TextField(null=True)),
                ("prescriber_license", models.TextField(null=True)),
                ("note_to_patient", models.TextField(null=True)),
                ("status", models.TextField()),
                ("status_reason", models.TextField(default="")),
                ("status_at", models.DateTimeField()),
                ("since", models.TextField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("dose_since", models.DateTimeField(null=True)),
                ("dose_event_id", models.UUIDField()),
                ("renewals", models.IntegerField(default=0)),
                ("last_renewed_on", models.TextField(null=True)),
                ("reported", models.BooleanField(default=False)),
                ("entries_in_error", models.IntegerField(default=0)),
                ("version", models.IntegerField()),
                ("position", models.BigIntegerField()),
                ("event_id", models.UUIDField()),
            ],
            options={
                "db_table": "patient_state",
                "indexes": [
                    models.Index(fields=["patient_id"], name="patient_state_patient"),
                    models.Index(fields=["medication", "dosage"], name="patient_state_medication_dose"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TimelineEntry",
            fields=[
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                ("patient_id", models.UUIDField()),
                ("occurred_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("event_type", models.TextField()),
                ("kind", models.TextField()),
                ("title", models.TextField()),
                ("entry", models.JSONField()),
                ("reason", models.TextField(default="")),
                ("who", models.TextField(default="")),
                ("who_id", models.TextField(default="")),
                ("role", models.TextField(default="")),
                ("subject_id", models.UUIDField(null=True)),
                ("other_subject_id", models.UUIDField(null=True)),
                ("reported", models.BooleanField(default=False)),
                ("in_error", models.BooleanField(default=False)),
                ("corrected_by", models.UUIDField(null=True)),
                ("corrects", models.UUIDField(null=True)),
                ("version", models.IntegerField()),
                ("position", models.BigIntegerField()),
            ],
            options={
                "verbose_name_plural": "timeline entries",
                "db_table": "timeline",
                "indexes": [
                    models.Index(fields=["patient_id", "-occurred_at", "-version"], name="timeline_patient"),
                    models.Index(
                        fields=["patient_id", "kind", "-occurred_at", "-version"],
                        name="timeline_patient_kind",
                    ),
                    models.Index(fields=["patient_id", "-version"], name="timeline_patient_version"),
                ],
            },
        ),
    ]
