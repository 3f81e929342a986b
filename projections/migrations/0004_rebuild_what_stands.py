"""Rows that an earlier release made have no phrases, no spellings and no sounds: a rebuild gives them.

A new database has no rows and no built read model, so nothing is outdated there.
"""

from __future__ import annotations

from django.db import migrations

CHANGED = ("patients", "patient_state", "medication_history", "timeline", "compliance_audit")


class Migration(migrations.Migration):
    dependencies = [("eventstore", "0002_outdated_read_models"), ("projections", "0003_phrases")]

    operations = [
        migrations.RunSQL(
            [("UPDATE built_projectors SET outdated = true WHERE name = ANY(%s)", [list(CHANGED)])],
            migrations.RunSQL.noop,
        ),
    ]
