"""Phrases beside the English text of a row, so that it is read in every language.

Rows that stand keep their English text until `rebuild_projections` of patient_state, medication_history,
timeline and compliance_audit says them anew.
"""

from __future__ import annotations

from django.db import migrations

from projections.phrases import PhrasesField


class Migration(migrations.Migration):
    dependencies = [("projections", "0002_finding_patients")]

    operations = [
        *(
            migrations.AddField(model, "phrases", PhrasesField(default=dict))
            for model in ("patientstate", "medicationhistory", "timelineentry", "complianceentry")
        ),
        migrations.AlterField("medicationhistory", "before", PhrasesField(default=dict)),
        migrations.AlterField("medicationhistory", "after", PhrasesField(default=dict)),
        migrations.AlterField("timelineentry", "entry", PhrasesField()),
    ]
