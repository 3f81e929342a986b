"""Makes both ledgers, their doors and guards, and what stands beside them (eventstore/sql)."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from eventstore.sql_objects import statements


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
        for statement in statements(schema):
            cursor.execute(statement)


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.RunPython(install),
        migrations.CreateModel(
            name="AccessEvent",
            fields=[
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                ("position", models.BigIntegerField(unique=True)),
                ("aggregate_id", models.TextField()),
                ("aggregate_type", models.TextField()),
                ("event_type", models.TextField()),
                ("schema_version", models.SmallIntegerField()),
                ("version", models.IntegerField()),
                ("event_data", models.JSONField()),
                ("metadata", models.JSONField()),
                ("occurred_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "db_table": "access_events",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                ("position", models.BigIntegerField(unique=True)),
                ("aggregate_id", models.TextField()),
                ("aggregate_type", models.TextField()),
                ("event_type", models.TextField()),
                ("schema_version", models.SmallIntegerField()),
                ("version", models.IntegerField()),
                ("event_data", models.JSONField()),
                ("metadata", models.JSONField()),
                ("occurred_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "db_table": "events",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ParkedAggregate",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("projector", models.TextField()),
                ("aggregate_id", models.TextField()),
                ("position", models.BigIntegerField()),
                ("event_id", models.UUIDField()),
                ("version", models.IntegerField()),
                ("error", models.TextField()),
                ("parked_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "parked_aggregates",
                "indexes": [models.Index(fields=["aggregate_id"], name="parked_aggregates_aggregate")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("projector", "aggregate_id"), name="parked_aggregates_once"
                    )
                ],
            },
        ),
    ]
