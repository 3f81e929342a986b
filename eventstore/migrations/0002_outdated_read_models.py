"""Which read models are still as an earlier release made them. A migration that gives one a new shape says so
here (`UPDATE built_projectors SET outdated = true`), its rebuild takes it back, and /healthz names it meanwhile.
"""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("eventstore", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE built_projectors ADD COLUMN outdated boolean NOT NULL DEFAULT false",
            "ALTER TABLE built_projectors DROP COLUMN outdated",
        ),
    ]
