"""L9, L10: stored types are stable text; unknown ones are kept; old shapes are lifted a step at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from eventstore import checks, registry
from eventstore.errors import DecodeError
from eventstore.registry import Recording, Sealed, SealedContext, Unknown

RECORDING = Recording(position=7, created_at=datetime(2026, 1, 1, tzinfo=UTC), metadata={"user_id": "u1"})


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_types", dict(registry._types))
    monkeypatch.setattr(registry, "_upcasters", dict(registry._upcasters))
    monkeypatch.setattr(registry, "_lookups", dict(registry._lookups))


def three_versions() -> type:
    @registry.event_type("Thing", version=3)
    @dataclass(frozen=True, kw_only=True)
    class ThingWeighed:
        grams: str
        scale: str | None
        tags: tuple[str, ...] = ()

    return ThingWeighed


def test_an_event_comes_back_as_it_was_stored() -> None:
    cls = three_versions()
    known, version, data = registry.encode(cls(grams="0.5", scale=None, tags=("a", "b")))
    assert (known.name, version) == ("ThingWeighed", 3)
    assert data == {"grams": "0.5", "scale": None, "tags": ["a", "b"]}
    assert registry.decode("ThingWeighed", 3, data, RECORDING) == cls(
        grams="0.5", scale=None, tags=("a", "b")
    )


def test_an_unknown_type_is_kept() -> None:
    assert registry.decode("ThingBurnt", 1, {"a": 1}, RECORDING) == Unknown("ThingBurnt", 1, {"a": 1})


def test_a_newer_version_is_kept() -> None:
    three_versions()
    assert registry.decode("ThingWeighed", 4, {"stones": "1"}, RECORDING) == Unknown(
        "ThingWeighed", 4, {"stones": "1"}
    )


@pytest.mark.parametrize("data", [{"grams": "1"}, {"grams": "1", "scale": None, "colour": "red"}])
def test_a_wrong_shape_says_what_is_wrong(data: dict[str, Any]) -> None:
    three_versions()
    decoded = registry.decode("ThingWeighed", 3, data, RECORDING)
    assert isinstance(decoded, Unknown)
    assert decoded.problem is not None
    assert "lacks scale" in decoded.problem or "colour" in decoded.problem


def test_old_shapes_are_lifted_one_step_at_a_time_with_what_was_looked_up() -> None:
    cls = three_versions()

    @registry.lookup_source("scales")
    def scales(key: str, position: int) -> str | None:
        return f"{key} at {position}"

    @registry.upcaster("ThingWeighed", from_version=2)
    def add_scale(data: dict[str, Any], *, recording: Recording, lookups: Any) -> dict[str, Any]:
        return data | {"scale": lookups["scales"](recording.metadata["user_id"], recording.position)}

    @registry.upcaster("ThingWeighed", from_version=1)
    def rename_weight(data: dict[str, Any], *, recording: Recording, lookups: Any) -> dict[str, Any]:
        return {"grams": data.pop("weight"), **data}

    stored = {"weight": "2"}
    assert registry.decode("ThingWeighed", 1, stored, RECORDING) == cls(grams="2", scale="u1 at 7")
    assert registry.decode("ThingWeighed", 2, {"grams": "3"}, RECORDING) == cls(grams="3", scale="u1 at 7")
    assert stored == {"weight": "2"}, "a step must not change what was read"


def test_a_missing_step_fails_the_check_and_is_not_guessed_over() -> None:
    three_versions()
    registry.upcaster("ThingWeighed", from_version=1)(lambda data, **_: data)
    found = [error for error in checks.upcasters_are_complete(None) if "ThingWeighed" in error.msg]
    assert [error.id for error in found] == ["eventstore.E001"]
    decoded = registry.decode("ThingWeighed", 2, {"grams": "1"}, RECORDING)
    assert isinstance(decoded, Unknown)
    assert decoded.problem


def test_the_product_itself_lacks_no_step() -> None:
    assert checks.upcasters_are_complete(None) == []


def test_a_name_is_taken_once() -> None:
    three_versions()

    @dataclass(frozen=True)
    class ThingWeighed:
        other: str

    with pytest.raises(ValueError, match="registered twice"):
        registry.event_type("Thing")(ThingWeighed)


def test_only_json_natives_may_be_stored() -> None:
    cls = three_versions()
    with pytest.raises(TypeError, match="float"):
        registry.encode(cls(grams=0.5, scale=None))


def test_what_is_not_registered_cannot_be_stored() -> None:
    with pytest.raises(DecodeError):
        registry.encode(object())


def test_sealed_text_survives_a_snapshot_and_does_not_show_itself() -> None:
    sealed = Sealed("c2VjcmV0", SealedContext("patient-1", "e1", "NoteAdded", "text"))
    back = registry.sealed_from_json(registry.sealed_to_json({"a": [sealed, "plain"]}))
    assert back == {"a": [sealed, "plain"]}
    assert back["a"][0].context == sealed.context
    assert "c2VjcmV0" not in repr(sealed)


def test_names_are_turned_to_snake_case() -> None:
    assert registry.snake_case("NoKnownAllergiesAsserted") == "no_known_allergies_asserted"
