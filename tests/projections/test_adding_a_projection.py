"""docs/add-a-projection.md is true: its code, registered in a setting, follows, rebuilds, and corrects."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.test import override_settings

import projections.models
from config.roles import django_database
from eventstore import projector, rebuild
from eventstore.projector import Projector, catch_up
from eventstore.store import RecordedEvent
from tests import factories as make
from tests.clusters import PROJECT
from tests.projections.record import Record, day

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = Path(__file__).parents[2] / "docs" / "add-a-projection.md"
MODULE = "projections.recall_list"


def code(heading: str) -> str:
    """The Python under a heading of the page."""
    section = PAGE.read_text().partition(f"## {heading}")[2]
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found, heading
    return found[1]


@pytest.fixture
def table(owner_connection: psycopg.Connection[Any]) -> Iterator[type[models.Model]]:
    """Step 1 of the page: the model among the others, and its table as a migration makes it."""
    exec(code("1."), vars(projections.models))
    model: type[models.Model] = vars(projections.models)["RecallListEntry"]
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        editor.create_model(model)
    for statement in editor.collected_sql:
        owner_connection.execute(statement)
    yield model
    owner_connection.execute("DROP TABLE recall_list")
    owner_connection.execute("DROP SCHEMA IF EXISTS retired CASCADE")
    owner_connection.execute("DELETE FROM built_projectors WHERE name = 'recall_list'")
    del apps.all_models["projections"]["recalllistentry"], vars(projections.models)["RecallListEntry"]
    apps.clear_cache()


@pytest.fixture
def registered(table: type[models.Model]) -> Iterator[list[Record]]:
    """Steps 2 and 3: the projector, and its line in the setting. Follows the records put into the list.

    Why: the ledger of a test run holds entries that other tests planted to be refused.
    """
    module = ModuleType(MODULE)
    exec(code("2."), vars(module))
    mine: list[Record] = []

    def follows(self: Projector, event: RecordedEvent) -> bool:
        return event.aggregate_id in {record.stream for record in mine}

    module.RecallListProjector.follows = follows
    sys.modules[MODULE] = module
    assert f'"{MODULE}.RecallListProjector"' in code("3.")
    with override_settings(PROJECTORS=[*settings.PROJECTORS, f"{MODULE}.RecallListProjector"]):
        yield mine
    projector._imported.cache_clear()
    del sys.modules[MODULE]


@contextmanager
def as_owner() -> Iterator[None]:
    """This connection as manage.py has it for a rebuild."""
    web = connection.settings_dict
    connection.close()
    connection.settings_dict = {**web, **django_database("migrator", PROJECT), "NAME": web["NAME"]}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = web


def build() -> None:
    """Step 4."""
    with as_owner():
        rebuild.rebuild(rebuild.chosen(["recall_list"]))


def listed(table: type[models.Model]) -> list[tuple[str, str]]:
    return list(table._default_manager.order_by("medication", "dosage").values_list("medication", "dosage"))


def history() -> tuple[Record, str]:
    """A record with a late dose, a change of drug, an end and a correction; the id of what is current."""
    record = Record()
    record.add(make.PatientRegisteredFactory())
    stopped: Any = make.PrescriptionAddedFactory(medication="ibuprofen", dose="400")
    changed: Any = make.PrescriptionAddedFactory(medication="ramipril", dose="5")
    replaced: Any = make.PrescriptionChangedFactory(
        prescription_id=changed.prescription_id, medication="candesartan", dose="8"
    )
    record.add(stopped)
    record.add(changed)
    record.add(replaced)
    record.add(make.PrescriptionDiscontinuedFactory(prescription_id=stopped.prescription_id))
    key = str(replaced.replacement_id)
    record.add(make.DosageAdjustedFactory(prescription_id=key, dose="16"), at=day(90))
    record.add(make.DosageAdjustedFactory(prescription_id=key, dose="12"), at=day(30))
    (wrong,) = record.add(make.DosageAdjustedFactory(prescription_id=key, dose="160"), at=day(91))
    record.mark(wrong)
    return record, key


def test_it_is_built_from_all_that_was_ever_recorded_and_then_follows(
    registered: list[Record], table: type[models.Model]
) -> None:
    record, key = history()
    registered.append(record)
    catch_up()
    assert listed(table) == [], "not built yet: it does not follow, so it is never half full"
    build()
    assert listed(table) == [("candesartan", "16 mg")]
    record.add(make.DosageAdjustedFactory(prescription_id=key, dose="32"), at=day(120))
    record.add(make.PrescriptionAddedFactory(medication="apixaban", dose="5"))
    assert listed(table) == [("apixaban", "5 mg"), ("candesartan", "32 mg")]
    record.add(make.PrescriptionDiscontinuedFactory(prescription_id=key), at=day(121))
    assert listed(table) == [("apixaban", "5 mg")]


def test_built_anew_it_is_the_same_row_for_row(registered: list[Record], table: type[models.Model]) -> None:
    record, _ = history()
    registered.append(record)
    build()
    record.add(make.PrescriptionAddedFactory(medication="apixaban", dose="5"))
    followed = list(table._default_manager.order_by("pk").values())
    build()
    assert list(table._default_manager.order_by("pk").values()) == followed
    assert len(followed) == 2


def test_the_page_leaves_the_event_store_alone() -> None:
    touched = set(
        re.findall(r"`((?:projections|config|eventstore|records|tests)/[\w/.]*)`", PAGE.read_text())
    )
    assert "projections/models.py" in touched
    assert {path for path in touched if path.startswith("eventstore/")} == {"eventstore/"}
