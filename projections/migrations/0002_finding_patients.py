"""Names as spelled and as heard, for the search; which records are one. Then: rebuild_projections patients."""

from __future__ import annotations

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

from projections.trigrams import Trigrams


class Migration(migrations.Migration):
    dependencies = [("projections", "0001_initial")]

    operations = [
        Trigrams(),
        migrations.AddField("patient", "search_names", models.TextField(default="")),
        migrations.AddField("patient", "search_sounds", models.TextField(default="")),
        migrations.AddField("patient", "merged", models.JSONField(default=list)),
        migrations.AddField("patient", "merged_into", models.UUIDField(null=True)),
        migrations.RemoveIndex("patient", "patients_by_name"),
        migrations.AddIndex(
            "patient",
            models.Index(
                fields=["search_key", "patient_id"],
                name="patients_by_name",
                condition=models.Q(merged_into__isnull=True),
            ),
        ),
        migrations.AddIndex(
            "patient",
            django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("search_sounds", config="simple"),
                name="patients_by_sound",
            ),
        ),
        migrations.AddIndex(
            "patient",
            django.contrib.postgres.indexes.GinIndex(
                fields=["search_names"], name="patients_by_spelling", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
