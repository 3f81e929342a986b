"""L10: whatever was ever written can be read today: one sample per event type and schema version."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from eventstore import registry
from eventstore.registry import Recording, Unknown
from records import events, upcasters

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
WRITTEN = {
    known.name: known.version for known in registry.known_types() if known.cls.__module__ == events.__name__
}


def sample(name: str, version: int) -> dict[str, Any]:
    """A stored event as it was written at that version, personal text in clear."""
    stored: dict[str, Any] = json.loads((SAMPLES / f"{name}.{version}.json").read_text("utf-8"))
    return stored


def decoded(stored: dict[str, Any]) -> object:
    recording = Recording(
        position=9, created_at=datetime(2022, 5, 4, tzinfo=UTC), metadata=stored["metadata"]
    )
    return registry.decode(stored["event_type"], stored["schema_version"], stored["event_data"], recording)


@pytest.fixture(autouse=True)
def _a_license_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._lookups, "licenses", lambda key, position: f"MD-{key[:4]}-{position}")


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_decodes_today(path: Path) -> None:
    stored = json.loads(path.read_text("utf-8"))
    event = decoded(stored)
    assert path.stem == f"{stored['event_type']}.{stored['schema_version']}"
    assert not isinstance(event, Unknown), event
    assert type(event).__name__ == stored["event_type"]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_says_the_same_after_decoding(path: Path) -> None:
    stored = json.loads(path.read_text("utf-8"))
    _, _, data = registry.encode(decoded(stored))
    assert data.items() >= stored["event_data"].items()


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_each_version_of_each_type_has_a_sample(name: str) -> None:
    there = {int(path.suffixes[0].removeprefix(".")) for path in SAMPLES.glob(f"{name}.*.json")}
    assert there == set(range(1, WRITTEN[name] + 1))


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_the_newest_sample_states_every_required_field(name: str) -> None:
    known = registry.named(name)
    assert known is not None
    stated = sample(name, known.version)["event_data"].keys()
    required = {
        field.name
        for field in fields(known.cls)
        if field.default is MISSING and field.default_factory is MISSING
    }
    assert required <= stated <= {field.name for field in fields(known.cls)}


def test_a_prescription_of_version_1_gets_the_license_of_whoever_recorded_it() -> None:
    stored = sample("PrescriptionAdded", 1)
    assert "prescriber_license" not in stored["event_data"]
    event = decoded(stored)
    assert isinstance(event, events.PrescriptionAdded)
    assert event.prescriber_license == f"MD-{stored['metadata']['user_id'][:4]}-9"


def test_without_the_step_a_prescription_of_version_1_would_not_decode(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert registry._upcasters["PrescriptionAdded", 1] is upcasters.add_prescriber_license
    monkeypatch.delitem(registry._upcasters, ("PrescriptionAdded", 1))
    assert isinstance(decoded(sample("PrescriptionAdded", 1)), Unknown)
