"""The law of read models: built anew from the ledger, they are the same, row for row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model

from eventstore import store
from eventstore.projector import checkpoint, projectors
from eventstore.rows import Rows
from tests import factories as make
from tests.projections.record import Record

Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture
def rebuilt_equals_incremental(read_models_start_at_the_head: None) -> Iterator[None]:
    """After the test, every read model is emptied and built anew in one go; nothing may differ."""
    start = checkpoint()
    yield
    end = checkpoint()
    incremental = tables()
    build_anew(start, end)
    assert tables() == incremental


@pytest.fixture
def record(rebuilt_equals_incremental: None) -> Record:
    """A registered patient, under the law."""
    record = Record()
    record.add(make.PatientRegisteredFactory(family="Lindqvist", given="Helena", mrn="4471 0293"))
    return record


def tables() -> Tables:
    """Every row of every read model, in the order of its key."""
    return {model._meta.db_table: list(model._default_manager.order_by("pk").values()) for model in models()}


def build_anew(start: int, end: int) -> None:
    """Empty the read models and apply everything after `start`, in batches that are not the first ones."""
    with transaction.atomic():
        for model in models():
            model._default_manager.all().delete()
        events = [event for event in store.read_all(after=start, limit=10_000) if event.position <= end]
        for projector in projectors():
            rows = Rows()
            for event in filter(projector.follows, events):
                projector.apply(event, rows)
            rows.flush()


def models() -> list[type[Model]]:
    return [model for projector in projectors() for model in projector.models]
