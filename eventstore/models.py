"""What Django needs to know of the event store's tables: enough to show them, nothing to write them.

The ledgers, keys, snapshots and checkpoints are made by SQL (eventstore/sql) and are not managed by
Django, so that neither a migration nor a test's flush ever touches them.
"""

from __future__ import annotations

from django.db import models


class RecordedRow(models.Model):
    """A row of a ledger as it is stored: personal fields sealed. Read-only by privilege and trigger."""

    event_id = models.UUIDField(primary_key=True)
    position = models.BigIntegerField(unique=True)
    aggregate_id = models.TextField()
    aggregate_type = models.TextField()
    event_type = models.TextField()
    schema_version = models.SmallIntegerField()
    version = models.IntegerField()
    event_data = models.JSONField()
    metadata = models.JSONField()
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField()
    hash = models.BinaryField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.position} {self.event_type}"


class Event(RecordedRow):
    class Meta:
        managed = False
        db_table = "events"


class AccessEvent(RecordedRow):
    class Meta:
        managed = False
        db_table = "access_events"


class ParkedAggregate(models.Model):
    """One aggregate that one projector cannot follow past an event, until somebody mends it.

    Shape: position and event_id name the event that could not be shown; error says why.
    """

    id = models.BigAutoField(primary_key=True)
    projector = models.TextField()
    aggregate_id = models.TextField()
    position = models.BigIntegerField()
    event_id = models.UUIDField()
    version = models.IntegerField()
    error = models.TextField()
    parked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "parked_aggregates"
        constraints = (
            models.UniqueConstraint(fields=["projector", "aggregate_id"], name="parked_aggregates_once"),
        )
        indexes = (models.Index(fields=["aggregate_id"], name="parked_aggregates_aggregate"),)

    def __str__(self) -> str:
        return f"{self.aggregate_id} for {self.projector} since {self.position}"
